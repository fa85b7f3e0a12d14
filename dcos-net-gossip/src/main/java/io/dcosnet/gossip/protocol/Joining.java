// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.protocol.SyncResult.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the cluster: seeds and kept members, in rounds that become rarer. A node that finds nobody
 * is a cluster of its own and goes on looking.
 */
final class Joining {

  private static final int AT_A_TIME = 3;
  private static final int KEPT_OF_ROUND = 5;
  private static final int MAX_TRIES_OF_ROUND = 64;
  private static final int MAX_OWN_ADDRESSES = 64;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final double PAUSE_GROWTH = 1.25;
  private static final double PAUSE_JITTER = 0.2;

  /** Two more exchanges follow the first one, and then some more until one finds no difference. */
  private static final List<Duration> FURTHER =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2));

  private static final int FURTHER_ANYWAY = 2;

  private final Node node;
  private final Set<HostPort> own = new LinkedHashSet<>();
  private final Set<HostPort> tried = new LinkedHashSet<>();
  private final Deque<HostPort> waiting = new ArrayDeque<>();
  private boolean joined;
  private long began;
  private int underWay;
  private int round;

  Joining(Node node) {
    this.node = node;
  }

  /** Begins. */
  void start() {
    began = node.host.nanos();
    joined = node.table.living() > 1;
    round();
  }

  /** Whether this is one of our own addresses: we have met ourselves there, or said so. */
  boolean isOwn(HostPort address) {
    return own.contains(address) || node.table.self().profile().addresses().contains(address);
  }

  /** We have met ourselves at an address. */
  void metOurselves(HostPort address) {
    if (own.size() < MAX_OWN_ADDRESSES) {
      own.add(address);
    }
  }

  /** Whether it has not found anybody yet. */
  boolean isLooking() {
    return !joined;
  }

  /** Another node found us: an exchange that it began is complete. */
  void found(NodeId other) {
    if (!isDone()) {
      joined(other);
    }
  }

  /** An exchange that we began is complete. */
  void met(NodeId other) {
    if (isDone()) {
      return;
    }
    joined(other);
    node.rumours.spread(SyncFacts.self(node));
  }

  private void further(int done) {
    if (done < FURTHER.size()) {
      var unused =
          node.host.schedule(
              FURTHER.get(done).toNanos(),
              () -> {
                if (!node.leaving.isLeaving()) {
                  node.syncing.withAnybody(SyncKind.JOIN, result -> furtherAfter(done + 1, result));
                }
              });
    }
  }

  private void furtherAfter(int done, SyncResult result) {
    if (done < FURTHER_ANYWAY || result.outcome() != Outcome.EQUAL) {
      further(done);
    }
  }

  private void joined(NodeId other) {
    joined = true;
    waiting.clear();
    node.metrics.joined(node.host.nanos() - began);
    node.host.tell(new GossipEvent.Joined(other, node.table.living()));
    // What changed while all of them join at once, the first exchange does not show.
    further(0);
  }

  private void round() {
    if (!isDone()) {
      node.host.seeds(this::seeds);
    }
  }

  private boolean isDone() {
    return joined || node.leaving.isLeaving();
  }

  private void seeds(List<HostPort> seeds) {
    if (isDone()) {
      return;
    }
    tried.clear();
    List<HostPort> candidates = new ArrayList<>(seeds);
    shuffle(candidates);
    List<HostPort> kept = new ArrayList<>();
    for (KeptMember member : node.setup.kept()) {
      if (member.state() != State.LEFT && !member.id().equals(node.table.self().id())) {
        kept.add(member.addresses().get(0));
      }
    }
    shuffle(kept);
    candidates.addAll(kept.subList(0, Math.min(kept.size(), KEPT_OF_ROUND)));
    candidates.forEach(this::add);
    next();
  }

  private void add(HostPort address) {
    if (!isOwn(address) && tried.size() < MAX_TRIES_OF_ROUND && tried.add(address)) {
      waiting.add(address);
    }
  }

  private void next() {
    if (isDone()) {
      return;
    }
    while (underWay < AT_A_TIME && !waiting.isEmpty()) {
      HostPort to = waiting.remove();
      underWay++;
      node.syncing.with(to, SyncKind.JOIN, result -> ended(to, result));
    }
    if (underWay == 0) {
      var unused = node.host.schedule(pauseNanos(round++), this::round);
    }
  }

  private void ended(HostPort to, SyncResult result) {
    underWay--;
    if (result.isDone() && result.with() != null) {
      met(result.with());
    } else if (result.outcome() == Outcome.OURSELVES) {
      metOurselves(to);
    } else if (result.outcome() == Outcome.REFUSED && result.fault() != null) {
      node.host.tell(new GossipEvent.Refused(to.toString(), result.fault()));
    } else {
      result.others().forEach(this::add);
    }
    next();
  }

  private long pauseNanos(int rounds) {
    double pause =
        Math.min(
            (double) LONGEST_PAUSE.toNanos(),
            (double) node.settings.gossipInterval().toNanos() * Math.pow(PAUSE_GROWTH, rounds));
    double jitter = 1 - PAUSE_JITTER + 2 * PAUSE_JITTER * node.host.random().nextDouble();
    return (long) (pause * jitter);
  }

  private void shuffle(List<HostPort> addresses) {
    for (int i = addresses.size() - 1; i > 0; i--) {
      Collections.swap(addresses, i, node.host.random().nextInt(i + 1));
    }
  }
}
