// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static io.dcosnet.overlay.allocate.Cluster.assigned;
import static io.dcosnet.overlay.allocate.Cluster.code;
import static io.dcosnet.overlay.allocate.Cluster.id;
import static io.dcosnet.overlay.allocate.Cluster.ip;
import static io.dcosnet.overlay.allocate.Cluster.shortfalls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.overlay.allocate.AgentAddresses.OverlayAddresses;
import io.dcosnet.overlay.allocate.AgentAddresses.PoolRange;
import io.dcosnet.overlay.config.NetworkConfig;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents get, by the rules of DC/OS and by ours. */
class AllocatorTest {

  private static final String DCOS =
      "{'vtep_subnet':'44.128.0.0/20','vtep_subnet6':'fd01:a::/64',"
          + "'vtep_mac_oui':'70:B3:D5:00:00:00','overlays':["
          + "{'name':'dcos','subnet':'9.0.0.0/8','prefix':24},"
          + "{'name':'dcos6','subnet6':'fd01:b::/64','prefix6':80}]}";

  private static final String TINY =
      "{'vtep_subnet':'44.128.0.0/29','vtep_mac_oui':'70:B3:D5:00:00:00','overlays':["
          + "{'name':'a','subnet':'9.0.0.0/22','prefix':24}]}";

  @Test
  void theFirstAgentGetsTheLowestOfEverything() {
    Cluster cluster = Cluster.of(DCOS);

    AgentRecord agent = cluster.assigned(7);

    AgentAddresses addresses = AgentAddresses.of(cluster.state().config(), agent, Wants.EVERYTHING);
    assertThat(addresses.vtep().ipText()).isEqualTo("44.128.0.1/20");
    assertThat(addresses.vtep().ip6Text()).contains("fd01:a::1/64");
    assertThat(addresses.vtep().mac()).hasToString("70:b3:d5:80:00:01");
    assertThat(addresses.overlays())
        .containsExactly(
            new OverlayAddresses(
                "dcos",
                Optional.of(Cidr.parse("9.0.0.0/24")),
                Optional.empty(),
                List.of(
                    range("cni", "m-dcos", "9.0.0.0/25", null),
                    range("docker", "d-dcos", "9.0.0.128/25", null))),
            new OverlayAddresses(
                "dcos6",
                Optional.empty(),
                Optional.of(Cidr.parse("fd01:b::/80")),
                List.of(
                    range("cni", "m-dcos6", null, "fd01:b::/81"),
                    range("docker", "d-dcos6", null, "fd01:b::8000:0:0/81"))));
  }

  private static PoolRange range(
      String id, String bridge, @Nullable String cidr, @Nullable String cidr6) {
    return new PoolRange(
        id,
        bridge,
        Optional.ofNullable(cidr).map(Cidr::parse),
        Optional.ofNullable(cidr6).map(Cidr::parse));
  }

  @Test
  void theSecondAgentGetsTheNext() {
    Cluster cluster = Cluster.of(DCOS);
    cluster.register(7);

    AgentRecord agent = cluster.assigned(3);

    assertThat(agent.vtep()).hasToString("44.128.0.2");
    assertThat(agent.vtep6()).map(IpAddress::toString).contains("fd01:a::2");
    assertThat(agent.subnets())
        .containsExactly(
            new AgentSubnets("dcos", Optional.of(Cidr.parse("9.0.1.0/24")), Optional.empty()),
            new AgentSubnets(
                "dcos6", Optional.empty(), Optional.of(Cidr.parse("fd01:b:0:0:1::/80"))));
    AgentAddresses addresses = AgentAddresses.of(cluster.state().config(), agent, Wants.EVERYTHING);
    assertThat(addresses.overlays().get(1).pools())
        .extracting(range -> range.cidr6().orElseThrow().toString())
        .containsExactly("fd01:b:0:0:1::/81", "fd01:b::1:8000:0:0/81");
  }

  @Test
  void registeringAgainChangesNothingAndWritesNothing() {
    Cluster cluster = Cluster.of(DCOS);
    AgentRecord first = cluster.assigned(1);
    AllocationState before = cluster.state();

    AgentRecord second = cluster.assigned(1);

    assertThat(second).isEqualTo(first);
    assertThat(cluster.state()).isSameAs(before);
  }

  @Test
  void anAgentAtAnotherAddressKeepsAllThatItHas() {
    Cluster cluster = Cluster.of(DCOS);
    AgentRecord before = cluster.assigned(1);

    AgentRecord after = assigned(cluster.register(1, 99, Wants.EVERYTHING));

    assertThat(after).isEqualTo(before.withIp(ip(99)));
    assertThat(cluster.state().agentAt(ip(1))).isEmpty();
    assertThat(cluster.state().agentAt(ip(99))).contains(after);
  }

  @Test
  void anotherAgentAtTheSameAddressIsRefusedWhileTheFirstIsHeardOf() {
    Cluster cluster = Cluster.of(DCOS);
    cluster.register(1);
    cluster.pass(Duration.ofSeconds(299));

    assertThat(code(cluster.register(2, 1, Wants.EVERYTHING))).isEqualTo("DUPLICATE_IP");
    assertThat(cluster.state().agents()).hasSize(1);
  }

  @Test
  void anUnknownAgentInheritsFromASilentOneAtItsAddress() {
    Cluster cluster = Cluster.of(DCOS);
    AgentRecord lost = cluster.assigned(1);
    cluster.pass(Duration.ofMinutes(5));

    AgentRecord heir = assigned(cluster.register(2, 1, Wants.EVERYTHING));

    assertThat(heir).isEqualTo(lost.withAgent(id(2)));
    assertThat(cluster.state().agents()).containsExactly(heir);
  }

  @Test
  void aKnownAgentDoesNotTakeTheAddressOfOneThatIsHeardOf() {
    Cluster cluster = Cluster.of(DCOS);
    cluster.register(1);
    cluster.register(2);
    cluster.pass(Duration.ofSeconds(299));

    assertThat(code(cluster.register(2, 1, Wants.EVERYTHING))).isEqualTo("DUPLICATE_IP");
    assertThat(cluster.state().agents()).hasSize(2);
  }

  @Test
  void aKnownAgentAtTheAddressOfASilentOneKeepsItsOwnAndTheSilentOneIsDeleted() {
    Cluster cluster = Cluster.of(DCOS);
    AgentRecord silent = cluster.assigned(1);
    AgentRecord known = cluster.assigned(2);
    cluster.pass(Duration.ofMinutes(5));

    Registration answer = cluster.register(2, 1, Wants.EVERYTHING);

    assertThat(assigned(answer)).isEqualTo(known.withIp(ip(1)));
    assertThat(((Registration.Assigned) answer).replaced()).contains(silent);
    assertThat(cluster.state().agents()).containsExactly(known.withIp(ip(1)));
    assertThat(cluster.state().formerAgents()).containsExactly(id(1));
    assertThat(Allocator.verify(cluster.state())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, BAD_AGENT_IP",
    "255.255.255.255, BAD_AGENT_IP",
    "224.0.0.1, BAD_AGENT_IP",
    "'::', BAD_AGENT_IP",
    "ff02::1, BAD_AGENT_IP",
    "::ffff:192.0.2.1, BAD_AGENT_IP",
    "9.1.2.3, AGENT_IP_IN_POOL",
    "44.128.0.1, AGENT_IP_IN_POOL",
    "fd01:a::7, AGENT_IP_IN_POOL",
    "fd01:b::7, AGENT_IP_IN_POOL"
  })
  void addressesThatNoHostHasAreRefused(String ip, String code) {
    Cluster cluster = Cluster.of(DCOS);

    Step<Registration> step =
        Allocator.register(
            cluster.state(), id(1), IpAddress.parse(ip), Wants.EVERYTHING, Moment.at(0));

    assertThat(code(step.answer())).isEqualTo(code);
    assertThat(step.state()).isSameAs(cluster.state());
    assertThat(step.changes().isEmpty()).isTrue();
  }

  @Test
  void agentsMayHaveIpv6Addresses() {
    Cluster cluster = Cluster.of(DCOS);

    Step<Registration> step =
        Allocator.register(
            cluster.state(), id(1), IpAddress.parse("2001:db8::1"), Wants.EVERYTHING, Moment.at(0));

    assertThat(assigned(step.answer()).ip()).hasToString("2001:db8::1");
  }

  @Test
  void aGatewayGetsNoSubnetUntilItAsksForOne() {
    Cluster cluster = Cluster.of(DCOS);

    assertThat(assigned(cluster.register(1, 1, Wants.GATEWAY)).subnets()).isEmpty();
    assertThat(cluster.assigned(1).subnets()).hasSize(2);
    assertThat(assigned(cluster.register(1, 1, Wants.GATEWAY)).subnets()).hasSize(2);
  }

  @Test
  void agentsGetTheNetworksThatTheyAskFor() {
    Cluster cluster = Cluster.of(DCOS);

    Registration answer = cluster.register(1, 1, Wants.EVERYTHING.networks("dcos6", "other"));

    assertThat(assigned(answer).subnets()).extracting(AgentSubnets::overlay).containsOnly("dcos6");
    assertThat(shortfalls(answer)).containsExactly("other UNKNOWN_NETWORK");
  }

  @Test
  void rangesAreShownForTheBridgesThatAreAskedFor() {
    Cluster cluster = Cluster.of(DCOS);
    AgentRecord agent = cluster.assigned(1);

    AgentAddresses addresses =
        AgentAddresses.of(cluster.state().config(), agent, Wants.EVERYTHING.pools("docker"));

    assertThat(addresses.overlays().get(0).pools())
        .containsExactly(range("docker", "d-dcos", "9.0.0.128/25", null));
  }

  @ParameterizedTest
  @CsvSource({"1, 9.0.0.0/24", "2, 9.0.0.0/25", "4, 9.0.0.0/26", "8, 9.0.0.0/27"})
  void subnetsAreCutIntoAsManyRangesAsThereArePools(int count, String first) {
    StringBuilder pools = new StringBuilder();
    for (int i = 0; i < count; i++) {
      pools.append(i == 0 ? "" : ",").append("{'id':'p" + i + "','bridge':'b" + i + "-'}");
    }
    Cluster cluster =
        Cluster.of(TINY.replace("'prefix':24", "'prefix':24,'pools':[" + pools + "]"));

    AgentAddresses addresses =
        AgentAddresses.of(cluster.state().config(), cluster.assigned(1), Wants.EVERYTHING);

    List<PoolRange> ranges = addresses.overlays().get(0).pools();
    assertThat(ranges).hasSize(count);
    assertThat(ranges.get(0).cidr()).contains(Cidr.parse(first));
    assertThat(ranges.get(count - 1).cidr().orElseThrow().last()).hasToString("9.0.0.255");
  }

  @Test
  void disabledOverlaysGiveNothingNewAndTakeNothingBack() {
    Cluster cluster = Cluster.of(TINY);
    AgentRecord before = cluster.assigned(1);
    NetworkConfig disabled =
        NetworkConfig.parse(
            TINY.replace('\'', '"').replace("\"prefix\":24", "\"prefix\":24,\"enabled\":false"));

    assertThat(cluster.reconfigure(disabled)).isInstanceOf(Reconfiguration.Accepted.class);

    assertThat(cluster.assigned(1)).isEqualTo(before);
    assertThat(cluster.assigned(2).subnets()).isEmpty();
  }

  @Test
  void anOverlayThatCameLaterIsGivenWhenTheAgentRegistersAgain() {
    Cluster cluster = Cluster.of(TINY);
    AgentRecord before = cluster.assigned(1);
    NetworkConfig more =
        cluster.state().config().toBuilder()
            .overlay("b", overlay -> overlay.subnet(Cidr.parse("10.0.0.0/8"), 24))
            .build();

    cluster.reconfigure(more);

    assertThat(cluster.state().agent(id(1))).contains(before);
    assertThat(cluster.assigned(1).subnets())
        .extracting(AgentSubnets::overlay)
        .containsExactly("a", "b");
  }

  @Test
  void ipv6ThatCameLaterIsGivenWhenTheAgentRegistersAgain() {
    Cluster cluster = Cluster.of(TINY);
    AgentRecord before = cluster.assigned(1);

    cluster.reconfigure(
        NetworkConfig.parse(
            TINY.replace('\'', '"')
                .replace("{\"vtep_subnet\"", "{\"vtep_subnet6\":\"fd01:a::/64\",\"vtep_subnet\"")
                .replace("24}", "24,\"subnet6\":\"fd01:b::/64\",\"prefix6\":80}")));
    AgentRecord after = cluster.assigned(1);

    assertThat(after.vtep()).isEqualTo(before.vtep());
    assertThat(after.vtep6()).map(IpAddress::toString).contains("fd01:a::1");
    assertThat(after.subnets())
        .containsExactly(
            new AgentSubnets(
                "a",
                Optional.of(Cidr.parse("9.0.0.0/24")),
                Optional.of(Cidr.parse("fd01:b::/80"))));
  }

  @Test
  void reservedRangesAreNeverGiven() {
    Cluster cluster =
        Cluster.of(
            TINY.replace("'prefix':24", "'prefix':24,'reserved':['9.0.0.0/24','9.0.2.5/32']")
                .replace("{'vtep_subnet'", "{'reserved':['44.128.0.2/31'],'vtep_subnet'"));

    assertThat(cluster.assigned(1).vtep()).hasToString("44.128.0.1");
    assertThat(cluster.assigned(2).vtep()).hasToString("44.128.0.4");
    assertThat(cluster.state().agents())
        .extracting(agent -> agent.subnets().get(0).subnet().orElseThrow().toString())
        .containsExactly("9.0.1.0/24", "9.0.3.0/24");
    assertThat(shortfalls(cluster.register(3))).containsExactly("a SUBNET_EXHAUSTED");
  }

  @Test
  void withoutSubnetsLeftAnAgentRegistersAllTheSame() {
    Cluster cluster = Cluster.of(TINY);
    for (int i = 1; i <= 4; i++) {
      cluster.register(i);
    }

    Registration fifth = cluster.register(5);

    assertThat(shortfalls(fifth)).containsExactly("a SUBNET_EXHAUSTED");
    assertThat(assigned(fifth).subnets()).isEmpty();
    cluster.remove(2);
    assertThat(cluster.assigned(5).subnets())
        .extracting(part -> part.subnet().orElseThrow().toString())
        .containsExactly("9.0.1.0/24");
  }

  @Test
  void withoutVtepsLeftAnAgentIsRefused() {
    Cluster cluster = Cluster.of(TINY);
    for (int i = 1; i <= 6; i++) {
      cluster.register(i);
    }

    assertThat(code(cluster.register(7))).isEqualTo("VTEP_EXHAUSTED");
    assertThat(cluster.state().agents()).hasSize(6);
    assertThat(cluster.assigned(6).vtep()).hasToString("44.128.0.6");
  }

  @Test
  void neverUsedElementsComeFirstThenThoseReleasedLongestAgo() {
    Cluster cluster = Cluster.of(TINY);
    cluster.register(1);
    cluster.register(2);
    cluster.register(3);
    cluster.remove(2);
    cluster.remove(1);

    assertThat(cluster.assigned(4).vtep()).hasToString("44.128.0.4");
    assertThat(cluster.assigned(5).vtep()).hasToString("44.128.0.5");
    assertThat(cluster.assigned(6).vtep()).hasToString("44.128.0.6");
    assertThat(cluster.assigned(7).vtep()).hasToString("44.128.0.2");
    assertThat(cluster.assigned(8).vtep()).hasToString("44.128.0.1");
    assertThat(code(cluster.register(9))).isEqualTo("VTEP_EXHAUSTED");
  }

  @Test
  void anAgentThatComesBackGetsWhatItHad() {
    Cluster cluster = Cluster.of(DCOS);
    cluster.register(1);
    AgentRecord before = cluster.assigned(2);
    cluster.register(3);
    cluster.remove(2);
    cluster.remove(1);

    assertThat(cluster.assigned(2)).isEqualTo(before);
  }

  @Test
  void whatAnotherAgentTookMeanwhileDoesNotComeBack() {
    Cluster cluster = Cluster.of(TINY);
    for (int i = 1; i <= 6; i++) {
      cluster.register(i);
    }
    cluster.remove(3);
    AgentRecord heir = cluster.assigned(7);

    assertThat(heir.vtep()).hasToString("44.128.0.3");
    assertThat(code(cluster.register(3))).isEqualTo("VTEP_EXHAUSTED");
    assertThat(cluster.entries()).doesNotContainKey(StoreLayout.tombstone(id(3)));
  }

  @Test
  void whatWasReleasedRestsBeforeItCountsAsFree() {
    Cluster cluster = Cluster.of(TINY);
    cluster.register(1);
    cluster.register(2);
    cluster.remove(1);
    cluster.pass(Duration.ofMinutes(9));
    cluster.remove(2);
    cluster.pass(Duration.ofMinutes(1));

    assertThat(cluster.state().usage(PoolId.VTEP, cluster.nanos()))
        .contains(
            new PoolUsage(PoolId.VTEP, BigInteger.valueOf(6), 0, 1, 0, BigInteger.valueOf(5)));
    cluster.pass(Duration.ofMinutes(9));
    assertThat(cluster.state().usage(PoolId.VTEP, cluster.nanos()))
        .contains(
            new PoolUsage(PoolId.VTEP, BigInteger.valueOf(6), 0, 0, 0, BigInteger.valueOf(6)));
  }

  @Test
  void agentsThatWereHeardOfAreDeletedByForceOnly() {
    Cluster cluster = Cluster.of(DCOS);
    cluster.register(1);
    cluster.pass(Duration.ofMinutes(2));
    cluster.register(2);
    Removal.Request both = new Removal.Request(Set.of(id(1)), Set.of(ip(2)), false);

    Removal refused = cluster.remove(both);

    assertThat(refused).isInstanceOf(Removal.Refused.class);
    assertThat(((Removal.Refused) refused).alive())
        .extracting(Rejection::subject, Rejection::code)
        .containsExactly(tuple(id(2).toString(), "AGENT_ALIVE"));
    assertThat(cluster.state().agents()).hasSize(2);
    assertThat(cluster.remove(both.forced())).isInstanceOf(Removal.Removed.class);
    assertThat(cluster.state().agents()).isEmpty();
  }

  @Test
  void unknownAgentsAreDeletedWithoutAWord() {
    Cluster cluster = Cluster.of(DCOS);

    Removal removal = cluster.remove(new Removal.Request(Set.of(id(1)), Set.of(ip(2)), false));

    assertThat(removal).isEqualTo(new Removal.Removed(List.of()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void hugeOverlaysGiveTheirFirstPieces(boolean wide) {
    String subnet =
        wide ? "'subnet6':'fd00::/32','prefix6':64" : "'subnet6':'fd00::/64','prefix6':80";
    Cluster cluster =
        Cluster.of(
            "{'vtep_subnet':'44.128.0.0/20','vtep_mac_oui':'70:B3:D5:00:00:00','overlays':["
                + "{'name':'six',"
                + subnet
                + "}]}");

    cluster.register(1);
    cluster.register(2);

    assertThat(cluster.assigned(2).subnets().get(0).subnet6())
        .contains(Cidr.parse(wide ? "fd00:0:0:1::/64" : "fd00:0:0:0:1::/80"));
  }

  @Test
  void theLastPieceIsGivenToo() {
    Cluster cluster =
        Cluster.of(TINY.replace("9.0.0.0/22','prefix':24", "255.255.254.0/23','prefix':24"));
    cluster.register(1);

    assertThat(cluster.assigned(2).subnets().get(0).subnet())
        .contains(Cidr.parse("255.255.255.0/24"));
    assertThat(shortfalls(cluster.register(3))).containsExactly("a SUBNET_EXHAUSTED");
  }
}
