// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

/**
 * Where time comes from, so that a whole cluster can run on virtual time.
 *
 * <p><b>Thread-safe.</b>
 */
public interface TimeSource {

  /** Monotonic nanoseconds from an arbitrary origin, for intervals only. */
  long nanos();

  /** Milliseconds since the Unix epoch; may jump. Only for what leaves the process. */
  long wallMillis();

  /** The clocks of this machine. */
  static TimeSource system() {
    return SystemTimeSource.INSTANCE;
  }
}
