// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.net.HostPort;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/** Carries datagrams, loses some, and knows who cannot reach whom. */
final class Network {

  /** Header and tag of our envelope, and the headers of IPv4 and UDP. */
  static final int DATAGRAM_OVERHEAD = 48 + 28;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** What became of datagrams. */
  static final class Counts {
    long sent;
    long lost;
    long duplicated;
    long overflows;
  }

  final Counts counts = new Counts();

  private final World world;
  private final SplittableRandom random;
  // Pairs, sender's index first. Only ever asked for one pair, so that its order reaches nothing.
  private final Set<Long> cuts = new HashSet<>();
  private NetworkModel model;
  private long fastest;
  private long spread;
  private long tailSpread;

  Network(World world, NetworkModel model, SplittableRandom random) {
    this.world = world;
    this.random = random;
    this.model = model;
    model(model);
  }

  NetworkModel model() {
    return model;
  }

  /** From now on; packets under way are not touched. */
  void model(NetworkModel next) {
    model = next;
    fastest = next.fastest().toNanos();
    spread = next.slowest().toNanos() - fastest + 1;
    tailSpread = next.tailSlowest().toNanos() - fastest + 1;
  }

  void cut(SimulatedNode from, SimulatedNode to) {
    cuts.add(pair(from, to));
  }

  void join(SimulatedNode from, SimulatedNode to) {
    cuts.remove(pair(from, to));
  }

  /** Ends all cuts and partitions. */
  void heal() {
    cuts.clear();
    for (SimulatedNode node : world.nodes) {
      node.side = 0;
    }
  }

  /** Whether packets of one get to the other, bad luck aside. */
  boolean passes(SimulatedNode from, SimulatedNode to) {
    return from.hostUp
        && to.hostUp
        && from.side == to.side
        && (cuts.isEmpty() || !cuts.contains(pair(from, to)));
  }

  /** Whether bad luck strikes a packet. */
  boolean loses(SimulatedNode from, SimulatedNode to) {
    double loss = model.loss();
    if (from.loss > 0 || to.loss > 0) {
      loss = 1 - (1 - loss) * (1 - from.loss) * (1 - to.loss);
    }
    return loss > 0 && random.nextDouble() < loss;
  }

  /** A time of travel in nanoseconds. */
  long travel() {
    boolean inTail = model.tail() > 0 && random.nextDouble() < model.tail();
    return fastest + random.nextLong(inTail ? tailSpread : spread);
  }

  /** Chance of the network, for whatever else needs some. */
  SplittableRandom chance() {
    return random;
  }

  /** Sends a datagram; false when the sender's own system refuses. */
  boolean send(NodeProcess from, HostPort to, byte[] body, int length) {
    SimulatedNode source = from.node;
    if (source.refusesToSend) {
      return false;
    }
    int octets = length + DATAGRAM_OVERHEAD;
    source.traffic.datagram(octets);
    counts.sent++;
    SimulatedNode target = world.find(to);
    if (target == null
        || octets > model.mtu()
        || !passes(source, target)
        || loses(source, target)) {
      counts.lost++;
      return true;
    }
    Datagram datagram =
        new Datagram(source.address(), from.program.shortId(), target, Arrays.copyOf(body, length));
    world.queue.add(datagram, world.now() + travel());
    if (model.duplication() > 0 && random.nextDouble() < model.duplication()) {
      counts.duplicated++;
      world.queue.add(new Datagram(datagram), world.now() + travel());
    }
    return true;
  }

  /**
   * Somebody outside the cluster sends octets of his choice under an address of his choice. Takes
   * nothing from the chance of the network, so that all else happens as without him.
   */
  void forge(HostPort from, SimulatedNode target, byte[] octets) {
    world.queue.add(new Datagram(from, 0, target, octets), world.now() + fastest);
  }

  private static long pair(SimulatedNode from, SimulatedNode to) {
    return (long) from.index << 32 | to.index;
  }

  /** A fingerprint of octets. */
  static long fingerprint(byte[] octets) {
    long hash = octets.length;
    int at = 0;
    for (; at + 8 <= octets.length; at += 8) {
      hash = (hash ^ (long) LONGS.get(octets, at)) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 29;
    }
    for (; at < octets.length; at++) {
      hash = hash * 31 + octets[at];
    }
    return hash;
  }

  /** A datagram under way. */
  private static final class Datagram extends Happening {
    private final HostPort from;
    private final long sender;
    private final SimulatedNode to;
    private final byte[] body;

    Datagram(HostPort from, long sender, SimulatedNode to, byte[] body) {
      this.from = from;
      this.sender = sender;
      this.to = to;
      this.body = body;
    }

    Datagram(Datagram other) {
      this(other.from, other.sender, other.to, other.body);
    }

    @Override
    void due() {
      NodeProcess process = to.process;
      if (process != null && to.hostUp) {
        process.take(this);
      }
    }

    @Override
    boolean isDatagram() {
      return true;
    }

    @Override
    void run(NodeProcess process) {
      process.world.note(2, to.index, fingerprint(body));
      process.program.received(from, sender, body, 0, body.length);
    }
  }
}
