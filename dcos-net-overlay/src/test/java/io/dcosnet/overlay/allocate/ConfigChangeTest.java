// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.overlay.config.NetworkConfig;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which changes of a configuration would take something from agents. */
class ConfigChangeTest {

  private static final String JSON =
      "{'vtep_subnet':'44.128.0.0/24','vtep_subnet6':'fd01:a::/64',"
          + "'vtep_mac_oui':'70:B3:D5:00:00:00','overlays':["
          + "{'name':'a','subnet':'9.0.0.0/16','prefix':24,"
          + "'subnet6':'fd01:b::/64','prefix6':80},"
          + "{'name':'idle','subnet':'10.0.0.0/16','prefix':24,'enabled':false}]}";

  private final Cluster cluster = Cluster.of(JSON);

  @BeforeEach
  void registerTwoAgents() {
    cluster.register(1);
    cluster.register(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "44.128.0.0/24|44.128.1.0/24|VTEP_IN_USE",
        "44.128.0.0/24|44.128.0.0/30|OK",
        "44.128.0.0/24|44.128.0.2/31|INVALID",
        "44.128.0.0/24|44.128.0.0/16|OK",
        "fd01:a::/64|fd01:c::/64|VTEP6_IN_USE",
        "'vtep_subnet6':'fd01:a::/64',||VTEP6_IN_USE",
        "70:B3:D5|70:B3:D6|OUI_IN_USE",
        "'name':'a'|'name':'A'|OVERLAY_IN_USE",
        "9.0.0.0/16|9.1.0.0/16|SUBNET_IN_USE",
        "9.0.0.0/16|9.0.0.0/15|SUBNET_IN_USE",
        "'prefix':24,'subnet6'|'prefix':25,'subnet6'|SUBNET_IN_USE",
        "'subnet':'9.0.0.0/16','prefix':24,||SUBNET_IN_USE",
        "fd01:b::/64','prefix6':80|fd01:b::/64','prefix6':81|SUBNET_IN_USE",
        "'subnet':'9.0|'reserved':['9.0.1.0/28'],'subnet':'9.0|SUBNET_IN_USE",
        "'subnet':'9.0|'reserved':['9.0.2.0/24'],'subnet':'9.0|OK",
        "{'vtep_subnet'|{'reserved':['44.128.0.2/32'],'vtep_subnet'|VTEP_IN_USE",
        "'name':'a'|'pools':[{'id':'all','bridge':'m-'}],'name':'a'|POOLS_IN_USE",
        "'name':'a'|'enabled':false,'name':'a'|OK",
        "10.0.0.0/16|10.128.0.0/9|OK",
        "'name':'idle'|'name':'busy'|OK",
        "'enabled':false|'enabled':true|OK",
        "{'vtep_subnet'|{'vni':7,'vxlan_port':64001,'reuse_delay':'1h','vtep_subnet'|OK"
      })
  void changesAreBlockedWhereAgentsWouldLoseSomething(String from, String to, String expected) {
    String json = JSON.replace(from, to == null ? "" : to).replace('\'', '"');
    assertThat(json).isNotEqualTo(JSON.replace('\'', '"'));
    if (expected.equals("INVALID")) {
      assertThat(NetworkConfig.check(json).ok()).isFalse();
      return;
    }
    AllocationState before = cluster.state();

    Reconfiguration answer = cluster.reconfigure(NetworkConfig.parse(json));

    if (expected.equals("OK")) {
      assertThat(answer).isInstanceOf(Reconfiguration.Accepted.class);
      assertThat(cluster.state().config()).isEqualTo(NetworkConfig.parse(json));
    } else {
      assertThat(answer).isInstanceOf(Reconfiguration.Blocked.class);
      assertThat(((Reconfiguration.Blocked) answer).blockers())
          .extracting(Blocker::code)
          .containsExactly(expected);
      assertThat(cluster.state()).isSameAs(before);
    }
    assertThat(List.copyOf(cluster.state().agents())).isEqualTo(List.copyOf(before.agents()));
  }

  @Test
  void allThatIsInTheWayIsListed() {
    NetworkConfig next =
        cluster.state().config().toBuilder()
            .vtepSubnet(Cidr.parse("44.129.0.0/24"))
            .vtepMacOui(MacAddress.parse("70:b3:d6:00:00:00"))
            .withoutOverlay("a")
            .build();

    List<Blocker> blockers =
        ConfigChange.blockers(
            Optional.of(cluster.state().config()), next, cluster.state().agents());

    assertThat(blockers)
        .extracting(Blocker::code)
        .containsExactly("VTEP_IN_USE", "OUI_IN_USE", "OVERLAY_IN_USE");
    assertThat(blockers.get(2).allocations()).hasSize(4);
    assertThat(blockers.get(0))
        .hasToString(
            "vtep_subnet: 2 allocations in the way, such as 00000000-0000-0000-0000-000000000001"
                + " 192.0.2.1 vtep 44.128.0.1; 00000000-0000-0000-0000-000000000002 192.0.2.2"
                + " vtep 44.128.0.2 (expected: a pool with these addresses in it and not"
                + " reserved)");
  }

  @Test
  void withoutAnAcceptedConfigurationOnlyWhatDoesNotFitIsInTheWay() {
    NetworkConfig wider =
        NetworkConfig.parse(JSON.replace("9.0.0.0/16", "9.0.0.0/8").replace('\'', '"'));

    assertThat(ConfigChange.blockers(Optional.empty(), wider, cluster.state().agents())).isEmpty();
  }

  @Test
  void withoutAllocationsEverythingMayChange() {
    cluster.remove(1);
    cluster.remove(2);
    NetworkConfig other =
        NetworkConfig.parse(
            ("{'vtep_subnet':'44.1.0.0/24','vtep_mac_oui':'02:00:00:00:00:00','overlays':["
                    + "{'name':'x','subnet':'9.0.0.0/16','prefix':28}]}")
                .replace('\'', '"'));

    assertThat(cluster.reconfigure(other)).isInstanceOf(Reconfiguration.Accepted.class);
    assertThat(cluster.assigned(3).vtep()).hasToString("44.1.0.1");
  }

  @Test
  void aGrownVtepPoolGivesItsNewAddresses() {
    cluster.reconfigure(
        cluster.state().config().toBuilder().vtepSubnet(Cidr.parse("44.128.0.0/16")).build());

    AgentAddresses first =
        AgentAddresses.of(cluster.state().config(), cluster.assigned(1), Wants.EVERYTHING);

    assertThat(first.vtep().ipText()).isEqualTo("44.128.0.1/16");
    assertThat(cluster.assigned(3).vtep()).hasToString("44.128.0.3");
  }

  @Test
  void whatWasReleasedBeforeAChangeComesBackAfterIt() {
    AgentRecord second = cluster.state().agent(Cluster.id(2)).orElseThrow();
    cluster.remove(2);

    cluster.reconfigure(
        cluster.state().config().toBuilder()
            .overlay("more", overlay -> overlay.subnet(Cidr.parse("172.16.0.0/12"), 24))
            .build());

    assertThat(cluster.assigned(3).vtep()).hasToString("44.128.0.3");
    assertThat(cluster.assigned(2).vtep()).isEqualTo(second.vtep());
  }
}
