// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.net.IpAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ClusterVipsProperties {

  @Provide
  Arbitrary<UnaryOperator<ClusterState>> steps() {
    Arbitrary<Integer> few = Arbitraries.integers().between(1, 3);
    Arbitrary<String> vips = Arbitraries.of("/a:80", "b:80", "10.0.0.2:80", "10.0.0.9:1", "bad");
    Arbitrary<TaskState> states =
        Arbitraries.of(TaskState.RUNNING, TaskState.RUNNING, TaskState.KILLING, TaskState.FAILED);
    Arbitrary<UnaryOperator<ClusterState>> put =
        Combinators.combine(few, few, few, vips, states).as(ClusterVipsProperties::put);
    Arbitrary<UnaryOperator<ClusterState>> remove =
        few.map(task -> state -> state.without(new TaskKey("F1", "t" + task)));
    Arbitrary<UnaryOperator<ClusterState>> agent =
        Combinators.combine(few, few)
            .as((id, ip) -> state -> state.with(Agent.at("A" + id, address(ip))));
    Arbitrary<UnaryOperator<ClusterState>> agentGone =
        few.map(id -> state -> state.withoutAgent("A" + id));
    Arbitrary<UnaryOperator<ClusterState>> framework =
        Arbitraries.of("m", "n").map(name -> state -> state.with(Framework.named("F1", name)));
    Arbitrary<UnaryOperator<ClusterState>> frameworkGone =
        Arbitraries.just(state -> state.withoutFramework("F1"));
    return Arbitraries.oneOf(put, put, remove, agent, agentGone, framework, frameworkGone);
  }

  private static UnaryOperator<ClusterState> put(
      int task, int agent, int port, String vip, TaskState taskState) {
    Task made =
        Task.named("t" + task)
            .framework("F1")
            .runningOn("A" + agent)
            .ports(port, port)
            .label("VIP_PORT0", "tcp://" + vip)
            .state(taskState)
            .build();
    return state -> state.with(made);
  }

  private static IpAddress address(int last) {
    return IpAddress.parse("10.0.0." + last);
  }

  @Property
  void followingChangesGivesWhatReadingAtOnceGives(
      @ForAll List<@From("steps") UnaryOperator<ClusterState>> steps) {
    ClusterVips followed =
        new ClusterVips(VipRules.defaults(), (task, agent) -> true, Duration.ofSeconds(60));
    Map<VipBackend.Place, VipBackend> known = new HashMap<>();
    ClusterState state = ClusterState.EMPTY;
    for (UnaryOperator<ClusterState> step : steps) {
      ClusterState after = step.apply(state);
      ClusterUpdate update = new ClusterUpdate(state, after, ClusterChange.between(state, after));
      for (VipBackend.Place place : followed.apply(update, 0)) {
        known.remove(place);
        VipBackend backend = followed.backend(place);
        if (backend != null) {
          known.put(place, backend);
        }
      }
      state = after;
    }
    ClusterVips atOnce = ClusterVips.of(state, VipRules.defaults());
    Map<VipBackend.Place, VipBackend> expected = new HashMap<>();
    atOnce.places().forEach(place -> expected.put(place, atOnce.backend(place)));
    assertThat(known).isEqualTo(expected);
    assertThat(followed.places()).isEqualTo(atOnce.places());
    assertThat(followed.refused()).isEqualTo(atOnce.refused());
  }
}
