// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import io.dcosnet.api.DecodeException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * An IPv4 or IPv6 address as a number. Unlike {@link InetAddress} it carries no host name, is never
 * looked up, and sorts: IPv4 before IPv6, each by unsigned value.
 *
 * <p>Text is strict: four decimal parts without leading zeros, or RFC 4291 §2.2 without brackets
 * and without a zone. {@link #toString} writes RFC 5952.
 *
 * <p><b>Immutable.</b>
 */
public final class IpAddress implements Comparable<IpAddress> {

  /** 0.0.0.0. */
  public static final IpAddress ANY_IPV4 = ofIpv4(0);

  /** 127.0.0.1. */
  public static final IpAddress LOOPBACK_IPV4 = ofIpv4(0x7f000001);

  private static final long IPV4_MASK = 0xffff_ffffL;

  private final boolean ipv6;
  private final long high;
  private final long low;

  private IpAddress(boolean ipv6, long high, long low) {
    this.ipv6 = ipv6;
    this.high = high;
    this.low = low;
  }

  /** The IPv4 address with these 32 bits, most significant byte first. */
  public static IpAddress ofIpv4(int bits) {
    return new IpAddress(false, 0, bits & IPV4_MASK);
  }

  /** The IPv6 address with these 128 bits. */
  public static IpAddress ofIpv6(long high, long low) {
    return new IpAddress(true, high, low);
  }

  /**
   * The address with these bytes.
   *
   * @param bytes 4 or 16 bytes in network order
   */
  public static IpAddress ofBytes(byte[] bytes) {
    if (bytes.length == 4) {
      return ofIpv4((int) toLong(bytes, 0, 4));
    }
    if (bytes.length == 16) {
      return ofIpv6(toLong(bytes, 0, 8), toLong(bytes, 8, 8));
    }
    throw new IllegalArgumentException("address: " + bytes.length + " bytes (expected: 4 or 16)");
  }

  /** The same address, its name and zone left out. */
  public static IpAddress of(InetAddress address) {
    return ofBytes(address.getAddress());
  }

  /**
   * Reads an address; IPv4-mapped IPv6 text stays IPv6.
   *
   * @throws DecodeException with the position of the first fault
   */
  public static IpAddress parse(String text) {
    return new IpAddressParser(text).parse();
  }

  /** As {@link #parse}, empty for anything that is not an address. */
  public static Optional<IpAddress> tryParse(String text) {
    if (!IpAddressParser.looksLikeAddress(text)) {
      return Optional.empty(); // host names are common here and need no exception
    }
    try {
      return Optional.of(parse(text));
    } catch (DecodeException e) {
      return Optional.empty();
    }
  }

  public boolean isIpv4() {
    return !ipv6;
  }

  public boolean isIpv6() {
    return ipv6;
  }

  /** Length of an address of this family in bits: 32 or 128. */
  public int bitLength() {
    return ipv6 ? 128 : 32;
  }

  /**
   * The 32 bits of an IPv4 address.
   *
   * @throws IllegalStateException for IPv6
   */
  public int ipv4Bits() {
    if (ipv6) {
      throw new IllegalStateException(this + " is not IPv4");
    }
    return (int) low;
  }

  /** Upper 64 bits; 0 for IPv4. */
  public long highBits() {
    return high;
  }

  /** Lower 64 bits; for IPv4 the address as an unsigned 32-bit number. */
  public long lowBits() {
    return low;
  }

  /** A new array of 4 or 16 bytes in network order. */
  public byte[] toBytes() {
    byte[] bytes = new byte[ipv6 ? 16 : 4];
    for (int i = 0; i < bytes.length; i++) {
      int fromEnd = bytes.length - 1 - i;
      long word = fromEnd >= 8 ? high : low;
      bytes[i] = (byte) (word >>> (8 * (fromEnd & 7)));
    }
    return bytes;
  }

  /** For the JDK's socket calls; never asks a name server. */
  public InetAddress toInetAddress() {
    try {
      return InetAddress.getByAddress(toBytes());
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are always accepted", e);
    }
  }

  /**
   * The address {@code distance} further on.
   *
   * @param distance 0 or more
   * @throws ArithmeticException beyond the last address of the family
   */
  public IpAddress plus(long distance) {
    if (distance < 0) {
      throw new IllegalArgumentException("distance: " + distance + " (expected: 0 or more)");
    }
    long sum = low + distance;
    if (!ipv6) {
      if (sum < 0 || sum > IPV4_MASK) {
        throw new ArithmeticException(this + " + " + distance + " is beyond 255.255.255.255");
      }
      return new IpAddress(false, 0, sum);
    }
    boolean carry = Long.compareUnsigned(sum, low) < 0;
    if (carry && high == -1) {
      throw new ArithmeticException(this + " + " + distance + " is beyond the last IPv6 address");
    }
    return new IpAddress(true, carry ? high + 1 : high, sum);
  }

  /** 127.0.0.0/8 or ::1. */
  public boolean isLoopback() {
    return ipv6 ? high == 0 && low == 1 : low >>> 24 == 127;
  }

  /** 0.0.0.0 or ::. */
  public boolean isUnspecified() {
    return high == 0 && low == 0;
  }

  /** 224.0.0.0/4 or ff00::/8. */
  public boolean isMulticast() {
    return ipv6 ? high >>> 56 == 0xff : low >>> 28 == 0xe;
  }

  /** 169.254.0.0/16 or fe80::/10. */
  public boolean isLinkLocal() {
    return ipv6 ? high >>> 54 == 0x3fa : low >>> 16 == 0xa9fe;
  }

  /** ::ffff:0:0/96, an IPv4 address in IPv6 clothes. */
  public boolean isIpv4Mapped() {
    return ipv6 && high == 0 && low >>> 32 == 0xffff;
  }

  /** The IPv4 address inside an IPv4-mapped one; any other address is returned as it is. */
  public IpAddress unmapped() {
    return isIpv4Mapped() ? ofIpv4((int) low) : this;
  }

  @Override
  public int compareTo(IpAddress other) {
    if (ipv6 != other.ipv6) {
      return ipv6 ? 1 : -1;
    }
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IpAddress that
        && ipv6 == that.ipv6
        && high == that.high
        && low == that.low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high * 31 + low) + (ipv6 ? 1 : 0);
  }

  /** Dotted decimal, or RFC 5952. */
  @Override
  public String toString() {
    if (!ipv6) {
      return (low >>> 24) + "." + (low >>> 16 & 255) + "." + (low >>> 8 & 255) + "." + (low & 255);
    }
    return isIpv4Mapped() ? "::ffff:" + unmapped() : ipv6Text();
  }

  private String ipv6Text() {
    int runStart = -1;
    int runLength = 1; // RFC 5952 §4.2.2: a single zero group is not shortened
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && group(end) == 0) {
        end++;
      }
      if (end - i > runLength) {
        runStart = i;
        runLength = end - i;
      }
      i = Math.max(i, end - 1);
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == runStart) {
        text.append("::");
        i += runLength - 1;
        continue;
      }
      if (i > 0 && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(group(i)));
    }
    return text.toString();
  }

  private int group(int index) {
    long word = index < 4 ? high : low;
    return (int) (word >>> (48 - 16 * (index & 3))) & 0xffff;
  }

  private static long toLong(byte[] bytes, int from, int count) {
    long value = 0;
    for (int i = from; i < from + count; i++) {
      value = (value << 8) | (bytes[i] & 0xff);
    }
    return value;
  }
}
