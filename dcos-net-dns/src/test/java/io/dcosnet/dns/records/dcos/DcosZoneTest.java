// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.records.HealthPolicy;
import io.dcosnet.dns.records.NamePolicy;
import io.dcosnet.dns.zone.RecordOrigin;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DcosZoneTest {

  private static final String WEB = "web.marathon.autoip.dcos.thisdcos.directory";
  private static final String ZONE = "dcos.thisdcos.directory.";
  private static final Agent NODE = Agent.at("a-S1", IpAddress.parse("192.0.2.1"));

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final Zone.Surroundings surroundings =
      new Zone.Surroundings(Runnable::run, new VirtualTime().time(), metrics);
  private final ClusterPublisher cluster = ClusterPublisher.create();
  private final DcosZone zone = DcosZone.of(cluster);

  @Test
  void followsItsSource() {
    zone.follow(surroundings);
    assertThat(zone.snapshot()).isNull();
    assertThat(zone).hasToString("DcosZone[" + ZONE + " waiting]");

    fill();
    assertThat(snapshot().find(name(WEB))).isNotNull();
    assertThat(snapshot().find(name("autoip." + ZONE))).isNotNull();
    cluster.put(task("web", 1, null).toBuilder().state(TaskState.KILLING).build());

    assertThat(snapshot().find(name(WEB))).isNull();
    assertThat(metrics.gauge("dcosnet.dns.zone.records", "zone", ZONE)).isZero();
  }

  @Test
  void tellsItsWatchers() {
    List<ZoneSnapshot> seen = new ArrayList<>();
    zone.watch(Runnable::run, (before, after) -> seen.add(after));
    zone.follow(surroundings);
    fill();

    assertThat(seen).isNotEmpty().endsWith(snapshot());
  }

  @Test
  void isPartialWhileTheLeaderAwaitsAgents() {
    zone.follow(surroundings);
    fill();
    cluster.put(Masters.NONE.awaiting(Set.of("a-S2")));

    assertThat(snapshot().isPartial()).isTrue();
  }

  @Test
  void reportsWhatItRefusedAndMerged() {
    zone.follow(surroundings);
    fill();
    cluster.put(task("%", 1, null));
    cluster.put(task("w_b", 1, null));
    cluster.put(task("w-b", 1, null));

    assertThat(zone.refused()).hasSize(1);
    assertThat(zone.collisions()).hasSize(2).containsKey("w-b.marathon.agentip." + ZONE);
    assertThat(metrics.gauge("dcosnet.dns.name.collisions", "zone", ZONE)).isEqualTo(2);
    assertThat(metrics.count("dcosnet.dns.records.skipped", "zone", ZONE, "reason", "empty_label"))
        .isEqualTo(1);
  }

  @Test
  void tellsWhichTasksWantARecordAndSinceWhen() {
    zone.follow(surroundings);
    fill();
    cluster.put(task("web", 1_500_000_000.25, true).toBuilder().id("two").build());

    assertThat(zone.origins(name("WEB.marathon.autoip.dcos.thisdcos.directory")))
        .containsExactly(
            new RecordOrigin(
                RecordType.A,
                "192.0.2.1",
                "task",
                "two",
                "TASK_RUNNING",
                Instant.parse("2017-07-14T02:40:00.250Z")),
            new RecordOrigin(RecordType.A, "192.0.2.1", "task", "web", "TASK_RUNNING", null));
    assertThat(zone.origins(name("nobody.marathon.autoip." + ZONE))).isEmpty();
    assertThat(zone.origins(name("autoip." + ZONE))).isEmpty();
  }

  @Test
  void leavesOutTheSickFromOriginsWhileTheyDoNotShow() {
    DcosZone choosy =
        DcosZone.of(
            cluster,
            DcosZoneConfig.builder()
                .namePolicy(
                    NamePolicy.DEFAULT.withHealth(HealthPolicy.EXCLUDE_UNHEALTHY_UNLESS_ALL))
                .build());
    choosy.follow(surroundings);
    fill();
    cluster.put(task("web", 2, false).toBuilder().id("sick").build());

    assertThat(choosy.origins(name(WEB))).extracting(RecordOrigin::subject).containsExactly("web");
    cluster.remove(task("web", 1, null).key());
    assertThat(choosy.origins(name(WEB))).extracting(RecordOrigin::subject).containsExactly("sick");
  }

  @Test
  void tellsThatMastersAreWantedByTheMasters() {
    zone.follow(surroundings);
    Master master = new Master(HostPort.parse("203.0.113.1:5050"), "");
    cluster.put(new Masters(List.of(master), master));

    assertThat(zone.origins(name("leader." + ZONE)))
        .containsExactly(new RecordOrigin(RecordType.A, "203.0.113.1", "masters", "", "", null));
  }

  private void fill() {
    cluster.put(NODE);
    cluster.put(Framework.named("F1", "marathon"));
    cluster.put(task("web", 0, null));
  }

  private static Task task(String name, double time, @Nullable Boolean healthy) {
    TaskStatus status = new TaskStatus(TaskState.RUNNING, time, healthy, List.of(), Labels.NONE);
    return Task.named(name).framework("F1").runningOn(NODE).status(status).build();
  }

  private ZoneSnapshot snapshot() {
    return Objects.requireNonNull(zone.snapshot());
  }
}
