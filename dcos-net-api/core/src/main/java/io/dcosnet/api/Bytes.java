// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** A sequence of bytes that nobody can change. <b>Immutable.</b> */
public final class Bytes implements Comparable<Bytes> {

  /** No byte. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] data;

  private Bytes(byte[] data) {
    this.data = data;
  }

  public static Bytes copyOf(byte[] data) {
    return data.length == 0 ? EMPTY : new Bytes(data.clone());
  }

  /** What remains in the buffer; its position does not move. */
  public static Bytes copyOf(ByteBuffer buffer) {
    byte[] data = new byte[buffer.remaining()];
    buffer.duplicate().get(data);
    return new Bytes(data);
  }

  public static Bytes utf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  public int size() {
    return data.length;
  }

  public byte get(int index) {
    return data[index];
  }

  /** A new array. */
  public byte[] toArray() {
    return data.clone();
  }

  /** A read-only view, without a copy. */
  public ByteBuffer toByteBuffer() {
    return ByteBuffer.wrap(data).asReadOnlyBuffer();
  }

  /** Decoded as UTF-8; faulty sequences become the replacement character. */
  public String toUtf8() {
    return new String(data, StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(data, other.data);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(data);
  }

  /** Size and the first bytes in hex, for logs. */
  @Override
  public String toString() {
    String shown = HexFormat.of().formatHex(data, 0, Math.min(data.length, 16));
    return data.length + " B " + shown + (data.length > 16 ? "…" : "");
  }
}
