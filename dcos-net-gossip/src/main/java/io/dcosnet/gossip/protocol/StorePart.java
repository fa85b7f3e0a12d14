// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.replica.ReplicaHost;
import io.dcosnet.gossip.replica.ReplicaSetup;
import io.dcosnet.gossip.replica.StoreMessage;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.wire.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gives the replica of this node the members, links and datagrams of the protocol, and tells it
 * what comes in.
 */
final class StorePart implements ReplicaHost {

  private static final int HEADER_OCTETS = 3;

  private final Node node;
  final Replica replica;

  private final StoreParts parts = new StoreParts();
  private final Map<Integer, Neighbour> neighbours = new LinkedHashMap<>();
  private final Map<Integer, RingLink> ringLinks = new HashMap<>();
  private final LinkUser exchanges = new Exchanges();
  private final Map<Integer, NodeId> asked = new HashMap<>();

  /** Made when it is needed first: most nodes never get a datagram of the store. */
  private @Nullable Map<Long, NodeId> byShortId;

  StorePart(Node node, ReplicaSetup setup) {
    this.node = node;
    this.replica = new Replica(setup, this);
  }

  /** Begins to exchange with others. */
  void start() {
    replica.start();
  }

  /** We are about to say good-bye; see {@link Replica#handOver}. */
  void handOver(Duration limit, Runnable then) {
    replica.handOver(limit, then);
  }

  /** We have said good-bye to others. */
  void leave() {
    replica.leave();
  }

  /** Ends what is under way. */
  void stop() {
    replica.stop();
  }

  /** We go on as another member, whose writes have numbers of their own. */
  void identityChanged() {
    replica.become(new ReplicaId(self(), 1));
  }

  /** A message of the store came by datagram from the node with this short id. */
  void received(long sender, Message.Store message) {
    NodeId from = find(sender);
    if (from == null) {
      node.metrics.dropped("store-sender");
    } else if (message.kind() > StoreMessage.LAST_KIND) {
      node.metrics.dropped("store-kind");
    } else {
      replica.received(from, new StoreMessage(message.kind(), message.body()));
    }
  }

  /** A stream of the rings is there. */
  void linkUp(RingLink link) {
    Neighbour neighbour = new Neighbour(link.number(), link.id());
    neighbours.put(link.number(), neighbour);
    ringLinks.put(link.number(), link);
    replica.neighbourUp(neighbour);
  }

  /** It is no more. */
  void linkDown(RingLink link) {
    parts.closed(link.number());
    ringLinks.remove(link.number());
    Neighbour neighbour = neighbours.remove(link.number());
    if (neighbour != null) {
      replica.neighbourDown(neighbour);
    }
  }

  /** A message of the store came on a stream of the rings. */
  void received(RingLink link, Message.Store message) {
    Neighbour neighbour = neighbours.get(link.number());
    if (neighbour == null) {
      return;
    }
    if (!parts.admits(link.number(), message)) {
      node.metrics.linkClosed("store-parts");
      link.broken();
      return;
    }
    StoreMessage whole = parts.take(link.number(), message);
    if (whole != null) {
      replica.received(neighbour, whole);
    }
  }

  /** Takes over a link that another node opens for an exchange. */
  void begun(int link, Message.Store first) {
    LinkPeer peer = node.links.peer(link);
    NodeId from = peer == null ? null : find(peer.shortId());
    if (from == null || first.kind() != StoreMessage.SUMMARY) {
      node.metrics.linkClosed(from == null ? "store-sender" : "first");
      node.links.close(link);
      return;
    }
    node.links.take(link, exchanges);
    node.links.bulk(link);
    replica.begun(link, from, new StoreMessage(first.kind(), first.body()));
  }

  /** A member said that its store has this digest; 0 for none. */
  void digestSeen(NodeId member, long digest) {
    replica.digestSeen(member, digest);
  }

  /** Digest of our store, to be told to others. */
  long digest() {
    return replica.digest();
  }

  /** Something is believed of a member now, or nothing any more. */
  void memberChanged(MemberKey member) {
    Map<Long, NodeId> known = byShortId;
    if (known != null) {
      if (node.table.find(member.id()) != null) {
        known.put(member.shortId(), member.id());
      } else {
        known.remove(member.shortId(), member.id());
      }
    }
    replica.membersChanged(member.id());
  }

  private @Nullable NodeId find(long shortId) {
    Map<Long, NodeId> known = byShortId;
    if (known == null) {
      known = new HashMap<>();
      for (int i = 0; i < node.table.size(); i++) {
        MemberKey member = node.table.at(i).key();
        known.put(member.shortId(), member.id());
      }
      byShortId = known;
    }
    NodeId found = known.get(shortId);
    // One that was preloaded later, or that is this node.
    return found == null || node.table.find(found) == null ? null : found;
  }

  /** What comes of the links of exchanges. */
  private final class Exchanges implements LinkUser {

    @Override
    public void opened(int link, LinkPeer peer) {
      NodeId expected = asked.remove(link);
      MemberRecord member = expected == null ? null : node.table.find(expected);
      if (member == null || member.key().shortId() != peer.shortId()) {
        // Another node has the address now.
        node.links.close(link);
        replica.closed(link);
        return;
      }
      replica.opened(link);
    }

    @Override
    public void received(int link, Message message) {
      if (!(message instanceof Message.Store store) || !parts.admits(link, store)) {
        node.metrics.linkClosed("store-parts");
        parts.closed(link);
        node.links.close(link);
        replica.closed(link);
        return;
      }
      StoreMessage whole = parts.take(link, store);
      if (whole != null) {
        replica.received(link, whole);
      }
    }

    @Override
    public void closed(int link, LinkEnd end) {
      asked.remove(link);
      parts.closed(link);
      replica.closed(link);
    }
  }

  @Override
  public long nanos() {
    return node.host.nanos();
  }

  @Override
  public long wallMillis() {
    return node.host.wallMillis();
  }

  @Override
  public RandomGenerator random() {
    return node.host.random();
  }

  @Override
  public Timer schedule(long delayNanos, Runnable work) {
    return node.host.schedule(delayNanos, work)::cancel;
  }

  @Override
  public NodeId self() {
    return node.table.self().id();
  }

  @Override
  public List<NodeId> living() {
    List<NodeId> living = new ArrayList<>(node.table.living());
    for (int i = 0; i < node.table.size(); i++) {
      MemberRecord member = node.table.at(i);
      if (member.isLiving() && member != node.table.self()) {
        living.add(member.id());
      }
    }
    return living;
  }

  @Override
  public int size() {
    return node.table.living();
  }

  @Override
  public @Nullable State state(NodeId of) {
    MemberRecord member = node.table.find(of);
    return member == null ? null : member.state();
  }

  @Override
  public @Nullable NodeId anybody() {
    List<MemberRecord> picked = node.table.pick(1, member -> member.state() == State.ALIVE);
    return picked.isEmpty() ? null : picked.get(0).id();
  }

  @Override
  public Collection<Neighbour> neighbours() {
    return Collections.unmodifiableCollection(neighbours.values());
  }

  @Override
  public long write(int link, StoreMessage message) {
    for (Message.Store part : StoreParts.cut(message)) {
      node.links.write(link, part);
    }
    return node.host.pending(link);
  }

  @Override
  public boolean send(NodeId to, StoreMessage message) {
    MemberRecord member = node.table.find(to);
    if (member == null || !fits(message)) {
      return false;
    }
    // What the system refuses is lost like any datagram.
    boolean unused =
        node.courier.send(member.address(), new Message.Store(message.kind(), message.body()));
    return true;
  }

  @Override
  public boolean rumour(StoreMessage message) {
    if (!fits(message)) {
      return false;
    }
    node.rumours.spread(new Message.Store(message.kind(), message.body()));
    return true;
  }

  private boolean fits(StoreMessage message) {
    int most = node.settings.maxDatagram() - Courier.ENVELOPE_OCTETS;
    return message.body().size() + HEADER_OCTETS <= most;
  }

  @Override
  public int open(NodeId to) {
    MemberRecord member = node.table.find(to);
    if (member == null || node.leaving.isLeaving()) {
      return -1;
    }
    int link = node.links.open(member.address(), exchanges);
    node.links.bulk(link);
    asked.put(link, to);
    return link;
  }

  @Override
  public void close(int link) {
    asked.remove(link);
    RingLink ring = ringLinks.get(link);
    if (ring == null) {
      parts.closed(link);
      node.links.close(link);
    } else {
      // Later, as the replica hears of it.
      var unused =
          node.host.schedule(
              0,
              () -> {
                if (ring.number() == link) {
                  ring.broken();
                }
              });
    }
  }
}
