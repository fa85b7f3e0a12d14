// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Membership;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.gossip.crdt.CrdtStore;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.member.ProtocolRange;
import io.dcosnet.gossip.protocol.GossipCore;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.view.StoreView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A host of a {@link Simulation} and the member that runs on it, through all its lives. What it
 * does and suffers is ordered by the simulation; code under test runs in the function that was
 * given when it was added, once in every life.
 *
 * <p><b>Not thread-safe.</b>
 */
public final class SimulatedNode {

  final int index;
  final Traffic traffic = new Traffic();
  Disk disk;

  /** Nodes of different sides do not reach each other. */
  int side;

  /** Loss of all packets from and to this host, besides that of the network. */
  double loss;

  /** What each piece of work costs its thread, in nanoseconds. */
  long workNanos;

  /** Whether its own packet filter refuses what it sends. */
  boolean refusesToSend;

  /** Whether the host has power, with or without a process on it. */
  boolean hostUp = true;

  @Nullable NodeProcess process;

  private final World world;
  private final String name;
  private final Consumer<SimulatedNode> code;
  private final List<Consumer<GossipEvent>> listeners = new ArrayList<>(1);
  private HostPort address;
  private long skewMillis;
  private List<SimulatedNode> seeds = List.of();
  private @Nullable NodeScheduler scheduler;
  private @Nullable NodeMail mail;

  /** Only where somebody asked for it: ten thousand views of ten thousand members fit nowhere. */
  private @Nullable NodeView view;

  /** The same of the store. */
  private @Nullable NodeStore store;

  SimulatedNode(
      World world,
      int index,
      String name,
      HostPort address,
      NodeId id,
      Consumer<SimulatedNode> code) {
    this.world = world;
    this.index = index;
    this.name = name;
    this.address = address;
    this.disk = new Disk(id);
    this.code = code;
  }

  public String name() {
    return name;
  }

  /** Its present address, for datagrams and streams. */
  public HostPort address() {
    return address;
  }

  /** Its identity, which is another one after its disk was lost. */
  public NodeId id() {
    GossipCore core = coreOrNull();
    return core == null ? disk.id() : core.self().id();
  }

  /** Whether a process runs, be it stopped or cut off. */
  public boolean isRunning() {
    return process != null;
  }

  /**
   * Work in the node's own thread and by its own clock; all of it is gone when the process ends.
   *
   * @throws IllegalStateException when it does not run
   */
  public Scheduler scheduler() {
    return running(scheduler);
  }

  /**
   * The node's clock.
   *
   * @throws IllegalStateException when it does not run
   */
  public TimeSource time() {
    return running(scheduler);
  }

  /**
   * Messages to other nodes.
   *
   * @throws IllegalStateException when it does not run
   */
  public NodeMessages messages() {
    return running(mail);
  }

  /**
   * The replicated store as this node has it.
   *
   * @throws IllegalStateException when it does not run, or the simulation has no stores
   */
  public ReplicatedStore store() {
    return storeView();
  }

  /** The same data, with keys that several nodes may write to; throws as {@link #store} does. */
  public CrdtStore crdts() {
    return storeView().crdts();
  }

  private StoreView storeView() {
    NodeStore now = store;
    if (now == null) {
      Replica replica = core().replica();
      if (replica == null) {
        throw new IllegalStateException(name + " has no store (make a simulation with stores)");
      }
      now = new NodeStore(running(scheduler), core(), replica);
      store = now;
    }
    return now.view();
  }

  /**
   * The members as this node sees them in its present life.
   *
   * @throws IllegalStateException when it does not run
   */
  public Membership membership() {
    NodeView now = view;
    if (now == null) {
      now = new NodeView(running(scheduler), core());
      view = now;
    }
    return now.membership();
  }

  /** Hears what this node notices, in all its lives, from within the node: not to be answered. */
  public Subscription onEvent(Consumer<GossipEvent> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Octets that it has put on the wire, with the headers of IP, UDP and TCP. */
  public long octetsSent() {
    return traffic.octets();
  }

  /** Packets that it has put on the wire. */
  public long packetsSent() {
    return traffic.packets();
  }

  @Override
  public String toString() {
    return name;
  }

  private <T> T running(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException(name + " does not run");
    }
    return part;
  }

  GossipCore core() {
    return running(coreOrNull());
  }

  @Nullable GossipCore coreOrNull() {
    NodeProcess now = process;
    return now == null ? null : now.program.core();
  }

  void seeds(List<SimulatedNode> next) {
    seeds = List.copyOf(next);
  }

  List<HostPort> seeds() {
    List<HostPort> addresses = new ArrayList<>(seeds.size());
    for (SimulatedNode seed : seeds) {
      if (seed != this) {
        addresses.add(seed.address());
      }
    }
    return addresses;
  }

  Profile profile() {
    return new Profile(name, List.of(address), Bytes.EMPTY, ProtocolRange.OURS);
  }

  long wallMillis() {
    return World.WALL_MILLIS + skewMillis + world.now() / 1_000_000;
  }

  void skew(long millis) {
    skewMillis = millis;
  }

  void move(HostPort next) {
    world.register(next, this);
    world.unregister(address, this);
    address = next;
  }

  /** Starts a process. */
  void start() {
    create().begin();
  }

  /** A process on a host that is up, which does nothing yet. */
  NodeProcess create() {
    if (process != null) {
      throw new IllegalStateException(name + " runs already");
    }
    hostUp = true;
    NodeProcess next =
        new NodeProcess(world, this, disk.nextEpoch(wallMillis()), world.random.split());
    process = next;
    world.note(5, index, next.epoch);
    scheduler = new NodeScheduler(next);
    GossipCore core = coreOrNull();
    mail = core == null ? null : new NodeMail(scheduler, core);
    code.accept(this);
    return next;
  }

  /** Ends the process if there is one. */
  void stop(boolean withHost) {
    NodeProcess last = process;
    if (last != null) {
      disk.id(id());
      if (sawOthers()) {
        disk.store().contact(wallMillis());
      }
      process = null;
      scheduler = null;
      mail = null;
      view = null;
      store = null;
      world.note(6, index, withHost ? 1 : 0);
      last.end();
      world.streams.died(last, withHost);
    }
    if (withHost) {
      hostUp = false;
    }
  }

  private boolean sawOthers() {
    GossipCore core = coreOrNull();
    return core != null
        && core.members().stream()
            .anyMatch(
                member ->
                    member.state() == Member.State.ALIVE && !member.id().equals(core.self().id()));
  }

  /** Its core was given members without events. */
  void preloaded() {
    if (view != null) {
      view.fill();
    }
    if (store != null) {
      store.fill();
    }
  }

  /** Whether somebody else lives, or did until now. */
  private boolean showsOthers(GossipEvent.MemberChanged change) {
    boolean lives = change.before() == Member.State.ALIVE || change.after() == Member.State.ALIVE;
    return lives && !change.id().equals(core().self().id());
  }

  void told(NodeProcess life, GossipEvent event) {
    if (life == process) {
      world.note(7, index, event.getClass().getSimpleName().hashCode());
      if (event instanceof GossipEvent.MemberChanged change && showsOthers(change)) {
        disk.store().contact(wallMillis());
      }
      for (Consumer<GossipEvent> listener : List.copyOf(listeners)) {
        listener.accept(event);
      }
      if (view != null) {
        view.told(event);
      }
      if (store != null) {
        store.told(event);
      }
    }
  }
}
