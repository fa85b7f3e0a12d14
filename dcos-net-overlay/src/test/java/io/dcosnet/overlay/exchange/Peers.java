// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.exchange;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.link.Assignment;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Hosts by their numbers, 1-254: number 3 is 192.0.2.3 with VTEP 44.128.0.3 and 9.0.3.0/24. */
final class Peers {

  static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/20","vtep_subnet6":"fd01:a::/64",
           "vtep_mac_oui":"70:B3:D5:00:00:00",
           "overlays":[{"name":"dcos","subnet":"9.0.0.0/8","prefix":24},
                       {"name":"dcos6","subnet6":"fd01:b::/64","prefix6":80}]}
          """);

  private Peers() {}

  static NodeId id(int number) {
    return new NodeId(new UUID(0x4000, 0x8000_0000_0000_0000L + number));
  }

  static IpAddress ip(int number) {
    return IpAddress.parse("192.0.2.0").plus(number);
  }

  static AgentRecord record(int agent, int ip, int vtep, int subnet) {
    Cidr piece6 = Cidr.parse("fd01:b::/64").piece(80, subnet);
    return new AgentRecord(
        id(agent),
        ip(ip),
        IpAddress.parse("44.128.0.0").plus(vtep),
        Optional.of(IpAddress.parse("fd01:a::").plus(vtep)),
        List.of(
            new AgentSubnets(
                "dcos", Optional.of(Cidr.parse("9.0." + subnet + ".0/24")), Optional.empty()),
            new AgentSubnets("dcos6", Optional.empty(), Optional.of(piece6))));
  }

  static PeerEntry entry(AgentRecord record, long revision) {
    return new PeerEntry(record, AgentAddresses.mac(CONFIG, record.vtep()), revision);
  }

  static PeerEntry entry(int number, long revision) {
    return entry(record(number, number, number, number), revision);
  }

  static PeerScope scope(int number) {
    return PeerScope.of(
        new Assignment(record(number, number, number, number), CONFIG, 1), ip(number));
  }

  /** As host 1 sees it. */
  static PeerTable table() {
    return PeerTable.empty(id(1)).scoped(scope(1));
  }

  static PeerTable with(PeerTable table, PeerEntry entry) {
    return table.with(OverlayKeys.peer(entry.agent()), entry.encode(), entry.agent());
  }
}
