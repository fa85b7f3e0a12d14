// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.wire.Message.Ack;
import io.dcosnet.gossip.wire.Message.Ping;
import io.dcosnet.gossip.wire.Message.WrongNode;
import io.dcosnet.gossip.wire.ShortId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pings by datagram that wait for their answer, each by its sequence number. */
final class Pings {

  /** Who waits for the answer. */
  interface Waiting {
    /** The right node has answered. */
    void answered(Ack ack);

    /** Another node runs at that address. */
    void otherNode(NodeId found);
  }

  /** A ping under way. */
  static final class Sent {
    final int sequence;
    final int micros;

    /** Whether the system took it. */
    final boolean taken;

    private final NodeId target;
    private final HostPort address;
    private final long shortId;
    private final long nanos;
    private final Waiting waiting;

    private Sent(
        Ping ping, HostPort address, long shortId, long nanos, boolean taken, Waiting waiting) {
      this.sequence = ping.sequence();
      this.micros = ping.sentMicros();
      this.taken = taken;
      this.target = ping.target();
      this.address = address;
      this.shortId = shortId;
      this.nanos = nanos;
      this.waiting = waiting;
    }
  }

  private final Node node;
  private final Map<Integer, Sent> sent = new HashMap<>();
  private int sequence;

  Pings(Node node) {
    this.node = node;
    this.sequence = node.host.random().nextInt();
  }

  /**
   * Pings a member. Whom others suspect learns it from the same datagram first, so that it can
   * object at once.
   */
  Sent send(MemberRecord member, HostPort address, Waiting waiting) {
    Ping ping = next(member.id());
    boolean taken =
        member.state() == State.SUSPECT
            ? node.courier.send(address, node.beliefs.factOf(member), ping)
            : node.courier.send(address, ping);
    return keep(ping, address, member.key().shortId(), taken, waiting);
  }

  /** Pings whoever should be at an address. */
  Sent send(NodeId target, HostPort address, Waiting waiting) {
    MemberRecord member = node.table.find(target);
    if (member != null) {
      return send(member, address, waiting);
    }
    Ping ping = next(target);
    boolean taken = node.courier.send(address, ping);
    return keep(ping, address, ShortId.of(target), taken, waiting);
  }

  /** Nobody waits for it any more. */
  void forget(Sent ping) {
    sent.remove(ping.sequence, ping);
  }

  /** How many wait. */
  int size() {
    return sent.size();
  }

  /** An answer of a node itself; one that no ping of ours asked for is left alone. */
  void received(long sender, Ack ack) {
    Sent ping = sent.get(ack.sequence());
    if (ping == null || ping.shortId != sender || ping.micros != ack.echoMicros()) {
      return;
    }
    sent.remove(ack.sequence());
    long nanos = node.host.nanos() - ping.nanos;
    node.probeMetrics.roundTrip(nanos);
    @Nullable MemberRecord member = node.table.find(ping.target);
    if (member != null) {
      node.roundTrips.sample(ping.target, nanos);
      if (ack.memberDigest() != node.table.digest()) {
        node.syncing.digestDiffers(member);
      } else {
        node.syncing.digestAgrees();
      }
      if (node.store != null) {
        node.store.digestSeen(ping.target, ack.storeDigest());
      }
    }
    ping.waiting.answered(ack);
  }

  /** Another node than the one that was asked for has answered, and says so. */
  void received(HostPort from, long sender, WrongNode wrong) {
    Sent ping = sent.get(wrong.sequence());
    if (ping == null
        || !node.setup.authenticated()
        || ping.shortId == sender
        || ShortId.of(wrong.node()) != sender
        || !mayBeAt(ping.address, wrong.node(), from)) {
      return;
    }
    sent.remove(wrong.sequence());
    ping.waiting.otherNode(wrong.node());
  }

  // Somebody between us may have brought our ping to another member, which then truly says so: what
  // counts is that it is at home at the address that we have asked.
  private boolean mayBeAt(HostPort asked, NodeId found, HostPort from) {
    MemberRecord other = node.table.find(found);
    return other == null ? from.equals(asked) : other.profile().addresses().contains(asked);
  }

  private Ping next(NodeId target) {
    return new Ping(sequence++, target, micros());
  }

  private Sent keep(Ping ping, HostPort address, long shortId, boolean taken, Waiting waiting) {
    Sent kept = new Sent(ping, address, shortId, node.host.nanos(), taken, waiting);
    sent.put(ping.sequence(), kept);
    return kept;
  }

  private int micros() {
    return (int) (node.host.nanos() / 1000);
  }
}
