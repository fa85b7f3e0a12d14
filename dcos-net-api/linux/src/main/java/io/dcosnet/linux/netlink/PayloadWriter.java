// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Writes what stands behind the header of a message: first the fields of the fixed part one by one,
 * then attributes, which are aligned to 4 octets by themselves. Methods with one number write a
 * field, those with a type and a value write an attribute.
 *
 * <p>Numbers stand in the order of this machine, or most significant octet first where the name
 * says {@code big}. Only the lowest bits count that a field has room for.
 *
 * <p><b>Not thread-safe.</b>
 */
public final class PayloadWriter {

  private static final int ATTRIBUTE_HEADER = 4;
  private static final int MAX_ATTRIBUTE = 0xffff - ATTRIBUTE_HEADER;

  private ByteBuffer octets = ByteBuffer.allocate(96).order(ByteOrder.nativeOrder());

  /** Begins with nothing. */
  public PayloadWriter() {}

  /** A field of one octet. */
  public PayloadWriter u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  /** A field of two octets. */
  public PayloadWriter u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  /** A field of two octets, most significant first. */
  public PayloadWriter big16(int value) {
    return u16(bigEndian((short) value));
  }

  /** A field of four octets. */
  public PayloadWriter u32(int value) {
    room(4).putInt(value);
    return this;
  }

  /** So many octets of 0. */
  public PayloadWriter zeros(int count) {
    room(count).put(new byte[count]);
    return this;
  }

  /** An attribute of one octet. */
  public PayloadWriter u8(int type, int value) {
    header(type, 1).put((byte) value);
    return align();
  }

  /** An attribute of two octets. */
  public PayloadWriter u16(int type, int value) {
    header(type, 2).putShort((short) value);
    return align();
  }

  /** An attribute of two octets, most significant first. */
  public PayloadWriter big16(int type, int value) {
    return u16(type, bigEndian((short) value));
  }

  /** An attribute of four octets. */
  public PayloadWriter u32(int type, int value) {
    header(type, 4).putInt(value);
    return this;
  }

  /** An attribute of four octets, most significant first. */
  public PayloadWriter big32(int type, int value) {
    return u32(type, bigEndian(value));
  }

  /** An attribute of eight octets. */
  public PayloadWriter u64(int type, long value) {
    header(type, 8).putLong(value);
    return this;
  }

  /** An attribute of eight octets, most significant first. */
  public PayloadWriter big64(int type, long value) {
    return u64(
        type, ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value));
  }

  /**
   * Text with a 0 behind it.
   *
   * @throws IllegalArgumentException when a 0 stands in it, which would cut it short
   */
  public PayloadWriter text(int type, String value) {
    if (value.indexOf(0) >= 0) {
      throw new IllegalArgumentException("text of attribute " + type + " has a 0 in it");
    }
    byte[] encoded = value.getBytes(UTF_8);
    header(type, encoded.length + 1).put(encoded).put((byte) 0);
    return align();
  }

  /** Octets as they are. */
  public PayloadWriter octets(int type, byte[] value) {
    header(type, value.length).put(value);
    return align();
  }

  /** An address of 4 or 16 octets. */
  public PayloadWriter address(int type, IpAddress value) {
    return octets(type, value.toBytes());
  }

  /** A MAC address of 6 octets. */
  public PayloadWriter mac(int type, MacAddress value) {
    ByteBuffer target = header(type, 6);
    for (int shift = 40; shift >= 0; shift -= 8) {
      target.put((byte) (value.bits() >>> shift));
    }
    return align();
  }

  /** An attribute that says enough by being there. */
  public PayloadWriter flag(int type) {
    header(type, 0);
    return this;
  }

  /** An attribute that holds attributes, and maybe fields before them. */
  public PayloadWriter nested(int type, Consumer<PayloadWriter> inside) {
    int start = octets.position();
    header(type | Attribute.NESTED, 0);
    inside.accept(this);
    int length = octets.position() - start;
    if (length > 0xffff) {
      throw tooLong(type, length - ATTRIBUTE_HEADER);
    }
    octets.putShort(start, (short) length);
    return align();
  }

  /** Octets written so far. */
  public int length() {
    return octets.position();
  }

  /** All that was written; a copy. */
  public byte[] toBytes() {
    return Arrays.copyOf(octets.array(), octets.position());
  }

  private ByteBuffer header(int type, int length) {
    if (length > MAX_ATTRIBUTE) {
      throw tooLong(type, length);
    }
    return room(ATTRIBUTE_HEADER + length)
        .putShort((short) (ATTRIBUTE_HEADER + length))
        .putShort((short) type);
  }

  private static IllegalArgumentException tooLong(int type, int length) {
    return new IllegalArgumentException(
        "attribute " + type + ": " + length + " octets (expected: at most " + MAX_ATTRIBUTE + ")");
  }

  private PayloadWriter align() {
    return zeros(-octets.position() & 3);
  }

  private ByteBuffer room(int wanted) {
    if (octets.remaining() < wanted) {
      ByteBuffer larger =
          ByteBuffer.allocate(Math.max(2 * octets.capacity(), octets.position() + wanted))
              .order(ByteOrder.nativeOrder());
      larger.put(octets.flip());
      octets = larger;
    }
    return octets;
  }

  static short bigEndian(short value) {
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Short.reverseBytes(value);
  }

  static int bigEndian(int value) {
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
  }
}
