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
  private final LbMetrics metrics;
  private final UnaryOperator<EntryMap> vips;
  private final Connections connections;

  private @Nullable Installed installed;
  private VipTable table = VipTable.EMPTY;
  private Map<Frontend, String> refused = Map.of();
  private Map<Frontend, Outcome> outcomes = Map.of();
  private Set<IpAddress> own = Set.of();

  /**
   * Work that has done nothing yet.
   *
   * @param vips stands between this and the maps of front ends
   * @param cutter cuts connections
   */
  SocketWork(
      SocketConfig config,
      TimeSource time,
      TrafficObserver observer,
      LbMetrics metrics,
      UnaryOperator<EntryMap> vips,
      Cutter cutter) {
    this.config = config;
    this.metrics = metrics;
    this.vips = vips;
    connections = new Connections(time, observer, metrics, cutter);
  }

  /** Open connections of a service at the last look. Any thread. */
  Map<HostPort, Integer> active(Frontend frontend) {
    return connections.active(frontend);
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
    change(kernel, next, readBack || moved);
    if (readBack) {
      int missing = kernel.attach();
      if (!first) {
        metrics.kernelRepaired(SocketDataPath.NAME).add(missing);
      }
    }
    if (readBack || moved) {
      connections.doubt();
    }
    connections.look(kernel.sockets(), next);
    return new ApplyReport(next, outcomes);
  }

  @SuppressWarnings("ReferenceEquality") // what did not change is the same object
  private void change(Installed kernel, VipTable next, boolean all) {
    Map<Frontend, Row> wanted = new HashMap<>();
    Set<Frontend> gone = new HashSet<>();
    Set<Frontend> changed = new HashSet<>();
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
          connections.counted(service.frontend(), kernel.counts(service.frontend()));
        }
        if (before != null) {
          connections.changes(before, service);
        }
      }
    }
    for (Frontend frontend : all ? kernel.held().entries().keySet() : table.services().keySet()) {
      if (!next.services().containsKey(frontend)) {
        gone.add(frontend);
        connections.counted(frontend, kernel.counts(frontend));
        connections.ends(frontend, backends(kernel, frontend));
      }
    }
    refused = kernel.make(Change.between(kernel.held(), wanted, gone), wanted, gone, metrics);
    table = next;
    tell(next, changed, !gone.isEmpty());
  }

  /** Those that a front end may have sent connections to. */
  private Set<HostPort> backends(Installed kernel, Frontend frontend) {
    Set<HostPort> backends = new HashSet<>();
    table.service(frontend).map(Service::targets).orElse(List.of()).stream()
        .map(Target::endpoint)
        .forEach(backends::add);
    kernel.held().entry(frontend).ifPresent(entry -> backends.addAll(entry.row().slots()));
    return backends;
  }

  private boolean isOwn(Frontend frontend) {
    return isOwn(frontend, own);
  }

  /** All other ports of such an address would be refused to everybody. */
  static boolean isOwn(Frontend frontend, Set<IpAddress> own) {
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
    connections.lookAgain(kernel.sockets(), table);
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
    return kernel == null ? 0 : connections.open(kernel.sockets(), table);
  }

  @Override
  public void close(boolean leaveInPlace) {
    Installed kernel = installed;
    if (kernel == null) {
      return;
    }
    try (kernel) {
      if (!leaveInPlace) {
        connections.cutAll(kernel.sockets());
        kernel.detach();
      }
    }
  }
}
