// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static io.dcosnet.overlay.allocate.Cluster.code;
import static io.dcosnet.overlay.allocate.Cluster.id;
import static io.dcosnet.overlay.allocate.Cluster.shortfalls;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** C.4: silence alone takes nothing from anybody. */
class ReclaimTest {

  private static Cluster cluster(String option) {
    return Cluster.of(
        """
        {'vtep_subnet':'44.128.0.0/29',%s'vtep_mac_oui':'70:b3:d5:00:00:00','overlays':[
          {'name':'a','subnet':'9.0.0.0/26','prefix':28}]}"""
            .formatted(option));
  }

  /** Six VTEPs, four subnets. */
  private final Cluster cluster = cluster("'auto_reclaim_after':'24h',");

  private static List<NodeId> reclaimed(Registration registration) {
    assertThat(registration).isInstanceOf(Registration.Assigned.class);
    return ((Registration.Assigned) registration)
        .reclaimed().stream().map(AgentRecord::agent).toList();
  }

  private void fill() {
    for (int i = 1; i <= 4; i++) {
      cluster.register(i);
      cluster.pass(Duration.ofMinutes(1));
    }
  }

  @Test
  void nothingIsReclaimedUnlessAsked() {
    Cluster plain = cluster("");
    for (int i = 1; i <= 6; i++) {
      plain.register(i);
    }
    plain.pass(Duration.ofDays(400));

    assertThat(code(plain.register(7))).isEqualTo("VTEP_EXHAUSTED");
  }

  @Test
  void theLongestSilentAgentLosesAllWhenAPoolIsEmpty() {
    fill();
    cluster.pass(Duration.ofHours(24));

    Registration fifth = cluster.register(5);

    assertThat(reclaimed(fifth)).containsExactly(id(1));
    assertThat(shortfalls(fifth)).isEmpty();
    assertThat(cluster.state().agent(id(1))).isEmpty();
  }

  @Test
  void nobodyLosesAnythingWhileSomethingIsFree() {
    cluster.register(1);
    cluster.pass(Duration.ofDays(2));

    assertThat(reclaimed(cluster.register(2))).isEmpty();
    assertThat(cluster.state().agent(id(1))).isPresent();
  }

  @Test
  void nobodyLosesAnythingBeforeTheTime() {
    fill();
    cluster.pass(Duration.ofHours(23));

    assertThat(shortfalls(cluster.register(5))).containsExactly("a SUBNET_EXHAUSTED");
    assertThat(cluster.state().agents()).hasSize(5);
  }

  @Test
  void whoIsHeardOfKeepsAll() {
    fill();
    cluster.pass(Duration.ofHours(30));
    cluster.register(1);

    assertThat(reclaimed(cluster.register(5))).containsExactly(id(2));
  }

  @Test
  void anAgentThatComesBackAfterwardsIsANewOne() {
    fill();
    cluster.pass(Duration.ofHours(24));
    cluster.register(5);
    cluster.pass(Duration.ofMinutes(1));

    Registration back = cluster.register(1);

    assertThat(reclaimed(back)).containsExactly(id(2));
    assertThat(shortfalls(back)).isEmpty();
  }
}
