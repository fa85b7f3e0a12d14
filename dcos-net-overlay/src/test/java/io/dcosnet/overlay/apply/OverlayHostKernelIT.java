// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.overlay.config.Backend;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.desired.TunnelDevice;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostObject;
import io.dcosnet.overlay.host.HostReport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What one host holds, what it plans, and what it leaves behind. */
@Tag("kernel")
class OverlayHostKernelIT {

  private TestHost.Wire wire;
  private TestHost host;

  @BeforeEach
  void open() {
    TestNetwork.needsRoot();
    wire = new TestHost.Wire();
    host = new TestHost(1, wire, NetlinkConfig.DEFAULT);
  }

  @AfterEach
  void close() throws Exception {
    if (host != null) {
      host.close();
    }
    if (wire != null) {
      wire.close();
    }
  }

  private String run(String command) {
    return host.network().run(command);
  }

  private List<String> plan(DesiredState state) {
    return host.network().namespace().call(() -> host.host().plan(state));
  }

  private List<String> cleanup() {
    return host.network().namespace().call(() -> host.host().cleanup());
  }

  private static int changes(HostReport report) {
    return report.added() + report.changed() + report.removed();
  }

  @Test
  void holdsAllThatTheToolsShow() throws Exception {
    HostReport report = host.apply(Plans.vxlan(1, 2));

    assertThat(report.faults()).isEmpty();
    assertThat(report.repair()).isFalse();
    assertThat(run("ip -d link show vtep1024"))
        .contains("mtu 1450", "02:00:5e:00:00:01", "vxlan id 1024 local 192.0.2.1")
        .contains("dstport 64000", "nolearning", "alias dcos-net overlay");
    assertThat(run("ip -d link show m-dcos")).contains("mtu 1450", "bridge forward_delay 0");
    assertThat(run("ip -o address"))
        .contains("203.0.113.1/24", "2001:db8:a::1/64", "198.51.100.65/27", "2001:db8:b:0:1::1/81");
    assertThat(run("ip neigh show dev vtep1024"))
        .contains("203.0.113.2 lladdr 02:00:5e:00:00:02 PERMANENT proto 201");
    assertThat(run("ip -6 neigh show dev vtep1024"))
        .contains("2001:db8:a::2 lladdr 02:00:5e:00:00:02 PERMANENT proto 201");
    assertThat(run("bridge fdb show dev vtep1024"))
        .isEqualTo("02:00:5e:00:00:02 dst 192.0.2.2 self permanent\n");
    assertThat(run("ip route show 198.51.100.128/26"))
        .contains("nhid", "via 203.0.113.2 dev vtep1024 proto 201");
    assertThat(run("ip route show table 42")).contains("192.0.2.2 nhid", "via 203.0.113.2");
    assertThat(run("ip rule show")).contains("from 198.51.100.0/24 lookup 42 proto 201");
    assertThat(run("sysctl -n net.ipv4.conf.vtep1024.rp_filter").strip()).isEqualTo("2");
    assertThat(run("sysctl -n net.ipv6.conf.all.forwarding").strip()).isEqualTo("1");
    assertThat(host.network().nft("list ruleset"))
        .contains("ip saddr @overlay_subnets ip daddr != @no_masq masquerade");
  }

  @Test
  void whatIsThereIsLeftAlone() throws Exception {
    assertThat(changes(host.apply(Plans.vxlan(1, 3)))).isPositive();

    assertThat(changes(host.apply(Plans.vxlan(1, 3)))).isZero();
    host.restart();
    HostReport adopted = host.apply(Plans.vxlan(1, 3));

    assertThat(changes(adopted)).isZero();
    assertThat(adopted.faults()).isEmpty();
    assertThat(plan(Plans.vxlan(1, 3))).isEmpty();
  }

  @Test
  void onePeerMoreAndOneLessIsWhatChanges() throws Exception {
    host.apply(Plans.vxlan(1, 2));

    HostReport more = host.apply(Plans.vxlan(1, 3));
    // An entry, two neighbours, two next hops and three routes.
    assertThat(List.of(more.added(), more.changed(), more.removed())).containsExactly(8, 0, 0);
    HostReport less = host.apply(Plans.vxlan(1, 2));

    assertThat(List.of(less.added(), less.changed(), less.removed())).containsExactly(0, 0, 8);
    assertThat(run("ip route show proto 201 table all")).doesNotContain("203.0.113.3");
    assertThat(run("ip neigh show dev vtep1024")).doesNotContain("203.0.113.3");
    assertThat(run("bridge fdb show dev vtep1024")).doesNotContain("192.0.2.3");
    assertThat(run("ip nexthop show")).doesNotContain("203.0.113.3");
  }

  @Test
  void plansInTheWordsOfTheToolsAndChangesNothing() throws Exception {
    String before = run("ip -o address") + run("ip route") + run("ip rule");

    List<String> plan = plan(Plans.vxlan(1, 2));

    assertThat(run("ip -o address") + run("ip route") + run("ip rule")).isEqualTo(before);
    assertThat(host.network().nft("list ruleset")).isEmpty();
    assertThat(plan)
        .contains(
            "ip link add vtep1024 address 02:00:5e:00:00:01 mtu 1450 type vxlan id 1024"
                + " local 192.0.2.1 dstport 64000 nolearning",
            "ip link set vtep1024 up",
            "ip link add m-dcos address 02:dc:c6:33:64:41 mtu 1450 type bridge",
            "ip address replace 203.0.113.1/24 dev vtep1024 proto 201",
            "sysctl -w net/ipv4/ip_forward=1",
            "bridge fdb replace 02:00:5e:00:00:02 dev vtep1024 dst 192.0.2.2 self permanent",
            "ip neigh replace 203.0.113.2 lladdr 02:00:5e:00:00:02 dev vtep1024 nud permanent"
                + " proto 201",
            "ip rule add from 198.51.100.0/24 lookup 42 pref 32042 proto 201")
        .anyMatch(
            line -> line.matches("ip nexthop replace id \\d+ via 203.0.113.2 dev vtep1024 .*"))
        .anyMatch(line -> line.matches("ip route replace 198.51.100.128/26 nhid \\d+ proto 201"));
    HostReport done = host.apply(Plans.vxlan(1, 2));
    assertThat(plan).hasSizeGreaterThanOrEqualTo(done.added() + done.changed());
    assertThat(plan(Plans.vxlan(1, 1)))
        .contains(
            "ip neigh del 203.0.113.2 dev vtep1024",
            "ip -6 route del 2001:db8:b:0:2::/80 nhid 230686721 proto 201");
  }

  @Test
  void cleansUpWhatIsOursAndNothingElse() throws Exception {
    String links = run("ip -br link show");
    run("ip route add 198.51.100.128/26 via 192.0.2.77 proto 77 metric 9");
    String addresses = run("ip -o address show dev eth0");
    host.network().nft("table ip others { chain c { }; }\n");
    host.apply(Plans.vxlan(1, 3));
    host.stop(true);
    assertThat(run("ip -br link show")).contains("vtep1024", "m-dcos");

    List<String> removed = cleanup();

    assertThat(removed)
        .contains("ip link del vtep1024", "ip link del m-dcos")
        .contains("nft delete table ip dcosnet_overlay", "nft delete table ip6 dcosnet_overlay")
        .anyMatch(line -> line.startsWith("ip rule del from 198.51.100.0/24 lookup 42"));
    assertThat(run("ip -br link show")).isEqualTo(links);
    assertThat(run("ip -o address show dev eth0")).isEqualTo(addresses);
    assertThat(run("ip route show table all")).doesNotContain("201").contains("proto 77");
    assertThat(run("ip -6 route show table all")).doesNotContain("proto 201");
    assertThat(run("ip rule show")).doesNotContain("201");
    assertThat(run("ip nexthop show")).isEmpty();
    assertThat(host.network().nft("list ruleset"))
        .isEqualTo("table ip others {\n\tchain c {\n\t}\n}\n");
    assertThat(cleanup()).isEmpty();
  }

  @Test
  void stoppingMayTakeAllAway() throws Exception {
    host.apply(Plans.vxlan(1, 3));

    host.stop(false);

    assertThat(run("ip -br link show")).doesNotContain("vtep1024", "m-dcos");
    assertThat(host.network().nft("list ruleset")).isEmpty();
  }

  @Test
  void aBridgeOfSomebodyElseIsNotTouched() throws Exception {
    run("ip link add m-dcos up type bridge");
    run("ip address add 203.0.113.200/32 dev m-dcos");

    HostReport report = host.apply(Plans.vxlan(1, 2));

    assertThat(report.faults())
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.kind()).isEqualTo(HostObject.BRIDGE);
              assertThat(fault.code()).isEqualTo("FOREIGN");
              assertThat(fault.overlay()).contains("dcos");
              assertThat(fault.reason()).contains("m-dcos", "type bridge", "somebody else");
            });
    assertThat(run("ip -o address show dev m-dcos")).doesNotContain("198.51.100.65");
    assertThat(run("ip route show 198.51.100.128/26")).contains("vtep1024"); // all else is there

    run("ip link del m-dcos");
    await()
        .untilAsserted(
            () -> assertThat(run("ip -o address show")).contains("m-dcos    inet 198.51.100.65"));
  }

  @Test
  void aTunnelOfSomebodyElseIsNotTouched() throws Exception {
    run("ip link add flannel up type vxlan id 1024 local 192.0.2.1 dstport 64000");

    HostReport report = host.apply(Plans.vxlan(1, 2));

    assertThat(report.faults()).extracting(HostFault::code).containsExactly("FOREIGN");
    assertThat(report.faults().get(0).reason())
        .contains("flannel", "type vxlan", "the same network and port");
    assertThat(report.mtu()).isEmpty();
    assertThat(run("ip route show table all")).doesNotContain("proto 201");
    assertThat(run("ip -br link show")).contains("flannel", "m-dcos").doesNotContain("vtep1024");
  }

  @Test
  void aTunnelThatIsOtherwiseIsMadeAnew() throws Exception {
    host.apply(Plans.vxlan(1, 2));
    DesiredState other = otherTunnel();

    HostReport report = host.apply(other);

    assertThat(report.faults()).isEmpty();
    assertThat(run("ip -d link show type vxlan")).contains("vtep7", "dstport 64001", "mtu 1300");
    assertThat(run("ip -br link show")).doesNotContain("vtep1024");
    assertThat(run("ip route show proto 201")).contains("dev vtep7");
    assertThat(changes(host.apply(other))).isZero();
  }

  private static DesiredState otherTunnel() {
    var before = Plans.tunnel(1);
    return Plans.withTunnel(
        Plans.vxlan(1, 2),
        new TunnelDevice(
            "vtep7",
            7,
            64_001,
            before.mac(),
            before.local(),
            before.addresses(),
            OptionalInt.of(1300)));
  }

  @Test
  void anEntryThatTheKernelRefusesStopsNoOther() throws Exception {
    Peer two = Plans.peer(2);
    Peer impossible =
        new Peer(
            two.agent(),
            two.ip(),
            two.vtep(),
            two.vtep6(),
            new MacAddress(0x01_00_5e_00_00_02L), // for many
            two.subnets());

    HostReport report =
        host.apply(Plans.withPeers(Plans.vxlan(1, 3), List.of(impossible, Plans.peer(3))));

    assertThat(report.faults())
        .isNotEmpty()
        .allMatch(fault -> fault.peer().equals(Optional.of(two.agent())))
        .allMatch(fault -> fault.kind() == HostObject.FDB)
        .allMatch(fault -> fault.object().startsWith("bridge fdb replace 01:00:5e:00:00:02"))
        .allMatch(fault -> fault.code().startsWith("E"));
    assertThat(run("bridge fdb show dev vtep1024")).contains("dst 192.0.2.3");
    assertThat(run("ip route show 198.51.100.192/26")).contains("vtep1024");
  }

  @Test
  void withoutABackEndThereAreBridgesOnly() throws Exception {
    DesiredState state =
        new DesiredState(
            Backend.NONE,
            Optional.empty(),
            List.of(Plans.bridge(1)),
            Plans.peers(1, 3),
            Set.of(Plans.SPACE, Plans.SPACE6));

    HostReport report = host.apply(state);

    assertThat(report.faults()).isEmpty();
    assertThat(report.mtu()).isEmpty();
    assertThat(run("ip -o address show dev m-dcos")).contains("198.51.100.65/27");
    assertThat(run("ip route show proto 201 table all")).isEmpty();
    assertThat(host.network().nft("list ruleset")).isEmpty();
  }

  @Test
  void packetsPassChainsThatDropOthers() throws Exception {
    host.network()
        .nft(
            "table ip filter { chain FORWARD {"
                + " type filter hook forward priority 0; policy drop; counter; }; }\n");

    HostReport report = host.apply(Plans.vxlan(1, 2));

    assertThat(report.faults()).isEmpty();
    assertThat(host.network().nft("list chain ip filter FORWARD"))
        .contains("ip saddr 198.51.100.0/24 counter", "ip daddr 198.51.100.0/24 counter");
    host.restart();
    assertThat(changes(host.apply(Plans.vxlan(1, 2)))).isZero();

    host.network().nft("flush chain ip filter FORWARD\n");
    await()
        .untilAsserted(
            () ->
                assertThat(host.network().nft("list chain ip filter FORWARD"))
                    .contains("ip saddr 198.51.100.0/24 counter"));
    host.stop(false);
    assertThat(host.network().nft("list chain ip filter FORWARD")).doesNotContain("198.51.100.0");
  }

  @Test
  void packetsPassChainsThatAreMadeLater() throws Exception {
    host.apply(Plans.vxlan(1, 2));

    host.network()
        .nft(
            "table ip filter { chain FORWARD {"
                + " type filter hook forward priority 0; policy drop; }; }\n");

    await()
        .untilAsserted(
            () ->
                assertThat(host.network().nft("list chain ip filter FORWARD"))
                    .contains("ip saddr 198.51.100.0/24"));
  }

  @Test
  void anOverlayMoreIsAnElementMore() throws Exception {
    host.apply(Plans.vxlan(1, 2));
    DesiredState state = Plans.vxlan(1, 2);
    Cidr more = Cidr.parse("203.0.113.128/25");

    HostReport report =
        host.apply(
            new DesiredState(
                state.backend(),
                state.tunnel(),
                state.bridges(),
                state.peers(),
                Set.of(Plans.SPACE, Plans.SPACE6, more)));

    assertThat(report.faults()).isEmpty();
    assertThat(host.network().nft("list table ip dcosnet_overlay"))
        .contains("elements = { 198.51.100.0/24, 203.0.113.128/25 }");
    assertThat(run("ip rule show")).contains("from 203.0.113.128/25 lookup 42");
  }
}
