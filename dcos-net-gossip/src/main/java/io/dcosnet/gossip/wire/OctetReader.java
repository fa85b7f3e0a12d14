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
public final class OctetReader {

  /** Where a field fails that must be an object. */
  public static final NodeId NO_NODE = new NodeId(new UUID(0, 0));

  public static final HostPort NO_ADDRESS = new HostPort(IpAddress.ANY_IPV4, 0);

  private final byte[] octets;
  private int at;
  private int end;
  private boolean failed;
  private int faultAt;

  /** Reads from an array, which is not copied; nothing before {@link #begin}. */
  public OctetReader(byte[] octets) {
    this.octets = octets;
  }

  /** Begins with the fields between these places. */
  public void begin(int from, int to) {
    at = from;
    end = to;
    failed = false;
  }

  /** Whether something broke the format. */
  public boolean failed() {
    return failed;
  }

  /** Where the first fault was, counted from the start of the array. */
  public int faultAt() {
    return faultAt;
  }

  /** The message breaks its format. */
  public void fail() {
    if (!failed) {
      failed = true;
      faultAt = at;
    }
    at = end;
  }

  /** Refuses the message unless this holds. */
  public void require(boolean holds) {
    if (!holds) {
      fail();
    }
  }

  /** Refuses the message when octets are left. */
  public void finish() {
    require(at == end);
  }

  /** Place of the next octet. */
  public int at() {
    return at;
  }

  /** Takes all that is left as read. */
  public void skip() {
    at = end;
  }

  /** How many octets there are still. */
  public int left() {
    return end - at;
  }

  /** 8 bits. */
  public int u8() {
    return has(1) ? octets[at++] & 0xff : 0;
  }

  /** 16 bits, unsigned. */
  public int u16() {
    return (int) fixed(2);
  }

  /** 32 bits, as they are. */
  public int u32() {
    return (int) fixed(4);
  }

  /** 48 bits, unsigned. */
  public long epoch() {
    return fixed(6);
  }

  /** 64 bits, as they are. */
  public long u64() {
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
  public long varint() {
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

  /** A varint that counts something, at most so many. */
  public int count(int most) {
    long value = varint();
    require(value <= most);
    return failed ? 0 : (int) value;
  }

  /** An identity; {@link #NO_NODE} after a fault. */
  public NodeId node() {
    long high = u64();
    long low = u64();
    return failed ? NO_NODE : new NodeId(new UUID(high, low));
  }

  /** An address at which a host can be; {@link #NO_ADDRESS} after a fault. */
  public HostPort address() {
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
  public Bytes bytes(int most) {
    return raw(count(most));
  }

  /** All that is left. */
  public Bytes rest() {
    return raw(left());
  }

  private Bytes raw(int count) {
    if (!has(count) || count == 0) {
      return Bytes.EMPTY;
    }
    Bytes bytes = Bytes.copyOf(ByteBuffer.wrap(octets, at, count));
    at += count;
    return bytes;
  }

  /** UTF-8 behind the count of its octets. */
  public String text(int most) {
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
