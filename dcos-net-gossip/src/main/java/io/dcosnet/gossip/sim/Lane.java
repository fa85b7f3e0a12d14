// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import java.util.ArrayDeque;

/**
 * One direction of a stream: segments arrive in order, lost ones are sent again after a growing
 * while, and those behind them wait.
 */
final class Lane extends Happening {

  private static final long FIRST_RETRY = 200_000_000;
  private static final long FIRST_SYN_RETRY = 1_000_000_000;

  /** What a segment is. */
  enum Kind {
    SYN,
    HELLO,
    HELLO_ANSWER,
    FRAME,
    FIN,
    RST
  }

  private static final class Segment {
    private final Kind kind;
    private final byte[] octets;
    private final long sentAt;
    private final long earliest;

    Segment(Kind kind, byte[] octets, long sentAt, long earliest) {
      this.kind = kind;
      this.octets = octets;
      this.sentAt = sentAt;
      this.earliest = earliest;
    }
  }

  private final StreamEnd from;
  private final SimulatedNode to;
  private final ArrayDeque<Segment> segments = new ArrayDeque<>(2);
  private boolean waiting;
  private long retry;
  private long octets;

  Lane(StreamEnd from, SimulatedNode to) {
    this.from = from;
    this.to = to;
  }

  /** Sends a segment behind those before it; {@code later} is added to its time of travel. */
  void send(Kind kind, byte[] octets, long later) {
    World world = from.process.world;
    long now = world.now();
    this.octets += octets.length;
    segments.add(new Segment(kind, octets, now, now + later + world.network.travel()));
    if (!waiting) {
      next();
    }
  }

  /** Where it leads. */
  SimulatedNode to() {
    return to;
  }

  /** Octets under way. */
  long octets() {
    return octets;
  }

  /** Forgets what is under way. */
  void clear() {
    segments.clear();
    octets = 0;
  }

  private void next() {
    Segment head = segments.peek();
    if (head != null) {
      World world = from.process.world;
      retry = head.kind == Kind.SYN ? FIRST_SYN_RETRY : FIRST_RETRY;
      waiting = true;
      world.queue.add(this, Math.max(world.now(), head.earliest));
    }
  }

  @Override
  void due() {
    waiting = false;
    Segment head = segments.peek();
    if (head == null) {
      return;
    }
    World world = from.process.world;
    if (world.now() < head.earliest) {
      next(); // what this event was for was cleared, and another segment followed
    } else if (reaches(world)) {
      segments.poll();
      octets -= head.octets.length;
      world.streams.arrived(from, to, head.kind, head.octets);
      if (!waiting) {
        next();
      }
    } else {
      tryAgain(world, head);
    }
  }

  // Without a way back there are no acknowledgements, and the stream stands still as well.
  private boolean reaches(World world) {
    SimulatedNode source = from.process.node;
    return world.network.passes(source, to)
        && world.network.passes(to, source)
        && world.streams.isWhereItWas(from)
        && !source.refusesToSend
        && !world.network.loses(source, to);
  }

  private void tryAgain(World world, Segment head) {
    long end = head.sentAt + world.streams.timeoutNanos();
    if (world.now() >= end) {
      clear();
      world.streams.timedOut(from);
      return;
    }
    from.process.node.traffic.stream(head.octets.length);
    waiting = true;
    world.queue.add(this, Math.min(world.now() + retry, end));
    retry *= 2;
  }
}
