// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.udp;

import io.dcosnet.linux.libc.Libc;
import io.dcosnet.linux.libc.NativeMemory;

/**
 * The layout of {@code mmsghdr} with the {@code iovec} of its only part, and of the control message
 * that tells to which of our addresses a datagram came.
 *
 * <p>The length fields that are 64 bits wide in glibc and 32 bits in musl are followed by padding
 * there, which stays 0, so both read the same number on a little-endian machine.
 */
final class MessageHeader {

  static final int OCTETS = 64;
  static final int IOVEC_OCTETS = 16;

  /** Room for {@code in6_pktinfo} behind its {@code cmsghdr}, and to spare. */
  static final int CONTROL_OCTETS = 64;

  private static final int NAME = 0;
  private static final int NAME_LENGTH = 8;
  private static final int IOVEC = 16;
  private static final int IOVEC_COUNT = 24;
  private static final int CONTROL = 32;
  private static final int CONTROL_LENGTH = 40;
  private static final int FLAGS = 48;
  private static final int MESSAGE_LENGTH = 56;

  private static final int CMSG_LEVEL = 8;
  private static final int CMSG_DATA = 16;

  private MessageHeader() {}

  /** Fills in what stays the same from message to message; all places lie in the same memory. */
  static void prepare(NativeMemory memory, int header, int iovec, int control) {
    memory.host().putLong(header + IOVEC, memory.address() + iovec);
    memory.host().putLong(header + IOVEC_COUNT, 1);
    memory.host().putLong(header + CONTROL, memory.address() + control);
  }

  /** Where the octets of a message stand or may come. */
  static void payload(NativeMemory memory, int iovec, int payload, int octets) {
    memory.host().putLong(iovec, memory.address() + payload);
    memory.host().putLong(iovec + 8, octets);
  }

  /** Where the peer's address stands or may come. */
  static void name(NativeMemory memory, int header, int name, int octets) {
    memory.host().putLong(header + NAME, memory.address() + name);
    memory.host().putInt(header + NAME_LENGTH, octets);
  }

  /** How many octets of an address may come. */
  static void nameLength(NativeMemory memory, int header, int octets) {
    memory.host().putInt(header + NAME_LENGTH, octets);
  }

  static int nameLength(NativeMemory memory, int header) {
    return memory.host().getInt(header + NAME_LENGTH);
  }

  /** As {@link #prepare} did, with control messages from elsewhere. */
  static void control(NativeMemory memory, int header, int control, int octets) {
    memory.host().putLong(header + CONTROL, memory.address() + control);
    controlLength(memory, header, octets);
  }

  /** How many octets of control messages may come or stand there. */
  static void controlLength(NativeMemory memory, int header, int octets) {
    memory.host().putLong(header + CONTROL_LENGTH, octets);
  }

  static int controlLength(NativeMemory memory, int header) {
    return (int) memory.host().getLong(header + CONTROL_LENGTH);
  }

  static int flags(NativeMemory memory, int header) {
    return memory.host().getInt(header + FLAGS);
  }

  /** Octets of the datagram that was received. */
  static int messageLength(NativeMemory memory, int header) {
    return memory.host().getInt(header + MESSAGE_LENGTH);
  }

  /**
   * Makes the control message of a datagram fit for its answer: the same address, but whichever
   * interface leads to the client, since the way back may be another one. Only an IPv6 link-local
   * address means nothing without its interface.
   */
  static void turnAround(NativeMemory memory, int control) {
    if (memory.host().getInt(control + CMSG_LEVEL) != Libc.IPPROTO_IPV6) {
      memory.host().putInt(control + CMSG_DATA, 0);
    } else if ((memory.network().getShort(control + CMSG_DATA) & 0xffc0) != 0xfe80) {
      memory.host().putInt(control + CMSG_DATA + 16, 0);
    }
  }
}
