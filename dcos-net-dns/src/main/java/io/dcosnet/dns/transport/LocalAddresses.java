// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.IpAddress;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The addresses of this host, for binding a wildcard one by one. */
public final class LocalAddresses {

  private LocalAddresses() {}

  /**
   * Addresses of all interfaces that are up, of both families for that of IPv6. IPv6 link-local
   * ones are left out: they mean nothing without their interface.
   */
  static List<IpAddress> reachableThrough(IpAddress wildcard) {
    try {
      Enumeration<NetworkInterface> interfaces = NetworkInterface.getNetworkInterfaces();
      Stream<NetworkInterface> all = Stream.empty();
      while (interfaces.hasMoreElements()) {
        NetworkInterface one = interfaces.nextElement();
        all = one.isUp() ? Stream.concat(all, Stream.of(one)) : all;
      }
      return all.flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !(address instanceof Inet6Address && address.isLinkLocalAddress()))
          .map(IpAddress::of)
          .filter(address -> address.isIpv4() || wildcard.isIpv6())
          .distinct()
          .collect(Collectors.toList());
    } catch (SocketException e) {
      throw new DcosNetException("list the addresses of this host: " + e.getMessage(), e);
    }
  }

  /** All of them, but for IPv6 link-local ones. */
  public static List<IpAddress> all() {
    return Stream.of(IpAddress.ANY_IPV4, IpAddress.ofIpv6(0, 0))
        .flatMap(wildcard -> reachableThrough(wildcard).stream())
        .distinct()
        .toList();
  }
}
