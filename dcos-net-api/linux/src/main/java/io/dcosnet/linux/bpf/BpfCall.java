// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.libc.Libc;
import io.dcosnet.linux.libc.NativeMemory;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * One call of {@code bpf}: its attributes, and octets behind them that the attributes may point to.
 * It may be used again and again.
 *
 * <p><b>Not thread-safe.</b>
 */
final class BpfCall {

  static final int MAP_CREATE = 0;
  static final int MAP_LOOKUP = 1;
  static final int MAP_UPDATE = 2;
  static final int MAP_DELETE = 3;
  static final int MAP_NEXT_KEY = 4;
  static final int PROGRAM_LOAD = 5;
  static final int PROGRAM_ATTACH = 8;
  static final int PROGRAM_DETACH = 9;
  static final int PROGRAM_BY_ID = 13;
  static final int MAP_BY_ID = 14;
  static final int OBJECT_INFO = 15;
  static final int PROGRAM_QUERY = 16;
  static final int TYPES_LOAD = 18;
  static final int MAP_LOOKUP_BATCH = 24;
  static final int MAP_UPDATE_BATCH = 26;
  static final int MAP_DELETE_BATCH = 27;

  /** Longer than what any of these commands reads; kernels accept that when the rest is 0. */
  static final int ATTRIBUTE_OCTETS = 120;

  private static final int NAME_OCTETS = 16;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,15}");

  private final NativeMemory memory;

  /** With room for so many octets behind the attributes. */
  BpfCall(int room) {
    memory = new NativeMemory(dataAt() + room);
  }

  private static int dataAt() {
    return ATTRIBUTE_OCTETS + 7 & ~7;
  }

  static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name: " + name + " (expected: at most 15 letters, digits and _)");
    }
  }

  BpfCall clear() {
    for (int i = 0; i < ATTRIBUTE_OCTETS; i += 8) {
      memory.host().putLong(i, 0);
    }
    return this;
  }

  BpfCall u32(int at, int value) {
    memory.host().putInt(at, value);
    return this;
  }

  BpfCall u64(int at, long value) {
    memory.host().putLong(at, value);
    return this;
  }

  BpfCall name(int at, String name) {
    byte[] octets = name.getBytes(US_ASCII);
    for (int i = 0; i < NAME_OCTETS; i++) {
      memory.host().put(at + i, i < octets.length ? octets[i] : 0);
    }
    return this;
  }

  int u32(int at) {
    return memory.host().getInt(at);
  }

  /** Octets behind the attributes, from this one on; numbers in the order of this machine. */
  ByteBuffer data(int offset) {
    ByteBuffer all = memory.host();
    return all.duplicate()
        .order(all.order())
        .position(dataAt() + offset)
        .slice()
        .order(all.order());
  }

  /** Address of an octet behind the attributes. */
  long address(int offset) {
    return memory.address() + dataAt() + offset;
  }

  /** Does it; -1 when the kernel refuses, and {@link #errno} says why. */
  int run(int command) {
    return Libc.bpf(command, memory.address(), ATTRIBUTE_OCTETS);
  }

  static Errno errno() {
    return new Errno(Libc.errno());
  }

  /** Does it, or says what the kernel refused. */
  int run(int command, String tried) {
    int result = run(command);
    if (result < 0) {
      throw new KernelException(tried, errno());
    }
    return result;
  }

  /** A name of the kernel's, which ends with the first 0. */
  static String nameIn(ByteBuffer data, int at) {
    byte[] octets = new byte[NAME_OCTETS];
    data.get(at, octets);
    int length = 0;
    while (length < NAME_OCTETS && octets[length] != 0) {
      length++;
    }
    return new String(octets, 0, length, US_ASCII);
  }
}
