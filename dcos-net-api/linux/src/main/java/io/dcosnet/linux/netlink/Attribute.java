// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One attribute of a message. It does not tell what it holds, so the reader says what is expected;
 * a value that cannot be that, judging by its length, is refused with a {@link DecodeException}.
 *
 * <p><b>Immutable.</b>
 */
public final class Attribute {

  /** Bit of the type that marks attributes which hold attributes; not all families set it. */
  static final int NESTED = 0x8000;

  /** Bit of the type for numbers whose most significant octet stands first; hardly ever set. */
  static final int BIG_ENDIAN = 0x4000;

  /** What is left of the type without both marks. */
  static final int TYPE_MASK = ~(NESTED | BIG_ENDIAN) & 0xffff;

  private final ByteBuffer octets;
  private final int head;

  /** Begins at the position of its value in a buffer of this machine's order. */
  Attribute(ByteBuffer octets, int head) {
    this.octets = octets;
    this.head = head;
  }

  /** Number of the attribute within its holder, without the marks. */
  public int type() {
    return head & TYPE_MASK;
  }

  /** Whether the sender says that it holds attributes. */
  public boolean isMarkedNested() {
    return (head & NESTED) != 0;
  }

  /** Whether the sender says that the most significant octet stands first. */
  public boolean isMarkedBigEndian() {
    return (head & BIG_ENDIAN) != 0;
  }

  /** Octets of the value. */
  public int length() {
    return octets.remaining();
  }

  /** 0-255. */
  public int u8() {
    return at(1).get(octets.position()) & 0xff;
  }

  /** 0-65535. */
  public int u16() {
    return at(2).getShort(octets.position()) & 0xffff;
  }

  /** 0-65535, from most significant octet first. */
  public int big16() {
    return PayloadWriter.bigEndian((short) u16()) & 0xffff;
  }

  /** All 32 bits; negative when the highest one is set. */
  public int u32() {
    return at(4).getInt(octets.position());
  }

  /** All 32 bits, from most significant octet first. */
  public int big32() {
    return PayloadWriter.bigEndian(u32());
  }

  /** All 64 bits. */
  public long u64() {
    return at(8).getLong(octets.position());
  }

  /** All 64 bits, from most significant octet first. */
  public long big64() {
    long value = u64();
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
  }

  /** Text up to the 0 at its end, where there is one; octets that are no UTF-8 are replaced. */
  public String text() {
    byte[] value = octets();
    int end = value.length > 0 && value[value.length - 1] == 0 ? value.length - 1 : value.length;
    for (int i = 0; i < end; i++) {
      if (value[i] == 0) {
        throw fault("text", octets.position() + i);
      }
    }
    return new String(value, 0, end, UTF_8);
  }

  /** The value as it is; a copy. */
  public byte[] octets() {
    byte[] value = new byte[octets.remaining()];
    octets.get(octets.position(), value);
    return value;
  }

  /** An IPv4 address of 4 or an IPv6 address of 16 octets. */
  public IpAddress address() {
    if (octets.remaining() != 4 && octets.remaining() != 16) {
      throw fault("4 or 16 octets", octets.position());
    }
    return IpAddress.ofBytes(octets());
  }

  /** A MAC address of 6 octets. */
  public MacAddress mac() {
    at(6);
    long bits = 0;
    for (int i = 0; i < 6; i++) {
      bits = (bits << 8) | (octets.get(octets.position() + i) & 0xff);
    }
    return new MacAddress(bits);
  }

  /** The attributes that it holds. */
  public Attributes nested() {
    return nested(0);
  }

  /** The attributes that it holds behind so many octets of other fields. */
  public Attributes nested(int fixedOctets) {
    if (octets.remaining() < fixedOctets) {
      throw fault(fixedOctets + " octets or more", octets.position());
    }
    return Attributes.of(octets, octets.position() + fixedOctets, octets.limit());
  }

  @Override
  public String toString() {
    return "attribute " + type() + " of " + length() + " octets";
  }

  private ByteBuffer at(int length) {
    if (octets.remaining() != length) {
      throw fault(length == 1 ? "1 octet" : length + " octets", octets.position());
    }
    return octets;
  }

  private DecodeException fault(String expected, int at) {
    return new DecodeException(this + " (expected: " + expected + ")", at);
  }
}
