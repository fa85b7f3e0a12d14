// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes fields into an array until it is full; after that {@link #overflown} holds and nothing
 * more is written. Or into one that grows with what is written.
 *
 * <p><b>Not thread-safe.</b>
 */
public final class OctetWriter {

  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private byte[] octets;
  private final boolean grows;
  private int at;
  private boolean overflown;

  /** Writes into an array until it is full. */
  public OctetWriter(byte[] octets) {
    this(octets, false);
  }

  private OctetWriter(byte[] octets, boolean grows) {
    this.octets = octets;
    this.grows = grows;
  }

  /** A writer with room for so many octets that makes more when it is needed. */
  public static OctetWriter growing(int capacity) {
    return new OctetWriter(new byte[capacity], true);
  }

  /** The array, which another one replaces when this one grows; not to be kept. */
  public byte[] octets() {
    return octets;
  }

  /** Place of the next octet; how many there are. */
  public int at() {
    return at;
  }

  /** Whether something did not fit. */
  public boolean overflown() {
    return overflown;
  }

  /** A copy of what was written. */
  public Bytes toBytes() {
    return Bytes.copyOf(ByteBuffer.wrap(octets, 0, at));
  }

  /** Goes on here, and forgets what stood behind. */
  public void backTo(int place) {
    at = place;
    overflown = false;
  }

  /** Sets a length that was left open. */
  public void u16(int place, int value) {
    octets[place] = (byte) (value >>> 8);
    octets[place + 1] = (byte) value;
  }

  /** The lowest 8 bits. */
  public void u8(int value) {
    fixed(value, 1);
  }

  /** The lowest 16 bits. */
  public void u16(int value) {
    fixed(value, 2);
  }

  /** 32 bits. */
  public void u32(int value) {
    fixed(value, 4);
  }

  /** 64 bits. */
  public void u64(long value) {
    fixed(value, 8);
  }

  /** 48 bits, unsigned. */
  public void epoch(long epoch) {
    if (epoch >>> 48 != 0) {
      throw new IllegalArgumentException("epoch: " + epoch + " (expected: 48 bits)");
    }
    fixed(epoch, 6);
  }

  private void fixed(long value, int count) {
    if (has(count)) {
      for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
        octets[at++] = (byte) (value >>> shift);
      }
    }
  }

  /** LEB128 in its shortest form, of a number that is not negative. */
  public void varint(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("number: " + value + " (expected: 0 or more)");
    }
    long rest = value;
    while (rest > 0x7f) {
      u8(((int) rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    u8((int) rest);
  }

  /** 16 octets. */
  public void node(NodeId id) {
    u64(id.uuid().getMostSignificantBits());
    u64(id.uuid().getLeastSignificantBits());
  }

  /** Family, address and port. */
  public void address(HostPort address) {
    if (address.address().isIpv4()) {
      u8(4);
      u32(address.address().ipv4Bits());
    } else {
      u8(6);
      u64(address.address().highBits());
      u64(address.address().lowBits());
    }
    u16(address.port());
  }

  /** Octets behind their count. */
  public void bytes(Bytes bytes, int most) {
    limit(bytes.size(), most);
    varint(bytes.size());
    raw(bytes, 0, bytes.size());
  }

  /** Octets alone. */
  public void raw(Bytes bytes, int from, int to) {
    if (has(to - from)) {
      bytes.toByteBuffer().get(from, octets, at, to - from);
      at += to - from;
    }
  }

  /** UTF-8 behind the count of its octets. */
  public void text(String text, int most) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    limit(utf8.length, most);
    varint(utf8.length);
    if (has(utf8.length)) {
      System.arraycopy(utf8, 0, octets, at, utf8.length);
      at += utf8.length;
    }
  }

  private static void limit(int octets, int most) {
    if (octets > most) {
      throw new IllegalArgumentException(
          "field: %d octets (expected: at most %d)".formatted(octets, most));
    }
  }

  private boolean has(int count) {
    if (grows && count > octets.length - at) {
      long most = Math.min(2L * octets.length, MAX_ARRAY);
      octets = Arrays.copyOf(octets, (int) Math.max(most, Math.addExact(at, count)));
    }
    overflown |= count > octets.length - at;
    return !overflown;
  }
}
