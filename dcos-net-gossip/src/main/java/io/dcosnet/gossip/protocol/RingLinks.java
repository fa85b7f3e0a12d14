// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.links.Rings;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message.RingHello;
import io.dcosnet.gossip.wire.ShortId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Streams to the neighbours on some rings, whose end shows a crash within a round trip. Of two
 * neighbours the one behind opens the stream.
 */
final class RingLinks {

  /** Most streams of the rings, with those that others still want. */
  static final int MAX_LINKS = 64;

  private static final Duration LEAST_GAP = Duration.ofSeconds(1);

  /**
   * A node that has just come arranges sooner; each gap is twice the one before, up to the least.
   */
  private static final Duration FIRST_GAP = Duration.ofMillis(100);

  private static final Duration LINGER = Duration.ofSeconds(5);

  private final Node node;
  private final CrashSensor crash;
  private final Map<NodeId, RingLink> links = new LinkedHashMap<>();
  private @Nullable Rings<MemberKey> rings;
  private boolean due;
  private boolean arranged;
  private long arrangedAt;
  private long gap;
  private boolean sweeping;

  // Read by those who look at figures.
  private volatile int open;
  private volatile int wanted;

  RingLinks(Node node) {
    this.node = node;
    this.crash = new CrashSensor(node);
  }

  /** Begins. */
  void start() {
    if (node.settings.rings() > 0) {
      rings = new Rings<>(node.table.self().key(), node.settings.rings());
      node.metrics.ringLinks(() -> open, () -> wanted);
      membersChanged();
    }
  }

  /** Any members have come or gone: all neighbours may have changed. */
  void membersChanged() {
    if (rings != null) {
      rings.forget();
      arrangeSoon();
    }
  }

  /** A member has come or come back, or lives no more; costs little unless it is a neighbour. */
  void changed(MemberRecord member) {
    if (rings == null) {
      return;
    }
    if (member.isLiving() ? rings.add(member.key()) : rings.remove(member.key())) {
      arrangeSoon();
    }
    RingLink link = links.get(member.id());
    if (link != null && member.isLiving()) {
      link.hurry();
    }
  }

  /** We go on as another member: with other neighbours, to whom we are somebody else. */
  void identityChanged() {
    if (rings != null) {
      links.values().forEach(RingLink::close);
      links.clear();
      rings = new Rings<>(node.table.self().key(), node.settings.rings());
      membersChanged();
    }
  }

  private void arrangeSoon() {
    if (due || node.leaving.isLeaving()) {
      return;
    }
    due = true;
    long now = node.host.nanos();
    // The first time at a random moment, as a whole cluster may start together.
    long delay =
        arranged ? Math.max(0, arrangedAt + gap - now) : node.somewhereIn(FIRST_GAP.dividedBy(2));
    var unused = node.host.schedule(delay, this::arrange);
  }

  /**
   * A new node meets its neighbours within its first second, and may crash in the next; so it links
   * itself to them as they come, though it may have to part from some soon.
   */
  private void widenGap() {
    gap = Math.min(LEAST_GAP.toNanos(), Math.max(2 * gap, FIRST_GAP.toNanos()));
  }

  private void arrange() {
    due = false;
    if (rings == null || node.leaving.isLeaving()) {
      return;
    }
    arranged = true;
    arrangedAt = node.host.nanos();
    widenGap();
    rings.rescan(
        node.table.size(),
        place -> {
          MemberRecord member = node.table.at(place);
          return member.isLiving() ? member.key() : null;
        });
    Map<NodeId, Boolean> neighbours = neighbours(rings);
    wanted = neighbours.size();
    links.forEach(
        (id, link) -> {
          if (!neighbours.containsKey(id)) {
            link.unwant();
          }
        });
    neighbours.forEach((id, opens) -> link(id).want(opens));
    links.values().removeIf(RingLink::isIdle);
    sweepLater();
  }

  /** The neighbours, and whether it is for us to open the stream. */
  private Map<NodeId, Boolean> neighbours(Rings<MemberKey> of) {
    Map<NodeId, Boolean> behind = new LinkedHashMap<>();
    Map<NodeId, Boolean> all = new LinkedHashMap<>();
    for (int ring = 0; ring < of.size(); ring++) {
      MemberKey successor = of.successor(ring);
      MemberKey predecessor = of.predecessor(ring);
      if (successor != null && predecessor != null) {
        behind.put(successor.id(), true);
        all.putIfAbsent(successor.id(), false);
        all.put(predecessor.id(), true);
      }
    }
    NodeId self = node.table.self().id();
    // Where each is behind the other, on different rings or as two alone, the smaller one opens.
    all.replaceAll((id, opens) -> opens && (!behind.containsKey(id) || self.compareTo(id) < 0));
    return all;
  }

  private RingLink link(NodeId id) {
    return links.computeIfAbsent(id, absent -> new RingLink(node, crash, absent));
  }

  /** Takes over a link that a neighbour opens. */
  void begun(int link, RingHello hello) {
    LinkPeer peer = node.links.peer(link);
    if (peer == null
        || peer.shortId() != ShortId.of(hello.from())
        || peer.epoch() != hello.epoch()) {
      node.metrics.linkClosed("identity");
      node.links.close(link);
    } else if (rings == null
        || node.leaving.isLeaving()
        || (links.size() >= MAX_LINKS && !links.containsKey(hello.from()))) {
      node.metrics.linkClosed("rings");
      node.links.close(link);
    } else {
      // It may come before the news that make it a neighbour, so it stays until they close it.
      link(hello.from()).adopt(link, peer);
      sweepLater();
    }
  }

  private void sweepLater() {
    if (!sweeping && !links.isEmpty()) {
      sweeping = true;
      var unused =
          node.host.schedule(
              node.varied(node.settings.linkKeepAlive()),
              () -> {
                sweeping = false;
                links.values().forEach(link -> link.sweep(LINGER.toNanos()));
                links.values().removeIf(RingLink::isIdle);
                sweepLater();
              });
    }
  }

  /** Tells all neighbours at once. */
  void tell(Fact fact) {
    links.values().forEach(link -> link.tell(fact));
  }

  /** Gives up all streams. */
  void stop() {
    rings = null;
    links.values().forEach(RingLink::close);
    links.clear();
  }

  /** A stream of the rings is there, or no more. */
  void count(int by) {
    int before = open;
    open = before + by;
  }

  /** Whom we are linked to. */
  Iterable<RingLink> all() {
    return links.values();
  }
}
