// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

/** What a node has put on the wire, headers of IP, UDP and TCP included. */
final class Traffic {

  /** Headers of IPv4 and TCP. */
  static final int SEGMENT_OVERHEAD = 40;

  /** What fits into a segment of TCP over Ethernet. */
  static final int SEGMENT = 1460;

  /** Length, tag and, shared by several frames at best, nothing else. */
  static final int FRAME_OVERHEAD = 4 + 16;

  /** What each side of a stream sends first. */
  static final int HELLO = 48;

  private long octets;
  private long packets;

  void datagram(int size) {
    octets += size;
    packets++;
  }

  /** Octets on a stream. */
  void stream(int size) {
    int segments = Math.max(1, (size + SEGMENT - 1) / SEGMENT);
    octets += size + (long) segments * SEGMENT_OVERHEAD;
    packets += segments;
  }

  /** A segment without content: SYN, ACK, FIN, RST. */
  void bareSegment() {
    octets += SEGMENT_OVERHEAD;
    packets++;
  }

  long octets() {
    return octets;
  }

  long packets() {
    return packets;
  }
}
