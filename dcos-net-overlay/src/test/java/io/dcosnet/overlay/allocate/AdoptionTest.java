// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static io.dcosnet.overlay.allocate.Cluster.assigned;
import static io.dcosnet.overlay.allocate.Cluster.code;
import static io.dcosnet.overlay.allocate.Cluster.id;
import static io.dcosnet.overlay.allocate.Cluster.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.overlay.allocate.Lineage.Stage;
import io.dcosnet.overlay.config.NetworkConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Row I.7: allocations that are built anew from what agents say to have. */
class AdoptionTest {

  private static final String CONFIG =
      """
      {'vtep_subnet':'44.128.0.0/28','vtep_mac_oui':'70:b3:d5:00:00:00','overlays':[
        {'name':'a','subnet':'9.0.0.0/24','prefix':28}]}""";

  private final Cluster cluster = Cluster.of(CONFIG);

  private Registration settle(Claim claim, String... contradictions) {
    return cluster.step(
        state ->
            Adoption.settle(state, claim, List.of(contradictions), 1_000_000, cluster.moment()));
  }

  private static Claim claim(int number, String vtep, String subnet) {
    return claim(number, number, vtep, subnet, 70);
  }

  private static Claim claim(int number, int ip, String vtep, String subnet, long revision) {
    AgentSubnets subnets = new AgentSubnets("a", Optional.of(Cidr.parse(subnet)), Optional.empty());
    AgentRecord record =
        new AgentRecord(
            id(number), ip(ip), IpAddress.parse(vtep), Optional.empty(), List.of(subnets));
    return new Claim(record, revision);
  }

  private int withheld(PoolId pool) {
    return cluster.state().usage(pool, cluster.nanos()).orElseThrow().withheld();
  }

  @Test
  void whatNobodyContradictsIsAsTheAgentSays() {
    Claim claim = claim(3, "44.128.0.9", "9.0.0.32/28");

    assertThat(assigned(settle(claim))).isEqualTo(claim.record());

    assertThat(cluster.value("vtep/44.128.0.9")).isEqualTo(id(3).toString());
    assertThat(cluster.value("subnets/a/9.0.0.32-28")).isEqualTo(id(3).toString());
    assertThat(assigned(cluster.register(3))).isEqualTo(claim.record());
  }

  @Test
  void newAgentsGetOnlyWhatNobodySaidToHave() {
    assigned(settle(claim(3, "44.128.0.1", "9.0.0.0/28")));

    AgentRecord fresh = cluster.assigned(4);

    assertThat(fresh.vtep()).hasToString("44.128.0.2");
    assertThat(fresh.subnetsOf("a").orElseThrow().subnet()).contains(Cidr.parse("9.0.0.16/28"));
  }

  @Test
  void claimsThatContradictEachOtherAreAllDisputedWhateverTheirRevisions() {
    Claim one = claim(1, 1, "44.128.0.1", "9.0.0.0/28", 70);
    Claim two = claim(2, 2, "44.128.0.2", "9.0.0.0/28", 90);
    Claim three = claim(3, 3, "44.128.0.3", "9.0.0.16/28", 80);

    Map<?, List<String>> against = Adoption.contradictions(List.of(one, two, three));

    assertThat(against.keySet()).isEqualTo(Set.of(id(1), id(2)));
    assertThat(against.get(id(1)))
        .singleElement()
        .asString()
        .contains("subnets/a 9.0.0.0/28", id(1).toString(), id(2).toString());
    assertThat(code(settle(one, "9.0.0.0/28 twice"))).isEqualTo("CLAIM_DISPUTED");
    assertThat(code(settle(two, "9.0.0.0/28 twice"))).isEqualTo("CLAIM_DISPUTED");
    assertThat(assigned(settle(three))).isEqualTo(three.record());
    assertThat(cluster.state().disputes()).hasSize(2);
    assertThat(cluster.state().agents()).containsExactly(three.record());
  }

  @Test
  void twoAgentsAtOneAddressContradictEachOther() {
    Claim one = claim(1, 7, "44.128.0.1", "9.0.0.0/28", 70);
    Claim two = claim(2, 7, "44.128.0.2", "9.0.0.16/28", 70);

    assertThat(Adoption.contradictions(List.of(one, two))).containsOnlyKeys(id(1), id(2));
  }

  @Test
  void nobodyGetsWhatIsDisputedAlsoAfterARestart() {
    code(settle(claim(1, "44.128.0.1", "9.0.0.0/28"), "twice"));
    code(settle(claim(2, "44.128.0.1", "9.0.0.0/28"), "twice"));
    cluster.restart(cluster.state().config());

    assertThat(withheld(PoolId.VTEP)).isEqualTo(1);
    for (int i = 3; i <= 15; i++) {
      assertThat(cluster.assigned(i).vtep()).isNotEqualTo(IpAddress.parse("44.128.0.1"));
    }
    assertThat(code(cluster.register(16))).isEqualTo("VTEP_EXHAUSTED");
    assertThat(code(cluster.register(1))).isEqualTo("CLAIM_DISPUTED");
  }

  @Test
  void aDisputeThatStaysIsNotWrittenAgain() {
    Claim claim = claim(1, "44.128.0.1", "9.0.0.0/28");
    code(settle(claim, "twice"));
    code(settle(claim(2, "44.128.0.1", "9.0.0.0/28"), "twice"));

    Step<Registration> again =
        Adoption.settle(cluster.state(), claim, List.of(), 1_000_000, cluster.moment());

    assertThat(again.changes().isEmpty()).isTrue();
    assertThat(code(again.answer())).isEqualTo("CLAIM_DISPUTED");
  }

  @Test
  void whoIsLeftAfterTheOtherWasDeletedGetsWhatWasDisputed() {
    Claim one = claim(1, "44.128.0.1", "9.0.0.0/28");
    code(settle(one, "twice"));
    code(settle(claim(2, "44.128.0.1", "9.0.0.0/28"), "twice"));

    assertThat(cluster.remove(2)).isInstanceOf(Removal.Removed.class);
    assertThat(withheld(PoolId.VTEP)).isEqualTo(1);

    assertThat(assigned(settle(one))).isEqualTo(one.record());
    assertThat(withheld(PoolId.VTEP)).isZero();
    assertThat(cluster.state().disputes()).extracting(Dispute::isDropped).containsExactly(true);
  }

  @Test
  void whoseClaimWasDroppedStartsAnew() {
    Claim one = claim(1, "44.128.0.1", "9.0.0.0/28");
    Claim two = claim(2, "44.128.0.1", "9.0.0.0/28");
    code(settle(one, "twice"));
    code(settle(two, "twice"));
    cluster.remove(2);
    assigned(settle(one));

    assertThat(code(settle(two))).isEqualTo("CLAIM_DROPPED");
    AgentRecord fresh = cluster.assigned(2);

    assertThat(fresh.vtep()).hasToString("44.128.0.2");
    assertThat(cluster.state().disputes()).isEmpty();
  }

  @Test
  void whatWasWithheldForOneAgentAloneRestsAfterItsDeletion() {
    code(settle(claim(1, "44.128.0.1", "9.0.0.0/28"), "another one is meant"));

    cluster.remove(1);

    PoolUsage usage = cluster.state().usage(PoolId.VTEP, cluster.nanos()).orElseThrow();
    assertThat(usage.withheld()).isZero();
    assertThat(usage.quarantined()).isEqualTo(1);
    assertThat(cluster.assigned(1).vtep()).hasToString("44.128.0.1");
  }

  @Test
  void whatAnAgentHasBecomesWithheldWhenItIsDeletedAndAnotherOneClaimsIt() {
    cluster.assigned(1);
    Claim two = claim(2, "44.128.0.1", "9.0.0.0/28");
    assertThat(code(settle(two))).isEqualTo("CLAIM_DISPUTED");
    assertThat(withheld(PoolId.VTEP)).isZero();

    cluster.remove(1);

    assertThat(withheld(PoolId.VTEP)).isEqualTo(1);
    assertThat(assigned(settle(two))).isEqualTo(two.record());
  }

  @Test
  void whatIsInNoPoolIsDisputedUntilAConfigurationHasIt() {
    Claim claim = claim(1, "44.128.0.1", "9.0.1.0/28");
    assertThat(code(settle(claim))).isEqualTo("CLAIM_DISPUTED");
    assertThat(withheld(PoolId.VTEP)).isEqualTo(1);

    NetworkConfig wider = NetworkConfig.parse(CONFIG.replace('\'', '"').replace("0/24", "0/16"));
    assertThat(cluster.reconfigure(wider)).isInstanceOf(Reconfiguration.Accepted.class);

    assertThat(withheld(PoolId.subnets("a"))).isEqualTo(1);
    assertThat(assigned(settle(claim))).isEqualTo(claim.record());
  }

  @Test
  void nobodyElseGetsWhatIsClaimedFromAnAddressOfNoHost() {
    AgentRecord record = claim(1, "44.128.0.1", "9.0.0.0/28").record();
    for (String address : List.of("44.128.0.7", "0.0.0.0")) {
      Claim claim = Claim.of(record, IpAddress.parse(address), 70);
      assertThat(code(settle(claim))).isEqualTo("CLAIM_DISPUTED");
    }

    assertThat(cluster.state().disputes())
        .singleElement()
        .extracting(Dispute::reason)
        .asString()
        .startsWith("BAD_AGENT_IP: 0.0.0.0 ");
    assertThat(cluster.assigned(2).vtep()).hasToString("44.128.0.2");

    assertThat(assigned(settle(new Claim(record, 70)))).isEqualTo(record);
    assertThat(cluster.state().disputes()).isEmpty();
  }

  @Test
  void whatIsInTheStoreCountsMoreThanWhatAnAgentHeardEarlier() {
    AgentRecord known = cluster.assigned(1);

    assertThat(assigned(settle(claim(1, 1, "44.128.0.9", "9.0.0.32/28", 1_000_000))))
        .isEqualTo(known);
  }

  @Test
  void whoHasHeardOfALaterRevisionKnowsWhatTheStoreHasForgotten() {
    cluster.assigned(1);
    Claim later = claim(1, 1, "44.128.0.9", "9.0.0.32/28", 1_000_001);

    assertThat(assigned(settle(later))).isEqualTo(later.record());

    assertThat(cluster.entries()).doesNotContainKey("vtep/44.128.0.1");
    assertThat(cluster.state().usage(PoolId.VTEP, cluster.nanos()).orElseThrow().used())
        .isEqualTo(1);
  }

  @Test
  void revisionsAreToldAboveAllThatWereHeardOf() {
    cluster.step(Adoption::begin);
    assertThat(cluster.state().lineage()).isEqualTo(new Lineage(Stage.COLLECTING, 0));
    cluster.step(state -> Adoption.open(state, 4711));

    assertThat(cluster.state().lineage().told(1)).isEqualTo(4712);
    cluster.step(Adoption::begin);
    cluster.step(state -> Adoption.open(state, 12));
    assertThat(cluster.state().lineage()).isEqualTo(new Lineage(Stage.OPEN, 4711));
    cluster.restart(cluster.state().config());
    assertThat(cluster.value("lineage")).isEqualTo("open 4711");
  }

  @Test
  void aStoreOfAnEarlierVersionIsOpenIfAnybodyHasAnything() {
    assertThat(cluster.state().lineage().stage()).isEqualTo(Stage.NEW);
    cluster.assigned(1);
    cluster.restart(cluster.state().config());

    assertThat(cluster.state().lineage()).isEqualTo(new Lineage(Stage.OPEN, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "open", "open -1", "new 0", "open 9999999999999999999"})
  void lineagesThatNobodyWroteAreNamed(String text) {
    assertThatThrownBy(() -> Lineage.parse(text)).isInstanceOf(DecodeException.class);
  }
}
