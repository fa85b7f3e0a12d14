// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.replica.ReplicaHost;
import io.dcosnet.gossip.replica.ReplicaSetup;
import io.dcosnet.gossip.replica.StoreLog;
import io.dcosnet.gossip.replica.StoreMessage;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.StoreImage;
import io.dcosnet.gossip.store.StoreLimits;
import io.dcosnet.gossip.store.StoreState;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A replica without others, whose thread takes its turns when the test says so, and whose log
 * answers when it does.
 */
final class LoneReplica implements ReplicaHost, StoreLog, StoreView.OnReplica {

  static final NodeId SELF = node(1);

  final VirtualTime time = new VirtualTime();
  final StoreState state;
  final Replica replica;

  /** What was asked of members, for those that should answer. */
  final List<NodeId> asked = new ArrayList<>();

  private final List<NodeId> others = new ArrayList<>();
  private final RandomGenerator random = new SplittableRandom(1);
  private final Queue<Runnable> turns = new ArrayDeque<>();
  private final Queue<Consumer<String>> unsafe = new ArrayDeque<>();
  private boolean slowDisk;
  private String over = "";

  LoneReplica() {
    this(StoreLimits.USUAL);
  }

  LoneReplica(StoreLimits limits) {
    state = new StoreState(new ReplicaId(SELF, 1), limits);
    replica =
        new Replica(new ReplicaSetup(StoreSettings.local(), state, this, MetricsSink.none()), this);
  }

  static NodeId node(int number) {
    return new NodeId(new UUID(0, number));
  }

  /** Another member, which answers nothing. */
  void meet(NodeId other) {
    others.add(other);
    replica.membersChanged(other);
  }

  /** From now on writes are safe only when {@link #disk} says so. */
  void slowDisk() {
    slowDisk = true;
  }

  /** What waits for the disk is safe, or the fault is said. */
  void disk(String fault) {
    Consumer<String> next;
    while ((next = unsafe.poll()) != null) {
      next.accept(fault);
    }
  }

  /** Runs what was posted until now, in one turn of the thread. */
  void turn() {
    List<Runnable> now = List.copyOf(turns);
    turns.clear();
    now.forEach(Runnable::run);
  }

  /** Runs all that was posted. */
  void settle() {
    while (!turns.isEmpty()) {
      turn();
    }
  }

  /** There is no replica any more, for this reason. */
  void over(String reason) {
    over = reason;
  }

  @Override
  public void call(Consumer<Replica> work, Consumer<String> otherwise) {
    if (over.isEmpty()) {
      turns.add(() -> work.accept(replica));
    } else {
      otherwise.accept(over);
    }
  }

  @Override
  public void append(Bytes record, boolean own, Consumer<String> done) {
    if (slowDisk) {
      unsafe.add(done);
    } else {
      done.accept("");
    }
  }

  @Override
  public void settled(Runnable then) {
    then.run();
  }

  @Override
  public long waiting() {
    return 0;
  }

  @Override
  public boolean wantsSnapshot() {
    return false;
  }

  @Override
  public void snapshot(StoreImage image) {}

  @Override
  public long nanos() {
    return time.nanos();
  }

  @Override
  public long wallMillis() {
    return time.wallMillis();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Timer schedule(long delayNanos, Runnable work) {
    return time.schedule(Duration.ofNanos(delayNanos), work)::cancel;
  }

  @Override
  public NodeId self() {
    return SELF;
  }

  @Override
  public List<NodeId> living() {
    return List.copyOf(others);
  }

  @Override
  public int size() {
    return 1 + others.size();
  }

  @Override
  public @Nullable State state(NodeId node) {
    return node.equals(SELF) || others.contains(node) ? State.ALIVE : null;
  }

  @Override
  public @Nullable NodeId anybody() {
    return others.isEmpty() ? null : others.get(0);
  }

  @Override
  public Collection<Neighbour> neighbours() {
    return List.of();
  }

  @Override
  public long write(int link, StoreMessage message) {
    return 0;
  }

  @Override
  public boolean send(NodeId to, StoreMessage message) {
    if (message.kind() == StoreMessage.SEEN_QUESTION) {
      asked.add(to);
    }
    return true;
  }

  @Override
  public boolean rumour(StoreMessage message) {
    return true;
  }

  @Override
  public int open(NodeId to) {
    return -1;
  }

  @Override
  public void close(int link) {}
}
