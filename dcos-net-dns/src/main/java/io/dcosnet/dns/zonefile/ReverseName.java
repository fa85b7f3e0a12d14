// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;

/** Owners of PTR records (RFC 1035 §3.5, RFC 3596 §2.5). */
final class ReverseName {

  private ReverseName() {}

  static DomainName of(IpAddress address) {
    byte[] octets = address.toBytes();
    StringBuilder text = new StringBuilder();
    for (int i = octets.length - 1; i >= 0; i--) {
      int octet = octets[i] & 0xff;
      if (address.isIpv4()) {
        text.append(octet).append('.');
      } else {
        text.append(Character.forDigit(octet & 15, 16)).append('.');
        text.append(Character.forDigit(octet >>> 4, 16)).append('.');
      }
    }
    return DomainName.parse(text.append(address.isIpv4() ? "in-addr.arpa" : "ip6.arpa").toString());
  }
}
