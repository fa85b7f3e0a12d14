// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import io.dcosnet.dns.name.DomainName;

/**
 * Takes names out of a message, their pointers followed (RFC 1035 §4.1.4). A pointer must lead to
 * before the place where the present piece of the name begins, so reading ends whatever the octets
 * are.
 *
 * <p><b>Confined to</b> one thread.
 */
final class NameDecoder {

  /** More pieces than a name has labels are of no use. */
  private static final int MAX_JUMPS = 126;

  private final byte[] wire = new byte[DomainName.MAX_WIRE_OCTETS];
  private int length;

  /**
   * Reads the name at {@code start} of a message that begins at index 0.
   *
   * @param end behind the message
   * @return the index behind the name as it stands there, or -1 when there is no name
   */
  int read(byte[] message, int end, int start) {
    length = 0;
    int at = start;
    int pieceStart = start;
    int behind = -1;
    int jumps = 0;
    while (at < end) {
      int label = message[at] & 0xff;
      if (label == 0) {
        wire[length++] = 0;
        return behind < 0 ? at + 1 : behind;
      }
      if (label >= 0xc0) {
        int target = at + 1 < end ? (label & 0x3f) << 8 | (message[at + 1] & 0xff) : end;
        boolean back = target < pieceStart && target >= QueryReader.HEADER_OCTETS;
        if (!back || ++jumps > MAX_JUMPS) {
          return -1;
        }
        behind = behind < 0 ? at + 2 : behind;
        pieceStart = target;
        at = target;
      } else {
        int octets = label + 1;
        boolean fits = length + octets < DomainName.MAX_WIRE_OCTETS && at + octets <= end;
        if (label > DomainName.MAX_LABEL_OCTETS || !fits) {
          return -1;
        }
        System.arraycopy(message, at, wire, length, octets);
        length += octets;
        at += octets;
      }
    }
    return -1;
  }

  /** Octets of the name that was read last. */
  int length() {
    return length;
  }

  /** Writes the name that was read last, uncompressed. */
  void copyTo(byte[] target, int offset) {
    System.arraycopy(wire, 0, target, offset, length);
  }

  /** The name that was read last. */
  DomainName name() {
    return DomainName.ofWire(wire, 0, length);
  }
}
