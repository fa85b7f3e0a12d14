// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Some replicas in virtual time, without the rest of a node: datagrams that take their time and get
 * lost, streams that keep their order and break. Equal seeds give equal runs.
 */
final class ReplicaNet {

  final VirtualTime time = new VirtualTime();
  final Random random;
  final StoreSettings settings;
  final List<ReplicaNode> nodes = new ArrayList<>();

  /** How long a datagram or a message on a stream is under way. */
  Duration leastDelay = Duration.ofNanos(200_000);

  Duration mostDelay = Duration.ofMillis(2);

  /** The part of the datagrams that get lost. */
  double loss;

  /** Whether something from the first gets to the second; streams between others break. */
  BiPredicate<ReplicaNode, ReplicaNode> passes = (from, to) -> true;

  /** Told the number of each message on streams of exchanges; breaks it instead when true. */
  IntPredicate breaksAt = number -> false;

  /** Whether nodes begin with exchanges alone, and write without telling anybody. */
  boolean onlyExchanges;

  /** Whether nodes begin without exchanges: what is told is told by what the test is about. */
  boolean withoutExchanges;

  /** Messages on streams of exchanges so far. */
  int exchanged;

  /** The most octets that were under way at a time in one direction of a stream. */
  long mostUnderWay;

  /** Octets of the bodies of messages that were sent, by kind. */
  final Map<Integer, Long> octets = new TreeMap<>();

  /** Messages that were sent, by kind. */
  final Map<Integer, Integer> messages = new TreeMap<>();

  private int links;

  ReplicaNet(long seed) {
    this(seed, StoreSettings.lan());
  }

  ReplicaNet(long seed, StoreSettings settings) {
    this.random = new Random(seed);
    this.settings = settings;
  }

  /** Nodes of which only the links of the rings and datagrams tell each other anything. */
  static ReplicaNet withoutExchanges(long seed) {
    ReplicaNet net = new ReplicaNet(seed);
    net.withoutExchanges = true;
    return net;
  }

  /** A node that has not begun. */
  ReplicaNode node() {
    ReplicaNode node = new ReplicaNode(this, nodes.size() + 1);
    nodes.add(node);
    return node;
  }

  /** So many nodes that have begun, without links of rings. */
  List<ReplicaNode> nodes(int count) {
    List<ReplicaNode> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(node());
    }
    made.forEach(ReplicaNode::start);
    return made;
  }

  /** Opens a stream of the rings between two nodes that are up. */
  void link(ReplicaNode a, ReplicaNode b) {
    ReplicaLink link = new ReplicaLink(this, a, b, ++links, ++links, true);
    link.open();
  }

  /** Links all nodes in a ring, and each one with a few others. */
  void ring(int chords) {
    for (int i = 0; i < nodes.size(); i++) {
      link(nodes.get(i), nodes.get((i + 1) % nodes.size()));
    }
    for (int i = 0; i < chords * nodes.size(); i++) {
      ReplicaNode a = nodes.get(random.nextInt(nodes.size()));
      ReplicaNode b = nodes.get(random.nextInt(nodes.size()));
      if (a != b && a.linkTo(b) == null) {
        link(a, b);
      }
    }
  }

  /** Breaks the stream of the rings between two nodes, if there is one. */
  void unlink(ReplicaNode a, ReplicaNode b) {
    ReplicaLink link = a.linkTo(b);
    if (link != null) {
      link.breaks();
    }
  }

  /** Tells nodes of digests of others, as answers to probes do; each one once per interval. */
  void compareDigests(Duration interval) {
    var unused =
        time.schedule(
            interval,
            () -> {
              for (ReplicaNode node : nodes) {
                ReplicaNode other = nodes.get(random.nextInt(nodes.size()));
                if (node.isUp() && other.isUp() && node != other && passes.test(other, node)) {
                  node.replica().digestSeen(other.id, other.replica().digest());
                }
              }
              compareDigests(interval);
            });
  }

  /** Parts the nodes in two halves: those before this one, and the others. */
  void part(int first) {
    passes = (from, to) -> (from.number <= first) == (to.number <= first);
    for (ReplicaNode node : nodes) {
      node.breakForeign();
    }
  }

  /** Ends all partitions. */
  void heal() {
    passes = (from, to) -> true;
  }

  /** Lets time pass until something holds; false when it does not. */
  boolean within(Duration limit, BooleanSupplier condition) {
    long end = time.nanos() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (time.nanos() >= end) {
        return false;
      }
      time.advance(Duration.ofMillis(10));
    }
    return true;
  }

  /** Whether all nodes that are up have taken in the same and show the same. */
  boolean allAlike() {
    ReplicaNode first = null;
    for (ReplicaNode node : nodes) {
      if (node.isUp()) {
        first = first == null ? node : first;
        if (!node.isLike(first)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Octets of the bodies of all messages so far. */
  long allOctets() {
    return octets.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Octets of the bodies of messages of exchanges so far. */
  long exchangeOctets() {
    return octets.getOrDefault(StoreMessage.SUMMARY, 0L)
        + octets.getOrDefault(StoreMessage.EXCHANGE, 0L);
  }

  @Nullable ReplicaNode find(Object id) {
    for (ReplicaNode node : nodes) {
      if (node.id.equals(id)) {
        return node;
      }
    }
    return null;
  }

  int nextLink() {
    return ++links;
  }

  void count(StoreMessage message) {
    octets.merge(message.kind(), (long) message.body().size(), Long::sum);
    messages.merge(message.kind(), 1, Integer::sum);
  }

  Duration travel() {
    long spread = mostDelay.toNanos() - leastDelay.toNanos();
    return leastDelay.plusNanos(spread <= 0 ? 0 : random.nextLong(spread));
  }
}
