// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.dns.records.ClusterSteps.Step;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MesosRecordsProperties {

  @Provide
  Arbitrary<List<List<Step>>> batches() {
    return ClusterSteps.step().list().ofMinSize(1).ofMaxSize(4).list().ofMinSize(1).ofMaxSize(12);
  }

  @Provide
  Arbitrary<MesosDnsConfig> configs() {
    return Combinators.combine(
            Arbitraries.of(HealthPolicy.values()),
            Arbitraries.of(true, false),
            Arbitraries.of(3, 10_000),
            Arbitraries.of(
                List.of(IpSource.HOST),
                List.of(IpSource.MESOS, IpSource.HOST),
                MesosDnsConfig.DEFAULT_IP_SOURCES),
            ClusterSteps.rules())
        .as(
            (health, rfc952, most, sources, rules) ->
                MesosDnsConfig.builder()
                    .healthPolicy(health)
                    .enforceRfc952(rfc952)
                    .maxRecordsPerName(most)
                    .ipSources(sources)
                    .nameRules(rules)
                    .build());
  }

  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  void followingChangesGivesWhatAFreshStartGives(
      @ForAll("batches") List<List<Step>> batches, @ForAll("configs") MesosDnsConfig config) {
    MesosRecords records = new MesosRecords(config);
    ZoneSnapshot zone = records.commit(ZoneSnapshot.empty(config.apex(), 0), 0);
    ClusterState state = ClusterState.EMPTY;
    for (List<Step> batch : batches) {
      ClusterState next = state;
      for (Step step : batch) {
        next = step.apply(next);
      }
      records.apply(new ClusterUpdate(state, next, ClusterChange.between(state, next)));
      zone = records.commit(zone, 0);
      state = next;

      MesosRecords fresh = new MesosRecords(config);
      fresh.apply(MesosRecords.stepFromNothing(state));
      ZoneSnapshot freshZone = fresh.commit(ZoneSnapshot.empty(config.apex(), 0), 0);
      assertThat(zone.sameRecords(freshZone)).isTrue();
      assertThat(records.list()).isEqualTo(fresh.list());
    }
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void nothingIsLeftWhenEverythingIsGone(
      @ForAll("batches") List<List<Step>> batches, @ForAll("configs") MesosDnsConfig config) {
    ClusterState state = ClusterState.EMPTY;
    for (List<Step> batch : batches) {
      for (Step step : batch) {
        state = step.apply(state);
      }
    }
    MesosRecords records = new MesosRecords(config);
    records.apply(MesosRecords.stepFromNothing(state));
    ZoneSnapshot full = records.commit(ZoneSnapshot.empty(config.apex(), 0), 0);

    ClusterChange all = ClusterChange.between(state, ClusterState.EMPTY);
    records.apply(new ClusterUpdate(state, ClusterState.EMPTY, all));
    ZoneSnapshot empty = records.commit(full, 0);

    assertThat(empty.sorted()).hasSize(1);
    assertThat(records.list().refused()).isEmpty();
    assertThat(records.list().collisions()).isEmpty();
  }
}
