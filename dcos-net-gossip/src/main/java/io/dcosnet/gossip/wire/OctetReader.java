// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one message. After the first fault {@link #failed} holds and what is read
 * means nothing: faults are as frequent as somebody likes to send them, so they cost no exception.
 *
 * <p><b>Not thread-safe.</b>
 */
final class OctetReader {

  /** Where a field fails that must be an object. */
  static final NodeId NO_NODE = new NodeId(new UUID(0, 0));

  static final HostPort NO_ADDRESS = new HostPort(IpAddress.ANY_IPV4, 0);

  private final byte[] octets;
  private int at;
  private int end;
  private boolean failed;

  OctetReader(byte[] octets) {
    this.octets = octets;
  }

  /** Begins with the fields between these places. */
  void begin(int from, int to) {
    at = from;
    end = to;
    failed = false;
  }

  boolean failed() {
    return failed;
  }

  /** The message breaks its format. */
  void fail() {
    failed = true;
    at = end;
  }

  /** Refuses the message unless this holds. */
  void require(boolean holds) {
    if (!holds) {
      fail();
    }
  }

  /** Refuses the message when octets are left. */
  void finish() {
    require(at == end);
  }

  int at() {
    return at;
  }

  /** Takes all that is left as read. */
  void skip() {
    at = end;
  }

  int left() {
    return end - at;
  }

  int u8() {
    return has(1) ? octets[at++] & 0xff : 0;
  }

  int u16() {
    return (int) fixed(2);
  }

  int u32() {
    return (int) fixed(4);
  }

  /** 48 bits, unsigned. */
  long epoch() {
    return fixed(6);
  }

  long u64() {
    return fixed(8);
  }

  private long fixed(int count) {
    long value = 0;
    if (has(count)) {
      for (int stop = at + count; at < stop; at++) {
        value = (value << 8) | (octets[at] & 0xff);
      }
    }
    return value;
  }

  /** LEB128 of at most 63 bits, in its shortest form only. */
  long varint() {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      int octet = u8();
      value |= (long) (octet & 0x7f) << shift;
      if (octet < 0x80) {
        // A last octet of 0 adds nothing: there is a shorter form.
        require(octet != 0 || shift == 0);
        return value;
      }
    }
    fail();
    return 0;
  }

  /** A varint that counts something. */
  int count(int most) {
    long value = varint();
    require(value <= most);
    return failed ? 0 : (int) value;
  }

  NodeId node() {
    long high = u64();
    long low = u64();
    return failed ? NO_NODE : new NodeId(new UUID(high, low));
  }

  /** An address at which a host can be. */
  HostPort address() {
    int family = u8();
    IpAddress address;
    if (family == 4) {
      address = IpAddress.ofIpv4(u32());
    } else if (family == 6) {
      address = IpAddress.ofIpv6(u64(), u64());
    } else {
      fail();
      return NO_ADDRESS;
    }
    int port = u16();
    require(port != 0 && !address.isMulticast() && !address.isUnspecified());
    return failed ? NO_ADDRESS : new HostPort(address, port);
  }

  /** Octets behind their count. */
  Bytes bytes(int most) {
    return raw(count(most));
  }

  /** All that is left. */
  Bytes rest() {
    return raw(left());
  }

  private Bytes raw(int count) {
    if (!has(count)) {
      return Bytes.EMPTY;
    }
    Bytes bytes = Bytes.copyOf(ByteBuffer.wrap(octets, at, count));
    at += count;
    return bytes;
  }

  /** UTF-8 behind the count of its octets. */
  String text(int most) {
    int count = count(most);
    if (!has(count)) {
      return "";
    }
    int from = at;
    at += count;
    String text = utf8(from, count);
    require(text != null);
    return text == null ? "" : text;
  }

  private @Nullable String utf8(int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (octets[i] < 0) {
        try {
          return StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(octets, from, count))
              .toString();
        } catch (CharacterCodingException e) {
          return null;
        }
      }
    }
    return new String(octets, from, count, StandardCharsets.ISO_8859_1);
  }

  private boolean has(int count) {
    if (failed || count > end - at) {
      fail();
      return false;
    }
    return true;
  }
}
