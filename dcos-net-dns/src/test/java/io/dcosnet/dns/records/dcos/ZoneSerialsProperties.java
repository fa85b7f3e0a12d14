// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Test;

/** What {@code docs/zone-serials.md} says. */
class ZoneSerialsProperties {

  private static final Agent NODE = Agent.at("a-S1", IpAddress.parse("192.0.2.1"));

  // Made anew for each try: the instance serves all tries of a property.
  private VirtualTime time = new VirtualTime();
  private ClusterPublisher cluster = ClusterPublisher.create();

  @BeforeTry
  void startAnew() {
    time = new VirtualTime();
    cluster = ClusterPublisher.create();
  }

  @Property(tries = 100)
  void serversThatStartAtDifferentMomentsAgreeWithTheNextEvent(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 40) int start) {
    Random random = new Random(seed);
    Zone early = DcosZone.of(cluster);
    Zone late = DcosZone.of(cluster);
    follow(early);
    cluster.put(NODE);
    cluster.put(Framework.named("F1", "marathon"));
    for (int i = 0; i < 60; i++) {
      if (i == start) {
        follow(late);
      }
      time.advance(Duration.ofSeconds(3 + random.nextInt(20)));
      long before = serial(early);
      boolean event = i == 59 || random.nextInt(3) > 0;
      if (event) {
        cluster.put(task("web-" + i, time.wallMillis() / 1000));
      } else {
        cluster.remove(task("web-" + random.nextInt(i + 1), 0).key());
      }
      assertThat(serial(early)).isGreaterThanOrEqualTo(before);
      if (event && i >= start) {
        assertThat(serial(early)).isEqualTo(time.wallMillis() / 1000);
        assertThat(serial(late)).isEqualTo(serial(early));
        assertThat(snapshot(late).sameRecords(snapshot(early))).isTrue();
      }
    }
  }

  @Property(tries = 100)
  void serialsNeverGoBackWhateverTimesTheSourceTells(
      @ForAll List<@IntRange(min = 0) Integer> times) {
    Zone zone = MesosZone.of(cluster);
    follow(zone);
    cluster.put(NODE);
    cluster.put(Framework.named("F1", "marathon"));
    List<Long> serials = new ArrayList<>();
    zone.watch(Runnable::run, (before, after) -> serials.add(after.serial()));
    for (int i = 0; i < times.size(); i++) {
      cluster.put(task("web-" + i, times.get(i)));
    }

    assertThat(serials).isSorted().doesNotHaveDuplicates().hasSize(times.size() + 1);
  }

  @Test
  void aServerGoesOnFromTheSerialThatItHadBefore() {
    cluster.put(NODE);
    cluster.put(Framework.named("F1", "marathon"));
    cluster.put(task("web", 1_500_000_000));
    List<Function<Long, Zone>> zones =
        List.of(
            last -> DcosZone.of(cluster, DcosZoneConfig.defaults(), () -> last),
            last -> MesosZone.of(cluster, MesosDnsConfig.defaults(), () -> last));

    for (Function<Long, Zone> zone : zones) {
      assertThat(serial(follow(zone.apply(1_500_000_700L)))).isEqualTo(1_500_000_701);
      assertThat(serial(follow(zone.apply(1_400_000_000L)))).isEqualTo(1_500_000_000);
      // By RFC 1982 the event lies before this one, and what follows it is 0.
      assertThat(serial(follow(zone.apply(0xffff_ffffL)))).isEqualTo(1_500_000_000);
      assertThat(serial(follow(zone.apply(3_600_000_000L)))).isEqualTo(3_600_000_001L);
    }
  }

  private Zone follow(Zone zone) {
    zone.follow(new Zone.Surroundings(Runnable::run, time.time(), new RecordingMetrics()));
    return zone;
  }

  private static Task task(String name, long seconds) {
    TaskStatus status = new TaskStatus(TaskState.RUNNING, seconds, null, List.of(), Labels.NONE);
    return Task.named(name).framework("F1").runningOn(NODE).status(status).build();
  }

  private static ZoneSnapshot snapshot(Zone zone) {
    return Objects.requireNonNull(zone.snapshot());
  }

  private static long serial(Zone zone) {
    return snapshot(zone).serial();
  }
}
