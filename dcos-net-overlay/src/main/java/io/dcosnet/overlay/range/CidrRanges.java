// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.range;

import io.dcosnet.api.net.Cidr;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.pcollections.TreePMap;

/**
 * A set of prefixes of one length, kept as intervals: 2^112 addresses or 65 536 subnets cost one
 * entry. Each change makes a new set that shares all but O(log n) of the old one.
 *
 * <p><b>Immutable.</b>
 */
public final class CidrRanges {

  private final int length;

  // First element of each interval to its last one; intervals neither touch nor overlap.
  private final TreePMap<Cidr, Cidr> intervals;

  private CidrRanges(int length, TreePMap<Cidr, Cidr> intervals) {
    this.length = length;
    this.intervals = intervals;
  }

  /**
   * The host addresses of a network, as prefixes of full length: without the first address and the
   * last one, and without what is reserved.
   *
   * @param subnet with room for at least four addresses
   */
  public static CidrRanges addresses(Cidr subnet, Collection<Cidr> reserved) {
    int bits = subnet.first().bitLength();
    if (subnet.length() > bits - 2) {
      throw new IllegalArgumentException("subnet: " + subnet + " (expected: room for 4 addresses)");
    }
    Cidr first = new Cidr(subnet.first(), bits).next().orElseThrow();
    Cidr last = new Cidr(subnet.last(), bits).previous().orElseThrow();
    return new CidrRanges(bits, TreePMap.singleton(first, last)).minusAllTouching(reserved);
  }

  /**
   * All pieces of {@code length} of a network, the first and the last among them, without those
   * that a reserved range touches.
   *
   * @param length from the length of {@code subnet} to the bit length of its family
   */
  public static CidrRanges pieces(Cidr subnet, int length, Collection<Cidr> reserved) {
    if (length < subnet.length()) {
      throw new IllegalArgumentException(
          "length: " + length + " (expected: at least that of " + subnet + ")");
    }
    Cidr first = new Cidr(subnet.first(), length);
    Cidr last = Cidr.containing(subnet.last(), length);
    return new CidrRanges(length, TreePMap.singleton(first, last)).minusAllTouching(reserved);
  }

  /** The length that all elements have. */
  public int length() {
    return length;
  }

  public boolean isEmpty() {
    return intervals.isEmpty();
  }

  /** The element with the lowest address. */
  public Optional<Cidr> lowest() {
    return intervals.isEmpty() ? Optional.empty() : Optional.of(intervals.firstKey());
  }

  public boolean contains(Cidr element) {
    if (element.length() != length) {
      return false;
    }
    Map.Entry<Cidr, Cidr> interval = intervals.floorEntry(element);
    return interval != null && element.compareTo(interval.getValue()) <= 0;
  }

  /**
   * Without one element.
   *
   * @throws IllegalArgumentException when it is not in here
   */
  public CidrRanges minus(Cidr element) {
    if (!contains(element)) {
      throw new IllegalArgumentException(element + " is not in this set");
    }
    return new CidrRanges(length, cut(intervals, element, element));
  }

  /** Without all elements that have an address in common with {@code range}. */
  public CidrRanges minusTouching(Cidr range) {
    if (intervals.isEmpty() || range.first().isIpv4() != intervals.firstKey().first().isIpv4()) {
      return this;
    }
    Cidr from = Cidr.containing(range.first(), length);
    Cidr to = Cidr.containing(range.last(), length);
    return new CidrRanges(length, cut(intervals, from, to));
  }

  private CidrRanges minusAllTouching(Collection<Cidr> ranges) {
    CidrRanges left = this;
    for (Cidr range : ranges) {
      left = left.minusTouching(range);
    }
    return left;
  }

  /** How many elements there are; takes time with the number of intervals. */
  public BigInteger count() {
    BigInteger count = BigInteger.ZERO;
    for (Map.Entry<Cidr, Cidr> interval : intervals.entrySet()) {
      BigInteger span = number(interval.getValue()).subtract(number(interval.getKey()));
      int shift = interval.getKey().first().bitLength() - length;
      count = count.add(span.shiftRight(shift)).add(BigInteger.ONE);
    }
    return count;
  }

  private static TreePMap<Cidr, Cidr> cut(TreePMap<Cidr, Cidr> intervals, Cidr from, Cidr to) {
    TreePMap<Cidr, Cidr> left = intervals;
    Map.Entry<Cidr, Cidr> hit = left.floorEntry(to);
    while (hit != null && hit.getValue().compareTo(from) >= 0) {
      Cidr first = hit.getKey();
      Cidr last = hit.getValue();
      left = left.minus(first);
      if (first.compareTo(from) < 0) {
        left = left.plus(first, from.previous().orElseThrow());
      }
      if (to.compareTo(last) < 0) {
        left = left.plus(to.next().orElseThrow(), last);
      }
      hit = left.floorEntry(to);
    }
    return left;
  }

  private static BigInteger number(Cidr cidr) {
    return new BigInteger(1, cidr.first().toBytes());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CidrRanges that
        && length == that.length
        && intervals.equals(that.intervals);
  }

  @Override
  public int hashCode() {
    return 31 * length + intervals.hashCode();
  }

  @Override
  public String toString() {
    return intervals.toString();
  }
}
