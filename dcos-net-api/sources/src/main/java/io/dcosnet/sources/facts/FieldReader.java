// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * Reads what {@link FieldWriter} wrote: {@link #next} goes from field to field, and a field that
 * nobody asks for is skipped. Whatever the bytes are, nothing but {@link DecodeException} comes
 * out, and nothing is allocated that is longer than a field. <b>Confined to</b> one thread.
 */
final class FieldReader {

  private final byte[] data;
  private final int end;
  private int at;

  private int field;
  private int form;
  private long value;
  private int start;
  private int length;

  FieldReader(byte[] data, int from, int end) {
    this.data = data;
    this.at = from;
    this.end = end;
  }

  /** Goes to the next field; false when there is none. */
  boolean next() {
    if (at == end) {
      return false;
    }
    int begin = at;
    long key = varint();
    form = (int) (key & 7);
    if (key < 8 || key >>> 3 > Integer.MAX_VALUE) {
      throw new DecodeException("fact: field " + (key >>> 3) + " (expected: 1 or more)", begin);
    }
    field = (int) (key >>> 3);
    if (form == FieldWriter.NUMBER) {
      value = varint();
    } else {
      long size = form == FieldWriter.DOUBLE ? 8 : varint();
      if (size < 0 || size > end - at) {
        throw new DecodeException(
            "fact: field %d of %d bytes (expected: at most %d)".formatted(field, size, end - at),
            begin);
      }
      start = at;
      length = (int) size;
      at += length;
    }
    return true;
  }

  int field() {
    return field;
  }

  long number() {
    require(form == FieldWriter.NUMBER, "a number");
    return value;
  }

  /** A number from 0 to {@code most}. */
  int number(int most) {
    long number = number();
    require(number >= 0 && number <= most, "a number up to " + most);
    return (int) number;
  }

  boolean flag() {
    return number() != 0;
  }

  double real() {
    require(form == FieldWriter.DOUBLE, "a double");
    return Double.longBitsToDouble(fixed(start));
  }

  String text() {
    switch (form) {
      case FieldWriter.BYTES -> {
        return utf8(start, start + length);
      }
      case FieldWriter.UUID_TEXT -> {
        require(length > 16, "a text with a UUID");
        FieldReader inner = new FieldReader(data, start + 16, start + length);
        long before = inner.varint();
        int rest = inner.at;
        require(before >= 0 && before <= inner.end - rest, "a text with a UUID");
        int middle = rest + (int) before;
        UUID uuid = new UUID(fixed(start), fixed(start + 8));
        return utf8(rest, middle) + uuid + utf8(middle, inner.end);
      }
      case FieldWriter.UTF_16 -> {
        require(length % 2 == 0, "whole characters");
        return units();
      }
      default -> throw fault("a text");
    }
  }

  IpAddress address() {
    require(form == FieldWriter.BYTES && (length == 4 || length == 16), "4 or 16 bytes");
    return IpAddress.ofBytes(Arrays.copyOfRange(data, start, start + length));
  }

  Bytes bytes() {
    require(form == FieldWriter.BYTES, "bytes");
    return Bytes.copyOf(ByteBuffer.wrap(data, start, length));
  }

  /** The fields inside this one. */
  FieldReader message() {
    require(form == FieldWriter.BYTES, "fields");
    return new FieldReader(data, start, start + length);
  }

  /** True while numbers that belong to no field are left. */
  boolean hasMore() {
    return at < end;
  }

  /** A number that belongs to no field. */
  long varint() {
    int begin = at;
    long number = 0;
    for (int shift = 0; shift < 64 && at < end; shift += 7) {
      byte next = data[at++];
      number |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new DecodeException("fact: number without end", begin);
  }

  /** What is wrong with the present field. */
  DecodeException fault(String expected) {
    return new DecodeException(
        "fact: field %d of form %d (expected: %s)".formatted(field, form, expected), at);
  }

  private void require(boolean holds, String expected) {
    if (!holds) {
      throw fault(expected);
    }
  }

  /** Not by the JDK's UTF-16, which replaces halves of pairs. */
  private String units() {
    char[] units = new char[length / 2];
    for (int i = 0; i < units.length; i++) {
      units[i] = (char) ((data[start + 2 * i] & 0xff) << 8 | (data[start + 2 * i + 1] & 0xff));
    }
    return new String(units);
  }

  private String utf8(int from, int to) {
    return new String(data, from, to - from, StandardCharsets.UTF_8);
  }

  private long fixed(int from) {
    long bits = 0;
    for (int i = 0; i < 8; i++) {
      bits = bits << 8 | (data[from + i] & 0xff);
    }
    return bits;
  }
}
