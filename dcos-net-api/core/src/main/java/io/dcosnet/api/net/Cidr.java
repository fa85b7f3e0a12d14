// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import java.math.BigInteger;
import java.util.Optional;

/**
 * A network prefix such as {@code 9.0.0.0/8} or {@code fd01:b::/64}, always in canonical form: the
 * bits behind the prefix are zero.
 *
 * <p><b>Immutable.</b> Sorts by first address, then by length (the wider one first).
 *
 * @param first the network address
 * @param length prefix length in bits, 0-32 or 0-128
 */
public record Cidr(IpAddress first, int length) implements Comparable<Cidr> {

  public Cidr {
    requireNonNull(first, "first");
    checkLength(first, length);
    IpAddress canonical = mask(first, length);
    if (!canonical.equals(first)) {
      throw new IllegalArgumentException(
          "prefix: " + first + "/" + length + " (expected: " + canonical + "/" + length + ")");
    }
  }

  /** The prefix of this length that holds {@code address}. */
  public static Cidr containing(IpAddress address, int length) {
    checkLength(address, length);
    return new Cidr(mask(address, length), length);
  }

  /**
   * Reads {@code address/length}. Host bits must be zero.
   *
   * @throws DecodeException naming the canonical form when only the host bits are wrong
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw fault(text, text.length(), "address/length");
    }
    IpAddress address = IpAddress.parse(text.substring(0, slash));
    String digits = text.substring(slash + 1);
    boolean plain = digits.matches("[0-9]{1,3}") && (digits.equals("0") || digits.charAt(0) != '0');
    int length = plain ? Integer.parseInt(digits) : -1;
    if (length < 0 || length > address.bitLength()) {
      throw fault(text, slash + 1, "a length 0-" + address.bitLength());
    }
    IpAddress canonical = mask(address, length);
    if (!canonical.equals(address)) {
      throw fault(text, 0, canonical + "/" + length);
    }
    return new Cidr(canonical, length);
  }

  /** The last address, the broadcast address of an IPv4 network. */
  public IpAddress last() {
    if (first.isIpv4()) {
      return IpAddress.ofIpv4(first.ipv4Bits() | (int) hostMask(length, 32));
    }
    long high = first.highBits() | hostMask(length, 64);
    long low = first.lowBits() | hostMask(length - 64, 64);
    return IpAddress.ofIpv6(high, low);
  }

  public boolean contains(IpAddress address) {
    return address.isIpv4() == first.isIpv4() && mask(address, length).equals(first);
  }

  public boolean contains(Cidr other) {
    return other.length >= length && contains(other.first);
  }

  public boolean overlaps(Cidr other) {
    return contains(other) || other.contains(this);
  }

  /** Number of addresses, 1 up to 2^128. */
  public BigInteger size() {
    return BigInteger.ONE.shiftLeft(first.bitLength() - length);
  }

  /**
   * Number of pieces of {@code pieceLength} in here; 2^63-1 stands for that many or more.
   *
   * @param pieceLength from {@link #length} to the bit length of the family
   */
  public long pieces(int pieceLength) {
    checkPiece(pieceLength);
    int bits = pieceLength - length;
    return bits >= 63 ? Long.MAX_VALUE : 1L << bits;
  }

  /**
   * The piece with this number, counted from the lowest address.
   *
   * @param index 0 or more, less than {@link #pieces}
   */
  public Cidr piece(int pieceLength, long index) {
    checkPiece(pieceLength);
    if (index < 0 || index >= pieces(pieceLength)) {
      throw new IndexOutOfBoundsException(
          "piece "
              + index
              + " of "
              + this
              + " in /"
              + pieceLength
              + " ("
              + pieces(pieceLength)
              + ")");
    }
    return new Cidr(offset(first, index, first.bitLength() - pieceLength), pieceLength);
  }

  /**
   * Which piece of its length {@code piece} is, counted from the lowest address.
   *
   * @throws IllegalArgumentException when it lies outside, or its number exceeds 2^63-1
   */
  public long indexOf(Cidr piece) {
    if (!contains(piece)) {
      throw new IllegalArgumentException(piece + " is not in " + this);
    }
    BigInteger distance = number(piece.first).subtract(number(first));
    BigInteger index = distance.shiftRight(first.bitLength() - piece.length);
    if (index.bitLength() > 63) {
      throw new IllegalArgumentException(piece + ": its number in " + this + " exceeds 2^63-1");
    }
    return index.longValue();
  }

  /** The prefix of the same length right behind this one; empty behind the last of the family. */
  public Optional<Cidr> next() {
    IpAddress last = last();
    boolean atEnd =
        last.isIpv4() ? last.ipv4Bits() == -1 : last.highBits() == -1 && last.lowBits() == -1;
    return atEnd ? Optional.empty() : Optional.of(new Cidr(last.plus(1), length));
  }

  /** The prefix of the same length right before this one; empty before the first of the family. */
  public Optional<Cidr> previous() {
    if (first.isUnspecified()) {
      return Optional.empty();
    }
    long low = first.lowBits() - 1;
    long high = first.highBits() - (first.lowBits() == 0 ? 1 : 0);
    IpAddress before = first.isIpv4() ? IpAddress.ofIpv4((int) low) : IpAddress.ofIpv6(high, low);
    return Optional.of(containing(before, length));
  }

  @Override
  public int compareTo(Cidr other) {
    int byFirst = first.compareTo(other.first);
    return byFirst != 0 ? byFirst : Integer.compare(length, other.length);
  }

  @Override
  public String toString() {
    return first + "/" + length;
  }

  private void checkPiece(int pieceLength) {
    if (pieceLength < length || pieceLength > first.bitLength()) {
      throw new IllegalArgumentException(
          "piece length: " + pieceLength + " (expected: " + length + "-" + first.bitLength() + ")");
    }
  }

  private static BigInteger number(IpAddress address) {
    return new BigInteger(1, address.toBytes());
  }

  private static IpAddress offset(IpAddress base, long index, int shift) {
    if (base.isIpv4()) {
      return IpAddress.ofIpv4((int) (base.lowBits() + (shift >= 32 ? 0 : index << shift)));
    }
    long addLow = shift >= 64 ? 0 : index << shift;
    long addHigh = highPart(index, shift);
    long low = base.lowBits() + addLow;
    long carry = Long.compareUnsigned(low, addLow) < 0 ? 1 : 0;
    return IpAddress.ofIpv6(base.highBits() + addHigh + carry, low);
  }

  private static long highPart(long index, int shift) {
    if (shift == 0 || shift >= 128) {
      return 0;
    }
    return shift >= 64 ? index << (shift - 64) : index >>> (64 - shift);
  }

  private static IpAddress mask(IpAddress address, int length) {
    if (address.isIpv4()) {
      return IpAddress.ofIpv4(address.ipv4Bits() & (int) ~hostMask(length, 32));
    }
    return IpAddress.ofIpv6(
        address.highBits() & ~hostMask(length, 64), address.lowBits() & ~hostMask(length - 64, 64));
  }

  /** The bits of a word of {@code width} that lie behind a prefix of {@code length}. */
  private static long hostMask(int length, int width) {
    if (length <= 0) {
      return width == 64 ? -1 : (1L << width) - 1;
    }
    return length >= width ? 0 : (1L << (width - length)) - 1;
  }

  private static void checkLength(IpAddress address, int length) {
    if (length < 0 || length > address.bitLength()) {
      throw new IllegalArgumentException(
          "prefix length: " + length + " (expected: 0-" + address.bitLength() + ")");
    }
  }

  private static DecodeException fault(String text, int at, String expected) {
    return new DecodeException("prefix: " + Quoted.of(text) + " (expected: " + expected + ")", at);
  }
}
