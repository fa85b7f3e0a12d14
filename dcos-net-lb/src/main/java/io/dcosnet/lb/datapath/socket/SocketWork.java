// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.datapath.kernel.KernelWork;
import io.dcosnet.lb.datapath.kernel.Slots;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.bpf.ControlGroup;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps maps, programs and connections as the tables say.
 *
 * <p><b>Confined to</b> the thread of the path, apart from what says otherwise.
 */
final class SocketWork implements KernelWork {

  private final SocketConfig config;
  private final TimeSource time;
  private final TrafficObserver observer;
  private final LbMetrics metrics;
  private final UnaryOperator<EntryMap> vips;
  private final Flows flows = new Flows();

  private @Nullable Installed installed;
  private VipTable table = VipTable.EMPTY;
  private Map<Frontend, String> refused = Map.of();
  private Set<Flows.Place> over = Set.of();
  private boolean lookAgain;

  /**
   * Work that has done nothing yet.
   *
   * @param vips stands between this and the maps of front ends
   */
  SocketWork(
      SocketConfig config,
      TimeSource time,
      TrafficObserver observer,
      LbMetrics metrics,
      UnaryOperator<EntryMap> vips) {
    this.config = config;
    this.time = time;
    this.observer = observer;
    this.metrics = metrics;
    this.vips = vips;
  }

  /** Open connections of a service at the last look. Any thread. */
  Map<HostPort, Integer> active(Frontend frontend) {
    return flows.active(frontend);
  }

  static ControlGroup group(SocketConfig config) {
    return ControlGroup.open(
        config
            .controlGroup()
            .or(ControlGroup::root)
            .orElseThrow(() -> new IllegalStateException("no cgroup2 is mounted")));
  }

  @Override
  public ApplyReport apply(VipTable next, boolean readBack) {
    boolean first = installed == null;
    Installed kernel = installed;
    if (kernel == null) {
      kernel = Installed.open(group(config), config, vips);
      installed = kernel;
    }
    if (readBack) {
      int drift = kernel.read();
      if (!first) {
        metrics.kernelRepaired(SocketDataPath.NAME).add(drift);
      }
    }
    boolean cutting = change(kernel, next, readBack);
    if (readBack) {
      int missing = kernel.attach();
      if (!first) {
        metrics.kernelRepaired(SocketDataPath.NAME).add(missing);
      }
    }
    Set<Flows.Place> overNow = over(next);
    if (readBack || cutting || !over.equals(overNow)) {
      look(kernel);
      // A connect may have been under way that saw the table before; it shows up soon.
      lookAgain = true;
    }
    over = overNow;
    return report(next);
  }

  /** Returns whether connections may have to end by it, or back ends get nothing new. */
  private boolean change(Installed kernel, VipTable next, boolean all) {
    Map<Frontend, Row> wanted = new HashMap<>();
    Set<Frontend> gone = new HashSet<>();
    boolean cutting = false;
    for (Service service : next.services().values()) {
      Service before = table.services().get(service.frontend());
      if (all || before != service || refused.containsKey(service.frontend())) {
        wanted.put(service.frontend(), row(service, config.slotsPerService()));
        cutting |= before != null && takesAway(before, service);
      }
    }
    for (Frontend frontend : all ? kernel.held().entries().keySet() : table.services().keySet()) {
      if (!next.services().containsKey(frontend)) {
        gone.add(frontend);
      }
    }
    refused = kernel.make(Change.between(kernel.held(), wanted, gone), wanted, gone, metrics);
    table = next;
    return cutting || !gone.isEmpty();
  }

  /** What a service shall have; back ends of the other family cannot be reached from here. */
  static Row row(Service service, int most) {
    boolean ipv4 = Octets.isIpv4(service.frontend());
    List<Target> targets =
        service.targets().stream()
            .filter(target -> target.endpoint().address().isIpv4() == ipv4)
            .toList();
    Set<HostPort> keepers =
        service.frontend().protocol() == Protocol.UDP
            ? targets.stream().filter(Flows::keeps).map(Target::endpoint).collect(Collectors.toSet())
            : Set.of();
    return new Row(Slots.of(targets, most), keepers);
  }

  private static boolean takesAway(Service before, Service after) {
    Map<HostPort, Target> now =
        after.targets().stream().collect(Collectors.toMap(Target::endpoint, target -> target));
    return before.targets().stream()
        .anyMatch(
            old -> {
              Target target = now.get(old.endpoint());
              return target == null
                  || (old.takesNew() && !target.takesNew())
                  || (Flows.keeps(old) && !Flows.keeps(target));
            });
  }

  private Set<Flows.Place> over(VipTable next) {
    long now = time.nanos();
    Set<Flows.Place> places = new HashSet<>();
    for (Service service : next.services().values()) {
      for (Target target : service.targets()) {
        if (target.drainIsOver(now)) {
          places.add(new Flows.Place(service.frontend(), target.endpoint()));
        }
      }
    }
    return places;
  }

  /** Cuts what may not go on, and counts what does. */
  private void look(Installed kernel) {
    List<Carried> all = kernel.sockets().list();
    List<Carried> doomed = Flows.doomed(all, table, time.nanos());
    if (!doomed.isEmpty()) {
      metrics.kernelCuts(SocketDataPath.NAME).add(OpenSockets.cut(doomed));
    }
    Set<Carried> cut = new HashSet<>(doomed);
    Set<Flows.Place> ended =
        flows.note(
            all.stream().filter(each -> each.isOpen() && !cut.contains(each)).toList(), table);
    ended.forEach(place -> observer.drained(place.frontend(), place.backend()));
  }

  private ApplyReport report(VipTable next) {
    Map<Frontend, Outcome> outcomes = new HashMap<>();
    for (Service service : next.services().values()) {
      outcomes.put(service.frontend(), outcome(service));
    }
    return new ApplyReport(next, outcomes);
  }

  private Outcome outcome(Service service) {
    Frontend frontend = service.frontend();
    String reason = refused.get(frontend);
    if (reason != null) {
      return new Outcome(State.FAILED, null, reason);
    }
    boolean ipv4 = Octets.isIpv4(frontend);
    boolean reachable =
        service.targets().isEmpty()
            || service.targets().stream()
                .anyMatch(target -> target.endpoint().address().isIpv4() == ipv4);
    return reachable
        ? Outcome.serving(frontend.endpoint())
        : new Outcome(
            State.UNSUPPORTED,
            null,
            "all back ends are of " + (ipv4 ? "IPv6" : "IPv4") + ", clients of the other family");
  }

  @Override
  public boolean watch() {
    Installed kernel = installed;
    if (kernel == null) {
      return false; // the first table failed, and is tried again anyway
    }
    if (lookAgain || flows.hasDraining()) {
      lookAgain = false;
      look(kernel);
    }
    return !kernel.isAttached();
  }

  /** Refuses at all front ends, without telling anybody. */
  @Override
  public void withdraw() {
    Installed kernel = installed;
    if (kernel == null) {
      return;
    }
    Map<Frontend, Row> nobody = new HashMap<>();
    kernel.held().entries().keySet().forEach(frontend -> nobody.put(frontend, Row.NOBODY));
    refused =
        kernel.make(Change.between(kernel.held(), nobody, Set.of()), nobody, Set.of(), metrics);
  }

  @Override
  public long open() {
    Installed kernel = installed;
    if (kernel == null) {
      return 0;
    }
    Set<Flows.Place> unused =
        flows.note(kernel.sockets().list().stream().filter(Carried::isOpen).toList(), table);
    return flows.open();
  }

  @Override
  public void close(boolean leaveInPlace) {
    Installed kernel = installed;
    if (kernel == null) {
      return;
    }
    try (kernel) {
      if (!leaveInPlace) {
        metrics.kernelCuts(SocketDataPath.NAME).add(OpenSockets.cut(kernel.sockets().list()));
        kernel.detach();
      }
    }
  }
}
