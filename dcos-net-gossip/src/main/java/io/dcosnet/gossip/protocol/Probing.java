// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.wire.BodyReader;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.Ack;
import io.dcosnet.gossip.wire.Message.Nack;
import io.dcosnet.gossip.wire.Message.Ping;
import io.dcosnet.gossip.wire.Message.PingRequest;
import io.dcosnet.gossip.wire.Message.WrongNode;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks one member after the other for a sign of life, directly, through helpers and over TCP
 * (SWIM).
 */
final class Probing {

  /** Pings under way beyond which no further question is asked. */
  private static final int MAX_PINGS = 4096;

  private final Node node;
  private final Pings pings;
  private final ProbedPaths paths;
  private final ProbeHelp help;

  private @Nullable Probe current;
  // Of the round before, so that late answers still tell how long they take.
  private Pings.@Nullable Sent last;

  Probing(Node node) {
    this.node = node;
    this.pings = new Pings(node);
    this.paths = new ProbedPaths(node);
    this.help = new ProbeHelp(node, pings);
  }

  /** Begins to probe. */
  void start() {
    node.host.schedule(node.somewhereIn(node.settings.probeInterval()), this::next);
  }

  /** Handles one of the messages of probing that came by datagram. */
  void received(HostPort from, long sender, Message message) {
    if (message instanceof Ping ping) {
      Message answer = answer(ping);
      if (answer != null) {
        node.courier.send(from, answer);
      }
    } else if (message instanceof Ack ack) {
      acknowledged(sender, ack);
    } else if (message instanceof PingRequest request) {
      help.asked(from, sender, request);
    } else if (message instanceof Nack nack) {
      if (current != null && current.ping.sequence == nack.sequence()) {
        current.notAnswered(sender);
      }
    } else if (message instanceof WrongNode wrong) {
      pings.received(from, sender, wrong);
    } else {
      // Belongs on a stream.
      node.metrics.fault(BodyReader.Fault.MALFORMED);
    }
  }

  /** Answers a ping on a link that another node opened for it, and closes the link. */
  void begun(int link, Ping ping) {
    Message answer = answer(ping);
    if (answer != null) {
      node.links.write(link, answer);
    }
    node.links.close(link);
  }

  /** Pings an address once, out of turn; tells whether that node answered in time. */
  void ask(HostPort address, NodeId target, Consumer<Boolean> answer) {
    if (pings.size() >= MAX_PINGS) {
      node.host.schedule(0, () -> answer.accept(false));
    } else {
      new Question(node, pings, address, target, answer);
    }
  }

  /** A member is gone: what is known of the way to it is of no use. */
  void forget(NodeId id) {
    paths.forget(id);
  }

  /** Pings for other nodes that wait for an answer. */
  int errands() {
    return help.waiting();
  }

  /** Pings that wait for an answer, and members with a bad way to them. */
  int remembered() {
    return pings.size() + paths.size();
  }

  private void acknowledged(long sender, Ack ack) {
    if (!ack.viaHelper()) {
      pings.received(sender, ack);
    } else if (current != null && current.ping.sequence == ack.sequence()) {
      current.relayed(sender, ack);
    }
  }

  @Nullable Message answer(Ping ping) {
    MemberRecord self = node.table.self();
    if (ping.target().equals(self.id())) {
      return new Ack(
          ping.sequence(),
          ping.sentMicros(),
          false,
          node.health.score(),
          node.table.digest(),
          node.store == null ? 0 : node.store.digest());
    }
    // Without proof who asks, nobody learns who we are.
    return node.setup.authenticated()
        ? new WrongNode(ping.sequence(), self.id(), self.epoch())
        : null;
  }

  private void next() {
    if (last != null) {
      pings.forget(last);
    }
    last = current == null ? null : current.ping;
    current = null;
    if (node.leaving.isLeaving()) {
      return;
    }
    long period = node.varied(node.settings.probeInterval()) * node.health.factor();
    MemberRecord target = node.table.nextToProbe();
    if (target == null) {
      node.host.schedule(period, this::next);
    } else {
      current = new Probe(node, pings, paths, target, node.host.nanos() + period, this::next);
    }
  }
}
