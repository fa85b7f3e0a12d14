// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.ipvs.IpvsHost.Refused;
import io.dcosnet.lb.datapath.kernel.KernelWork;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.ipvs.IpvsService;
import io.dcosnet.linux.ipvs.IpvsSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes tables true in IPVS. <b>Confined to</b> the thread of its loop. */
final class IpvsWork implements KernelWork {

  private static final Logger LOGGER = LoggerFactory.getLogger(IpvsWork.class);

  private final Supplier<IpvsHost> opening;
  private final IpvsConfig config;
  private final TimeSource time;
  private final Counter changes;
  private final Counter refusals;
  private final Counter repaired;
  private final DrainWatch watch;

  /** Read by those who ask for figures, on their threads. */
  private volatile @Nullable IpvsHost host;

  private final Held held = new Held();
  private final Leaving leaving;
  private Map<Frontend, Service> applied = Map.of();

  /** For which families switches and rules were set: with IPv6, or without. */
  private Optional<Boolean> prepared = Optional.empty();

  /** What the kernel refused with the last table, by its words. */
  private final Map<Frontend, String> failed = new HashMap<>();

  IpvsWork(
      Supplier<IpvsHost> opening,
      IpvsConfig config,
      TimeSource time,
      LbMetrics metrics,
      DrainWatch watch) {
    this.opening = opening;
    this.config = config;
    this.time = time;
    changes = metrics.kernelChanges(IpvsDataPath.NAME);
    refusals = metrics.kernelRefused(IpvsDataPath.NAME);
    repaired = metrics.kernelRepaired(IpvsDataPath.NAME);
    this.watch = watch;
    // By then, clients of a VIP that is gone have been told so.
    leaving = new Leaving(config.repairInterval());
  }

  /** The kernel of this path; null before the first table. */
  @Nullable IpvsHost host() {
    return host;
  }

  @Override
  public ApplyReport apply(VipTable table, boolean readBack) {
    IpvsHost kernel = kernel();
    boolean look = readBack || held.hasForeign();
    if (look) {
      look(kernel, table);
    }
    if (!change(kernel, table, look) && !look) {
      // The kernel holds something else than we thought.
      look(kernel, table);
      change(kernel, table, true);
    }
    applied = table.services();
    Map<IpAddress, String> unrouted = route(kernel, table, readBack);
    watch.follow(kernel, table);
    return report(table, unrouted);
  }

  private IpvsHost kernel() {
    IpvsHost opened = host;
    if (opened == null) {
      opened = opening.get();
      host = opened;
    }
    return opened;
  }

  private void look(IpvsHost kernel, VipTable table) {
    boolean ipv6 =
        table.services().keySet().stream().anyMatch(f -> f.endpoint().address().isIpv6());
    List<String> mended = kernel.prepare(ipv6);
    // What was never set before is no damage.
    boolean again = prepared.equals(Optional.of(ipv6));
    prepared = Optional.of(ipv6);
    long drift = held.read(kernel) + (again ? mended.size() : 0);
    if (drift > 0) {
      repaired.add(drift);
      LOGGER.warn("IPVS: somebody else changed {} things of ours; they are put back", drift);
    }
  }

  /** False when the kernel turned out to hold something else than was thought. */
  private boolean change(IpvsHost kernel, VipTable table, boolean all) {
    long now = time.nanos();
    List<Step> steps = new ArrayList<>();
    if (all) {
      failed.clear();
    }
    table
        .services()
        .forEach(
            (frontend, service) -> {
              IpvsService.Key key = Wanted.key(frontend);
              if (!held.isForeign(key)
                  && (all
                      || failed.containsKey(frontend)
                      || isNew(frontend, service)
                      || hasDeadline(service))) {
                failed.remove(frontend);
                @Nullable Wanted wanted =
                    Wanted.of(service, kernel.schedulers(), config.refusingPort(), now);
                steps.addAll(Difference.of(held.ours(key), wanted));
              }
            });
    if (all || !table.services().keySet().containsAll(applied.keySet())) {
      for (IpvsService.Key key : held.keys()) {
        if (!table.services().containsKey(Wanted.frontend(key))) {
          steps.add(Difference.removing(key));
        }
      }
    }
    failed.keySet().retainAll(table.services().keySet());
    return make(kernel, steps);
  }

  /** What did not change between two tables is the same object. */
  @SuppressWarnings("ReferenceEquality") // only costs work when it is wrong
  private boolean isNew(Frontend frontend, Service service) {
    return service != applied.get(frontend);
  }

  private static boolean hasDeadline(Service service) {
    return service.targets().stream().anyMatch(t -> t.drainDeadlineNanos() != Target.NEVER);
  }

  private boolean make(IpvsHost kernel, List<Step> steps) {
    Set<IpvsService.Key> foreign = new HashSet<>();
    List<Step> services = steps.stream().filter(Step.AddService.class::isInstance).toList();
    boolean expected = make(kernel, services, foreign);
    // A service that we could not add may be somebody else's, who gets no destinations of ours.
    List<Step> rest =
        steps.stream()
            .filter(step -> !(step instanceof Step.AddService) && !foreign.contains(step.key()))
            .toList();
    return make(kernel, rest, foreign) && expected;
  }

  private boolean make(IpvsHost kernel, List<Step> steps, Set<IpvsService.Key> refusedKeys) {
    if (steps.isEmpty()) {
      return true;
    }
    Map<Integer, Refused> refused = new HashMap<>();
    kernel.change(steps).forEach(refusal -> refused.put(refusal.index(), refusal));
    changes.add(steps.size() - refused.size());
    refusals.add(refused.size());
    List<Step> removed = new ArrayList<>();
    boolean expected = true;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      Refused refusal = refused.get(i);
      if (refusal == null) {
        held.done(step);
        if (step instanceof Step.Delete || step instanceof Step.DeleteService) {
          removed.add(step);
        }
      } else {
        expected &= !refusal.surprise();
        failed.putIfAbsent(Wanted.frontend(step.key()), refusal.reason());
        refusedKeys.add(step.key());
      }
    }
    kernel.forget(removed);
    return expected;
  }

  private Map<IpAddress, String> route(IpvsHost kernel, VipTable table, boolean readBack) {
    if (!config.routes()) {
      return Map.of();
    }
    Set<IpAddress> wanted = new HashSet<>();
    table.services().keySet().forEach(frontend -> wanted.add(frontend.endpoint().address()));
    return kernel.route(leaving.with(wanted, time.nanos()), readBack);
  }

  private ApplyReport report(VipTable table, Map<IpAddress, String> unrouted) {
    Map<Frontend, Outcome> outcomes = new HashMap<>();
    for (Frontend frontend : table.services().keySet()) {
      String reason = failed.get(frontend);
      if (held.isForeign(Wanted.key(frontend))) {
        reason = "IPVS serves it for somebody else";
      } else if (reason == null) {
        reason = unrouted.get(frontend.endpoint().address());
      }
      outcomes.put(
          frontend,
          reason == null
              ? Outcome.serving(frontend.endpoint())
              : new Outcome(State.FAILED, null, reason));
    }
    return new ApplyReport(table, outcomes);
  }

  @Override
  public void withdraw() {
    IpvsHost kernel = kernel();
    List<Step> steps = new ArrayList<>();
    applied.forEach(
        (frontend, service) -> {
          IpvsService.Key key = Wanted.key(frontend);
          if (held.ours(key) != null) {
            steps.addAll(
                Difference.of(
                    held.ours(key),
                    Wanted.withdrawn(
                        service, kernel.schedulers(), config.refusingPort(), time.nanos())));
          }
        });
    make(kernel, steps);
  }

  @Override
  public long open() {
    IpvsHost kernel = kernel();
    long open = 0;
    for (IpvsService.Key key : held.keys()) {
      for (IpvsSocket.Destination destination : kernel.destinations(key)) {
        open += destination.active();
      }
    }
    return open;
  }

  @Override
  public void close(boolean leaveInPlace) {
    watch.close();
    IpvsHost kernel = host;
    if (kernel == null) {
      return; // nothing was ever applied
    }
    try (kernel) {
      if (!leaveInPlace) {
        held.read(kernel);
        make(kernel, held.keys().stream().map(Difference::removing).toList());
        kernel.restore();
      }
    }
  }

  /** Where clients of a service are refused. */
  HostPort nobody(Frontend frontend) {
    return Wanted.nobody(frontend.endpoint(), config.refusingPort());
  }
}
