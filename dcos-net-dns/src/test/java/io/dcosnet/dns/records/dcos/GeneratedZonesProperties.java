// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.dns.records.ClusterSteps;
import io.dcosnet.dns.records.ClusterSteps.Step;
import io.dcosnet.dns.records.HealthPolicy;
import io.dcosnet.dns.records.MesosDnsConfig;
import io.dcosnet.dns.records.MesosRecords;
import io.dcosnet.dns.records.NamePolicy;
import io.dcosnet.dns.records.NameRules;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Both zones of a cluster, over a hundred thousand events each. */
class GeneratedZonesProperties {

  private static final int EVENTS = 1000;

  /** As often as a fresh start is compared with. */
  private static final int COMPARE_EVERY = 50;

  /** One zone in the making. */
  private interface Generation {
    void apply(ClusterUpdate update);

    ZoneSnapshot commit(ZoneSnapshot before, long eventSeconds);

    ZoneSnapshot empty();

    Object list();
  }

  @Provide
  Arbitrary<List<Step>> events() {
    return ClusterSteps.step().list().ofSize(EVENTS);
  }

  @Provide
  Arbitrary<NameRules> rules() {
    return ClusterSteps.rules();
  }

  @Provide
  Arbitrary<Integer> limits() {
    return Arbitraries.of(3, 10_000);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void mesosAfterAnyEventsIsWhatAFreshStartMakes(
      @ForAll("events") List<Step> events,
      @ForAll("rules") NameRules rules,
      @ForAll("limits") int most,
      @ForAll HealthPolicy health) {
    MesosDnsConfig config =
        MesosDnsConfig.builder()
            .nameRules(rules)
            .maxRecordsPerName(most)
            .healthPolicy(health)
            .build();
    follow(events, () -> mesos(config));
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void dcosAfterAnyEventsIsWhatAFreshStartMakes(
      @ForAll("events") List<Step> events,
      @ForAll("rules") NameRules rules,
      @ForAll("limits") int most,
      @ForAll HealthPolicy health) {
    DcosZoneConfig config =
        DcosZoneConfig.builder()
            .nameRules(rules)
            .maxRecordsPerName(most)
            .namePolicy(NamePolicy.DEFAULT.withHealth(health))
            .build();
    follow(events, () -> dcos(config));
  }

  private static void follow(List<Step> events, Supplier<Generation> start) {
    Generation followed = start.get();
    ZoneSnapshot zone = followed.commit(followed.empty(), 0);
    ClusterState state = ClusterState.EMPTY;
    for (int i = 1; i <= events.size(); i++) {
      ClusterState next = events.get(i - 1).apply(state);
      followed.apply(new ClusterUpdate(state, next, ClusterChange.between(state, next)));
      ZoneSnapshot before = zone;
      zone = followed.commit(before, 0);
      state = next;
      boolean grew = zone.serial() == before.serial() + 1;
      boolean sameSerial = zone.serial() == before.serial() && zone.sameRecords(before);
      assertThat(grew || sameSerial).isTrue();
      if (i % COMPARE_EVERY == 0) {
        Generation fresh = start.get();
        fresh.apply(MesosRecords.stepFromNothing(state));
        ZoneSnapshot whole = fresh.commit(fresh.empty(), 0);
        assertThat(zone.sameRecords(whole)).isTrue();
        assertThat(zone.isPartial()).isEqualTo(whole.isPartial());
        assertThat(followed.list()).isEqualTo(fresh.list());
      }
    }
  }

  private static Generation mesos(MesosDnsConfig config) {
    MesosRecords records = new MesosRecords(config);
    return new Generation() {
      @Override
      public void apply(ClusterUpdate update) {
        records.apply(update);
      }

      @Override
      public ZoneSnapshot commit(ZoneSnapshot before, long eventSeconds) {
        return records.commit(before, eventSeconds);
      }

      @Override
      public ZoneSnapshot empty() {
        return ZoneSnapshot.empty(config.apex(), 0);
      }

      @Override
      public Object list() {
        return records.list();
      }
    };
  }

  private static Generation dcos(DcosZoneConfig config) {
    DcosRecords records = new DcosRecords(config);
    return new Generation() {
      @Override
      public void apply(ClusterUpdate update) {
        records.apply(update);
      }

      @Override
      public ZoneSnapshot commit(ZoneSnapshot before, long eventSeconds) {
        return records.commit(before, eventSeconds);
      }

      @Override
      public ZoneSnapshot empty() {
        return ZoneSnapshot.empty(config.apex(), 0);
      }

      @Override
      public Object list() {
        return records.list();
      }
    };
  }
}
