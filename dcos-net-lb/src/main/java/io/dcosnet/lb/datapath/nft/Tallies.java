// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.conntrack.Flow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What services have carried, by what the kernel has counted when it was looked at last.
 *
 * <p><b>Thread-safe.</b>
 */
final class Tallies {

  private static final Traffic NOTHING = new Traffic(0, 0, 0, 0, Map.of(), Map.of());

  private final Counter connections;

  // Guarded by this, for who looks.
  private final Map<Frontend, Long> totals = new HashMap<>();
  private final Map<Frontend, Long> counters = new HashMap<>();
  private Map<Frontend, Map<HostPort, Integer>> active = Map.of();

  private volatile Map<Frontend, Traffic> shown = Map.of();
  private volatile VipTable served = VipTable.EMPTY;
  private volatile boolean asked;

  Tallies(Counter connections) {
    this.connections = connections;
  }

  /** Says what is served by now. */
  void serve(VipTable table) {
    served = table;
  }

  /** Figures of some moment lately; empty for what is not served. */
  Optional<Traffic> of(Frontend frontend) {
    asked = true;
    return served.service(frontend).isPresent()
        ? Optional.of(shown.getOrDefault(frontend, NOTHING))
        : Optional.empty();
  }

  /** Whether somebody wanted figures since this was asked. */
  boolean takeAsked() {
    boolean was = asked;
    asked = false;
    return was;
  }

  /** Begins with what was counted for others before. */
  synchronized void begin(Map<Frontend, Long> counted) {
    counters.putAll(counted);
    counted.keySet().forEach(frontend -> totals.put(frontend, 0L));
  }

  /**
   * Takes what counters say, which begin anew when the element of a service does.
   *
   * @param counted connections by service
   * @param flows all that are tracked; null when nobody wants to know what is open
   */
  synchronized void take(Map<Frontend, Long> counted, @Nullable List<Flow> flows) {
    VipTable table = served;
    totals.keySet().removeIf(frontend -> table.service(frontend).isEmpty());
    counters.keySet().retainAll(totals.keySet());
    counted.forEach(
        (frontend, count) -> {
          if (table.service(frontend).isPresent()) {
            long before = counters.getOrDefault(frontend, 0L);
            long more = count >= before ? count - before : count;
            counters.put(frontend, count);
            totals.merge(frontend, more, Long::sum);
            connections.add(more);
          }
        });
    if (flows != null) {
      active = active(flows);
    }
    Map<Frontend, Traffic> next = new HashMap<>(2 * totals.size());
    totals.forEach(
        (frontend, total) -> {
          Map<HostPort, Integer> open = active.getOrDefault(frontend, Map.of());
          long sum = open.values().stream().mapToLong(each -> each).sum();
          next.put(frontend, new Traffic(total, sum, 0, 0, Map.of(), open));
        });
    shown = next;
  }

  private Map<Frontend, Map<HostPort, Integer>> active(List<Flow> flows) {
    Map<Frontend, Map<HostPort, Integer>> open = new HashMap<>();
    for (Flow flow : flows) {
      if (flow.isOpen() && flow.isRedirected()) {
        Frontend frontend = FlowCuts.frontend(flow);
        if (totals.containsKey(frontend)) {
          open.computeIfAbsent(frontend, f -> new HashMap<>())
              .merge(FlowCuts.backend(flow), 1, Integer::sum);
        }
      }
    }
    return open;
  }
}
