// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.conntrack.Conntrack;
import io.dcosnet.linux.conntrack.Flow;
import io.dcosnet.linux.conntrack.FlowDirection;
import io.dcosnet.linux.nft.NftSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then at what the kernel counts and tracks: for figures, to tell when back ends have
 * drained, and to compare all of it when that is ordered. For drains often at first, seldom when
 * they take their time, for each look goes through all flows of the machine.
 *
 * <p><b>Confined to</b> one thread.
 */
final class Looks implements AutoCloseable {

  private static final long OFTEN_NANOS = Duration.ofMillis(500).toNanos();
  private static final long SELDOM_NANOS = Duration.ofSeconds(5).toNanos();
  private static final int OFTEN_TIMES = 60;

  /** Figures that somebody asks for are no older, when they are asked for all the time. */
  private static final long ASKED_NANOS = Duration.ofSeconds(1).toNanos();

  private static final long UNASKED_NANOS = Duration.ofSeconds(10).toNanos();
  private static final Logger LOGGER = LoggerFactory.getLogger(Looks.class);

  private final TimeSource time;
  private final Followed followed;
  private final TrafficObserver observer;
  private final Tallies tallies;
  private final Audit audit;
  private final Conntrack conntrack;
  private final NftSocket nft;
  private long talliedNanos;
  private long nextNanos;
  private long seenChanges;
  private int looks;

  private Looks(
      TimeSource time,
      Followed followed,
      TrafficObserver observer,
      Tallies tallies,
      Audit audit,
      NftSocket nft,
      Conntrack conntrack) {
    this.time = time;
    this.followed = followed;
    this.observer = observer;
    this.tallies = tallies;
    this.audit = audit;
    this.nft = nft;
    this.conntrack = conntrack;
    nextNanos = time.nanos();
    talliedNanos = nextNanos - UNASKED_NANOS;
  }

  /** Opens what it needs in the network namespace of this thread. */
  static Looks open(
      TimeSource time, Followed followed, TrafficObserver observer, Tallies tallies, Audit audit) {
    NftSocket nft = NftSocket.open();
    try {
      return new Looks(time, followed, observer, tallies, audit, nft, Conntrack.open());
    } catch (RuntimeException e) {
      nft.close();
      throw e;
    }
  }

  /** Looks if it is time to. */
  void look() {
    try {
      tally();
      drains();
    } catch (DcosNetException e) {
      // Among others, when somebody has deleted the table, until it is repaired.
      LOGGER.debug("cannot look at what the kernel counts; tried again", e);
    }
    Audit.Order order = audit.begin();
    if (order != null) {
      try {
        audit.found(compare(order));
      } catch (RuntimeException e) { // told to who ordered it
        audit.failed(order, e);
      }
    }
  }

  private Audit.Finding compare(Audit.Order order) {
    boolean sameStructure = Objects.equals(order.structure(), Structure.read(nft));
    Difference difference = Difference.between(Kernel.contents(nft), order.wanted().contents());
    Map<Frontend, Set<HostPort>> allowed = new HashMap<>();
    order.again().forEach(each -> allowed.put(each, Set.of()));
    for (Known each : order.wanted().known()) {
      allowed.computeIfPresent(each.frontend(), (frontend, nowhere) -> each.allowed());
    }
    Set<Frontend> used = new HashSet<>();
    List<Flow> strays = new FlowCuts(FlowTable.of(conntrack)).strays(allowed, used);
    return new Audit.Finding(order, sameStructure, difference.owners(), strays, used);
  }

  private void tally() {
    long since = time.nanos() - talliedNanos;
    if (since < ASKED_NANOS) {
      return;
    }
    boolean asked = tallies.takeAsked();
    if (!asked && since < UNASKED_NANOS) {
      return;
    }
    talliedNanos = time.nanos();
    Map<Frontend, Long> counted = Kernel.connections(nft);
    List<Flow> flows = new ArrayList<>();
    if (asked) {
      flows.addAll(conntrack.flows(true));
      flows.addAll(conntrack.flows(false));
    }
    tallies.take(counted, asked ? flows : null);
  }

  private void drains() {
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
    Set<Followed.Backend> open = new HashSet<>();
    for (Flow flow : new FlowCuts(FlowTable.of(conntrack)).flows(frontends)) {
      boolean tcp = flow.original().protocol() == FlowDirection.TCP;
      if (tcp && flow.isOpen() && flow.isRedirected()) {
        open.add(new Followed.Backend(FlowCuts.frontend(flow), FlowCuts.backend(flow)));
      }
    }
    followed.drained(frontends, open, observer);
  }

  @Override
  public void close() {
    conntrack.close();
    nft.close();
  }
}
