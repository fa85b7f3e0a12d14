// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxyheader;

/** The fixed parts of both versions. */
final class Layout {

  /** A line of version 1 begins like that. */
  static final byte[] LINE_START = {'P', 'R', 'O', 'X', 'Y', ' '};

  /** Longest line of version 1, with its end. */
  static final int MAX_LINE = 107;

  /** Text of other protocols cannot begin like that. */
  private static final byte[] SIGNATURE = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };

  /** Signature, version and command, family and transport, length of the rest. */
  static final int FIXED = 16;

  static final int AT_COMMAND = 12;
  static final int AT_FAMILY = 13;
  static final int AT_LENGTH = 14;

  static final int VERSION = 2;
  static final int LOCAL = 0;
  static final int PROXY = 1;

  static final int UNSPECIFIED = 0;
  static final int IPV4 = 1;
  static final int IPV6 = 2;
  static final int UNIX = 3;

  static final int STREAM = 1;
  static final int DATAGRAM = 2;

  /** Octets of the addresses of each family. */
  private static final int[] ADDRESSES = {0, 12, 36, 216};

  static final int TLV_FIXED = 3;
  static final int CHECKSUM_OCTETS = 4;

  private Layout() {}

  static int addressOctets(int family) {
    return ADDRESSES[family];
  }

  static byte[] signature() {
    return SIGNATURE.clone();
  }

  /** True when what is there so far can be the beginning of a header of version 2. */
  static boolean beginsV2(byte[] data, int from, int to) {
    return begins(SIGNATURE, data, from, to);
  }

  /** True when what is there so far can be the beginning of a header of version 1. */
  static boolean beginsV1(byte[] data, int from, int to) {
    return begins(LINE_START, data, from, to);
  }

  private static boolean begins(byte[] start, byte[] data, int from, int to) {
    for (int i = 0; i < start.length && from + i < to; i++) {
      if (data[from + i] != start[i]) {
        return false;
      }
    }
    return true;
  }
}
