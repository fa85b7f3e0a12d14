// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import io.dcosnet.api.DecodeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One message as it stands on the wire: a header, and octets whose meaning depends on the type.
 *
 * <p>Reading is strict, and refuses with a {@link DecodeException} and nothing else what breaks the
 * format. <b>Immutable.</b>
 */
public final class Message {

  /** Octets of the header. */
  public static final int HEADER_OCTETS = 16;

  static final int ERROR = 2;
  static final int DONE = 3;
  static final int OVERRUN = 4;

  /** Flag of what is asked of the kernel. */
  public static final int REQUEST = 0x1;

  /** Flag of one of several messages that are one answer. */
  public static final int MULTI = 0x2;

  /** Flag that asks the kernel to say that it is done. */
  public static final int ACK = 0x4;

  /** Flag that asks the kernel to tell us too what it tells monitors of our change. */
  public static final int ECHO = 0x8;

  /** Flag of an answer during which something changed, so that it may lack or repeat a part. */
  public static final int DUMP_INTERRUPTED = 0x10;

  /** Flag that asks for all objects. */
  public static final int DUMP = 0x300;

  /** Flag that lets an object take the place of one that is there. */
  public static final int REPLACE = 0x100;

  /** Flag that refuses when the object is there. */
  public static final int EXCLUSIVE = 0x200;

  /** Flag that makes the object when it is not there. */
  public static final int CREATE = 0x400;

  /** Flag that puts the object behind those that are there. */
  public static final int APPEND = 0x800;

  private final int type;
  private final int flags;
  private final int sequence;
  private final int port;
  private final byte[] octets;
  private final ByteBuffer payload; // the same, to read from

  /**
   * A message of these parts.
   *
   * @param sequence by which answers are told from each other
   * @param port which socket it belongs to; 0 is the kernel
   */
  public Message(int type, int flags, int sequence, int port, byte[] payload) {
    this(payload.clone(), type, flags, sequence, port);
  }

  private Message(byte[] octets, int type, int flags, int sequence, int port) {
    this.type = type & 0xffff;
    this.flags = flags & 0xffff;
    this.sequence = sequence;
    this.port = port;
    this.octets = octets;
    this.payload = ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
  }

  /**
   * Reads all messages of a datagram, from its position to its limit.
   *
   * @param datagram numbers in the order of this machine; its octets are copied
   */
  public static List<Message> readAll(ByteBuffer datagram) {
    List<Message> messages = new ArrayList<>();
    int at = datagram.position();
    int end = datagram.limit();
    while (at < end) {
      if (end - at < HEADER_OCTETS) {
        throw new DecodeException(
            "netlink message: " + (end - at) + " octets (expected: " + HEADER_OCTETS + " or more)",
            at);
      }
      int length = datagram.getInt(at);
      if (length < HEADER_OCTETS || length > end - at) {
        throw new DecodeException(
            "length of netlink message: "
                + length
                + " (expected: "
                + HEADER_OCTETS
                + "-"
                + (end - at)
                + ")",
            at);
      }
      messages.add(read(datagram, at, length));
      at += Math.min(length + 3 & ~3, end - at); // behind the last one there may be no padding
    }
    return messages;
  }

  private static Message read(ByteBuffer datagram, int at, int length) {
    byte[] payload = new byte[length - HEADER_OCTETS];
    datagram.get(at + HEADER_OCTETS, payload);
    return new Message(
        payload,
        datagram.getShort(at + 4),
        datagram.getShort(at + 6),
        datagram.getInt(at + 8),
        datagram.getInt(at + 12));
  }

  /**
   * Appends it, padded to a multiple of 4 octets.
   *
   * @param target numbers in the order of this machine
   */
  public void write(ByteBuffer target) {
    int length = HEADER_OCTETS + octets.length;
    target.putInt(length).putShort((short) type).putShort((short) flags);
    target.putInt(sequence).putInt(port);
    target.put(octets);
    target.put(new byte[-length & 3]);
  }

  /** Octets that {@link #write} takes. */
  public int paddedOctets() {
    return HEADER_OCTETS + octets.length + 3 & ~3;
  }

  public int type() {
    return type;
  }

  public int flags() {
    return flags;
  }

  /** Whether all of these flags are set. */
  public boolean has(int wanted) {
    return (flags & wanted) == wanted;
  }

  public int sequence() {
    return sequence;
  }

  public int port() {
    return port;
  }

  /** Octets behind the header. */
  public int payloadOctets() {
    return octets.length;
  }

  /** What stands behind the header; a copy. */
  public byte[] payload() {
    return octets.clone();
  }

  /**
   * The fixed part behind the header, numbers in the order of this machine; read-only.
   *
   * @throws DecodeException when the message is shorter
   */
  public ByteBuffer fixed(int octets) {
    checkFixed(octets);
    return payload.asReadOnlyBuffer().order(ByteOrder.nativeOrder()).limit(octets);
  }

  /**
   * The attributes behind the fixed part.
   *
   * @param fixedOctets length of that part, a multiple of 4
   */
  public Attributes attributes(int fixedOctets) {
    checkFixed(fixedOctets);
    return Attributes.of(payload, fixedOctets, octets.length);
  }

  private void checkFixed(int wanted) {
    if (octets.length < wanted) {
      throw new DecodeException(
          "message of type "
              + type
              + ": "
              + octets.length
              + " octets behind the header (expected: "
              + wanted
              + " or more)",
          octets.length);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Message that
        && type == that.type
        && flags == that.flags
        && sequence == that.sequence
        && port == that.port
        && Arrays.equals(octets, that.octets);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * type + sequence) + Arrays.hashCode(octets);
  }

  @Override
  public String toString() {
    return "message type=%d flags=0x%x sequence=%d octets=%d"
        .formatted(type, flags, sequence, octets.length);
  }
}
