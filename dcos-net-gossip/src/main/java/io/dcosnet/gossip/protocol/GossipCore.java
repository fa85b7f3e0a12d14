// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.member.TimelineStep;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.wire.BodyReader;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One node of the gossip protocol: a state machine that gets datagrams, frames and timers and
 * answers through its {@link Host}. Equal inputs give equal outputs, so it runs under sockets and
 * under the simulator alike.
 *
 * <p><b>Not thread-safe.</b> One thread at a time calls it, never from within a method of its host.
 */
public final class GossipCore implements CoreInput {

  private final Node node;

  /** A node that has not begun; nothing is sent yet. */
  public GossipCore(CoreSetup setup, Host host) {
    this.node = new Node(setup, host);
  }

  /** Begins to probe, to gossip and to look for the others. */
  public void start() {
    node.beliefs.start();
    node.probing.start();
    node.syncing.start();
    node.rings.start();
    node.reconnecting.start();
    node.joining.start();
    if (node.store != null) {
      node.store.start();
    }
  }

  @Override
  public void received(HostPort from, long sender, byte[] body, int offset, int length) {
    BodyReader.read(
        body,
        offset,
        length,
        node.known,
        message -> dispatch(from, sender, message),
        node.metrics::fault);
  }

  /** The parts, for tests of one of them within the whole. */
  Node node() {
    return node;
  }

  private void dispatch(HostPort from, long sender, Message message) {
    if (message instanceof Fact fact) {
      node.beliefs.learn(fact, new Hearsay(Hearsay.Channel.GOSSIP, from));
    } else if (message instanceof Message.Event event) {
      node.events.received(event);
    } else if (message instanceof Message.Mail || message instanceof Message.MailAnswer) {
      node.mail.received(from, message);
    } else if (message instanceof Message.KeyRingState keys) {
      node.keys.received(keys.state());
    } else if (message instanceof Message.Store store) {
      store(sender, store);
    } else {
      node.probing.received(from, sender, message);
    }
  }

  private void store(long sender, Message.Store message) {
    if (node.store != null) {
      node.store.received(sender, message);
    }
  }

  @Override
  public void accepted(int link, LinkPeer peer) {
    node.links.accepted(link, peer);
  }

  @Override
  public void opened(int link, LinkPeer peer) {
    node.links.opened(link, peer);
  }

  @Override
  public void frame(int link, byte[] octets, int offset, int length) {
    node.links.frame(link, octets, offset, length);
  }

  @Override
  public void closed(int link, LinkEnd end) {
    node.links.closed(link, end);
  }

  @Override
  public void lagged() {
    node.health.worse(1);
  }

  /** Says something new of ourselves. */
  public void announce(Profile profile) {
    node.beliefs.announce(profile);
  }

  /** Leaves in order; the work runs when it is done. */
  public void leave(Runnable done) {
    node.leaving.leave(done);
  }

  /** Spreads news to all nodes; see {@link Message.Event} for the limits. */
  public void broadcast(String topic, Bytes payload) {
    node.events.broadcast(topic, payload);
  }

  /** Who gets the news of other nodes. */
  public void onEvent(Consumer<Message.Event> listener) {
    node.events.listener(listener);
  }

  /** Sends mail to one node; the result is empty, or what went wrong. */
  public void mail(NodeId to, String topic, Bytes payload, Consumer<String> result) {
    node.mail.send(to, topic, payload, result);
  }

  /** Who gets mail for this node. */
  public void onMail(MailReceiver receiver) {
    node.mail.receiver(receiver);
  }

  /** The replicated store of this node; null for a member without. */
  public @Nullable Replica replica() {
    return node.store == null ? null : node.store.replica;
  }

  /** The key ring has changed by what was done here; the others are told. */
  public void keysChanged() {
    node.keys.changed();
  }

  /** This node as it sees itself; its identity changes when it was found cloned. */
  public MemberRecord self() {
    return node.table.self();
  }

  /** What is believed of a member. */
  public @Nullable MemberRecord member(NodeId id) {
    return node.table.find(id);
  }

  /** All members in no useful order, this node included; a copy. */
  public List<MemberRecord> members() {
    List<MemberRecord> members = new ArrayList<>(node.table.size());
    for (int i = 0; i < node.table.size(); i++) {
      members.add(node.table.at(i));
    }
    return members;
  }

  public int size() {
    return node.table.size();
  }

  /** Digest of the member table; equal tables have equal ones. */
  public long digest() {
    return node.table.digest();
  }

  /** Who accuses a member at present. */
  public List<Accusation> accusations(NodeId id) {
    return node.suspicions.accusations(id);
  }

  /** The name that a member is shown by: with its short id where another one owns the name. */
  public String shownName(MemberRecord member) {
    return node.names.shown(member);
  }

  /**
   * Whether a member is known to be reached: false while it was only heard of in a late exchange
   * and has not answered yet. It may live, but no traffic should go there.
   */
  public boolean isProven(NodeId id) {
    return !node.strangers.has(id);
  }

  /**
   * Takes members for granted, without a word from them: so simulations begin with clusters that
   * are complete. Before {@link #start}.
   */
  public void preload(List<MemberRecord> members) {
    members.forEach(node.table::put);
  }

  /** As {@link #preload(List)}, with the members of another core, in a fraction of the time. */
  public void preload(GossipCore like) {
    node.table.putAll(like.node.table);
  }

  /** How the belief about a member came about, oldest step first. */
  public List<TimelineStep> why(NodeId id) {
    return node.timeline.of(id);
  }
}
