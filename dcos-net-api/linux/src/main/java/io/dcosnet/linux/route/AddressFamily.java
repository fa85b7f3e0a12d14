// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import java.util.List;

/** The two kinds of addresses, for what the kernel keeps apart by them. */
public enum AddressFamily {
  IPV4(2, 32),
  IPV6(10, 128);

  /** Both of them. */
  public static final List<AddressFamily> ALL = List.of(IPV4, IPV6);

  private final int number;
  private final int bits;

  AddressFamily(int number, int bits) {
    this.number = number;
    this.bits = bits;
  }

  /** That of an address. */
  public static AddressFamily of(IpAddress address) {
    return address.isIpv4() ? IPV4 : IPV6;
  }

  /** By the number that the kernel uses. */
  static AddressFamily of(int number) {
    if (number != IPV4.number && number != IPV6.number) {
      throw new DecodeException("address family: " + number + " (expected: 2 or 10)", 0);
    }
    return number == IPV4.number ? IPV4 : IPV6;
  }

  static boolean isKnown(int number) {
    return number == IPV4.number || number == IPV6.number;
  }

  int number() {
    return number;
  }

  /** The prefix that stands for all addresses. */
  public Cidr everything() {
    return new Cidr(this == IPV4 ? IpAddress.ANY_IPV4 : IpAddress.ofIpv6(0, 0), 0);
  }

  /** Refuses an address of the other family, or one with fewer bits than that. */
  IpAddress checked(IpAddress address, int length) {
    if (of(address) != this || length > bits) {
      throw new DecodeException(
          "address: " + address + "/" + length + " (expected: " + this + ")", 0);
    }
    return address;
  }

  /** Reads a prefix whose length was told apart from its address, as the kernel does. */
  Cidr prefix(IpAddress address, int length) {
    return Cidr.containing(checked(address, length), length);
  }
}
