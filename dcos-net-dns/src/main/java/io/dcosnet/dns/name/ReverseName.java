// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import io.dcosnet.api.net.IpAddress;

/**
 * Names that stand for addresses, by which PTR records are found (RFC 1035 §3.5, RFC 3596 §2.5).
 * Every method is a pure function.
 */
public final class ReverseName {

  private static final String IPV4 = "in-addr.arpa";
  private static final String IPV6 = "ip6.arpa";

  private ReverseName() {}

  /** Such as {@code 1.2.0.192.in-addr.arpa.} for 192.0.2.1. */
  public static DomainName of(IpAddress address) {
    byte[] octets = address.toBytes();
    StringBuilder text = new StringBuilder(octets.length * 4 + IPV4.length());
    for (int i = octets.length - 1; i >= 0; i--) {
      int octet = octets[i] & 0xff;
      if (octets.length == 4) {
        text.append(octet).append('.');
      } else {
        text.append(Character.forDigit(octet & 15, 16)).append('.');
        text.append(Character.forDigit(octet >>> 4, 16)).append('.');
      }
    }
    return DomainName.parse(text.append(octets.length == 4 ? IPV4 : IPV6).toString());
  }
}
