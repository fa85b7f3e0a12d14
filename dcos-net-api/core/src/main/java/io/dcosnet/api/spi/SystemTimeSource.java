// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

/** The clocks of the machine; the only place that reads them. */
enum SystemTimeSource implements TimeSource {
  INSTANCE;

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long wallMillis() {
    return System.currentTimeMillis();
  }
}
