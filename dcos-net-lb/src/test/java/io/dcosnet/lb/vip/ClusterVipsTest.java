// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static io.dcosnet.lb.vip.VipTasks.AGENT;
import static io.dcosnet.lb.vip.VipTasks.onHost;
import static io.dcosnet.lb.vip.VipTasks.running;
import static io.dcosnet.lb.vip.VipTasks.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClusterVipsTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ClusterVips vips =
      new ClusterVips(VipRules.defaults(), (task, agent) -> true, Duration.ofSeconds(60));
  private ClusterState state = ClusterState.EMPTY;

  // F7
  @Test
  void joinsTasksOfFiveAppsInOneVip() {
    ClusterState cluster = VipTasks.cluster();
    for (int i = 1; i <= 5; i++) {
      Agent agent = Agent.at("N" + i, IpAddress.parse("10.0.1." + i));
      cluster = cluster.with(agent).with(onHost("app" + i, agent, 31000 + i, "/l4lbtest:5000"));
    }
    assertThat(ClusterVips.of(cluster, VipRules.defaults()).places())
        .extracting(place -> place.key() + " > " + place.endpoint())
        .containsExactlyInAnyOrder(
            "tcp l4lbtest.marathon:5000 > 10.0.1.1:31001",
            "tcp l4lbtest.marathon:5000 > 10.0.1.2:31002",
            "tcp l4lbtest.marathon:5000 > 10.0.1.3:31003",
            "tcp l4lbtest.marathon:5000 > 10.0.1.4:31004",
            "tcp l4lbtest.marathon:5000 > 10.0.1.5:31005");
  }

  @Test
  void mergesTwoTasksAtOnePlaceAndKeepsItUntilTheLastGoes() {
    Task first = onHost("a", AGENT, 31000, "/w:80");
    Task second = onHost("b", AGENT, 31000, "/w:80").toBuilder().state(TaskState.KILLING).build();
    move(VipTasks.cluster(first, second), 0);
    Place place = vips.places().iterator().next();
    assertThat(vips.places()).hasSize(1);
    assertThat(state(place)).isEqualTo(Backend.State.UP);

    assertThat(move(VipTasks.cluster(second), 0)).containsExactly(place);
    assertThat(state(place)).isEqualTo(Backend.State.DRAINING);

    assertThat(move(VipTasks.cluster(), 0)).containsExactly(place);
    assertThat(vips.backend(place)).isNull();
    assertThat(vips.places()).isEmpty();
  }

  @Test
  void tellsOnlyThePlacesOfTheTaskThatChanged() {
    move(VipTasks.cluster(onHost("a", AGENT, 1, "/a:80"), onHost("b", AGENT, 2, "/b:80")), 0);
    Set<Place> changed =
        move(VipTasks.cluster(onHost("a", AGENT, 1, "/a:80"), onHost("b", AGENT, 3, "/b:80")), 0);
    assertThat(changed).extracting(p -> p.endpoint().port()).containsExactlyInAnyOrder(2, 3);
  }

  @Test
  void countsOnlySelectedTasks() {
    ClusterVips own =
        new ClusterVips(
            VipRules.defaults(),
            (task, agent) -> agent != null && agent.id().equals("A1"),
            Duration.ofSeconds(60));
    Agent other = Agent.at("A2", IpAddress.parse("10.0.0.2"));
    ClusterState cluster =
        VipTasks.cluster(onHost("a", AGENT, 1, "/a:80"))
            .with(other)
            .with(onHost("b", other, 2, "/b:80"));
    own.apply(
        new ClusterUpdate(
            ClusterState.EMPTY, cluster, ClusterChange.between(ClusterState.EMPTY, cluster)),
        0);
    assertThat(own.places()).hasSize(1);
  }

  @Test
  void movesBackEndsWithTheAddressOfTheirAgent() {
    Task task = VipTasks.task("t").ports(7, 7).label("VIP_PORT0", "tcp://t:80").build();
    move(VipTasks.cluster(task), 0);
    move(VipTasks.cluster(task).with(Agent.at("A1", IpAddress.parse("10.9.9.9"))), 0);
    assertThat(vips.places())
        .extracting(p -> p.endpoint().toString())
        .containsExactly("10.9.9.9:7");
  }

  @Test
  void renamesVipsWithTheirFramework() {
    Task task = onHost("t", AGENT, 7, "/t:80");
    move(VipTasks.cluster(task), 0);
    move(VipTasks.cluster(task).with(Framework.named("F1", "Batch")), 0);
    assertThat(vips.places()).extracting(p -> p.key().host()).containsExactly("t.batch");
  }

  @Test
  void waitsForTheFramework() {
    Task task = onHost("t", AGENT, 7, "/t:80");
    move(ClusterState.EMPTY.with(AGENT).with(task), 0);
    assertThat(vips.places()).isEmpty();
    assertThat(vips.refused()).extracting(LabelReport::code).containsExactly("VIP_NO_FRAMEWORK");
    move(VipTasks.cluster(task), 0);
    assertThat(vips.places()).hasSize(1);
    assertThat(vips.refused()).isEmpty();
  }

  @Test
  void refusesAnAddressVipOnceANodeHasTheAddress() {
    Task task = onHost("t", AGENT, 7, "10.0.0.99:80");
    ClusterState without = VipTasks.cluster(task);
    ClusterState with = without.with(Agent.at("A9", IpAddress.parse("10.0.0.99")));
    move(without, 0);
    assertThat(vips.places()).hasSize(1);
    move(with, 0);
    assertThat(vips.places()).isEmpty();
    assertThat(vips.refused())
        .extracting(LabelReport::code)
        .containsExactly("VIP_FORBIDDEN_ADDRESS");
    move(without, 0);
    assertThat(vips.places()).hasSize(1);
  }

  @Test
  void keepsAnUnreachableTaskForItsGrace() {
    Task up = onHost("t", AGENT, 7, "/t:80");
    Task lost =
        up.toBuilder()
            .state(TaskState.UNREACHABLE)
            .status(status(TaskState.UNREACHABLE, 3, null))
            .build();
    move(VipTasks.cluster(up), 0);
    move(VipTasks.cluster(lost), 10 * SECOND);
    assertThat(vips.places()).hasSize(1);
    assertThat(vips.nextExpiry(11 * SECOND)).hasValue(70 * SECOND);
    assertThat(vips.expire(69 * SECOND)).isEmpty();
    assertThat(vips.expire(70 * SECOND)).hasSize(1);
    assertThat(vips.places()).isEmpty();
    assertThat(vips.nextExpiry(71 * SECOND)).isEmpty();
  }

  @Test
  void tellsWhatGoesWhileItsTaskRunsFromWhatEnds() {
    Task running = onHost("t", AGENT, 7, "/t:80");
    move(VipTasks.cluster(running), 0);
    Place place = vips.places().iterator().next();
    move(VipTasks.cluster(onHost("t", AGENT, 8, "/t:80")), 1);
    assertThat(vips.outlived(place)).isTrue();
    move(VipTasks.cluster(running), 2);
    assertThat(vips.outlived(place)).as("it is back").isFalse();
    move(VipTasks.cluster(running.toBuilder().state(TaskState.FAILED).build()), 3);
    assertThat(vips.places()).isEmpty();
    assertThat(vips.outlived(place)).isFalse();
    move(VipTasks.cluster(running), 4);
    move(VipTasks.cluster(), 5);
    assertThat(vips.outlived(place)).isFalse();
  }

  @Test
  void takesATaskBackThatIsReachableAgain() {
    Task up = onHost("t", AGENT, 7, "/t:80");
    Task lost = up.toBuilder().state(TaskState.UNREACHABLE).build();
    move(VipTasks.cluster(lost), 0);
    vips.expire(60 * SECOND);
    move(VipTasks.cluster(up.toBuilder().status(running(true, "10.0.0.243")).build()), 99 * SECOND);
    assertThat(vips.places()).hasSize(1);
    assertThat(vips.nextExpiry(100 * SECOND)).isEmpty();
  }

  private Backend.State state(Place place) {
    VipBackend backend = vips.backend(place);
    assertThat(backend).isNotNull();
    return backend.backend().state();
  }

  private Set<Place> move(ClusterState after, long now) {
    ClusterUpdate update = new ClusterUpdate(state, after, ClusterChange.between(state, after));
    state = after;
    return vips.apply(update, now);
  }
}
