// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import java.math.BigInteger;

/**
 * Addresses from {@code first} to {@code last}, both included; need not be a prefix.
 * <b>Immutable.</b>
 */
public record AddressRange(IpAddress first, IpAddress last) {

  public AddressRange {
    requireNonNull(first, "first");
    requireNonNull(last, "last");
    if (first.isIpv4() != last.isIpv4() || first.compareTo(last) > 0) {
      throw new IllegalArgumentException(
          "address range: " + first + " to " + last + " (expected: one family, in order)");
    }
  }

  /** Reads both ends. */
  public static AddressRange of(String first, String last) {
    return new AddressRange(IpAddress.parse(first), IpAddress.parse(last));
  }

  public boolean contains(IpAddress address) {
    return address.isIpv4() == first.isIpv4()
        && address.compareTo(first) >= 0
        && address.compareTo(last) <= 0;
  }

  /** Number of addresses. */
  public BigInteger size() {
    return distance().add(BigInteger.ONE);
  }

  /** How far {@code address} is from the first one. */
  public BigInteger offset(IpAddress address) {
    return number(address).subtract(number(first));
  }

  /**
   * What a hash is reduced by: DC/OS leaves the last address out, which is reached by searching on
   * from a taken one only.
   */
  BigInteger modulus() {
    return distance().max(BigInteger.ONE);
  }

  /** The address that far from the first one. */
  IpAddress at(BigInteger offset) {
    byte[] digits = number(first).add(offset).toByteArray();
    byte[] bytes = new byte[first.bitLength() / 8];
    int length = Math.min(digits.length, bytes.length); // a leading zero for the sign may be there
    System.arraycopy(digits, digits.length - length, bytes, bytes.length - length, length);
    return IpAddress.ofBytes(bytes);
  }

  /** The next one; the first one behind the last. */
  IpAddress next(IpAddress address) {
    return address.equals(last) ? first : address.plus(1);
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }

  private BigInteger distance() {
    return offset(last);
  }

  private static BigInteger number(IpAddress address) {
    return new BigInteger(1, address.toBytes());
  }
}
