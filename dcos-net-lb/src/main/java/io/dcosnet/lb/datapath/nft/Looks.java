// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.conntrack.Conntrack;
import io.dcosnet.linux.conntrack.Flow;
import io.dcosnet.linux.conntrack.FlowDirection;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then at what the kernel tracks, to tell when back ends have drained: often at
 * first, seldom when they take their time, for each look goes through all flows of the machine.
 *
 * <p><b>Confined to</b> one thread.
 */
final class Looks implements AutoCloseable {

  private static final long OFTEN_NANOS = Duration.ofMillis(500).toNanos();
  private static final long SELDOM_NANOS = Duration.ofSeconds(5).toNanos();
  private static final int OFTEN_TIMES = 60;
  private static final Logger LOGGER = LoggerFactory.getLogger(Looks.class);

  private final TimeSource time;
  private final Followed followed;
  private final TrafficObserver observer;
  private final Conntrack conntrack;
  private long nextNanos;
  private long seenChanges;
  private int looks;

  /** Opens what it needs in the network namespace of this thread. */
  Looks(TimeSource time, Followed followed, TrafficObserver observer) {
    this.time = time;
    this.followed = followed;
    this.observer = observer;
    conntrack = Conntrack.open();
    nextNanos = time.nanos();
  }

  /** Looks if it is time to. */
  void look() {
    Set<Frontend> frontends = followed.frontends();
    long changes = followed.changes();
    long now = time.nanos();
    if (changes != seenChanges) {
      seenChanges = changes;
      looks = 0;
      nextNanos = now;
    }
    if (frontends.isEmpty() || nextNanos - now > 0) {
      return;
    }
    nextNanos = now + (looks++ < OFTEN_TIMES ? OFTEN_NANOS : SELDOM_NANOS);
    try {
      Set<Followed.Backend> open = new HashSet<>();
      for (Flow flow : new FlowCuts(conntrack).flows(frontends)) {
        boolean tcp = flow.original().protocol() == FlowDirection.TCP;
        if (tcp && flow.isOpen() && flow.isRedirected()) {
          open.add(new Followed.Backend(FlowCuts.frontend(flow), FlowCuts.backend(flow)));
        }
      }
      followed.drained(frontends, open, observer);
    } catch (DcosNetException e) {
      LOGGER.warn("cannot see which connections are open; tried again", e);
    }
  }

  @Override
  public void close() {
    conntrack.close();
  }
}
