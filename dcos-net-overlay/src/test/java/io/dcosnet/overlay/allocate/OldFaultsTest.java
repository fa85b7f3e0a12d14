// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static io.dcosnet.overlay.allocate.Cluster.assigned;
import static io.dcosnet.overlay.allocate.Cluster.code;
import static io.dcosnet.overlay.allocate.Cluster.id;
import static io.dcosnet.overlay.allocate.Cluster.ip;
import static io.dcosnet.overlay.allocate.Cluster.shortfalls;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.overlay.config.NetworkConfig;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What went wrong in the allocator of DC/OS ({@code dcos/dcos-mesos-modules overlay/master.cpp}).
 * Those faults that lie in the writing to the store are in {@code AllocationsTest}.
 */
class OldFaultsTest {

  private static final String DUAL =
      "{'vtep_subnet':'44.128.0.0/28','vtep_subnet6':'fd01:a::/126',"
          + "'vtep_mac_oui':'70:B3:D5:00:00:00','overlays':["
          + "{'name':'a','subnet':'9.0.0.0/20','prefix':24},"
          + "{'name':'b','subnet':'10.0.0.0/20','prefix':24,"
          + "'subnet6':'fd01:b::/64','prefix6':64}]}";

  @Test // 1
  void aFailedVtepIpv6LeavesTheVtepIpv4InItsPool() {
    Cluster cluster = Cluster.of(DUAL);
    cluster.register(1);
    cluster.register(2);
    for (int attempt = 0; attempt < 50; attempt++) {
      assertThat(code(cluster.register(3))).isEqualTo("VTEP_EXHAUSTED");
    }

    assertThat(used(cluster, PoolId.VTEP)).isEqualTo(2);
    cluster.remove(2);
    assertThat(cluster.assigned(3).vtep()).hasToString("44.128.0.3");
  }

  @Test // 2
  void aFailedIpv6SubnetLeavesTheIpv4SubnetInItsPool() {
    Cluster cluster = Cluster.of(DUAL);
    cluster.register(1);
    for (int attempt = 0; attempt < 50; attempt++) {
      assertThat(shortfalls(cluster.register(2))).containsExactly("b SUBNET_EXHAUSTED");
    }

    assertThat(used(cluster, PoolId.subnets("b"))).isEqualTo(1);
    assertThat(used(cluster, PoolId.subnets6("b"))).isEqualTo(1);
    cluster.remove(1);
    assertThat(cluster.assigned(2).subnetsOf("b").orElseThrow().subnet())
        .contains(Cidr.parse("10.0.1.0/24"));
  }

  @Test // 3
  void aStepThatIsNotWrittenChangesNothing() {
    Cluster cluster = Cluster.of(DUAL);
    cluster.register(1);
    AllocationState before = cluster.state();
    List<AgentRecord> agents = List.copyOf(before.agents());

    Step<Registration> unwritten =
        Allocator.register(before, id(2), ip(2), Wants.EVERYTHING, Moment.at(0));

    assertThat(unwritten.changes().isEmpty()).isFalse();
    assertThat(List.copyOf(before.agents())).isEqualTo(agents);
    assertThat(Allocator.verify(before)).isEmpty();
    AgentRecord other =
        assigned(Allocator.register(before, id(3), ip(3), Wants.EVERYTHING, Moment.at(0)).answer());
    assertThat(other.vtep()).isEqualTo(assigned(unwritten.answer()).vtep());
  }

  @Test // 4
  void ipv6PiecesOfOddLengthFollowEachOtherAcrossByteBorders() {
    Cluster cluster =
        Cluster.of(
            "{'vtep_subnet':'44.128.0.0/16','vtep_mac_oui':'70:B3:D5:00:00:00','overlays':["
                + "{'name':'six','subnet6':'fd01:b::/60','prefix6':77}]}");
    NetworkConfig config = cluster.state().config();
    Cidr space = config.overlays().get(0).ipv6().orElseThrow().subnet();
    AllocationState state = cluster.state();
    for (int i = 1; i <= 10_000; i++) {
      Step<Registration> step =
          Allocator.register(state, id(i), ip(1).plus(70_000L + i), Wants.EVERYTHING, Moment.at(0));
      state = step.state();
      assertThat(assigned(step.answer()).subnets().get(0).subnet6())
          .contains(space.piece(77, i - 1));
    }
    assertThat(Allocator.verify(state)).isEmpty();
  }

  @Test // 5
  void afterARestartEveryVtepAndEverySubnetIsTaken() {
    Cluster cluster = Cluster.of(DUAL.replace("fd01:a::/126", "fd01:a::/64"));
    IntStream.rangeClosed(1, 5).forEach(cluster::register);
    Set<Element> taken = elements(cluster);

    cluster.restart(cluster.state().config());
    AgentRecord next = cluster.assigned(6);

    assertThat(next.elements()).doesNotContainAnyElementsOf(taken);
    assertThat(elements(cluster)).containsAll(taken);
  }

  @Test // 6
  void deletingAnAgentOfTwoOverlaysFreesItsVtepOnce() {
    Cluster cluster = Cluster.of(DUAL);
    cluster.register(1);
    assertThat(cluster.remove(1)).isInstanceOf(Removal.Removed.class);

    assertThat(cluster.remove(1)).isEqualTo(new Removal.Removed(List.of()));
    assertThat(cluster.remove(new Removal.Request(Set.of(id(1)), Set.of(ip(1)), true)))
        .isEqualTo(new Removal.Removed(List.of()));

    assertThat(used(cluster, PoolId.VTEP)).isZero();
    assertThat(cluster.assigned(1).vtep()).hasToString("44.128.0.1");
  }

  @Test // 6
  void anAgentNamedByIdAndByAddressIsDeletedOnce() {
    Cluster cluster = Cluster.of(DUAL);
    cluster.register(1);

    Removal removal = cluster.remove(new Removal.Request(Set.of(id(1)), Set.of(ip(1)), true));

    assertThat(((Removal.Removed) removal).agents()).hasSize(1);
  }

  @Test // 8
  void anOverlayThatIsMissingInTheNextConfigurationIsRefusedNotCrashedOn() {
    Cluster cluster = Cluster.of(DUAL);
    NetworkConfig accepted = cluster.state().config();
    cluster.register(1);
    NetworkConfig without = accepted.toBuilder().withoutOverlay("a").build();

    Recovery recovery = cluster.restart(without);

    assertThat(recovery)
        .isInstanceOfSatisfying(
            Recovery.Recovered.class,
            recovered -> {
              assertThat(recovered.state().config()).isEqualTo(accepted);
              assertThat(recovered.blockers())
                  .extracting(Blocker::code)
                  .containsExactly("OVERLAY_IN_USE");
            });
    assertThat(cluster.assigned(1).subnetsOf("a")).isPresent();
  }

  @Test // 9
  void deletedAgentsGiveBackEverything() {
    Cluster cluster = Cluster.of(DUAL.replace("fd01:a::/126", "fd01:a::/124"));
    for (int generation = 0; generation < 10; generation++) {
      for (int i = 1; i <= 14; i++) {
        int number = generation * 14 + i;
        assertThat(cluster.register(number, i, Wants.EVERYTHING))
            .isInstanceOf(Registration.Assigned.class);
      }
      for (int i = 1; i <= 14; i++) {
        cluster.remove(generation * 14 + i);
      }
    }

    assertThat(used(cluster, PoolId.VTEP)).isZero();
    long tombstones =
        cluster.entries().keySet().stream()
            .filter(key -> key.startsWith(StoreLayout.TOMBSTONES))
            .count();
    assertThat(tombstones).isLessThanOrEqualTo(14 + 16); // no more than there are elements
  }

  @Test // 10
  void overlaysAreServedInTheOrderOfTheConfiguration() {
    StringBuilder overlays = new StringBuilder();
    for (int i = 20; i > 0; i--) {
      overlays.append(i == 20 ? "" : ",");
      overlays.append("{'name':'n" + i + "','subnet':'10." + i + ".0.0/16','prefix':24}");
    }
    Cluster cluster =
        Cluster.of(
            "{'vtep_subnet':'44.128.0.0/28','vtep_mac_oui':'70:B3:D5:00:00:00','overlays':["
                + overlays
                + "]}");

    Step<Registration> step =
        Allocator.register(cluster.state(), id(1), ip(1), Wants.EVERYTHING, Moment.at(0));

    assertThat(step.changes().entries().keySet())
        .filteredOn(key -> key.startsWith("subnets/"))
        .first()
        .isEqualTo("subnets/n20/10.20.0.0-24");
    assertThat(
            AgentAddresses.of(cluster.state().config(), assigned(step.answer()), Wants.EVERYTHING)
                .overlays())
        .extracting(AgentAddresses.OverlayAddresses::name)
        .startsWith("n20", "n19", "n18")
        .endsWith("n2", "n1");
  }

  private static int used(Cluster cluster, PoolId pool) {
    return cluster.state().usage(pool, cluster.nanos()).orElseThrow().used();
  }

  private static Set<Element> elements(Cluster cluster) {
    return cluster.state().agents().stream()
        .flatMap(agent -> agent.elements().stream())
        .collect(Collectors.toSet());
  }
}
