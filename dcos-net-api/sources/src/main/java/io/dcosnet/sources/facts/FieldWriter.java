// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import io.dcosnet.api.net.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes numbered fields, each of which a reader can skip without knowing it:
 *
 * <pre>
 * field    field number × 8 + form, as a number | content
 * number   7 bits a byte, lowest first, the top bit says that more follow
 * form 0   a number
 * form 1   8 bytes, a double, highest first
 * form 2   length as a number | bytes: UTF-8, an address, or fields
 * form 3   length as a number | a text with a UUID: 16 bytes | where it stands in the rest | rest
 * form 4   length as a number | a text that is no valid Unicode, 2 bytes a unit
 * form 5-7 length as a number | bytes, for later
 * </pre>
 *
 * <p>Ids of Mesos are mostly a UUID with a few more letters; form 3 halves them. What is zero,
 * false or empty is left out.
 *
 * <p><b>Confined to</b> one thread.
 */
final class FieldWriter {

  static final int NUMBER = 0;
  static final int DOUBLE = 1;
  static final int BYTES = 2;
  static final int UUID_TEXT = 3;
  static final int UTF_16 = 4;

  private byte[] buffer = new byte[128];
  private int size;

  /** A byte that belongs to no field. */
  FieldWriter raw(int value) {
    reserve(1);
    buffer[size++] = (byte) value;
    return this;
  }

  FieldWriter number(int field, long value) {
    if (value != 0) {
      varint((long) field << 3 | NUMBER);
      varint(value);
    }
    return this;
  }

  FieldWriter flag(int field, boolean value) {
    return number(field, value ? 1 : 0);
  }

  FieldWriter real(int field, double value) {
    long bits = Double.doubleToRawLongBits(value);
    if (bits != 0) {
      varint((long) field << 3 | DOUBLE);
      fixed(bits);
    }
    return this;
  }

  FieldWriter text(int field, String text) {
    return text.isEmpty() ? this : element(field, text);
  }

  /** A text that counts also when it is empty. */
  FieldWriter element(int field, String text) {
    int uuid = UuidText.find(text);
    if (!isUnicode(text)) {
      utf16(field, text);
    } else if (uuid >= 0) {
      byte[] before = text.substring(0, uuid).getBytes(StandardCharsets.UTF_8);
      byte[] after = text.substring(uuid + UuidText.LENGTH).getBytes(StandardCharsets.UTF_8);
      int rest = before.length + after.length;
      head(field, UUID_TEXT, 16 + sizeOf(before.length) + rest);
      fixed(UuidText.highBits(text, uuid));
      fixed(UuidText.lowBits(text, uuid));
      varint(before.length);
      append(before, before.length);
      append(after, after.length);
    } else {
      bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }
    return this;
  }

  FieldWriter address(int field, IpAddress address) {
    return bytes(field, address.toBytes());
  }

  FieldWriter bytes(int field, byte[] bytes) {
    head(field, BYTES, bytes.length);
    append(bytes, bytes.length);
    return this;
  }

  FieldWriter message(int field, FieldWriter content) {
    head(field, BYTES, content.size);
    append(content.buffer, content.size);
    return this;
  }

  /** A number that belongs to no field. */
  FieldWriter varint(long value) {
    reserve(10);
    long left = value;
    while ((left & ~0x7fL) != 0) {
      buffer[size++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    buffer[size++] = (byte) left;
    return this;
  }

  int size() {
    return size;
  }

  byte[] toBytes() {
    return Arrays.copyOf(buffer, size);
  }

  private void utf16(int field, String text) {
    head(field, UTF_16, 2 * text.length());
    reserve(2 * text.length());
    for (int i = 0; i < text.length(); i++) {
      buffer[size++] = (byte) (text.charAt(i) >>> 8);
      buffer[size++] = (byte) text.charAt(i);
    }
  }

  /** Half a surrogate pair has no UTF-8; JSON can carry one all the same. */
  private static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private static int sizeOf(long value) {
    return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
  }

  private void head(int field, int form, int length) {
    varint((long) field << 3 | form);
    varint(length);
  }

  private void fixed(long bits) {
    reserve(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      buffer[size++] = (byte) (bits >>> shift);
    }
  }

  private void append(byte[] bytes, int count) {
    reserve(count);
    System.arraycopy(bytes, 0, buffer, size, count);
    size += count;
  }

  private void reserve(int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, Math.max(Math.addExact(size, more), 2 * buffer.length));
    }
  }
}
