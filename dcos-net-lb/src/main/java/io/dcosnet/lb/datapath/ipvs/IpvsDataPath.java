// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.datapath.TrafficObservers;
import io.dcosnet.lb.datapath.kernel.KernelLoop;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.ipvs.IpvsService;
import io.dcosnet.linux.ipvs.IpvsSocket;
import io.dcosnet.linux.ipvs.IpvsTraffic;
import io.dcosnet.netty.NetRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * VIPs by IPVS, the load balancer of the kernel, as DC/OS had it: no packet passes this process,
 * and what it put there goes on without it. Needs root and a kernel with {@code ip_vs}.
 *
 * <p>Services of ours carry a mark in the kernel, so they are found again after a crash, and those
 * of others are never touched: a VIP that somebody else serves already is refused.
 *
 * <p>What this path does not do:
 *
 * <ul>
 *   <li>limits of connections and preferences of near back ends are not kept;
 *   <li>policies become schedulers: round robin and random {@code wrr}, Maglev {@code mh} (else
 *       {@code sh}), all others {@code wlc};
 *   <li>observers hear of drained back ends, and not of connects that went well or failed; a
 *       connection that is closed in one direction counts as ended;
 *   <li>clients of a back end that leaves are reset with the next packet that they send, unless it
 *       is back by then;
 *   <li>bytes are those of whole packets, and figures are up to two seconds old;
 *   <li>a port that a container publishes on all addresses of the node is published on those of
 *       VIPs too, and goes first;
 *   <li>IPVS tells nobody of changes, so damage is found with the next look, after {@link
 *       IpvsConfig#repairInterval} at the latest;
 *   <li>the kernel ends connections that are silent for longer than its time-out, 15 minutes for
 *       TCP: {@code ipvsadm --set}.
 * </ul>
 *
 * <p><b>Thread-safe.</b> It serves the network namespace of the thread that brings the first table.
 */
public final class IpvsDataPath implements DataPath {

  static final String NAME = "ipvs";

  private final IpvsConfig config;
  private final IpvsWork work;
  private final KernelLoop loop;
  private final TrafficObservers observers = new TrafficObservers();
  private final NetRuntime net;

  /**
   * A path that has nothing to serve yet, and has asked the kernel nothing.
   *
   * @param net whose clock, timers and figures are used
   */
  public IpvsDataPath(NetRuntime net, IpvsConfig config) {
    this.net = requireNonNull(net, "net");
    this.config = requireNonNull(config, "config");
    DrainWatch watch =
        new DrainWatch(net.scheduler(), net.executor(), config.watchInterval(), observers);
    LbMetrics metrics = new LbMetrics(net.metrics());
    work = new IpvsWork(() -> KernelHost.open(config), config, net.time(), metrics, watch);
    loop = new KernelLoop(NAME, net.time(), config.repairInterval(), work);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Capabilities probe() {
    return IpvsProbe.run(config);
  }

  @Override
  public CompletionStage<ApplyReport> apply(VipTable table) {
    return loop.apply(table);
  }

  /** Of drained back ends only. */
  @Override
  public Subscription observe(TrafficObserver observer) {
    return observers.add(observer);
  }

  @Override
  public Subscription onChange(Runnable listener) {
    return loop.onChange(listener);
  }

  @Override
  public Optional<Traffic> traffic(Frontend frontend) {
    IpvsHost kernel = work.host();
    if (kernel == null) {
      return Optional.empty();
    }
    IpvsService.Key key = Wanted.key(requireNonNull(frontend, "frontend"));
    try {
      Optional<IpvsTraffic> carried = kernel.traffic(key);
      return carried.map(all -> traffic(frontend, all, kernel.destinations(key)));
    } catch (KernelException e) {
      return Optional.empty(); // closed meanwhile
    }
  }

  private Traffic traffic(
      Frontend frontend, IpvsTraffic all, List<IpvsSocket.Destination> destinations) {
    boolean tcp = Wanted.key(frontend).protocol() == IpvsService.Key.TCP;
    HostPort nobody = work.nobody(frontend);
    Map<HostPort, Integer> activeByBackend = new HashMap<>();
    long active = 0;
    for (IpvsSocket.Destination one : destinations) {
      HostPort endpoint = one.destination().endpoint();
      int open = tcp ? one.active() : one.inactive();
      if (open > 0 && !endpoint.equals(nobody)) {
        activeByBackend.put(endpoint, open);
        active += open;
      }
    }
    return new Traffic(
        all.connections(), active, all.octetsIn(), all.octetsOut(), Map.of(), activeByBackend);
  }

  /** As one would tell {@code ipvsadm}, {@code ip}, {@code iptables} and {@code sysctl}. */
  @Override
  public List<String> plan(VipTable table) {
    requireNonNull(table, "table");
    try (KernelHost kernel = KernelHost.open(config)) {
      Held held = new Held();
      long unused = held.read(kernel);
      Set<IpAddress> addresses =
          table.services().keySet().stream()
              .map(frontend -> frontend.endpoint().address())
              .collect(Collectors.toSet());
      List<String> lines = new ArrayList<>(kernel.plan(addresses));
      new TreeMap<>(table.services())
          .forEach(
              (frontend, service) -> {
                IpvsService.Key key = Wanted.key(frontend);
                if (held.isForeign(key)) {
                  lines.add("# " + key + ": served for somebody else, left alone");
                  return;
                }
                @Nullable Wanted wanted =
                    Wanted.of(
                        service, kernel.schedulers(), config.refusingPort(), net.time().nanos());
                Difference.of(held.ours(key), wanted).forEach(step -> lines.add(step.words()));
              });
      held.keys().stream()
          .filter(key -> !table.services().containsKey(Wanted.frontend(key)))
          .map(key -> Difference.removing(key).words())
          .sorted()
          .forEach(lines::add);
      return lines;
    }
  }

  @Override
  public boolean outlivesItsProcess() {
    return true;
  }

  @Override
  public List<String> left() {
    if (!IpvsProbe.isThere()) {
      return List.of(); // without IPVS there is nothing of it
    }
    try (KernelHost kernel = KernelHost.open(config)) {
      return kernel.left();
    }
  }

  /**
   * Removes all services of ours, the rule and the routes, and sets switches to what kernels begin
   * with.
   */
  @Override
  public List<String> cleanup() {
    if (!IpvsProbe.isThere()) {
      return List.of();
    }
    try (KernelHost kernel = KernelHost.open(config)) {
      return kernel.cleanup();
    }
  }

  @Override
  public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
    return loop.stop(leaveInPlace, requireNonNull(grace, "grace"));
  }
}
