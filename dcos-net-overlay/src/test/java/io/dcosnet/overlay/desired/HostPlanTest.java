// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.Backend;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.link.Assignment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPlanTest {

  private static final NodeId AGENT = NodeId.parse("00000000-0000-4000-8000-000000000001");
  private static final IpAddress LOCAL = IpAddress.parse("192.0.2.1");

  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/20","vtep_subnet6":"fd01:a::/64",
           "vtep_mac_oui":"70:B3:D5:00:00:00",
           "overlays":[{"name":"dcos","subnet":"9.0.0.0/8","prefix":24},
                       {"name":"dcos6","subnet6":"fd01:b::/64","prefix6":80},
                       {"name":"off","subnet":"10.0.0.0/8","prefix":24,"enabled":false}]}
          """);

  private static final AgentRecord RECORD =
      new AgentRecord(
          AGENT,
          IpAddress.parse("192.0.2.99"),
          IpAddress.parse("44.128.0.1"),
          Optional.of(IpAddress.parse("fd01:a::1")),
          List.of(
              new AgentSubnets("dcos", Optional.of(Cidr.parse("9.0.0.0/24")), Optional.empty()),
              new AgentSubnets(
                  "dcos6", Optional.empty(), Optional.of(Cidr.parse("fd01:b:0:0:1::/80")))));

  private static final Peer PEER =
      new Peer(
          NodeId.parse("00000000-0000-4000-8000-000000000002"),
          IpAddress.parse("192.0.2.2"),
          IpAddress.parse("44.128.0.2"),
          Optional.empty(),
          MacAddress.parse("70:b3:d5:80:00:02"),
          List.of(Cidr.parse("9.0.1.0/24")));

  private static DesiredState plan(NetworkConfig config, Wants wants, OptionalInt mtu) {
    return HostPlan.of(new Assignment(RECORD, config, 1), LOCAL, wants, mtu, List.of(PEER));
  }

  private static InterfaceAddress address(String address, int prefix) {
    return new InterfaceAddress(IpAddress.parse(address), prefix);
  }

  @Test
  void aHostHasATunnelAtItsPresentAddressBridgesWithGatewaysAndAllPeers() {
    DesiredState state = plan(CONFIG, Wants.EVERYTHING, OptionalInt.empty());

    assertThat(state.backend()).isEqualTo(Backend.VXLAN);
    assertThat(state.tunnel())
        .contains(
            new TunnelDevice(
                "vtep1024",
                1024,
                64000,
                MacAddress.parse("70:b3:d5:80:00:01"),
                LOCAL,
                List.of(address("44.128.0.1", 20), address("fd01:a::1", 64)),
                OptionalInt.empty()));
    assertThat(state.bridges())
        .containsExactly(
            bridge("d-dcos", "dcos", "docker", address("9.0.0.129", 25)),
            bridge("d-dcos6", "dcos6", "docker", address("fd01:b::1:8000:0:1", 81)),
            bridge("m-dcos", "dcos", "cni", address("9.0.0.1", 25)),
            bridge("m-dcos6", "dcos6", "cni", address("fd01:b:0:0:1::1", 81)));
    assertThat(state.peers()).containsExactly(PEER);
    assertThat(state.spaces())
        .isEqualTo(
            Set.of(Cidr.parse("9.0.0.0/8"), Cidr.parse("fd01:b::/64"), Cidr.parse("10.0.0.0/8")));
  }

  private static Bridge bridge(String name, String overlay, String pool, InterfaceAddress gateway) {
    return new Bridge(name, overlay, pool, List.of(gateway), OptionalInt.empty());
  }

  @Test
  void aBridgeHasAGatewayOfEachFamilyOfItsOverlay() {
    NetworkConfig dual =
        NetworkConfig.parse(
            """
            {"vtep_subnet":"44.128.0.0/20","vtep_mac_oui":"70:b3:d5:00:00:00",
             "overlays":[{"name":"a","subnet":"9.0.0.0/8","prefix":24,
                          "subnet6":"fd01:b::/64","prefix6":80,
                          "pools":[{"id":"all","bridge":"b-"}]}]}
            """);
    AgentRecord record =
        new AgentRecord(
            AGENT,
            LOCAL,
            IpAddress.parse("44.128.0.1"),
            Optional.empty(),
            List.of(
                new AgentSubnets(
                    "a",
                    Optional.of(Cidr.parse("9.0.0.0/24")),
                    Optional.of(Cidr.parse("fd01:b::/80")))));

    DesiredState state =
        HostPlan.of(
            new Assignment(record, dual, 1),
            LOCAL,
            Wants.EVERYTHING,
            OptionalInt.empty(),
            Set.of());

    assertThat(state.bridges())
        .containsExactly(
            new Bridge(
                "b-a",
                "a",
                "all",
                List.of(address("9.0.0.1", 24), address("fd01:b::1", 80)),
                OptionalInt.empty()));
  }

  @Test
  void onlyWantedRangesAndOverlaysHaveBridges() {
    Wants wants = Wants.EVERYTHING.pools("cni").networks("dcos");

    assertThat(plan(CONFIG, wants, OptionalInt.empty()).bridges())
        .extracting(Bridge::name)
        .containsExactly("m-dcos");
  }

  @Test
  void aMereGatewayHasATunnelAndPeersButNoBridge() {
    DesiredState state = plan(CONFIG, Wants.GATEWAY, OptionalInt.empty());

    assertThat(state.bridges()).isEmpty();
    assertThat(state.tunnel()).isPresent();
    assertThat(state.peers()).containsExactly(PEER);
  }

  @ParameterizedTest
  @CsvSource({"1420, 1450, 1420", "1500, 1450, 1450", "1420, , 1420", ", 1450, "})
  void bridgesAreNeverWiderThanTheTunnelThatIsWanted(
      Integer bridge, Integer tunnel, Integer expected) {
    NetworkConfig.Builder config = CONFIG.toBuilder();
    if (tunnel != null) {
      config.vtepMtu(tunnel);
    }
    OptionalInt wanted = bridge == null ? OptionalInt.empty() : OptionalInt.of(bridge);

    DesiredState state = plan(config.build(), Wants.EVERYTHING, wanted);

    OptionalInt mtu = expected == null ? OptionalInt.empty() : OptionalInt.of(expected);
    assertThat(state.bridges()).allSatisfy(one -> assertThat(one.mtu()).isEqualTo(mtu));
    assertThat(state.tunnel().orElseThrow().mtu())
        .isEqualTo(tunnel == null ? OptionalInt.empty() : OptionalInt.of(tunnel));
  }

  @Test
  void directRoutesNeedNoTunnelAndNoReachNeedsNoPeers() {
    DesiredState direct =
        plan(
            CONFIG.toBuilder().backend(Backend.DIRECT).build(),
            Wants.EVERYTHING,
            OptionalInt.empty());
    DesiredState none =
        plan(
            CONFIG.toBuilder().backend(Backend.NONE).build(),
            Wants.EVERYTHING,
            OptionalInt.empty());

    assertThat(direct.tunnel()).isEmpty();
    assertThat(direct.peers()).containsExactly(PEER);
    assertThat(none.tunnel()).isEmpty();
    assertThat(none.peers()).isEmpty();
    assertThat(none.bridges()).hasSize(4);
  }
}
