// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.protocol.GossipCore;
import io.dcosnet.gossip.protocol.MemberRecord;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A cluster of members in virtual time, with a network that can do them every wrong. Everything
 * happens in the thread that calls {@link #advance}, and the same seed and the same calls give the
 * same run, event by event, on every machine.
 *
 * <pre>{@code
 * Simulation simulation = Simulation.of(42);
 * List<SimulatedNode> nodes = simulation.addAll(5, node -> new MyLoadBalancer(node.messages()));
 * nodes.forEach(simulation::start);
 * simulation.advance(Duration.ofSeconds(5));
 * simulation.kill(nodes.get(2));
 * simulation.advanceUntil(() -> balancer.isEmpty(nodes.get(2).id()), Duration.ofSeconds(2));
 * }</pre>
 *
 * <p><b>Not thread-safe.</b>
 */
public final class Simulation {

  /** Where members listen, UDP and TCP. */
  public static final int PORT = 7950;

  // The benchmarking range of RFC 2544, since no documentation range holds ten thousand hosts.
  private static final int FIRST_ADDRESS = 198 << 24 | 18 << 16 | 1;

  private static final long CONDITION_STEP = 1_000_000;

  final World world;

  private final GossipSettings settings;
  private List<SimulatedNode> seeds = List.of();
  private int lastAddress;

  private Simulation(
      long seed, GossipSettings settings, NetworkModel network, Program.Factory programs) {
    this.settings = settings;
    this.world = new World(seed, network, settings.streamTimeout().toNanos(), programs);
  }

  /** With the settings and the network of a data centre. */
  public static Simulation of(long seed) {
    return of(seed, GossipSettings.lan(), NetworkModel.lan());
  }

  /** With settings and a network of one's own. */
  public static Simulation of(long seed, GossipSettings settings, NetworkModel network) {
    return of(seed, settings, network, MetricsSink.none());
  }

  /** Where the figures of all nodes go, summed up. */
  public static Simulation of(
      long seed, GossipSettings settings, NetworkModel network, MetricsSink metrics) {
    return of(seed, settings, network, GossipProgram.factory(settings, metrics));
  }

  /** With nodes that have a copy of the replicated store each. */
  public static Simulation withStores(
      long seed,
      GossipSettings settings,
      StoreSettings stores,
      NetworkModel network,
      MetricsSink metrics) {
    return of(seed, settings, network, GossipProgram.factory(settings, stores, metrics));
  }

  /** With members of one's own making. */
  static Simulation of(
      long seed, GossipSettings settings, NetworkModel network, Program.Factory programs) {
    return new Simulation(seed, settings, network, programs);
  }

  public GossipSettings settings() {
    return settings;
  }

  /**
   * A host with a member that does nothing else; the first one is the seed unless told otherwise.
   */
  public SimulatedNode add(String name) {
    return add(name, node -> {});
  }

  /**
   * A host with a member and code of one's own on it.
   *
   * @param code called at each start of the node, before it does anything
   */
  public SimulatedNode add(String name, Consumer<SimulatedNode> code) {
    HostPort address = freeAddress();
    SimulatedNode node =
        new SimulatedNode(
            world, world.nodes.size(), name, address, NodeId.random(world.random), code);
    world.nodes.add(node);
    world.register(address, node);
    if (seeds.isEmpty()) {
      seeds = List.of(node);
    }
    node.seeds(seeds);
    return node;
  }

  /** Hosts {@code node-0}, {@code node-1} and so on, each with code of one's own on it. */
  public List<SimulatedNode> addAll(int count, Consumer<SimulatedNode> code) {
    List<SimulatedNode> added = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      added.add(add("node-" + world.nodes.size(), code));
    }
    return added;
  }

  /** All hosts. */
  public List<SimulatedNode> nodes() {
    return Collections.unmodifiableList(world.nodes);
  }

  /** Whom all nodes ask for the cluster from now on. */
  public void seeds(List<SimulatedNode> next) {
    seeds = List.copyOf(next);
    world.nodes.forEach(node -> node.seeds(seeds));
  }

  private HostPort freeAddress() {
    return new HostPort(IpAddress.ofIpv4(FIRST_ADDRESS + lastAddress++), PORT);
  }

  /** Starts all nodes at once, none of which may run, as members that know each other already. */
  public void startComplete() {
    List<NodeProcess> processes = new ArrayList<>();
    List<MemberRecord> members = new ArrayList<>();
    for (SimulatedNode node : world.nodes) {
      processes.add(node.create());
      members.add(node.core().self());
    }
    GossipCore first = null;
    for (SimulatedNode node : world.nodes) {
      if (first == null) {
        first = node.core();
        first.preload(members);
      } else {
        node.core().preload(first);
      }
      node.preloaded();
    }
    processes.forEach(NodeProcess::begin);
  }

  /** Starts a node that does not run, and its host where that is off. */
  public void start(SimulatedNode node) {
    node.start();
  }

  /** Ends the process at once; its host closes its sockets and refuses new streams. */
  public void kill(SimulatedNode node) {
    node.stop(false);
  }

  /** Takes the power from the host: silence. What it wrote last may be lost. */
  public void powerOff(SimulatedNode node) {
    node.stop(true);
    if (world.random.nextBoolean()) {
      node.disk.loseLastWrite();
    }
    node.disk.store().losePower(world.random, world.now());
  }

  /** Kills the process if it runs, and starts it anew with what its disk holds. */
  public void restart(SimulatedNode node) {
    node.stop(false);
    node.start();
  }

  /** As {@link #restart}, with an empty disk and a new address: the same name, another member. */
  public void rebuild(SimulatedNode node) {
    node.stop(true);
    node.disk = new Disk(NodeId.random(world.random));
    node.move(freeAddress());
    node.start();
  }

  /** As {@link #restart}, with a new address. */
  public void move(SimulatedNode node) {
    node.stop(true);
    node.move(freeAddress());
    node.start();
  }

  /** Lets a host that is not running have the disk of another one, as a copied machine has. */
  public void copyDisk(SimulatedNode from, SimulatedNode to) {
    if (to.isRunning()) {
      throw new IllegalStateException(to.name() + " runs");
    }
    to.disk = from.disk.copy();
  }

  /** Lets a node say good-bye; its process ends when it is through. */
  public void leave(SimulatedNode node) {
    GossipCore core = node.core();
    NodeProcess life = node.process;
    node.scheduler()
        .execute(
            () ->
                core.leave(
                    () ->
                        world.at(
                            world.now(),
                            () -> {
                              if (node.process == life) {
                                node.disk.store().close();
                                node.stop(false);
                              }
                            })));
  }

  /** Stops a node's thread for a while, as a debugger, SIGSTOP or a garbage collector does. */
  public void pause(SimulatedNode node, Duration time) {
    if (node.process != null) {
      node.process.holdUntil(world.now() + time.toNanos());
    }
  }

  /** Lets each piece of work take a node's thread so long; zero for none. */
  public void slow(SimulatedNode node, Duration perWork) {
    node.workNanos = perWork.toNanos();
  }

  /** Sets a node's wall clock ahead by so much, or back. */
  public void skew(SimulatedNode node, Duration ahead) {
    node.skew(ahead.toMillis());
  }

  /** Lets nothing through from one node to another any more; the way back is not touched. */
  public void cut(SimulatedNode from, SimulatedNode to) {
    world.network.cut(from, to);
  }

  /** Ends {@link #cut}. */
  public void join(SimulatedNode from, SimulatedNode to) {
    world.network.join(from, to);
  }

  /**
   * Parts these nodes from all others; nodes of several calls are parted from each other as well.
   */
  public void isolate(Collection<SimulatedNode> side) {
    int next = 1 + world.nodes.stream().mapToInt(node -> node.side).max().orElse(0);
    side.forEach(node -> node.side = next);
  }

  /** Ends all cuts and partitions. */
  public void heal() {
    world.network.heal();
  }

  /** Changes the network for packets from now on. */
  public void network(NetworkModel model) {
    world.network.model(model);
  }

  public NetworkModel network() {
    return world.network.model();
  }

  /** Loses a part of all packets from and to a node, 0 to 1. */
  public void loss(SimulatedNode node, double part) {
    node.loss = part;
  }

  /** Whether a node's own packet filter refuses what it sends. */
  public void refuseToSend(SimulatedNode node, boolean refuses) {
    node.refusesToSend = refuses;
  }

  /** Does something to the simulation when so much time has passed. */
  public void later(Duration delay, Runnable work) {
    world.at(world.now() + delay.toNanos(), work);
  }

  /** Lets all happen that happens in this time. */
  public void advance(Duration time) {
    world.runUntil(world.now() + time.toNanos());
  }

  /**
   * Lets things happen until the condition holds, looked at every millisecond; false when it does
   * not within the limit.
   */
  public boolean advanceUntil(BooleanSupplier condition, Duration limit) {
    long end = world.now() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (world.now() >= end) {
        return false;
      }
      world.runUntil(Math.min(end, world.now() + CONDITION_STEP));
    }
    return true;
  }

  /** Virtual time since the simulation was made. */
  public Duration elapsed() {
    return Duration.ofNanos(world.now());
  }

  /** Events so far. */
  public long events() {
    return world.steps();
  }

  /** A number that two runs have in common only if everything in them was the same. */
  public long fingerprint() {
    return world.hash();
  }
}
