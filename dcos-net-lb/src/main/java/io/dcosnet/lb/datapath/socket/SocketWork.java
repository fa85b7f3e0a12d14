// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.datapath.kernel.KernelWork;
import io.dcosnet.lb.datapath.kernel.Slots;
import io.dcosnet.lb.datapath.kernel.Unservable;
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

  /** Back ends that had a connection at the last look, or got one since as far as is known. */
  private final Map<Frontend, Set<HostPort>> used = new HashMap<>();

  private @Nullable Installed installed;
  private VipTable table = VipTable.EMPTY;
  private Map<Frontend, String> refused = Map.of();
  private Map<Frontend, Outcome> outcomes = Map.of();
  private Set<Flows.Place> over = Set.of();
  private Set<IpAddress> own = Set.of();
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
    Set<IpAddress> ownNow = kernel.ownAddresses();
    boolean moved = !ownNow.equals(own);
    own = ownNow;
    boolean cutting = change(kernel, next, readBack || moved);
    if (readBack) {
      int missing = kernel.attach();
      if (!first) {
        metrics.kernelRepaired(SocketDataPath.NAME).add(missing);
      }
    }
    Set<Flows.Place> overNow = over(next);
    if (readBack || moved || cutting || !over.equals(overNow)) {
      look(kernel);
    }
    over = overNow;
    return new ApplyReport(next, outcomes);
  }

  /** Returns whether connections may have to end by it, or back ends get nothing new. */
  @SuppressWarnings("ReferenceEquality") // what did not change is the same object
  private boolean change(Installed kernel, VipTable next, boolean all) {
    Map<Frontend, Row> wanted = new HashMap<>();
    Set<Frontend> gone = new HashSet<>();
    Set<Frontend> changed = new HashSet<>();
    boolean cutting = false;
    for (Service service : next.services().values()) {
      Service before = table.services().get(service.frontend());
      if (all || before != service || refused.containsKey(service.frontend())) {
        changed.add(service.frontend());
        if (isOwn(service.frontend())) {
          gone.add(service.frontend());
        } else {
          wanted.put(service.frontend(), row(service, config.slotsPerService()));
        }
        if (!all) { // all are looked at anyway
          seeUsed(kernel, service.frontend());
        }
        cutting |= before != null && takesAway(before, service);
      }
    }
    for (Frontend frontend : all ? kernel.held().entries().keySet() : table.services().keySet()) {
      if (!next.services().containsKey(frontend)) {
        gone.add(frontend);
        lookAgain = true;
        cutting |= seeUsed(kernel, frontend);
      }
    }
    refused = kernel.make(Change.between(kernel.held(), wanted, gone), wanted, gone, metrics);
    table = next;
    tell(next, changed, !gone.isEmpty());
    return cutting;
  }

  /** All other ports of such an address would be refused to everybody. */
  private boolean isOwn(Frontend frontend) {
    IpAddress address = frontend.endpoint().address();
    return address.isLoopback() || own.contains(address);
  }

  /** What a service shall have; back ends of the other family cannot be reached from here. */
  static Row row(Service service, int most) {
    if (Unservable.of(service, false).isPresent()) {
      return Row.NOBODY;
    }
    boolean ipv4 = Octets.isIpv4(service.frontend());
    List<Target> targets =
        service.targets().stream()
            .filter(target -> target.endpoint().address().isIpv4() == ipv4)
            .toList();
    Set<HostPort> keepers =
        service.frontend().protocol() == Protocol.UDP
            ? targets.stream()
                .filter(Flows::keeps)
                .map(Target::endpoint)
                .collect(Collectors.toSet())
            : Set.of();
    return new Row(Slots.of(targets, most), keepers);
  }

  /** Whether connections may have to end, or their back end gets nothing new. */
  private boolean takesAway(Service before, Service after) {
    Set<HostPort> seen = used.getOrDefault(before.frontend(), Set.of());
    Map<HostPort, Target> now = new HashMap<>();
    after.targets().forEach(target -> now.put(target.endpoint(), target));
    boolean taken = false;
    boolean cutting = false;
    for (Target old : before.targets()) {
      Target target = now.get(old.endpoint());
      if (target == null
          || (old.takesNew() && !target.takesNew())
          || (Flows.keeps(old) && !Flows.keeps(target))) {
        taken = true;
        cutting |= seen.contains(old.endpoint());
      }
    }
    lookAgain |= taken; // a connect may be under way that is not counted yet
    return cutting;
  }

  /**
   * Takes note of the back ends of a front end that may have a connection, before their counts go
   * with their slots; true when there is one. To list all sockets of a host takes much longer than
   * to change a service, and most changes are of services that hardly anybody uses.
   */
  private boolean seeUsed(Installed kernel, Frontend frontend) {
    kernel
        .counts(frontend)
        .forEach(
            (backend, count) -> {
              if (count > 0) {
                used.computeIfAbsent(frontend, f -> new HashSet<>()).add(backend);
              }
            });
    return used.containsKey(frontend);
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
    used.clear();
    for (Carried each : all) {
      if (!cut.contains(each)) {
        used.computeIfAbsent(each.frontend(), f -> new HashSet<>()).add(each.backend());
      }
    }
    ended.forEach(place -> observer.drained(place.frontend(), place.backend()));
  }

  /** Most changes are of back ends, and leave what is told of services as it was. */
  private void tell(VipTable next, Set<Frontend> changed, boolean fewer) {
    Map<Frontend, Outcome> different = new HashMap<>();
    for (Frontend frontend : changed) {
      Outcome now = outcome(requireNonNull(next.services().get(frontend)));
      if (!now.equals(outcomes.get(frontend))) {
        different.put(frontend, now);
      }
    }
    if (fewer || !different.isEmpty()) {
      Map<Frontend, Outcome> all = new HashMap<>(outcomes);
      all.keySet().retainAll(next.services().keySet());
      all.putAll(different);
      outcomes = Map.copyOf(all);
    }
  }

  private Outcome outcome(Service service) {
    Frontend frontend = service.frontend();
    String reason = refused.get(frontend);
    if (reason != null) {
      return new Outcome(State.FAILED, null, reason);
    }
    return Unservable.of(service, isOwn(frontend))
        .orElseGet(() -> Outcome.serving(frontend.endpoint()));
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

  /** What is open goes on, and whoever comes next may serve what is new. */
  @Override
  public void withdraw() {
    Installed kernel = installed;
    if (kernel == null) {
      return;
    }
    Set<Frontend> all = Set.copyOf(kernel.held().entries().keySet());
    refused = kernel.make(Change.between(kernel.held(), Map.of(), all), Map.of(), all, metrics);
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
