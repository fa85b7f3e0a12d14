// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a cluster permits as a VIP. <b>Immutable.</b>
 *
 * @param ipv6 false drops IPv6 back ends, as {@code enable_ipv6} of dcos-net does
 * @param loopbackRanges parts of 127.0.0.0/8 in which address VIPs are legal; elsewhere in it they
 *     are refused, since a client would reach itself
 * @param forbidden further ranges in which no address VIP may lie, such as the overlay's subnets
 * @param zone behind canonical names, without a final dot; only its length counts here
 */
public record VipRules(boolean ipv6, List<Cidr> loopbackRanges, List<Cidr> forbidden, String zone) {

  /** The zone of DC/OS. */
  public static final String DEFAULT_ZONE = "l4lb.thisdcos.directory";

  private static final IpAddress BROADCAST = IpAddress.ofIpv4(-1);

  public VipRules {
    loopbackRanges = List.copyOf(loopbackRanges);
    forbidden = List.copyOf(forbidden);
    requireNonNull(zone, "zone");
  }

  /** IPv6 on, nothing beyond the addresses that can never be a VIP forbidden. */
  public static VipRules defaults() {
    return new VipRules(true, List.of(), List.of(), DEFAULT_ZONE);
  }

  /** These rules with other ranges of 127.0.0.0/8 in which address VIPs are legal. */
  public VipRules withLoopbackRanges(List<Cidr> ranges) {
    return new VipRules(ipv6, ranges, forbidden, zone);
  }

  /** Why an address can be no VIP; empty when it can. */
  Optional<String> refusal(IpAddress address) {
    if (address.isUnspecified() || address.equals(BROADCAST)) {
      return Optional.of("stands for no single host");
    }
    if (address.isMulticast()) {
      return Optional.of("is a multicast address");
    }
    if (address.isIpv4Mapped()) {
      return Optional.of("is IPv4 in IPv6 form (write " + address.unmapped() + ")");
    }
    if (address.isLoopback() && !within(loopbackRanges, address)) {
      return Optional.of("is a loopback address");
    }
    if (address.isIpv6() && address.isLinkLocal()) {
      return Optional.of("is a link-local address");
    }
    return forbidden.stream()
        .filter(range -> range.contains(address))
        .findFirst()
        .map(range -> "lies in " + range + ", where no VIP may be");
  }

  private static boolean within(List<Cidr> ranges, IpAddress address) {
    for (Cidr range : ranges) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
