// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Where figures go; an adapter binds it to the host's metrics library.
 *
 * <p>Names are {@code dcosnet.<module>.<noun>[.<unit>]}. Tags come in pairs of key and value and
 * must be bounded: no names from queries, no task ids. Asking twice for the same name and tags
 * gives the same figure.
 *
 * <p><b>Thread-safe.</b> No method blocks or throws because of metric trouble.
 */
public interface MetricsSink {

  /** Something that only grows. */
  interface Counter {
    void add(long amount);

    default void increment() {
      add(1);
    }
  }

  Counter counter(String name, String help, String... tags);

  /** A value that is read when somebody looks. */
  void gauge(String name, String help, LongSupplier value, String... tags);

  /** A distribution; feed it with values of the unit that the name ends in. */
  LongConsumer distribution(String name, String help, String... tags);

  /** Drops everything. */
  static MetricsSink none() {
    return NoMetrics.INSTANCE;
  }
}
