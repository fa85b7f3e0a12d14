// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import io.dcosnet.dns.zone.RecordType;

/** Tells messages about whole zones from all others, without an object for each. */
final class TransferQuestion {

  private static final int HEADER_OCTETS = 12;
  private static final int OPCODE_NOTIFY = 4;

  private TransferQuestion() {}

  /** False when it is certain that the message is for somebody else. */
  static boolean isLikely(byte[] message, int offset, int length) {
    if (length < HEADER_OCTETS) {
      return false;
    }
    int flags = message[offset + 2] & 0xff;
    boolean response = (flags & 0x80) != 0;
    int opcode = flags >>> 3 & 15;
    boolean oneQuestion = message[offset + 4] == 0 && message[offset + 5] == 1;
    if (response || !oneQuestion || (opcode != 0 && opcode != OPCODE_NOTIFY)) {
      return false;
    }
    if (opcode == OPCODE_NOTIFY) {
      return true;
    }
    int end = offset + length;
    int at = offset + HEADER_OCTETS;
    while (at < end && message[at] > 0) {
      at += message[at] + 1;
    }
    if (at + 3 > end || message[at] != 0 || message[at + 1] != 0) {
      return false;
    }
    int type = message[at + 2] & 0xff;
    boolean additional = message[offset + 10] != 0 || message[offset + 11] != 0;
    return type == RecordType.AXFR
        || type == RecordType.IXFR
        || (type == RecordType.SOA && additional);
  }
}
