// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.dcosnet.api.spi.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of failures that a client can repeat at will: each kind at once, then at most once per
 * minute with the number left out.
 *
 * <p><b>Thread-safe.</b>
 */
final class FailureLog {

  private static final Logger LOGGER = LoggerFactory.getLogger(FailureLog.class);
  private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  /** Kinds are few by nature; this bounds what a mistake in naming them costs. */
  private static final int MAX_KINDS = 256;

  private static final class Kind {
    long quietUntilNanos;
    long leftOut;
  }

  private final TimeSource time;

  // Guards kinds and what they hold.
  private final Object lock = new Object();
  private final Map<String, Kind> kinds = new HashMap<>();

  FailureLog(TimeSource time) {
    this.time = time;
  }

  /**
   * @param where the mount or the step that failed
   */
  void warn(String where, String what, Throwable failure) {
    String name = where + ' ' + failure.getClass().getName();
    long leftOut = due(name, time.nanos());
    if (leftOut >= 0) {
      LOGGER.warn("{} at={} left_out={}", what, where, leftOut, failure);
    }
  }

  /** How many were left out since the last line; negative when this one is left out, too. */
  long due(String name, long nowNanos) {
    synchronized (lock) {
      Kind kind = kinds.get(name);
      if (kind != null && nowNanos - kind.quietUntilNanos < 0) {
        kind.leftOut++;
        return -1;
      }
      if (kind == null) {
        if (kinds.size() >= MAX_KINDS) {
          kinds.clear();
        }
        kind = new Kind();
        kinds.put(name, kind);
      }
      long leftOut = kind.leftOut;
      kind.leftOut = 0;
      kind.quietUntilNanos = nowNanos + PAUSE_NANOS;
      return leftOut;
    }
  }
}
