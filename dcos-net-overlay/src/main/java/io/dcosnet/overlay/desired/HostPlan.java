// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.desired;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.allocate.AgentAddresses.OverlayAddresses;
import io.dcosnet.overlay.allocate.AgentAddresses.PoolRange;
import io.dcosnet.overlay.allocate.AgentAddresses.Vtep;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.Backend;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import io.dcosnet.overlay.link.Assignment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Works out what one host must hold from what it was given and what it knows of others. As in
 * DC/OS, a bridge has the first host address of its range ({@code dcos/dcos-mesos-modules
 * overlay/agent.cpp}).
 */
public final class HostPlan {

  private HostPlan() {}

  /**
   * The state that follows.
   *
   * @param local address that this host has on the underlay now, whatever the master knows
   * @param wants which bridges; none for a mere gateway
   * @param bridgeMtu of the bridges in octets, {@code overlay_mtu} of DC/OS; one that does not fit
   *     the tunnel that the operator wants is lowered to it
   */
  public static DesiredState of(
      Assignment assignment,
      IpAddress local,
      Wants wants,
      OptionalInt bridgeMtu,
      Collection<Peer> peers) {
    NetworkConfig config = assignment.config();
    AgentAddresses own = AgentAddresses.of(config, assignment.record(), wants);
    boolean tunnelled = config.backend() == Backend.VXLAN;
    return new DesiredState(
        config.backend(),
        tunnelled ? Optional.of(tunnel(config, own.vtep(), local)) : Optional.empty(),
        bridges(config, own, wants, bridgeMtu),
        config.backend() == Backend.NONE ? List.of() : List.copyOf(peers),
        spaces(config));
  }

  private static TunnelDevice tunnel(NetworkConfig config, Vtep vtep, IpAddress local) {
    List<InterfaceAddress> addresses = new ArrayList<>();
    addresses.add(new InterfaceAddress(vtep.ip(), vtep.prefix()));
    vtep.ip6()
        .ifPresent(ip6 -> addresses.add(new InterfaceAddress(ip6, vtep.prefix6().orElseThrow())));
    return new TunnelDevice(
        config.vtepName(),
        config.vni(),
        config.vxlanPort(),
        vtep.mac(),
        local,
        addresses,
        config.vtepMtu());
  }

  private static List<Bridge> bridges(
      NetworkConfig config, AgentAddresses own, Wants wants, OptionalInt bridgeMtu) {
    OptionalInt mtu = config.backend() == Backend.VXLAN ? fitting(config, bridgeMtu) : bridgeMtu;
    List<Bridge> bridges = new ArrayList<>();
    for (OverlayAddresses overlay : own.overlays()) {
      if (isWanted(wants, overlay.name())) {
        for (PoolRange pool : overlay.pools()) {
          bridges.add(new Bridge(pool.bridge(), overlay.name(), pool.id(), gateways(pool), mtu));
        }
      }
    }
    return bridges;
  }

  private static OptionalInt fitting(NetworkConfig config, OptionalInt bridgeMtu) {
    return bridgeMtu.isPresent() && config.vtepMtu().isPresent()
        ? OptionalInt.of(Math.min(bridgeMtu.getAsInt(), config.vtepMtu().getAsInt()))
        : bridgeMtu;
  }

  private static boolean isWanted(Wants wants, String overlay) {
    return wants.subnets() && wants.networks().map(names -> names.contains(overlay)).orElse(true);
  }

  private static List<InterfaceAddress> gateways(PoolRange pool) {
    List<InterfaceAddress> gateways = new ArrayList<>();
    pool.cidr().ifPresent(range -> gateways.add(gateway(range)));
    pool.cidr6().ifPresent(range -> gateways.add(gateway(range)));
    return gateways;
  }

  private static InterfaceAddress gateway(Cidr range) {
    return new InterfaceAddress(range.first().plus(1), range.length());
  }

  private static Set<Cidr> spaces(NetworkConfig config) {
    Set<Cidr> spaces = new HashSet<>();
    for (OverlayConfig overlay : config.overlays()) {
      overlay.ipv4().ifPresent(space -> spaces.add(space.subnet()));
      overlay.ipv6().ifPresent(space -> spaces.add(space.subnet()));
    }
    return spaces;
  }
}
