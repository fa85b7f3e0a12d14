// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.exchange;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.config.OverlayConfig;
import io.dcosnet.overlay.config.OverlayConfig.Space;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.link.Assignment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What others may be, as this host knows it: an entry of somebody else that took the host off its
 * network, or traffic off its containers, must never be programmed. What the network allows is
 * checked against the configuration, so a default route or the underlay cannot come through as a
 * subnet.
 *
 * <p><b>Immutable.</b>
 *
 * @param config in force here
 * @param own what this host has
 * @param local address of this host on the underlay now
 */
public record PeerScope(NetworkConfig config, AgentRecord own, IpAddress local) {

  public PeerScope {
    requireNonNull(config, "config");
    requireNonNull(own, "own");
    requireNonNull(local, "local");
  }

  public static PeerScope of(Assignment assignment, IpAddress local) {
    return new PeerScope(assignment.config(), assignment.record(), local);
  }

  /**
   * What an entry comes to.
   *
   * @param peer empty when the entry is refused as a whole
   * @param reasons why the whole, or some subnet, is refused
   */
  record Verdict(Optional<Peer> peer, List<Rejection> reasons) {
    Verdict {
      reasons = List.copyOf(reasons);
    }
  }

  /** Judges an entry by itself, without regard to those of others. */
  Verdict judge(PeerEntry entry) {
    Optional<Rejection> fault = fault(entry);
    if (fault.isPresent()) {
      return new Verdict(Optional.empty(), List.of(fault.get()));
    }
    List<Rejection> reasons = new ArrayList<>();
    List<Cidr> subnets = new ArrayList<>();
    for (AgentSubnets part : entry.record().subnets()) {
      Optional<OverlayConfig> overlay = config.overlay(part.overlay());
      if (overlay.isEmpty()) {
        // The other host may know of a newer configuration; what is known of it still works.
        reasons.add(
            rejection(
                entry.agent(),
                "UNKNOWN_OVERLAY",
                part.overlay() + " (expected: one of the configuration)"));
        continue;
      }
      Optional<Rejection> wrong = wrongSubnet(entry.agent(), overlay.get(), part);
      if (wrong.isPresent()) {
        return new Verdict(Optional.empty(), List.of(wrong.get()));
      }
      part.subnet().ifPresent(subnets::add);
      part.subnet6().ifPresent(subnets::add);
    }
    AgentRecord record = entry.record();
    Optional<IpAddress> vtep6 = record.vtep6().filter(ip -> config.vtepSubnet6().isPresent());
    return new Verdict(
        Optional.of(
            new Peer(entry.agent(), record.ip(), record.vtep(), vtep6, entry.mac(), subnets)),
        reasons);
  }

  private Optional<Rejection> fault(PeerEntry entry) {
    Optional<Rejection> ip = wrongIp(entry.agent(), entry.record().ip());
    return ip.isPresent() ? ip : wrongVtep(entry);
  }

  private Optional<Rejection> wrongIp(NodeId agent, IpAddress ip) {
    boolean broadcast = ip.isIpv4() && ip.ipv4Bits() == -1;
    if (ip.isUnspecified() || ip.isMulticast() || ip.isIpv4Mapped() || broadcast) {
      return refused(agent, "BAD_AGENT_IP", ip + " (expected: the address of one host)");
    }
    // A cluster on one machine has its agents on 127.0.0.0/8; elsewhere a loopback is nobody else.
    if (ip.isLoopback() && !local.isLoopback()) {
      return refused(agent, "BAD_AGENT_IP", ip + " (expected: an address of the underlay)");
    }
    if (ip.isIpv4() != local.isIpv4()) {
      return refused(agent, "BAD_AGENT_IP", ip + " (expected: the family of " + local + ")");
    }
    if (ip.equals(local)) {
      return refused(agent, "OWN_AGENT_IP", ip + " (expected: not the address of this host)");
    }
    return poolAround(ip)
        .map(
            pool ->
                rejection(
                    agent,
                    "AGENT_IP_IN_POOL",
                    ip + " is in " + pool + " (expected: an address of the underlay)"));
  }

  private Optional<Cidr> poolAround(IpAddress ip) {
    if (config.vtepSubnet().contains(ip)) {
      return Optional.of(config.vtepSubnet());
    }
    Optional<Cidr> vtep6 = config.vtepSubnet6().filter(pool -> pool.contains(ip));
    if (vtep6.isPresent()) {
      return vtep6;
    }
    return config.overlays().stream()
        .map(overlay -> ip.isIpv4() ? overlay.ipv4() : overlay.ipv6())
        .flatMap(Optional::stream)
        .map(Space::subnet)
        .filter(space -> space.contains(ip))
        .findFirst();
  }

  private Optional<Rejection> wrongVtep(PeerEntry entry) {
    AgentRecord record = entry.record();
    IpAddress vtep = record.vtep();
    if (!isHostOf(config.vtepSubnet(), vtep)) {
      return refused(
          entry.agent(), "VTEP_OUTSIDE_POOL", vtep + " (expected: in " + config.vtepSubnet() + ")");
    }
    if (vtep.equals(own.vtep())) {
      return refused(entry.agent(), "OWN_VTEP", vtep + " (expected: not that of this host)");
    }
    if (entry.mac().equals(AgentAddresses.mac(config, own.vtep()))) {
      return refused(entry.agent(), "OWN_MAC", entry.mac() + " (expected: not that of this host)");
    }
    if (!entry.mac().equals(AgentAddresses.mac(config, vtep))) {
      return refused(
          entry.agent(),
          "BAD_MAC",
          entry.mac() + " (expected: " + AgentAddresses.mac(config, vtep) + " for " + vtep + ")");
    }
    Optional<Cidr> pool6 = config.vtepSubnet6();
    if (record.vtep6().isPresent() && pool6.isPresent()) {
      IpAddress vtep6 = record.vtep6().get();
      if (!isHostOf(pool6.get(), vtep6)) {
        return refused(
            entry.agent(), "VTEP_OUTSIDE_POOL", vtep6 + " (expected: in " + pool6.get() + ")");
      }
      if (record.vtep6().equals(own.vtep6())) {
        return refused(entry.agent(), "OWN_VTEP", vtep6 + " (expected: not that of this host)");
      }
    }
    return Optional.empty();
  }

  /** Whether a pool gives the address out: not its first one, not its last one. */
  private static boolean isHostOf(Cidr pool, IpAddress address) {
    return pool.contains(address)
        && !address.equals(pool.first())
        && !address.equals(pool.last())
        && !address.isIpv4Mapped();
  }

  private Optional<Rejection> wrongSubnet(NodeId agent, OverlayConfig overlay, AgentSubnets part) {
    Optional<AgentSubnets> ours = own.subnetsOf(overlay.name());
    Optional<Rejection> wrong =
        wrongSubnet(
            agent, overlay.ipv4(), part.subnet(), ours.flatMap(AgentSubnets::subnet), overlay);
    return wrong.isPresent()
        ? wrong
        : wrongSubnet(
            agent, overlay.ipv6(), part.subnet6(), ours.flatMap(AgentSubnets::subnet6), overlay);
  }

  private static Optional<Rejection> wrongSubnet(
      NodeId agent,
      Optional<Space> space,
      Optional<Cidr> subnet,
      Optional<Cidr> ours,
      OverlayConfig overlay) {
    if (subnet.isEmpty()) {
      return Optional.empty();
    }
    boolean isPiece =
        space
            .filter(
                all -> all.subnet().contains(subnet.get()) && all.prefix() == subnet.get().length())
            .isPresent();
    if (!isPiece) {
      String expected = space.map(Space::toString).orElse("none of this family");
      return refused(
          agent,
          "SUBNET_OUTSIDE_OVERLAY",
          subnet.get() + " (expected: a piece of " + overlay.name() + ": " + expected + ")");
    }
    return subnet.equals(ours)
        ? refused(agent, "OWN_SUBNET", subnet.get() + " (expected: not that of this host)")
        : Optional.empty();
  }

  private static Optional<Rejection> refused(NodeId agent, String code, String detail) {
    return Optional.of(rejection(agent, code, detail));
  }

  static Rejection rejection(NodeId agent, String code, String detail) {
    return new Rejection("peer", agent.toString(), code, detail);
  }

  /** Everything that only one host may have, of those that have passed. */
  static Map<Object, String> claims(Peer peer) {
    Map<Object, String> claims = new HashMap<>();
    claims.put(peer.ip(), "address " + peer.ip());
    claims.put(peer.vtep(), "VTEP " + peer.vtep());
    peer.vtep6().ifPresent(ip -> claims.put(ip, "VTEP " + ip));
    peer.subnets().forEach(subnet -> claims.put(subnet, "subnet " + subnet));
    return claims;
  }
}
