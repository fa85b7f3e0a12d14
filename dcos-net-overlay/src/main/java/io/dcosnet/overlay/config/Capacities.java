// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.overlay.range.CidrRanges;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Works out how much fits into the pools of a configuration. */
final class Capacities {

  /** Network address, gateway and broadcast address. */
  private static final int LOST_IPV4 = 3;

  /** The routers' anycast address and the gateway. */
  private static final int LOST_IPV6 = 2;

  private Capacities() {}

  /** In the order of the document; pools without anything to give are reported as problems. */
  static List<Capacity> of(NetworkConfig config, Findings findings) {
    List<Capacity> all = new ArrayList<>();
    all.add(vtep("vtep_subnet", config.vtepSubnet(), config));
    config.vtepSubnet6().ifPresent(subnet -> all.add(vtep("vtep_subnet6", subnet, config)));
    for (int i = 0; i < config.overlays().size(); i++) {
      OverlayConfig overlay = config.overlays().get(i);
      String at = "overlays[" + i + "].subnet";
      overlay.ipv4().ifPresent(space -> all.add(overlay(at, overlay, space, config)));
      overlay.ipv6().ifPresent(space -> all.add(overlay(at + "6", overlay, space, config)));
    }
    for (Capacity capacity : all) {
      if (capacity.agents().signum() == 0) {
        findings.problem(
            "NOTHING_LEFT", capacity.option(), capacity.subnet(), "more than what is reserved");
      }
    }
    return all;
  }

  private static Capacity vtep(String option, Cidr subnet, NetworkConfig config) {
    BigInteger agents = CidrRanges.addresses(subnet, config.reserved()).count();
    return new Capacity(option, "VTEP", subnet, agents, 0, BigInteger.ZERO);
  }

  private static Capacity overlay(
      String option, OverlayConfig overlay, OverlayConfig.Space space, NetworkConfig config) {
    List<Cidr> reserved = new ArrayList<>(config.reserved());
    reserved.addAll(overlay.reserved());
    BigInteger agents = CidrRanges.pieces(space.subnet(), space.prefix(), reserved).count();
    int ranges = overlay.pools().size();
    int hostBits =
        space.subnet().first().bitLength() - space.prefix() - Integer.numberOfTrailingZeros(ranges);
    int lost = space.subnet().first().isIpv4() ? LOST_IPV4 : LOST_IPV6;
    BigInteger containers = BigInteger.ONE.shiftLeft(hostBits).subtract(BigInteger.valueOf(lost));
    return new Capacity(option, overlay.name(), space.subnet(), agents, ranges, containers);
  }
}
