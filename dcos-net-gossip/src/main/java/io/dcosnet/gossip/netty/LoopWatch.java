// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.netty;

import io.dcosnet.gossip.protocol.Host;
import java.util.concurrent.TimeUnit;

/**
 * Notices when the event loop comes late, by a timer: then it is rather this node that is slow than
 * others that are gone. For the event loop.
 */
final class LoopWatch {

  private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LATE = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long AT_MOST_EVERY = TimeUnit.SECONDS.toNanos(1);

  private final Host host;
  private final HostMetrics metrics;
  private long due;
  private long toldAt;

  LoopWatch(Host host, HostMetrics metrics) {
    this.host = host;
    this.metrics = metrics;
  }

  void start(Runnable lagged) {
    toldAt = host.nanos() - AT_MOST_EVERY;
    next(lagged);
  }

  private void next(Runnable lagged) {
    due = host.nanos() + PERIOD;
    host.schedule(PERIOD, () -> look(lagged));
  }

  private void look(Runnable lagged) {
    long now = host.nanos();
    long late = Math.max(0, now - due);
    metrics.lag(late);
    next(lagged);
    if (late > LATE && now - toldAt >= AT_MOST_EVERY) {
      toldAt = now;
      lagged.run();
    }
  }
}
