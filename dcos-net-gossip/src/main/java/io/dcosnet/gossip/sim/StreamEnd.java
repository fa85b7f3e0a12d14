// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.net.HostPort;
import org.jspecify.annotations.Nullable;

/** One end of a stream, held by the process that it belongs to. */
final class StreamEnd {

  /** How long TCP waits for content that an acknowledgement could ride on. */
  private static final long DELAYED_ACK = 40_000_000;

  final NodeProcess process;
  final int link;
  final boolean opener;

  /** Where the stream was opened to. */
  final HostPort target;

  /** What this end sends. */
  final Lane lane;

  /** Null until the first segment has arrived there. */
  @Nullable StreamEnd peer;

  /** Whether the program knows that the other side is there. */
  boolean open;

  /** Nothing is taken from here or told any more. */
  boolean closed;

  private long ackOwedSince = -1;

  StreamEnd(NodeProcess process, boolean opener, HostPort target, SimulatedNode to) {
    this.process = process;
    this.link = process.nextLink();
    this.opener = opener;
    this.target = target;
    this.lane = new Lane(this, to);
    process.links.add(this);
  }

  /** Ends it without a word; false when it was over already. */
  boolean finish() {
    if (closed) {
      return false;
    }
    closed = true;
    process.links.remove(this);
    return true;
  }

  /** A segment with content came: its acknowledgement rides on an answer, or on every second. */
  void received(long now) {
    if (ackOwedSince >= 0) {
      process.node.traffic.bareSegment();
      ackOwedSince = -1;
    } else {
      ackOwedSince = now;
    }
  }

  /** Content leaves. */
  void sent(int octets, long now) {
    if (ackOwedSince >= 0) {
      if (now - ackOwedSince > DELAYED_ACK) {
        process.node.traffic.bareSegment();
      }
      ackOwedSince = -1;
    }
    process.node.traffic.stream(octets);
  }
}
