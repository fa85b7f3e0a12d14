// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.ClusterListener;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.dns.zone.RecordOrigin;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class MesosZoneTest {

  private static final Agent NODE = Agent.at("a-S1", IpAddress.parse("192.0.2.1"));

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final Zone.Surroundings surroundings =
      new Zone.Surroundings(Runnable::run, time.time(), metrics);
  private final ClusterPublisher cluster = ClusterPublisher.create();
  private final MesosZone zone = MesosZone.of(cluster);

  @Test
  void hasNoSnapshotBeforeTheFirstState() {
    zone.follow(surroundings);

    assertThat(zone.snapshot()).isNull();
    assertThat(metrics.gauge("dcosnet.dns.zone.serial", "zone", "mesos.")).isZero();
  }

  @Test
  void doesNothingBeforeItIsAskedToFollow() {
    cluster.put(NODE);

    assertThat(zone.snapshot()).isNull();
  }

  @Test
  void isPartialWhileTheLeaderAwaitsAgents() {
    Subscription following = zone.follow(surroundings);
    fill();
    cluster.put(Masters.NONE.awaiting(Set.of("a-S2")));
    ZoneSnapshot awaiting = snapshot();
    cluster.put(Masters.NONE);

    assertThat(awaiting.isPartial()).isTrue();
    assertThat(snapshot().isPartial()).isFalse();
    assertThat(snapshot().serial()).isEqualTo(awaiting.serial());
    following.close();
  }

  @Test
  void tellsHowLongAChangeTook() {
    ClusterPublisher timed = ClusterPublisher.create(time.time());
    Queue<Runnable> waiting = new ArrayDeque<>();
    MesosZone late = MesosZone.of(timed);
    timed.put(NODE);
    Subscription following = late.follow(new Zone.Surroundings(waiting::add, time.time(), metrics));
    Objects.requireNonNull(waiting.poll()).run();
    timed.put(task("web", 0));
    time.advance(Duration.ofMillis(40));
    Objects.requireNonNull(waiting.poll()).run();

    assertThat(metrics.values("dcosnet.dns.zone.delay.nanos", "zone", "mesos."))
        .containsExactly(40_000_000L);
    following.close();
  }

  @Test
  void followsItsSource() {
    Subscription following = zone.follow(surroundings);
    fill();
    ZoneSnapshot first = snapshot();
    cluster.put(task("db", 1_500_000_100));
    ZoneSnapshot second = snapshot();
    cluster.remove(task("web", 0).key());

    assertThat(first.find(name("web.marathon.mesos"))).isNotNull();
    assertThat(second.find(name("db.marathon.mesos"))).isNotNull();
    assertThat(snapshot().find(name("web.marathon.mesos"))).isNull();
    assertThat(first.find(name("db.marathon.mesos"))).isNull();
    following.close();
    cluster.put(task("late", 0));
    assertThat(snapshot().find(name("late.marathon.mesos"))).isNull();
  }

  @Test
  void serialFollowsTheTimesOfTheStatuses() {
    cluster.put(NODE);
    cluster.put(Framework.named("F1", "marathon"));
    cluster.put(task("web", 1_500_000_000));
    zone.follow(surroundings);

    assertThat(snapshot().serial()).isEqualTo(1_500_000_000);
    cluster.put(task("db", 1_500_000_100));
    assertThat(snapshot().serial()).isEqualTo(1_500_000_100);
    cluster.put(task("old", 1_400_000_000));
    assertThat(snapshot().serial()).isEqualTo(1_500_000_101);
    cluster.put(task("mad", 4e18));
    assertThat(snapshot().serial()).isEqualTo(1_500_000_102);
    assertThat(metrics.gauge("dcosnet.dns.zone.serial", "zone", "mesos.")).isEqualTo(1_500_000_102);
  }

  @Test
  void serialStartsAtThePresentWhereTheStateHasNoTimes() {
    fill();
    zone.follow(surroundings);

    assertThat(snapshot().serial()).isEqualTo(time.wallMillis() / 1000);
  }

  /** From then on the present time lies behind an unknown serial by RFC 1982. */
  @Test
  void serialStartsAtThePresentAfterTheYear2038Too() {
    VirtualTime later = new VirtualTime(Instant.parse("2041-01-01T00:00:00Z"));
    fill();
    zone.follow(new Zone.Surroundings(Runnable::run, later.time(), metrics));

    assertThat(snapshot().serial()).isEqualTo(later.wallMillis() / 1000);
  }

  @Test
  void tellsItsAgeAndWhatItWasMadeFrom() {
    assertThat(zone.age()).isNull();
    assertThat(zone.basis()).isNull();
    zone.follow(surroundings);
    fill();
    time.advance(Duration.ofSeconds(7));

    MesosZone.Basis basis = Objects.requireNonNull(zone.basis());
    assertThat(zone.age()).isEqualTo(Duration.ofSeconds(7));
    assertThat(basis.snapshot()).isSameAs(zone.snapshot());
    assertThat(basis.cluster().tasks()).containsExactly(task("web", 0));
  }

  @Test
  void keepsItsSnapshotWhenNoRecordChanges() {
    zone.follow(surroundings);
    fill();
    ZoneSnapshot before = snapshot();

    Task task = task("web", 0);
    cluster.put(task.toBuilder().label("team", "blue").build());

    assertThat(zone.snapshot()).isSameAs(before);
  }

  @Test
  void startsAfreshWhenItIsFollowedAgain() {
    zone.follow(surroundings).close();
    fill();
    Subscription one = zone.follow(surroundings);
    Subscription two = zone.follow(surroundings);
    long serial = snapshot().serial();
    one.close();
    one.close();
    cluster.put(task("db", 0));
    assertThat(snapshot().find(name("db.marathon.mesos"))).isNotNull();
    two.close();
    cluster.remove(task("web", 0).key());
    assertThat(snapshot().find(name("web.marathon.mesos"))).isNotNull();

    zone.follow(surroundings);

    assertThat(snapshot().find(name("web.marathon.mesos"))).isNull();
    assertThat(snapshot().find(name("db.marathon.mesos"))).isNotNull();
    assertThat(snapshot().serial()).isGreaterThan(serial);
  }

  @Test
  void takesNothingMoreFromAFollowingThatHasEnded() {
    fill();
    ClusterState one = cluster.cluster();
    ClusterState two = one.with(task("db", 0));
    List<ClusterListener> listeners = new ArrayList<>();
    MesosZone anew = MesosZone.of(source(listeners));
    anew.follow(surroundings).close();
    anew.follow(surroundings);
    listeners.get(0).changed(step(ClusterState.EMPTY, one));
    assertThat(anew.snapshot()).isNull();

    listeners.get(1).changed(step(ClusterState.EMPTY, two));
    listeners.get(0).changed(step(one, one.with(task("late", 0))));
    listeners.get(1).changed(step(two, two.with(task("more", 0))));

    ZoneSnapshot served = Objects.requireNonNull(anew.snapshot());
    for (String task : List.of("web", "db", "more")) {
      assertThat(served.find(name(task + ".marathon.mesos"))).as(task).isNotNull();
    }
    assertThat(served.find(name("late.marathon.mesos"))).isNull();
  }

  private static ClusterUpdate step(ClusterState before, ClusterState after) {
    return new ClusterUpdate(before, after, ClusterChange.between(before, after));
  }

  /** Tells something only when the test does, also to those who hung up. */
  private static ClusterSource source(List<ClusterListener> listeners) {
    return new ClusterSource() {
      @Override
      public ClusterState cluster() {
        return ClusterState.EMPTY;
      }

      @Override
      public boolean ready() {
        return true;
      }

      @Override
      public List<Rejection> rejections() {
        return List.of();
      }

      @Override
      public Subscription subscribe(Executor executor, ClusterListener listener) {
        listeners.add(listener);
        return () -> {};
      }
    };
  }

  @Test
  void beforeTheFirstStateItsAgeIsTheTimeOfTheWait() {
    time.advance(Duration.ofDays(3));
    zone.follow(surroundings);
    time.advance(Duration.ofSeconds(7));

    assertThat(zone.age()).isNull();
    assertThat(metrics.gauge("dcosnet.dns.zone.age.seconds", "zone", "mesos.")).isEqualTo(7);
  }

  @Test
  void countsWhatItLeftOut() {
    zone.follow(surroundings);
    fill();
    cluster.put(task("%%", 0));
    cluster.put(task("we_b", 0).toBuilder().id("x").build());
    cluster.put(task("we-b", 0));
    time.advance(Duration.ofSeconds(7));

    assertThat(
            metrics.count("dcosnet.dns.records.skipped", "zone", "mesos.", "reason", "empty_label"))
        .isEqualTo(1);
    assertThat(metrics.gauge("dcosnet.dns.name.collisions", "zone", "mesos.")).isEqualTo(1);
    assertThat(metrics.gauge("dcosnet.dns.zone.records", "zone", "mesos."))
        .isEqualTo(snapshot().recordCount());
    assertThat(metrics.gauge("dcosnet.dns.zone.age.seconds", "zone", "mesos.")).isEqualTo(7);
    assertThat(zone.refused()).hasSize(1);
    assertThat(zone.collisions()).containsOnlyKeys("we-b.marathon.mesos.");
  }

  @Test
  void tellsWhereARecordComesFrom() {
    zone.follow(surroundings);
    fill();
    cluster.put(task("db", 1_500_000_000));

    assertThat(zone.origins(name("db.marathon.mesos")))
        .containsExactly(
            new RecordOrigin(
                RecordType.A,
                "192.0.2.1",
                "task",
                "db",
                "TASK_RUNNING",
                Instant.ofEpochSecond(1_500_000_000)));
    assertThat(zone.origins(name("slave.mesos")))
        .extracting(RecordOrigin::kind, RecordOrigin::subject, RecordOrigin::event)
        .containsExactly(tuple("agent", "a-S1", ""));
    assertThat(zone.origins(name("_slave._tcp.mesos")))
        .extracting(RecordOrigin::data)
        .containsExactly("0 1 5051 slave.mesos.");
    assertThat(zone.origins(name("mesos"))).isEmpty();
  }

  private void fill() {
    cluster.put(NODE);
    cluster.put(Framework.named("F1", "marathon"));
    cluster.put(task("web", 0));
  }

  private static Task task(String name, double time) {
    Task.Builder task = Task.named(name).framework("F1").runningOn(NODE);
    if (time > 0) {
      task.status(new TaskStatus(TaskState.RUNNING, time, null, List.of(), Labels.NONE));
    }
    return task.build();
  }

  private ZoneSnapshot snapshot() {
    return Objects.requireNonNull(zone.snapshot());
  }
}
