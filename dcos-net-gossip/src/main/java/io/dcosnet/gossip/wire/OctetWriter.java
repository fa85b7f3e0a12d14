// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import java.nio.charset.StandardCharsets;

/**
 * Writes fields into an array until it is full; after that {@link #overflown} holds and nothing
 * more is written.
 *
 * <p><b>Not thread-safe.</b>
 */
final class OctetWriter {

  private final byte[] octets;
  private int at;
  private boolean overflown;

  OctetWriter(byte[] octets) {
    this.octets = octets;
  }

  byte[] octets() {
    return octets;
  }

  int at() {
    return at;
  }

  boolean overflown() {
    return overflown;
  }

  /** Goes on here, and forgets what stood behind. */
  void backTo(int place) {
    at = place;
    overflown = false;
  }

  /** Sets a length that was left open. */
  void u16(int place, int value) {
    octets[place] = (byte) (value >>> 8);
    octets[place + 1] = (byte) value;
  }

  void u8(int value) {
    fixed(value, 1);
  }

  void u16(int value) {
    fixed(value, 2);
  }

  void u32(int value) {
    fixed(value, 4);
  }

  void u64(long value) {
    fixed(value, 8);
  }

  /** 48 bits, unsigned. */
  void epoch(long epoch) {
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

  /** LEB128 in its shortest form. */
  void varint(long value) {
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

  void node(NodeId id) {
    u64(id.uuid().getMostSignificantBits());
    u64(id.uuid().getLeastSignificantBits());
  }

  void address(HostPort address) {
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
  void bytes(Bytes bytes, int most) {
    limit(bytes.size(), most);
    varint(bytes.size());
    raw(bytes, 0, bytes.size());
  }

  /** Octets alone. */
  void raw(Bytes bytes, int from, int to) {
    if (has(to - from)) {
      bytes.toByteBuffer().get(from, octets, at, to - from);
      at += to - from;
    }
  }

  /** UTF-8 behind the count of its octets. */
  void text(String text, int most) {
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
    overflown |= count > octets.length - at;
    return !overflown;
  }
}
