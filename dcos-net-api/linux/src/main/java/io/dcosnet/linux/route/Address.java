// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;

/**
 * An address of a link. <b>Immutable.</b>
 *
 * @param link index of the link
 * @param prefixLength how many of its bits are those of the network behind the link
 * @param scope how far it means anything: {@link #GLOBAL}, {@link #LINK_LOCAL} or {@link #HOST}
 * @param flags as the kernel has them, {@link #NO_DUPLICATE_CHECK} and others
 * @param protocol number of the program that added it; 0 for unknown, as older kernels say
 */
public record Address(
    int link, IpAddress address, int prefixLength, int scope, int flags, int protocol) {

  public static final int GLOBAL = 0;
  public static final int LINK_LOCAL = 253;
  public static final int HOST = 254;

  /** It is there at once, without a look whether somebody else has it; IPv6 only. */
  public static final int NO_DUPLICATE_CHECK = 0x2;

  /** Somebody else has it, so it is not used; IPv6 only. */
  public static final int DUPLICATE = 0x8;

  /** Nobody is known to have it yet, so it is not used yet; IPv6 only. */
  public static final int TENTATIVE = 0x40;

  /** It stays until it is deleted; the kernel sets this. */
  public static final int PERMANENT = 0x80;

  public Address {
    requireNonNull(address, "address");
    if (prefixLength < 0 || prefixLength > address.bitLength()) {
      throw new IllegalArgumentException(
          "prefix length: " + prefixLength + " (expected: 0-" + address.bitLength() + ")");
    }
  }

  /** One that is used at once. */
  public static Address of(int link, IpAddress address, int prefixLength) {
    return new Address(
        link,
        address,
        prefixLength,
        address.isLoopback() ? HOST : address.isLinkLocal() ? LINK_LOCAL : GLOBAL,
        address.isIpv6() ? NO_DUPLICATE_CHECK : 0,
        0);
  }

  /** The same, with the number of the program that adds it. */
  public Address withProtocol(int number) {
    return new Address(link, address, prefixLength, scope, flags, number);
  }

  /** Whether both are the same one to the kernel, whatever else is said of them. */
  public boolean isSameAs(Address other) {
    return link == other.link
        && prefixLength == other.prefixLength
        && address.equals(other.address);
  }

  /** Such as {@code 192.0.2.1/24 of link 3}. */
  @Override
  public String toString() {
    return address + "/" + prefixLength + " of link " + link;
  }
}
