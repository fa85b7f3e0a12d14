// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.protocol.Host;
import io.dcosnet.gossip.protocol.KeptMember;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One life of a node: from a start to a crash, a leave or the next start. It has one thread, which
 * may be stopped or slow; what is due meanwhile waits in order.
 */
final class NodeProcess implements Host {

  /** Datagrams that a socket keeps while nobody reads it. */
  static final int RECEIVE_BUFFER = 1024;

  /** Who is later than this knows that it is not well, at most once in {@link #LAG_PAUSE}. */
  private static final long LAG = 100_000_000;

  private static final long LAG_PAUSE = 1_000_000_000;

  final World world;
  final SimulatedNode node;
  final Program program;
  final long epoch;
  final LinkTable links = new LinkTable();

  private final RandomGenerator random;
  private final long origin;
  private final ArrayDeque<Happening> backlog = new ArrayDeque<>(0);
  private int buffered;
  private long heldUntil;
  private boolean wakes;
  private long lastLag = -LAG_PAUSE;
  private int lastLink;
  private int timers;
  private boolean running = true;

  /** A process that does nothing before {@link #begin}. */
  NodeProcess(World world, SimulatedNode node, long epoch, SplittableRandom random) {
    this.world = world;
    this.node = node;
    this.epoch = epoch;
    this.random = random;
    this.origin = random.nextLong(1L << 50);
    this.program = world.programs.make(this, this);
  }

  void begin() {
    new Start(this).due();
  }

  boolean isRunning() {
    return running;
  }

  /** Nothing of it happens any more. */
  void end() {
    running = false;
    backlog.clear();
  }

  /** Whether its thread stands still, or has not caught up yet. */
  boolean isHeld() {
    return world.now() < heldUntil || !backlog.isEmpty();
  }

  /** Timers that wait: a measure of what it still has to do. */
  int timers() {
    return timers;
  }

  int nextLink() {
    return ++lastLink;
  }

  /** Stops its thread; a longer stop wins over a shorter one. */
  void holdUntil(long time) {
    if (time > heldUntil) {
      heldUntil = time;
      wake();
    }
  }

  /** Its thread gets something to do. */
  void take(Happening work) {
    if (!running) {
      return;
    }
    if (world.now() >= heldUntil && backlog.isEmpty()) {
      work(work);
    } else if (!work.isDatagram()) {
      backlog.add(work);
    } else if (buffered < RECEIVE_BUFFER) {
      buffered++;
      backlog.add(work);
    } else {
      world.network.counts.overflows++;
    }
  }

  private void work(Happening work) {
    long now = world.now();
    if (now - work.at > LAG && now - lastLag >= LAG_PAUSE) {
      lastLag = now;
      program.lagged();
    }
    work.run(this);
    if (node.workNanos > 0 && running) {
      heldUntil = Math.max(heldUntil, now + node.workNanos);
      wake();
    }
  }

  private void wake() {
    if (!wakes) {
      wakes = true;
      world.queue.add(new Wake(this), heldUntil);
    }
  }

  private void awake() {
    wakes = false;
    while (running && !backlog.isEmpty() && world.now() >= heldUntil) {
      Happening work = backlog.poll();
      if (work.isDatagram()) {
        buffered--;
      }
      work(work);
    }
    if (running && world.now() < heldUntil) {
      wake();
    }
  }

  @Override
  public long nanos() {
    return origin + world.now();
  }

  @Override
  public long wallMillis() {
    return node.wallMillis();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Timer schedule(long delayNanos, Runnable work) {
    Alarm alarm = new Alarm(this, work);
    timers++;
    world.queue.add(alarm, world.now() + Math.max(0, delayNanos));
    return alarm;
  }

  @Override
  public boolean send(HostPort to, byte[] body, int length) {
    return running && world.network.send(this, to, body, length);
  }

  @Override
  public int open(HostPort to) {
    return world.streams.open(this, to);
  }

  @Override
  public void write(int link, byte[] frame, int length) {
    StreamEnd end = links.get(link);
    if (end != null && running) {
      world.streams.write(end, frame, length);
    }
  }

  @Override
  public long pending(int link) {
    StreamEnd end = links.get(link);
    return end == null ? 0 : end.lane.octets();
  }

  @Override
  public void close(int link) {
    StreamEnd end = links.get(link);
    if (end != null) {
      world.streams.close(end);
    }
  }

  @Override
  public void tell(GossipEvent event) {
    node.told(this, event);
  }

  @Override
  public void seeds(Consumer<List<HostPort>> answer) {
    schedule(1_000_000, () -> answer.accept(node.seeds()));
  }

  @Override
  public boolean keeps() {
    return world.keepsMembers;
  }

  @Override
  public void keep(List<KeptMember> members) {
    node.disk.keep(members);
  }

  @Override
  public String toString() {
    return node.name() + "@" + epoch;
  }

  /** Begins the program. */
  private static final class Start extends Happening {
    private final NodeProcess process;

    Start(NodeProcess process) {
      this.process = process;
      this.at = process.world.now();
    }

    @Override
    void due() {
      process.take(this);
    }

    @Override
    void run(NodeProcess of) {
      of.program.start();
    }
  }

  /** The thread goes on. */
  private static final class Wake extends Happening {
    private final NodeProcess process;

    Wake(NodeProcess process) {
      this.process = process;
    }

    @Override
    void due() {
      process.awake();
    }
  }

  /** A timer of the program. */
  private static final class Alarm extends Happening implements Timer {
    private final NodeProcess process;
    // Null once it ran or was cancelled, so that what it holds on to can go.
    private @Nullable Runnable work;

    Alarm(NodeProcess process, Runnable work) {
      this.process = process;
      this.work = work;
    }

    @Override
    public void cancel() {
      if (work != null) {
        work = null;
        process.timers--;
      }
    }

    @Override
    void due() {
      if (work != null) {
        process.take(this);
      }
    }

    @Override
    void run(NodeProcess of) {
      Runnable now = work;
      if (now != null) {
        work = null;
        of.timers--;
        of.world.note(1, of.node.index, 0);
        now.run();
      }
    }
  }
}
