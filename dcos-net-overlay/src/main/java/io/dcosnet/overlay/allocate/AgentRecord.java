// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.config.NetworkConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that one agent has. What follows from it and the configuration (prefix lengths, the MAC
 * address, bridges) is in {@link AgentAddresses}.
 *
 * <p><b>Immutable.</b>
 *
 * @param agent who it is, whatever its address
 * @param ip the address that it is reached at now
 * @param vtep its tunnel end point
 * @param vtep6 the same in IPv6, if the cluster has such a pool
 * @param subnets sorted by the name of the overlay; none for a mere gateway
 */
public record AgentRecord(
    NodeId agent,
    IpAddress ip,
    IpAddress vtep,
    Optional<IpAddress> vtep6,
    List<AgentSubnets> subnets) {

  public AgentRecord {
    requireNonNull(agent, "agent");
    requireNonNull(ip, "ip");
    requireNonNull(vtep, "vtep");
    requireNonNull(vtep6, "vtep6");
    if (vtep.isIpv6() || vtep6.map(IpAddress::isIpv4).orElse(false)) {
      throw new IllegalArgumentException(
          "VTEP: " + vtep + ", " + vtep6 + " (expected: IPv4, then IPv6)");
    }
    subnets = subnets.stream().sorted(Comparator.comparing(AgentSubnets::overlay)).toList();
    for (int i = 1; i < subnets.size(); i++) {
      if (subnets.get(i).overlay().equals(subnets.get(i - 1).overlay())) {
        throw new IllegalArgumentException(
            "overlay: " + subnets.get(i).overlay() + " twice (expected: once)");
      }
    }
  }

  public Optional<AgentSubnets> subnetsOf(String overlay) {
    return subnets.stream().filter(part -> part.overlay().equals(overlay)).findFirst();
  }

  /**
   * As it stands in the store: JSON without the agent's id, which is the key there.
   *
   * @param config that the record belongs to
   */
  public Bytes toJson(NetworkConfig config) {
    return RecordCodec.encode(this, config);
  }

  /** As {@link #toJson(NetworkConfig)}, without the lengths of prefixes. */
  public Bytes toJson() {
    return RecordCodec.encode(this);
  }

  /**
   * Reads what {@link #toJson} wrote; what else the object holds is ignored.
   *
   * @throws io.dcosnet.api.DecodeException for anything else
   */
  public static AgentRecord ofJson(NodeId agent, Bytes json) {
    return RecordCodec.decodeAgent(agent, json);
  }

  AgentRecord withIp(IpAddress other) {
    return new AgentRecord(agent, other, vtep, vtep6, subnets);
  }

  AgentRecord withAgent(NodeId other) {
    return new AgentRecord(other, ip, vtep, vtep6, subnets);
  }

  AgentRecord withVtep6(@Nullable IpAddress other) {
    return new AgentRecord(agent, ip, vtep, Optional.ofNullable(other), subnets);
  }

  AgentRecord withSubnets(AgentSubnets other) {
    List<AgentSubnets> all = new ArrayList<>(subnets);
    all.removeIf(part -> part.overlay().equals(other.overlay()));
    all.add(other);
    return new AgentRecord(agent, ip, vtep, vtep6, all);
  }

  /** Everything that nobody else may have. */
  List<Element> elements() {
    List<Element> elements = new ArrayList<>();
    elements.add(Element.vtep(vtep));
    vtep6.ifPresent(address -> elements.add(Element.vtep(address)));
    for (AgentSubnets part : subnets) {
      part.subnet().ifPresent(subnet -> elements.add(Element.subnet(part.overlay(), subnet)));
      part.subnet6().ifPresent(subnet -> elements.add(Element.subnet(part.overlay(), subnet)));
    }
    return elements;
  }
}
