// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks.overlay;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.config.Backend;
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

/** A host of one IPv4 overlay with many others, each with a /24. <b>Not thread-safe.</b> */
final class ManyPeers {

  private static final Cidr SPACE = Cidr.parse("9.0.0.0/8");
  private static final int VTEPS = IpAddress.parse("44.128.0.0").ipv4Bits();
  private static final int UNDERLAY = IpAddress.parse("10.0.0.0").ipv4Bits();
  private static final int SUBNETS = IpAddress.parse("9.0.0.0").ipv4Bits();
  private static final long MACS = 0x70_b3_d5_80_00_00L;

  private final List<Peer> peers = new ArrayList<>();
  private final int count;
  private int moves;

  ManyPeers(int count) {
    this.count = count;
    for (int i = 0; i < count; i++) {
      peers.add(peer(i, IpAddress.ofIpv4(UNDERLAY + 2 + i)));
    }
  }

  private static Peer peer(int number, IpAddress ip) {
    return new Peer(
        new NodeId(new UUID(0x4000L, number)),
        ip,
        IpAddress.ofIpv4(VTEPS + 2 + number),
        Optional.empty(),
        new MacAddress(MACS + 2 + number),
        List.of(new Cidr(IpAddress.ofIpv4(SUBNETS + ((number + 1) << 8)), 24)));
  }

  DesiredState state() {
    return new DesiredState(
        Backend.VXLAN,
        Optional.of(
            new TunnelDevice(
                "vtep1024",
                1024,
                64_000,
                new MacAddress(MACS + 1),
                IpAddress.ofIpv4(UNDERLAY + 1),
                List.of(new InterfaceAddress(IpAddress.ofIpv4(VTEPS + 1), 9)),
                OptionalInt.empty())),
        List.of(),
        peers,
        Set.of(SPACE));
  }

  /** One of them has another address on the underlay from now on. */
  void move() {
    int number = moves++ % count;
    IpAddress now = IpAddress.ofIpv4(UNDERLAY + (1 << 20) + moves);
    peers.set(number, peer(number, now));
  }

  /** What leads to them, as lines for {@code ip -batch}. */
  List<String> ipLines() {
    List<String> lines = new ArrayList<>();
    for (Peer peer : peers) {
      lines.add(
          "neigh replace "
              + peer.vtep()
              + " lladdr "
              + peer.mac()
              + " dev vtep1024 nud permanent protocol 201");
    }
    for (Peer peer : peers) {
      for (Cidr subnet : peer.subnets()) {
        lines.add(route(subnet, peer));
      }
    }
    for (Peer peer : peers) {
      lines.add(route(new Cidr(peer.ip(), 32), peer) + " table 42");
    }
    return lines;
  }

  private static String route(Cidr destination, Peer peer) {
    return "route replace "
        + destination
        + " via "
        + peer.vtep()
        + " dev vtep1024 onlink protocol 201";
  }

  /** What leads to them, as lines for {@code bridge -batch}. */
  List<String> bridgeLines() {
    List<String> lines = new ArrayList<>();
    for (Peer peer : peers) {
      lines.add("fdb replace " + peer.mac() + " dev vtep1024 dst " + peer.ip() + " self permanent");
    }
    return lines;
  }
}
