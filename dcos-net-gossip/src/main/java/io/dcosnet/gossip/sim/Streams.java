// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.protocol.LinkEnd;
import io.dcosnet.gossip.protocol.LinkPeer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Carries streams as TCP does. What matters to the protocol is how they end: a killed process is
 * seen at once, since its system closes its sockets and refuses new ones; a host without power and
 * a parted network are silent until somebody loses patience; a host that started anew resets the
 * streams of its earlier life when they are used.
 */
final class Streams {

  /** Longest wait until the other side has said who it is. */
  private static final long HANDSHAKE = 3_000_000_000L;

  private static final byte[] NOTHING = {};
  private static final byte[] HELLO = new byte[Traffic.HELLO];

  private final World world;
  private final long timeoutNanos;

  Streams(World world, long timeoutNanos) {
    this.world = world;
    this.timeoutNanos = timeoutNanos;
  }

  /** Longest wait for an acknowledgement. */
  long timeoutNanos() {
    return timeoutNanos;
  }

  int open(NodeProcess process, HostPort to) {
    SimulatedNode target = world.find(to);
    if (target == null || process.node.refusesToSend) {
      int link = process.nextLink();
      boolean refused = process.node.refusesToSend;
      long wait = refused ? 0 : Math.min(HANDSHAKE, timeoutNanos);
      LinkEnd why = refused ? LinkEnd.UNREACHABLE : LinkEnd.TIMEOUT;
      world.queue.add(new NotOpened(process, link, why), world.now() + wait);
      return link;
    }
    StreamEnd end = new StreamEnd(process, true, to, target);
    process.node.traffic.bareSegment();
    end.lane.send(Lane.Kind.SYN, NOTHING, 0);
    long patience = Math.min(HANDSHAKE, timeoutNanos);
    world.queue.add(new Impatience(end), world.now() + patience);
    return end.link;
  }

  void write(StreamEnd end, byte[] frame, int length) {
    if (!end.closed && end.open) {
      end.sent(length + Traffic.FRAME_OVERHEAD, world.now());
      end.lane.send(Lane.Kind.FRAME, Arrays.copyOf(frame, length), 0);
    }
  }

  void close(StreamEnd end) {
    if (end.finish()) {
      goodbye(end, Lane.Kind.FIN);
    }
  }

  /** The process is gone; its system says so on all its streams, unless that is gone as well. */
  void died(NodeProcess process, boolean silently) {
    for (StreamEnd end : process.links.all()) {
      end.finish();
      if (silently) {
        end.lane.clear();
      } else {
        // The system resets a stream with unread octets and else closes it.
        boolean reset = world.network.chance().nextInt(4) == 0;
        goodbye(end, reset ? Lane.Kind.RST : Lane.Kind.FIN);
      }
    }
  }

  private void goodbye(StreamEnd end, Lane.Kind kind) {
    if (end.peer == null || kind == Lane.Kind.RST) {
      end.lane.clear();
    }
    if (end.peer != null) {
      end.process.node.traffic.bareSegment();
      end.lane.send(kind, NOTHING, 0);
    }
  }

  /** Whether both hosts still have the addresses that the stream was opened between. */
  boolean isWhereItWas(StreamEnd end) {
    StreamEnd opener = end.opener ? end : end.peer;
    return opener == null || world.find(opener.target) == opener.lane.to();
  }

  /** Nobody acknowledged for too long. */
  void timedOut(StreamEnd end) {
    finishLater(end, LinkEnd.TIMEOUT, 0);
  }

  /** A segment has arrived at the system of its target. */
  void arrived(StreamEnd from, SimulatedNode to, Lane.Kind kind, byte[] octets) {
    if (kind == Lane.Kind.SYN) {
      connect(from, to);
      return;
    }
    StreamEnd end = from.peer;
    if (end == null) {
      return;
    }
    boolean isOver = end.closed || !end.process.isRunning();
    switch (kind) {
      case FIN -> finishLater(end, LinkEnd.CLOSED, 0);
      case RST -> finishLater(end, LinkEnd.RESET, 0);
      default -> {
        if (isOver) {
          to.traffic.bareSegment();
          finishLater(from, LinkEnd.RESET, world.network.travel());
        } else {
          end.received(world.now());
          Arrival arrival = new Arrival(end, kind, octets);
          arrival.at = world.now();
          end.process.take(arrival);
        }
      }
    }
  }

  private void connect(StreamEnd opener, SimulatedNode to) {
    NodeProcess process = to.process;
    to.traffic.bareSegment();
    if (process == null) {
      finishLater(opener, LinkEnd.REFUSED, world.network.travel());
      return;
    }
    StreamEnd acceptor =
        new StreamEnd(process, false, opener.process.node.address(), opener.process.node);
    acceptor.peer = opener;
    opener.peer = acceptor;
    opener.process.node.traffic.bareSegment();
    opener.sent(Traffic.HELLO, world.now());
    // One time of travel for the answer to this segment, and one for the hello.
    opener.lane.send(Lane.Kind.HELLO, HELLO, world.network.travel());
  }

  private void finishLater(StreamEnd end, LinkEnd why, long delay) {
    world.queue.add(new Finish(end, why), world.now() + delay);
  }

  private LinkPeer whoIs(StreamEnd end, HostPort remote) {
    return new LinkPeer(end.process.program.shortId(), end.process.epoch, remote);
  }

  /** Content reaches the process. */
  private static final class Arrival extends Happening {
    private final StreamEnd end;
    private final Lane.Kind kind;
    private final byte[] octets;

    Arrival(StreamEnd end, Lane.Kind kind, byte[] octets) {
      this.end = end;
      this.kind = kind;
      this.octets = octets;
    }

    @Override
    void due() {
      end.process.take(this);
    }

    @Override
    void run(NodeProcess process) {
      StreamEnd peer = end.peer;
      if (end.closed || peer == null) {
        return;
      }
      World world = process.world;
      world.note(3, process.node.index, Network.fingerprint(octets) ^ kind.name().hashCode());
      switch (kind) {
        case HELLO -> {
          end.sent(Traffic.HELLO, world.now());
          end.lane.send(Lane.Kind.HELLO_ANSWER, HELLO, 0);
        }
        case HELLO_ANSWER -> {
          end.open = true;
          process.program.opened(end.link, world.streams.whoIs(peer, end.target));
        }
        default -> {
          if (!end.open) {
            end.open = true;
            HostPort remote = new HostPort(end.target.address(), 32_768 + peer.link % 28_000);
            process.program.accepted(end.link, world.streams.whoIs(peer, remote));
          }
          if (!end.closed) {
            process.program.frame(end.link, octets, 0, octets.length);
          }
        }
      }
    }
  }

  /** The end of a stream reaches the process. */
  private static final class Finish extends Happening {
    private final StreamEnd end;
    private final LinkEnd why;

    Finish(StreamEnd end, LinkEnd why) {
      this.end = end;
      this.why = why;
    }

    @Override
    void due() {
      end.process.take(this);
    }

    @Override
    void run(NodeProcess process) {
      boolean isKnown = end.opener || end.open;
      if (end.finish()) {
        end.lane.clear();
        if (isKnown) {
          process.world.note(4, process.node.index, why.name().hashCode());
          process.program.closed(end.link, why);
        }
      }
    }
  }

  /** Patience with a stream that does not open ends; the other side learns it as well. */
  private static final class Impatience extends Happening {
    // Null once it is settled: most streams open within milliseconds.
    private @Nullable StreamEnd end;

    Impatience(StreamEnd end) {
      this.end = end;
    }

    @Override
    void due() {
      if (end != null && !end.open && !end.closed) {
        end.process.take(this);
      }
    }

    @Override
    void run(NodeProcess process) {
      StreamEnd late = end;
      end = null;
      if (late != null && !late.open && late.finish()) {
        process.world.streams.goodbye(late, Lane.Kind.RST);
        process.world.note(4, process.node.index, LinkEnd.TIMEOUT.name().hashCode());
        process.program.closed(late.link, LinkEnd.TIMEOUT);
      }
    }
  }

  /** There was nobody to open a stream to. */
  private static final class NotOpened extends Happening {
    private final NodeProcess process;
    private final int link;
    private final LinkEnd why;

    NotOpened(NodeProcess process, int link, LinkEnd why) {
      this.process = process;
      this.link = link;
      this.why = why;
    }

    @Override
    void due() {
      process.take(this);
    }

    @Override
    void run(NodeProcess of) {
      of.world.note(4, of.node.index, why.name().hashCode());
      of.program.closed(link, why);
    }
  }
}
