// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

import java.nio.ByteBuffer;

/**
 * Tells the kernel of what types keys and values are, which it wants to know of some kinds of maps:
 * a number of 32 bits, and a row of such numbers.
 */
final class TypeDescription {

  static final int KEY = 1;
  static final int VALUE = 2;

  private static final int MAGIC = 0xeb9f;
  private static final int HEADER_OCTETS = 24;
  private static final int TYPES_OCTETS = 16 + 24;
  private static final byte[] NAMES = {0, 'u', '3', '2', 0};

  /** Length of all of it. */
  static final int OCTETS = HEADER_OCTETS + TYPES_OCTETS + NAMES.length;

  private static final int INT = 1 << 24;
  private static final int ARRAY = 3 << 24;

  private TypeDescription() {}

  /** Writes it. */
  static void write(ByteBuffer target, int valueOctets) {
    target.putShort((short) MAGIC).put((byte) 1).put((byte) 0).putInt(HEADER_OCTETS);
    target.putInt(0).putInt(TYPES_OCTETS).putInt(TYPES_OCTETS).putInt(NAMES.length);
    target.putInt(1).putInt(INT).putInt(4).putInt(32); // bits
    target.putInt(0).putInt(ARRAY).putInt(0);
    target.putInt(KEY).putInt(KEY).putInt(valueOctets / 4);
    target.put(NAMES);
  }

  /** Gives it to the kernel; returns the open file that stands for it. */
  static int load(BpfCall call, MapShape shape) {
    if (shape.valueOctets() % 4 != 0) {
      throw new IllegalArgumentException(
          shape + ": values of " + shape.valueOctets() + " octets (expected: a multiple of 4)");
    }
    write(call.data(0), shape.valueOctets());
    call.clear().u64(0, call.address(0)).u32(16, OCTETS);
    return call.run(BpfCall.TYPES_LOAD, "describe the types of " + shape);
  }
}
