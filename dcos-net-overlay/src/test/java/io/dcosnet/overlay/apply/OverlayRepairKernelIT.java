// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostObject;
import io.dcosnet.overlay.host.HostReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the kernel drops by itself, and what others change, is put right without being asked. */
@Tag("kernel")
class OverlayRepairKernelIT {

  private static final String DRIFT = "dcosnet.overlay.datapath.drift";

  private TestHost.Wire wire;
  private TestHost host;
  private final List<HostReport> reports = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() throws Exception {
    TestNetwork.needsRoot();
    wire = new TestHost.Wire();
    host = new TestHost(1, wire, NetlinkConfig.DEFAULT);
    var unused = host.host().onReport(reports::add);
    assertThat(host.apply(Plans.vxlan(1, 3)).faults()).isEmpty();
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

  /** All that there is of ours, without what differs each time. */
  private String all() {
    return String.join(
            "\n",
            run("ip -o link show vtep1024"),
            run("ip -o address show dev vtep1024"),
            run("ip -o address show dev m-dcos"),
            run("ip rule show"),
            run("ip route show proto 201 table all"),
            run("ip -6 route show proto 201 table all"),
            run("ip nexthop show"),
            run("ip neigh show dev vtep1024 nud permanent"),
            run("ip -6 neigh show dev vtep1024 nud permanent"),
            run("bridge fdb show dev vtep1024"),
            host.network().nft("list ruleset"))
        .replaceAll("(?m)^\\d+: ", "")
        .replaceAll("(?m)(state|qlen|group|mode|link-netnsid|valid_lft) .*$", "")
        .lines()
        .filter(line -> !line.contains("fe80:")) // which the kernel makes up
        .sorted()
        .reduce("", (first, second) -> first + second + "\n");
  }

  private void isRepairedAfter(String... commands) {
    String before = all();
    for (String command : commands) {
      String unused = run(command);
    }
    isRepaired(before);
  }

  private void isRepaired(String before) {
    await().untilAsserted(() -> assertThat(all()).isEqualTo(before));
    await().untilAsserted(() -> assertThat(reports).anyMatch(HostReport::repair));
  }

  @Test
  void afterTheTunnelWasSwitchedOffAndOn() {
    isRepairedAfter("ip link set vtep1024 down", "ip link set vtep1024 up");
    assertThat(host.metrics().count(DRIFT, "object", "route")).isPositive();
    assertThat(host.metrics().count(DRIFT, "object", "neighbour")).isPositive();
  }

  @Test
  void afterTheTunnelWasSwitchedOff() {
    isRepairedAfter("ip link set vtep1024 down");
  }

  @Test
  void afterTheTunnelGotAnotherMacAddress() {
    isRepairedAfter("ip link set vtep1024 address 02:11:22:33:44:55");
    assertThat(host.metrics().count(DRIFT, "object", "tunnel")).isPositive();
  }

  @Test
  void afterTheTunnelLostItsTag() {
    run("ip link set vtep1024 alias other");

    await()
        .untilAsserted(
            () -> assertThat(run("ip link show vtep1024")).contains("alias dcos-net overlay"));
  }

  @Test
  void afterTheBridgeWasRenamed() {
    isRepairedAfter("ip link set m-dcos down", "ip link set m-dcos name other");
  }

  @Test
  void afterForwardingWasSwitchedOff() {
    Path forwarding = Path.of("/proc/sys/net/ipv4/ip_forward");
    host.network()
        .namespace()
        .call(
            () -> {
              try {
                return Files.writeString(forwarding, "0", UTF_8);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });

    await().untilAsserted(() -> assertThat(run("cat " + forwarding)).isEqualTo("1\n"));
  }

  @Test
  void afterTheTunnelGotAnotherMtu() {
    isRepairedAfter("ip link set vtep1024 mtu 1300");
  }

  @Test
  void afterTheDevicesWereDeleted() {
    isRepairedAfter("ip link del vtep1024", "ip link del m-dcos");
    assertThat(host.metrics().count(DRIFT, "object", "fdb")).isEqualTo(2);
  }

  @Test
  void afterAddressesWereDeleted() {
    isRepairedAfter(
        "ip address del 203.0.113.1/24 dev vtep1024", "ip address del 198.51.100.65/27 dev m-dcos");
  }

  @Test
  void afterRoutesWereDeleted() {
    isRepairedAfter(
        "ip route del 198.51.100.128/26",
        "ip route del 198.51.100.192/26",
        "ip -6 route del 2001:db8:b:0:2::/80");
  }

  @Test
  void afterTheTableWasFlushed() {
    isRepairedAfter("ip route del 192.0.2.2 table 42", "ip route del 192.0.2.3 table 42");
    assertThat(host.metrics().count(DRIFT, "object", "route")).isEqualTo(2);
  }

  @Test
  void afterNextHopsWereFlushed() {
    isRepairedAfter("ip nexthop flush");
    assertThat(host.metrics().count(DRIFT, "object", "next-hop")).isPositive();
  }

  @Test
  void afterNeighboursWereFlushed() {
    isRepairedAfter("ip neigh flush dev vtep1024 nud permanent");
  }

  @Test
  void afterForwardingWasChanged() {
    isRepairedAfter(
        "bridge fdb del 02:00:5e:00:00:02 dev vtep1024 self",
        "bridge fdb replace 02:00:5e:00:00:03 dev vtep1024 dst 192.0.2.99 self permanent",
        "bridge fdb append 00:00:00:00:00:00 dev vtep1024 dst 192.0.2.99 self permanent");
  }

  @Test
  void afterTheRuleWasDeleted() {
    isRepairedAfter("ip rule del from 198.51.100.0/24 lookup 42");
    assertThat(host.metrics().count(DRIFT, "object", "rule")).isEqualTo(1);
  }

  @Test
  void afterFiltersWereDeleted() {
    String before = all();
    String unused =
        host.network()
            .nft(
                """
                flush chain ip dcosnet_overlay postrouting
                delete table ip6 dcosnet_overlay
                """);
    isRepaired(before);
    assertThat(host.metrics().count(DRIFT, "object", "filter")).isPositive();
  }

  @Test
  void afterALinkOfDirectRoutesWasSwitchedOff() throws Exception {
    host.apply(Plans.direct(1, 3));
    String before = directRoutes();
    assertThat(before).contains("198.51.100.128/26");
    reports.clear();

    String unused = run("ip link set eth0 down") + run("ip link set eth0 up");

    await().untilAsserted(() -> assertThat(reports).anyMatch(report -> report.added() > 0));
    await().untilAsserted(() -> assertThat(directRoutes()).isEqualTo(before));
  }

  /** Without numbers of next hops, which new ones have too. */
  private String directRoutes() {
    return run("ip route show proto 201").replaceAll("nhid \\d+", "");
  }

  @Test
  void afterTheUnderlayGotNarrower() {
    String unused = run("ip link set eth0 mtu 1400");

    await().untilAsserted(() -> assertThat(run("ip link show vtep1024")).contains("mtu 1350"));
    await().untilAsserted(() -> assertThat(run("ip link show m-dcos")).contains("mtu 1350"));
  }

  @Test
  void whatOthersMadeSurvivesEverything() throws Exception {
    String foreign = "198.51.100.128/26 via 192.0.2.77 dev eth0 proto 77";
    host.apply(Plans.withPeers(Plans.vxlan(1, 3), List.of(Plans.peer(3))));
    run("ip route add " + foreign);
    run("ip rule add from 198.51.100.0/24 lookup 43 pref 5 proto 77");
    run("ip neigh add 203.0.113.77 lladdr 02:00:00:00:00:77 dev vtep1024 nud permanent");
    run("ip nexthop add id 230686720 via 192.0.2.77 dev eth0 proto 77"); // our first number

    HostReport report = host.apply(Plans.vxlan(1, 3));

    assertThat(report.faults())
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.kind()).isEqualTo(HostObject.ROUTE);
              assertThat(fault.code()).isEqualTo("FOREIGN");
              assertThat(fault.peer()).contains(Plans.id(2));
              assertThat(fault.object()).startsWith("ip route replace 198.51.100.128/26");
              assertThat(fault.reason())
                  .endsWith("198.51.100.128/26 via 192.0.2.77 dev eth0 proto 77");
            });
    assertThat(run("ip route show 198.51.100.128/26")).contains("proto 77").doesNotContain("201");
    // The others of that peer were made.
    assertThat(run("ip -6 route show 2001:db8:b:0:2::/80")).contains("proto 201");

    run("ip route del " + foreign);
    await()
        .untilAsserted(
            () -> assertThat(run("ip route show 198.51.100.128/26")).contains("proto 201"));
    host.stop(false);
    assertThat(run("ip rule show")).contains("lookup 43").doesNotContain("201");
    assertThat(run("ip nexthop show")).contains("192.0.2.77").doesNotContain("201");
    assertThat(run("ip route show table all")).doesNotContain("201");
    assertThat(run("ip -br link")).doesNotContain("vtep1024", "m-dcos").contains("eth0");
    assertThat(host.network().nft("list ruleset")).isEmpty();
  }

  @Test
  void aRouteThatWasTakenOverIsToldAsSomebodyElses() {
    run("ip route replace 198.51.100.128/26 via 192.0.2.77 dev eth0 proto 77");

    await()
        .untilAsserted(
            () ->
                assertThat(reports)
                    .flatExtracting(HostReport::faults)
                    .extracting(HostFault::code)
                    .contains("FOREIGN"));
    assertThat(run("ip route show 198.51.100.128/26")).contains("proto 77");
  }

  @Test
  void settingsAreFoundByTheNextComparison() throws Exception {
    run("sysctl -q -w net.ipv4.ip_forward=0");
    run("ip rule del from 198.51.100.0/24 lookup 42"); // which calls for one

    await()
        .untilAsserted(
            () -> assertThat(run("sysctl -n net.ipv4.ip_forward").strip()).isEqualTo("1"));
    assertThat(host.metrics().count(DRIFT, "object", "setting")).isEqualTo(1);
  }
}
