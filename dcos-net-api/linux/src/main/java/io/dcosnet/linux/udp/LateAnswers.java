// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.udp;

import io.dcosnet.linux.libc.Libc;
import io.dcosnet.linux.libc.NativeMemory;
import io.dcosnet.linux.libc.SocketAddress;

/** Memory for one datagram that is sent by itself. <b>Not thread-safe.</b> */
final class LateAnswers {

  private static final int IOVEC = MessageHeader.OCTETS;
  private static final int NAME = IOVEC + MessageHeader.IOVEC_OCTETS;
  private static final int CONTROL = NAME + 32;
  private static final int PAYLOAD = CONTROL + MessageHeader.CONTROL_OCTETS;

  private NativeMemory memory = new NativeMemory(PAYLOAD + 2048);

  /** Sends without waiting; says whether the kernel took it. */
  boolean send(int fd, ReturnAddress to, byte[] octets, int length) {
    if (memory.host().capacity() < PAYLOAD + length) {
      memory = new NativeMemory(PAYLOAD + length);
    }
    int nameOctets = Math.min(to.name().length, SocketAddress.MAX_OCTETS);
    memory.host().put(NAME, to.name(), 0, nameOctets);
    memory.host().put(CONTROL, to.control());
    memory.host().put(PAYLOAD, octets, 0, length);
    MessageHeader.prepare(memory, 0, IOVEC, CONTROL);
    MessageHeader.payload(memory, IOVEC, PAYLOAD, length);
    MessageHeader.name(memory, 0, NAME, nameOctets);
    MessageHeader.controlLength(memory, 0, to.control().length);
    return Libc.sendmmsg(fd, memory.address(), 1, Libc.MSG_DONTWAIT | Libc.MSG_NOSIGNAL) == 1;
  }
}
