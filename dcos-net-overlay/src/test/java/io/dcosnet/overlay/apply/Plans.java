// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.config.Backend;
import io.dcosnet.overlay.desired.Bridge;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.InterfaceAddress;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.desired.TunnelDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/** States of small clusters: hosts are numbered 1, 2, 3. */
final class Plans {

  static final Cidr SPACE = Cidr.parse("198.51.100.0/24");
  static final Cidr SPACE6 = Cidr.parse("2001:db8:b::/64");

  private Plans() {}

  /** Host {@code self} of so many. */
  static DesiredState vxlan(int self, int hosts) {
    return new DesiredState(
        Backend.VXLAN,
        Optional.of(tunnel(self)),
        List.of(bridge(self)),
        peers(self, hosts),
        Set.of(SPACE, SPACE6));
  }

  static DesiredState direct(int self, int hosts) {
    return new DesiredState(
        Backend.DIRECT,
        Optional.empty(),
        List.of(bridge(self)),
        peers(self, hosts),
        Set.of(SPACE, SPACE6));
  }

  static DesiredState withPeers(DesiredState state, List<Peer> peers) {
    return new DesiredState(
        state.backend(), state.tunnel(), state.bridges(), peers, state.spaces());
  }

  static DesiredState withTunnel(DesiredState state, TunnelDevice tunnel) {
    return new DesiredState(
        state.backend(), Optional.of(tunnel), state.bridges(), state.peers(), state.spaces());
  }

  static List<Peer> peers(int self, int hosts) {
    return IntStream.rangeClosed(1, hosts)
        .filter(host -> host != self)
        .mapToObj(Plans::peer)
        .toList();
  }

  static Peer peer(int host) {
    return new Peer(
        id(host),
        ip(host),
        vtep(host),
        Optional.of(vtep6(host)),
        mac(host),
        List.of(subnet(host), subnet6(host)));
  }

  static Peer movedTo(Peer peer, IpAddress ip) {
    return new Peer(peer.agent(), ip, peer.vtep(), peer.vtep6(), peer.mac(), peer.subnets());
  }

  static NodeId id(int host) {
    return new NodeId(new UUID(0x4000L, host));
  }

  static TunnelDevice tunnel(int host) {
    return new TunnelDevice(
        "vtep1024",
        1024,
        64_000,
        mac(host),
        ip(host),
        List.of(new InterfaceAddress(vtep(host), 24), new InterfaceAddress(vtep6(host), 64)),
        OptionalInt.empty());
  }

  static Bridge bridge(int host) {
    List<InterfaceAddress> gateways = new ArrayList<>();
    gateways.add(new InterfaceAddress(container(host, 1), 27));
    gateways.add(new InterfaceAddress(container6(host, 1), 81));
    return new Bridge("m-dcos", "dcos", "cni", gateways, OptionalInt.empty());
  }

  static IpAddress ip(int host) {
    return IpAddress.parse("192.0.2." + host);
  }

  static IpAddress vtep(int host) {
    return IpAddress.parse("203.0.113." + host);
  }

  static IpAddress vtep6(int host) {
    return IpAddress.parse("2001:db8:a::" + host);
  }

  static MacAddress mac(int host) {
    return new MacAddress(0x02_00_5e_00_00_00L + host);
  }

  static Cidr subnet(int host) {
    return Cidr.parse("198.51.100." + 64 * host + "/26");
  }

  static Cidr subnet6(int host) {
    return Cidr.parse("2001:db8:b:0:" + host + "::/80");
  }

  /** An address on the bridge of a host, from 1 up; the first one is that of the bridge. */
  static IpAddress container(int host, int number) {
    return IpAddress.parse("198.51.100." + (64 * host + number));
  }

  static IpAddress container6(int host, int number) {
    return IpAddress.parse("2001:db8:b:0:" + host + "::" + number);
  }
}
