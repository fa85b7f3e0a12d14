// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** A sink for hosts that collect nothing. */
enum NoMetrics implements MetricsSink {
  INSTANCE;

  @Override
  public Counter counter(String name, String help, String... tags) {
    return amount -> {};
  }

  @Override
  public void gauge(String name, String help, LongSupplier value, String... tags) {}

  @Override
  public LongConsumer distribution(String name, String help, String... tags) {
    return value -> {};
  }
}
