// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipExplanation.Chance;
import io.dcosnet.lb.VipExplanation.Serving;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.health.HealthSnapshot;
import io.dcosnet.lb.vip.TableAssembly;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * From the table to the data path: what each back end gets, and which layer has changed that.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class ExplainServing {

  private static final long MILLI = 1_000_000L;

  private final TableAssembly assembly;
  private final Here here;
  private final DataPath dataPath;
  private final Supplier<HealthSnapshot> health;

  ExplainServing(
      TableAssembly assembly, Here here, DataPath dataPath, Supplier<HealthSnapshot> health) {
    this.assembly = assembly;
    this.here = here;
    this.dataPath = dataPath;
    this.health = health;
  }

  List<Serving> of(VipKey key, VipSnapshot snapshot, long nowNanos) {
    List<Serving> all = new ArrayList<>(2);
    for (Service service : snapshot.table().services().values()) {
      if (service.key().equals(key)) { // also one that only lingers
        Outcome outcome = snapshot.report().services().get(service.frontend());
        all.add(serving(service, outcome, nowNanos));
      }
    }
    all.sort(Comparator.comparing(Serving::frontend));
    return all;
  }

  private Serving serving(Service service, @Nullable Outcome outcome, long nowNanos) {
    Frontend frontend = service.frontend();
    Traffic traffic = dataPath.traffic(frontend).orElse(null);
    HealthSnapshot conditions = health.get();
    Optional<Service> before = assembly.table().service(frontend);
    Map<HostPort, Integer> table = weights(before);
    Map<HostPort, Integer> near =
        weights(before.flatMap(s -> here.tune(VipTable.of(List.of(s))).service(frontend)));
    List<Chance> chances = new ArrayList<>(service.targets().size());
    for (Target target : service.targets()) {
      HostPort endpoint = target.endpoint();
      long deadline = target.drainDeadlineNanos();
      chances.add(
          new Chance(
              endpoint,
              target.origin().node(),
              target.state(),
              table.getOrDefault(endpoint, 0),
              near.getOrDefault(endpoint, 0),
              target.weight(),
              ExplainHealth.of(conditions.of(new Place(service.key(), endpoint)), nowNanos),
              traffic == null ? -1 : traffic.activeByBackend().getOrDefault(endpoint, 0),
              deadline == Target.NEVER ? -1 : Math.max(0, (deadline - nowNanos) / MILLI)));
    }
    return new Serving(
        frontend,
        service.options(),
        outcome == null
            ? "waiting"
            : outcome.state().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        outcome == null ? null : outcome.client(),
        outcome == null ? "" : outcome.reason(),
        traffic,
        chances);
  }

  private static Map<HostPort, Integer> weights(Optional<Service> service) {
    Map<HostPort, Integer> weights = new HashMap<>();
    service.ifPresent(s -> s.targets().forEach(t -> weights.put(t.endpoint(), t.weight())));
    return weights;
  }
}
