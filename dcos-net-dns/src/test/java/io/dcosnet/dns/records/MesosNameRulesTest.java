// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.records.NameRules.Rule;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MesosNameRulesTest {

  private static final Agent NODE = Agent.at("a-S1", IpAddress.parse("192.0.2.1"));
  private static final Agent OTHER = Agent.at("a-S2", IpAddress.parse("192.0.2.2"));

  private static final Set<TaskState> ALSO_KILLING = Set.of(TaskState.RUNNING, TaskState.KILLING);

  private ClusterState state =
      ClusterState.EMPTY.with(NODE).with(OTHER).with(Framework.named("F1", "marathon"));

  @Test
  void aTaskThatIsKilledLeavesUnlessItsRuleKeepsIt() {
    put(task("web").state(TaskState.KILLING));
    put(task("drains").state(TaskState.KILLING));
    Rule rule = new Rule("drains.*", NamePolicy.DEFAULT.withStates(ALSO_KILLING));

    assertThat(list(rule).a())
        .containsKey("drains.marathon.mesos.")
        .doesNotContainKey("web.marathon.mesos.");
  }

  @Test
  void takesTheAddressOfAStatusInAStateThatTheRuleIncludes() {
    Labels labels = Labels.NONE.with("MesosContainerizer.NetworkSettings.IPAddress", "203.0.113.7");
    TaskStatus killing = new TaskStatus(TaskState.KILLING, 2, null, List.of(), labels);
    put(task("web").state(TaskState.KILLING).status(killing));
    Rule rule = new Rule("*", NamePolicy.DEFAULT.withStates(ALSO_KILLING));

    assertThat(list(rule).a()).containsEntry("web.marathon.mesos.", List.of("203.0.113.7"));
  }

  @Test
  void aNameWithoutAHealthyInstanceKeepsThemAllAndOthersDoNot() {
    put(task("all-sick").id("one").status(sick()));
    put(task("all-sick").id("two").status(sick()).runningOn(OTHER));
    put(task("one-sick").id("three").status(sick()));
    put(task("one-sick").id("four").runningOn(OTHER));
    Rule rule =
        new Rule(
            "*-sick.*", NamePolicy.DEFAULT.withHealth(HealthPolicy.EXCLUDE_UNHEALTHY_UNLESS_ALL));

    assertThat(list(rule).a())
        .containsEntry("all-sick.marathon.mesos.", List.of("192.0.2.1", "192.0.2.2"))
        .containsEntry("one-sick.marathon.mesos.", List.of("192.0.2.2"));
  }

  @Test
  void aRuleBeatsThePolicyOfTheZone() {
    put(task("web").status(sick()));
    put(task("db").status(sick()));
    MesosDnsConfig config =
        MesosDnsConfig.builder()
            .healthPolicy(HealthPolicy.EXCLUDE_UNHEALTHY)
            .nameRules(NameRules.of(new Rule("web.*", NamePolicy.DEFAULT)))
            .build();

    assertThat(MesosRecords.list(state, config).a())
        .containsKey("web.marathon.mesos.")
        .doesNotContainKey("db.marathon.mesos.");
    assertThat(config.toBuilder().build().nameRules()).isEqualTo(config.nameRules());
  }

  @Test
  void theShortestTtlOfANameCountsAndGoesWithItsTask() {
    MesosDnsConfig config =
        MesosDnsConfig.builder()
            .nameRules(
                NameRules.of(
                    new Rule("my_app.*", NamePolicy.DEFAULT.withTtl(3)),
                    new Rule("my-app.*", NamePolicy.DEFAULT.withTtl(9))))
            .build();
    put(task("my-app").id("one"));
    put(task("my_app").id("two"));
    put(task("web"));
    MesosRecords records = new MesosRecords(config);
    records.apply(MesosRecords.stepFromNothing(state));
    ZoneSnapshot zone = records.commit(ZoneSnapshot.empty(config.apex(), 0), 0);

    assertThat(ttl(zone, "my-app.marathon.mesos")).isEqualTo(3);
    assertThat(ttl(zone, "my-app.marathon.slave.mesos")).isEqualTo(3);
    assertThat(ttl(zone, "web.marathon.mesos")).isEqualTo(60);

    ClusterState less = state.without(task("my_app").id("two").build().key());
    records.apply(new ClusterUpdate(state, less, ClusterChange.between(state, less)));
    assertThat(ttl(records.commit(zone, 0), "my-app.marathon.mesos")).isEqualTo(9);
  }

  private static int ttl(ZoneSnapshot zone, String owner) {
    return Objects.requireNonNull(Objects.requireNonNull(zone.find(name(owner))).set(RecordType.A))
        .ttlSeconds();
  }

  private RecordListing list(Rule rule) {
    return MesosRecords.list(state, MesosDnsConfig.builder().nameRules(NameRules.of(rule)).build());
  }

  private void put(Task.Builder task) {
    state = state.with(task.build());
  }

  private static Task.Builder task(String name) {
    return Task.named(name).framework("F1").runningOn(NODE);
  }

  private static TaskStatus sick() {
    return new TaskStatus(TaskState.RUNNING, 1, false, List.of(), Labels.NONE);
  }
}
