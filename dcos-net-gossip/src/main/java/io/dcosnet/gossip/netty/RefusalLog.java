// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.netty;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.secure.SealFault;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people in the log whose traffic was not taken and what to look at, for each reason at most
 * once in ten seconds with the number of times since. For one thread.
 */
final class RefusalLog {

  private static final Logger LOGGER = LoggerFactory.getLogger(RefusalLog.class);
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(10);

  private static final String CLOSED =
      "it closed our stream before it greeted: perhaps it has another key or label, or is no member";

  private final LongSupplier nanos;
  private final Map<String, Told> told = new HashMap<>();

  /** When a reason was told last, and how often it came up since. */
  private static final class Told {
    long at;
    long times;
  }

  RefusalLog(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Something that came from there was not taken. */
  void refused(SealFault fault, HostPort from) {
    tell(fault.tag(), fault.text(), from);
  }

  /** The other side ended a stream that we opened before it had proven itself. */
  void refusedUs(HostPort by) {
    tell("closed", CLOSED, by);
  }

  private void tell(String reason, String text, HostPort peer) {
    long now = nanos.getAsLong();
    Told last = told.get(reason);
    if (last == null) {
      last = new Told();
      told.put(reason, last);
    } else if (now - last.at < INTERVAL) {
      last.times++;
      return;
    }
    LOGGER.warn(
        "gossip traffic not taken peer={} reason={} before={}: {}", peer, reason, last.times, text);
    last.at = now;
    last.times = 0;
  }
}
