// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import io.dcosnet.overlay.config.PoolConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an agent is to put on its devices: the record together with all that follows from the
 * configuration. <b>Immutable.</b>
 *
 * @param overlays in the order of the configuration; only those that the agent has a subnet of
 */
public record AgentAddresses(
    NodeId agent, IpAddress ip, Vtep vtep, List<OverlayAddresses> overlays) {

  /**
   * A tunnel end point.
   *
   * @param prefix length that {@code ip} has on the device: that of the pool
   * @param prefix6 the same for {@code ip6}
   * @param mac upper half from the configuration, lower half those of {@code ip}
   */
  public record Vtep(
      IpAddress ip, int prefix, Optional<IpAddress> ip6, OptionalInt prefix6, MacAddress mac) {

    /** As {@code 44.128.0.1/20}. */
    public String ipText() {
      return ip + "/" + prefix;
    }

    /** As {@code fd01:a::1/64}. */
    public Optional<String> ip6Text() {
      return ip6.map(address -> address + "/" + prefix6.orElseThrow());
    }
  }

  /** What the agent has of one overlay, and the ranges that it wants of it. */
  public record OverlayAddresses(
      String name, Optional<Cidr> subnet, Optional<Cidr> subnet6, List<PoolRange> pools) {
    public OverlayAddresses {
      pools = List.copyOf(pools);
    }
  }

  /**
   * One range of an agent's subnet with its bridge.
   *
   * @param bridge name of the device
   * @param cidr network form: the bridge itself has the first host address of it
   */
  public record PoolRange(String id, String bridge, Optional<Cidr> cidr, Optional<Cidr> cidr6) {}

  public AgentAddresses {
    requireNonNull(agent, "agent");
    requireNonNull(ip, "ip");
    requireNonNull(vtep, "vtep");
    overlays = List.copyOf(overlays);
  }

  /** Works out what follows from a record. */
  public static AgentAddresses of(NetworkConfig config, AgentRecord agent, Wants wants) {
    List<OverlayAddresses> overlays = new ArrayList<>();
    for (OverlayConfig overlay : config.overlays()) {
      agent
          .subnetsOf(overlay.name())
          .ifPresent(subnets -> overlays.add(overlay(overlay, subnets, wants)));
    }
    return new AgentAddresses(agent.agent(), agent.ip(), vtep(config, agent), overlays);
  }

  /** The MAC address that belongs to a tunnel end point; nobody else in the pool has it. */
  public static MacAddress mac(NetworkConfig config, IpAddress vtep) {
    return new MacAddress(config.vtepMacOui().bits() | (vtep.ipv4Bits() & 0xff_ffff));
  }

  private static Vtep vtep(NetworkConfig config, AgentRecord agent) {
    OptionalInt prefix6 = OptionalInt.empty();
    if (agent.vtep6().isPresent() && config.vtepSubnet6().isPresent()) {
      prefix6 = OptionalInt.of(config.vtepSubnet6().get().length());
    }
    return new Vtep(
        agent.vtep(),
        config.vtepSubnet().length(),
        prefix6.isPresent() ? agent.vtep6() : Optional.empty(),
        prefix6,
        mac(config, agent.vtep()));
  }

  private static OverlayAddresses overlay(
      OverlayConfig overlay, AgentSubnets subnets, Wants wants) {
    int count = overlay.pools().size();
    List<PoolRange> pools = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      PoolConfig pool = overlay.pools().get(i);
      int index = i;
      if (wants.pool(pool.id())) {
        pools.add(
            new PoolRange(
                pool.id(),
                pool.bridge() + overlay.name(),
                subnets.subnet().map(subnet -> range(subnet, count, index)),
                subnets.subnet6().map(subnet -> range(subnet, count, index))));
      }
    }
    return new OverlayAddresses(overlay.name(), subnets.subnet(), subnets.subnet6(), pools);
  }

  private static Cidr range(Cidr subnet, int count, int index) {
    return subnet.piece(subnet.length() + Integer.numberOfTrailingZeros(count), index);
  }
}
