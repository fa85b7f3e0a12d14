// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.crdt.CrdtValue;
import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.Hlc;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.Stamp;
import io.dcosnet.gossip.store.StoreRecord;
import io.dcosnet.gossip.store.StoreState;
import io.dcosnet.testkit.RecordingMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A node of a {@link ReplicaNet}: what is left of it when it is down, and its replica if not. */
final class ReplicaNode implements ReplicaHost {

  private static final int MAX_DATAGRAM = 1_000;
  private static final int RUMOUR_COPIES = 3;

  final ReplicaNet net;
  final int number;
  final NodeId id;
  final TestLog log;
  final RecordingMetrics metrics = new RecordingMetrics();
  final Map<Integer, ReplicaLink> links = new TreeMap<>();

  /** What this node believes of others, where that is not the truth. */
  final Map<NodeId, State> beliefs = new TreeMap<>();

  /** Writes that failed, in their order. */
  final List<RuntimeException> failures = new ArrayList<>();

  /** How far its wall clock is ahead. */
  Duration skew = Duration.ZERO;

  /** How often it was started. */
  int life;

  int generation = 1;
  private @Nullable Replica replica;
  private final Hlc writeTimes = new Hlc();

  ReplicaNode(ReplicaNet net, int number) {
    this.net = net;
    this.number = number;
    this.id = new NodeId(new UUID(0x5eed, number));
    this.log = new TestLog(net);
  }

  // Life.

  void start() {
    life++;
    StoreState state = log.load(new ReplicaId(id, generation));
    Replica made = new Replica(new ReplicaSetup(net.settings, state, log, metrics), this);
    replica = made;
    if (net.onlyExchanges) {
      made.exchanges.start();
    } else if (net.withoutExchanges) {
      made.intake.foundNobody();
      made.stability.start();
    } else {
      made.start();
    }
    othersHear();
  }

  /** Ends without a word; its streams break. */
  void crash() {
    replica = null;
    List.copyOf(links.values()).forEach(ReplicaLink::breaks);
    links.clear();
    othersHear();
  }

  /** Ends, loses so many of its last records, and takes another generation if it lost some. */
  void crash(int records) {
    crash();
    if (log.lose(records) > 0) {
      generation++;
    }
  }

  private void othersHear() {
    for (ReplicaNode other : net.nodes) {
      if (other != this && other.isUp() && !net.onlyExchanges) {
        other.replica().membersChanged(id);
      }
    }
  }

  boolean isUp() {
    return replica != null;
  }

  boolean isUp(int then) {
    return replica != null && life == then;
  }

  Replica replica() {
    Replica current = replica;
    if (current == null) {
      throw new AssertionError("node " + number + " is down");
    }
    return current;
  }

  StoreState state() {
    return replica().state();
  }

  /** Whether both have taken in the same and show the same. */
  boolean isLike(ReplicaNode other) {
    return state().clock().digest() == other.state().clock().digest()
        && state().liveDigest() == other.state().liveDigest();
  }

  // Use.

  /** Writes a register. */
  void put(String key, Bytes value) {
    update(key, List.of(new CrdtOp.Put(value)));
  }

  void put(String key, String value) {
    put(key, Bytes.utf8(value));
  }

  void update(String key, List<CrdtOp> ops) {
    if (net.onlyExchanges) {
      keep(state().update(key, ops, writeTimes.next(wallMillis())));
    } else {
      replica().update(key, ops, outcome());
    }
  }

  void delete(String key) {
    if (net.onlyExchanges) {
      keep(state().delete(key, writeTimes.next(wallMillis())));
    } else {
      replica().delete(key, outcome());
    }
  }

  private void keep(Delta delta) {
    log.append(StoreRecord.of(delta), true, fault -> {});
  }

  private WriteResult outcome() {
    return new WriteResult() {
      @Override
      public void done(Stamp write) {}

      @Override
      public void failed(RuntimeException why) {
        failures.add(why);
      }
    };
  }

  /** What a register holds; null for nothing. */
  @Nullable String get(String key) {
    return state().cell(key).value() instanceof CrdtValue.Register register
        ? register.value().toUtf8()
        : null;
  }

  // Links.

  @Nullable ReplicaLink linkTo(ReplicaNode other) {
    for (ReplicaLink link : links.values()) {
      if (link.isOfRings() && link.other(this) == other) {
        return link;
      }
    }
    return null;
  }

  void up(int link, ReplicaNode other) {
    replica().neighbourUp(new Neighbour(link, other.id));
  }

  void down(int link, ReplicaNode other) {
    replica().neighbourDown(new Neighbour(link, other.id));
  }

  /** Breaks the streams to nodes that nothing gets to any more. */
  void breakForeign() {
    for (ReplicaLink link : List.copyOf(links.values())) {
      if (!net.passes.test(this, link.other(this))) {
        link.breaks();
      }
    }
  }

  // Host.

  @Override
  public long nanos() {
    return net.time.nanos();
  }

  @Override
  public long wallMillis() {
    return net.time.wallMillis() + skew.toMillis();
  }

  @Override
  public RandomGenerator random() {
    return net.random;
  }

  @Override
  public Timer schedule(long delayNanos, Runnable work) {
    int then = life;
    return net.time.schedule(
            Duration.ofNanos(delayNanos),
            () -> {
              if (isUp(then)) {
                work.run();
              }
            })
        ::cancel;
  }

  @Override
  public NodeId self() {
    return id;
  }

  @Override
  public List<NodeId> living() {
    return net.nodes.stream()
        .filter(node -> node != this)
        .map(node -> node.id)
        .filter(node -> state(node) == State.ALIVE || state(node) == State.SUSPECT)
        .toList();
  }

  @Override
  public int size() {
    return living().size() + 1;
  }

  @Override
  public @Nullable State state(NodeId node) {
    ReplicaNode found = net.find(node);
    State believed = beliefs.get(node);
    if (found == null || believed != null) {
      return believed;
    }
    return found.isUp() && net.passes.test(found, this) ? State.ALIVE : State.DEAD;
  }

  @Override
  public @Nullable NodeId anybody() {
    List<NodeId> alive = living().stream().filter(node -> state(node) == State.ALIVE).toList();
    return alive.isEmpty() ? null : alive.get(net.random.nextInt(alive.size()));
  }

  @Override
  public Collection<Neighbour> neighbours() {
    List<Neighbour> neighbours = new ArrayList<>();
    links.forEach(
        (at, link) -> {
          if (link.isOfRings()) {
            neighbours.add(new Neighbour(at, link.other(this).id));
          }
        });
    return neighbours;
  }

  @Override
  public long write(int link, StoreMessage message) {
    ReplicaLink open = links.get(link);
    return open == null ? 0 : open.write(this, message);
  }

  @Override
  public boolean send(NodeId to, StoreMessage message) {
    ReplicaNode target = net.find(to);
    if (target == null || message.body().size() > MAX_DATAGRAM) {
      return false;
    }
    net.count(message);
    if (net.random.nextDouble() >= net.loss) {
      var unused =
          net.time.schedule(
              net.travel(),
              () -> {
                if (target.isUp() && net.passes.test(this, target)) {
                  target.replica().received(id, message);
                }
              });
    }
    return true;
  }

  @Override
  public boolean rumour(StoreMessage message) {
    if (message.body().size() > MAX_DATAGRAM) {
      return false;
    }
    for (int i = 0; i < RUMOUR_COPIES; i++) {
      NodeId to = anybody();
      if (to != null) {
        var unused = send(to, message);
      }
    }
    return true;
  }

  @Override
  public int open(NodeId to) {
    ReplicaNode target = net.find(to);
    if (target == null) {
      return -1;
    }
    ReplicaLink link = new ReplicaLink(net, this, target, net.nextLink(), net.nextLink(), false);
    link.open();
    return link.number(this);
  }

  @Override
  public void close(int link) {
    ReplicaLink open = links.get(link);
    if (open != null) {
      open.close(this);
    }
  }
}
