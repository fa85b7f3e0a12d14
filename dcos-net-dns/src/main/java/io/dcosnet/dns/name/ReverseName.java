// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import io.dcosnet.api.net.IpAddress;
import java.util.Arrays;

/**
 * Names that stand for addresses, by which PTR records are found (RFC 1035 §3.5, RFC 3596 §2.5).
 * Every method is a pure function.
 */
public final class ReverseName {

  private static final byte[] IPV4 = DomainName.parse("in-addr.arpa").toWire();
  private static final byte[] IPV6 = DomainName.parse("ip6.arpa").toWire();

  private ReverseName() {}

  /** Such as {@code 1.2.0.192.in-addr.arpa.} for 192.0.2.1. */
  public static DomainName of(IpAddress address) {
    byte[] octets = address.toBytes();
    boolean ipv4 = octets.length == 4;
    byte[] wire = new byte[octets.length * 4 + IPV4.length];
    int at = 0;
    for (int i = octets.length - 1; i >= 0; i--) {
      int octet = octets[i] & 0xff;
      at = ipv4 ? decimal(octet, wire, at) : nibbles(octet, wire, at);
    }
    byte[] suffix = ipv4 ? IPV4 : IPV6;
    System.arraycopy(suffix, 0, wire, at, suffix.length);
    return new DomainName(Arrays.copyOf(wire, at + suffix.length));
  }

  /** One label of up to three digits. */
  private static int decimal(int octet, byte[] wire, int start) {
    int digits = octet > 99 ? 3 : octet > 9 ? 2 : 1;
    wire[start] = (byte) digits;
    int rest = octet;
    for (int at = start + digits; at > start; at--) {
      wire[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return start + digits + 1;
  }

  /** Two labels of one hexadecimal digit, the low one first. */
  private static int nibbles(int octet, byte[] wire, int start) {
    wire[start] = 1;
    wire[start + 1] = (byte) Character.forDigit(octet & 15, 16);
    wire[start + 2] = 1;
    wire[start + 3] = (byte) Character.forDigit(octet >>> 4, 16);
    return start + 4;
  }
}
