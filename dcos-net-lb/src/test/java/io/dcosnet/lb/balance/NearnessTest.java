// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Locality;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Origin;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearnessTest {

  private final Nearness here = new Nearness(new Origin(node(1), "eu/a"));
  private final List<Target> targets = new ArrayList<>();

  private static IpAddress node(int number) {
    return IpAddress.ofIpv4(0xc6336400 + number);
  }

  /** A target on a node in a zone that has weight of the share that it would have. */
  private void add(int node, String zone, int weight, int share) {
    Target up = Target.up(Draws.endpoint(targets.size()), share);
    targets.add(up.at(new Origin(node(node), zone)).withWeight(weight));
  }

  private int[] weights(Locality locality) {
    Service service = Draws.service(ServiceOptions.DEFAULTS.with(locality), targets);
    return here.tune(service).targets().stream().mapToInt(Target::weight).toArray();
  }

  @Test
  void leavesATableAloneThatAsksForNothing() {
    add(1, "eu/a", 1, 1);
    add(2, "eu/b", 1, 1);
    VipTable table = VipTable.of(List.of(Draws.service(ServiceOptions.DEFAULTS, targets)));
    assertThat(here.tune(table)).isSameAs(table);
  }

  @Test
  void prefersItsOwnNodeWhileThatIsFit() {
    add(1, "eu/a", 3, 3);
    add(1, "eu/a", 5, 5);
    add(2, "eu/a", 100, 100);
    assertThat(weights(Locality.PREFER_NODE)).containsExactly(3, 5, 0);
  }

  @Test
  void stillPrefersItsOwnNodeWithFiveOfSevenFit() {
    for (int i = 0; i < 7; i++) {
      add(1, "", i < 5 ? 1 : 0, 1);
    }
    add(2, "", 1, 1);
    assertThat(weights(Locality.PREFER_NODE)).containsExactly(1, 1, 1, 1, 1, 0, 0, 0);
  }

  @Test
  void sendsOthersWhatIsTooMuchForItsOwnNode() {
    add(1, "", 1, 1);
    add(1, "", 0, 1);
    add(2, "", 1, 1);
    add(3, "", 2, 2);
    // Half is fit, so 70 % stay; 30 % go to the others, one to two.
    assertThat(weights(Locality.PREFER_NODE)).containsExactly(1000, 0, 143, 286);
  }

  @Test
  void usesAllWhereItsOwnNodeHasNobody() {
    add(2, "eu/a", 1, 1);
    add(3, "eu/b", 2, 2);
    add(1, "eu/a", 0, 1);
    assertThat(weights(Locality.PREFER_NODE)).containsExactly(1, 2, 0);
  }

  @Test
  void staysOnItsNodeWhereThatIsAsked() {
    add(1, "", 1, 1);
    add(2, "", 1, 1);
    assertThat(weights(Locality.STRICT_NODE)).containsExactly(1, 0);
    targets.set(0, targets.get(0).withWeight(0));
    assertThat(weights(Locality.STRICT_NODE)).containsExactly(0, 0);
  }

  @Test
  void prefersItsOwnZone() {
    add(1, "eu/a", 3, 3);
    add(2, "eu/a", 1, 1);
    add(3, "eu/b", 4, 4);
    assertThat(weights(Locality.PREFER_ZONE)).containsExactly(3, 1, 0);
  }

  @Test
  void sendsOtherZonesWhatIsTooMuchForAZoneThatIsHalfFit() {
    add(1, "eu/a", 1, 1);
    add(2, "eu/a", 0, 1);
    add(3, "eu/b", 1, 1);
    add(4, "eu/b", 1, 1);
    assertThat(weights(Locality.PREFER_ZONE)).containsExactly(1000, 0, 214, 214); // 70 and 30 %
  }

  @Test
  void doesNotOverloadASmallZone() {
    add(1, "eu/a", 1, 1);
    for (int i = 0; i < 9; i++) {
      add(2 + i, "eu/b", 1, 1);
    }
    // Half of all comes from its zone; 1.5 of a tenth is 30 % of that.
    int[] weights = weights(Locality.PREFER_ZONE);
    assertThat(weights[0]).isEqualTo(1000);
    assertThat(Arrays.stream(weights).skip(1)).containsOnly(259); // 70 % by nine
  }

  @Test
  void usesAllZonesWhereItsOwnHasNobody() {
    add(2, "eu/b", 1, 1);
    add(3, "eu/c", 1, 1);
    assertThat(weights(Locality.PREFER_ZONE)).containsExactly(1000, 1000);
  }

  @Test
  void leavesWeightsAloneWhileItKnowsNoZones() {
    add(2, "", 1, 1);
    add(3, "", 7, 7);
    assertThat(weights(Locality.PREFER_ZONE)).containsExactly(1, 7);
    targets.set(0, targets.get(0).at(new Origin(node(2), "eu/b")));
    Nearness lost = new Nearness(Origin.UNKNOWN);
    Service service = Draws.service(ServiceOptions.DEFAULTS.with(Locality.PREFER_ZONE), targets);
    assertThat(lost.tune(service)).isSameAs(service);
  }

  @Test
  void keepsSharesStatesAndDeadlines() {
    add(1, "eu/a", 1, 1);
    add(2, "eu/b", 1, 1);
    Target draining = new Target(Draws.endpoint(9), Backend.State.DRAINING, 0, 77);
    targets.add(draining);
    Service service = Draws.service(ServiceOptions.DEFAULTS.with(Locality.PREFER_ZONE), targets);
    assertThat(here.tune(service).targets())
        .containsExactly(targets.get(0), targets.get(1).withWeight(0), draining);
    assertThat(here.tune(service).targets().get(1).share()).isEqualTo(1);
  }
}
