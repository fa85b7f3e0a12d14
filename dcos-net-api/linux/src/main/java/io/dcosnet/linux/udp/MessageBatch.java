// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.udp;

import io.dcosnet.linux.libc.Libc;
import io.dcosnet.linux.libc.NativeMemory;
import io.dcosnet.linux.libc.SocketAddress;
import java.nio.ByteBuffer;

/**
 * The memory of a batch: so many slots, each with a datagram, who sent it and to which address it
 * came; and a list of answers, which stand where their datagrams stood.
 *
 * <p><b>Confined to</b> the thread of the socket.
 */
final class MessageBatch {

  private static final int NAME_OCTETS = 32;
  private static final int CACHE_LINE_OCTETS = 64;

  final NativeMemory memory;
  private final ByteBuffer octets;
  private final int slots;
  private final int payloadOctets;
  private final int controlOctets;

  private final int sendHeaders;
  private final int sendIovecs;
  private final int names;
  private final int controls;
  private final int payloads;
  private final int payloadStride;

  private int used;
  private int answers;

  MessageBatch(int slots, int payloadOctets, boolean packetInfo) {
    this.slots = slots;
    this.payloadOctets = payloadOctets;
    this.controlOctets = packetInfo ? MessageHeader.CONTROL_OCTETS : 0;
    // Slots a power of two apart would share few lines of the processor's cache.
    int lines = (payloadOctets + CACHE_LINE_OCTETS - 1) / CACHE_LINE_OCTETS;
    payloadStride = (lines | 1) * CACHE_LINE_OCTETS;
    int receiveIovecs = slots * MessageHeader.OCTETS;
    sendHeaders = receiveIovecs + slots * MessageHeader.IOVEC_OCTETS;
    sendIovecs = sendHeaders + slots * MessageHeader.OCTETS;
    names = sendIovecs + slots * MessageHeader.IOVEC_OCTETS;
    controls = names + slots * NAME_OCTETS;
    payloads = controls + slots * MessageHeader.CONTROL_OCTETS;
    memory = new NativeMemory(payloads + slots * payloadStride);
    octets = memory.host();
    for (int i = 0; i < slots; i++) {
      int receiveIovec = receiveIovecs + i * MessageHeader.IOVEC_OCTETS;
      MessageHeader.prepare(memory, header(i), receiveIovec, control(i));
      MessageHeader.payload(memory, receiveIovec, payload(i), payloadOctets);
      MessageHeader.name(memory, header(i), name(i), SocketAddress.MAX_OCTETS);
      MessageHeader.controlLength(memory, header(i), controlOctets);
      MessageHeader.prepare(memory, sendHeader(i), sendIovec(i), control(i));
    }
  }

  private static int header(int slot) {
    return slot * MessageHeader.OCTETS;
  }

  private int sendHeader(int answer) {
    return sendHeaders + answer * MessageHeader.OCTETS;
  }

  private int sendIovec(int answer) {
    return sendIovecs + answer * MessageHeader.IOVEC_OCTETS;
  }

  private int name(int slot) {
    return names + slot * NAME_OCTETS;
  }

  private int control(int slot) {
    return controls + slot * MessageHeader.CONTROL_OCTETS;
  }

  private int payload(int slot) {
    return payloads + slot * payloadStride;
  }

  int slots() {
    return slots;
  }

  /** Address of the headers for the next round; the kernel has overwritten what it used. */
  long toReceive() {
    for (int i = 0; i < used; i++) {
      MessageHeader.nameLength(memory, header(i), SocketAddress.MAX_OCTETS);
      MessageHeader.controlLength(memory, header(i), controlOctets);
    }
    used = 0;
    answers = 0;
    return memory.address();
  }

  /**
   * Takes note of what the kernel has filled.
   *
   * @return the number of datagrams; what comes without a sender stands for a socket that was shut
   */
  int received(int count) {
    used = count;
    int datagrams = count;
    while (datagrams > 0 && MessageHeader.nameLength(memory, header(datagrams - 1)) == 0) {
      datagrams--;
    }
    return datagrams;
  }

  int length(int slot) {
    return MessageHeader.messageLength(memory, header(slot));
  }

  void copy(int slot, byte[] target, int length) {
    octets.get(payload(slot), target, 0, length);
  }

  int senderName(int slot) {
    return name(slot);
  }

  /** Puts an answer in the place of the datagram. */
  void answer(int slot, byte[] source, int length) {
    if (length > payloadOctets) {
      throw new IllegalArgumentException(
          "answer: " + length + " octets (expected: at most " + payloadOctets + ")");
    }
    octets.put(payload(slot), source, 0, length);
    int header = sendHeader(answers);
    int nameOctets = MessageHeader.nameLength(memory, header(slot));
    MessageHeader.payload(memory, sendIovec(answers), payload(slot), length);
    MessageHeader.name(memory, header, name(slot), nameOctets);
    if (controlOctets > 0) {
      MessageHeader.control(memory, header, control(slot), controlToSend(slot));
    }
    answers++;
  }

  /** Octets of the slot's control message, made fit for an answer; 0 when there is none. */
  private int controlToSend(int slot) {
    int came = MessageHeader.controlLength(memory, header(slot));
    boolean cut = (MessageHeader.flags(memory, header(slot)) & Libc.MSG_CTRUNC) != 0;
    if (came == 0 || cut) {
      return 0;
    }
    MessageHeader.turnAround(memory, control(slot));
    return came + 7 & ~7;
  }

  int answers() {
    return answers;
  }

  /** Address of the headers of the answers from this one on. */
  long toSend(int first) {
    return memory.address() + sendHeader(first);
  }

  /** What an answer to the slot needs later, when the slot has another datagram. */
  ReturnAddress returnAddress(int slot) {
    byte[] name = new byte[MessageHeader.nameLength(memory, header(slot))];
    octets.get(name(slot), name);
    byte[] control = new byte[controlToSend(slot)];
    octets.get(control(slot), control);
    return new ReturnAddress(name, control);
  }
}
