// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.datapath.kernel.VipRoutes;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.conntrack.Conntrack;
import io.dcosnet.linux.conntrack.FlowFilter;
import io.dcosnet.linux.ipvs.IpvsDestination;
import io.dcosnet.linux.ipvs.IpvsService;
import io.dcosnet.linux.ipvs.IpvsSocket;
import io.dcosnet.linux.ipvs.IpvsTraffic;
import io.dcosnet.linux.netlink.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel itself, in the network namespace of the thread that opened it. */
final class KernelHost implements IpvsHost {

  private static final Logger LOGGER = LoggerFactory.getLogger(KernelHost.class);

  /** What the kernel says when something is there, or not there, of which we thought otherwise. */
  private static final Set<Errno> SURPRISES = Set.of(Errno.EEXIST, Errno.ENOENT, Errno.ESRCH);

  private final IpvsConfig config;
  private final IpvsSocket ipvs;
  private final VipRoutes routes;
  private final Conntrack flows;
  private final Schedulers schedulers;
  private final Switches switches;
  private final Masquerade masquerade4 = Masquerade.ipv4();
  private final Masquerade masquerade6 = Masquerade.ipv6();
  private boolean ipv6Lacking;
  private boolean prepared;

  private KernelHost(IpvsConfig config, IpvsSocket ipvs, VipRoutes routes, Conntrack flows) {
    this.config = config;
    this.ipvs = ipvs;
    this.routes = routes;
    this.flows = flows;
    schedulers = IpvsProbe.schedulers(ipvs);
    switches = new Switches(config.masquerade());
  }

  /** Opens it. */
  static KernelHost open(IpvsConfig config) {
    @Nullable IpvsSocket ipvs = null;
    @Nullable VipRoutes routes = null;
    try {
      ipvs =
          IpvsSocket.open()
              .orElseThrow(
                  () -> new KernelException("find netlink family IPVS, load ip_vs", Errno.ENOENT));
      routes = VipRoutes.open(config.device());
      return new KernelHost(config, ipvs, routes, Conntrack.open());
    } catch (RuntimeException e) {
      if (routes != null) {
        routes.close();
      }
      if (ipvs != null) {
        ipvs.close();
      }
      throw e;
    }
  }

  @Override
  public Schedulers schedulers() {
    return schedulers;
  }

  @Override
  public List<IpvsService> services() {
    return ipvs.services().stream().map(KernelHost::asWritten).toList();
  }

  /** Without the flag that the kernel sets by itself. */
  private static IpvsService asWritten(IpvsService told) {
    return new IpvsService(
        told.key(), told.scheduler(), told.flags() & ~IpvsService.HASHED, told.timeoutSeconds());
  }

  @Override
  public Wanted whole(IpvsService service) {
    SortedMap<HostPort, IpvsDestination> destinations = new TreeMap<>();
    for (IpvsSocket.Destination one : ipvs.destinations(service.key())) {
      destinations.put(one.destination().endpoint(), one.destination());
    }
    return new Wanted(service, destinations);
  }

  @Override
  public List<Refused> change(List<Step> steps) {
    List<Refused> refused = new ArrayList<>();
    for (Refusal refusal :
        ipvs.changeAll(steps.stream().map(step -> step.request(ipvs.messages())).toList())) {
      refused.add(
          new Refused(refusal.index(), SURPRISES.contains(refusal.errno()), refusal.toString()));
    }
    return refused;
  }

  /**
   * A flow that is still tracked loses the packet by which the kernel notices that its destination
   * is gone.
   */
  @Override
  public void forget(List<Step> removed) {
    if (!config.masquerade()) {
      return;
    }
    for (Step step : removed) {
      IpvsService.Key key = step.key();
      FlowFilter gone =
          step instanceof Step.Delete delete
              ? FlowFilter.to(key.protocol(), key.endpoint(), delete.endpoint())
              : FlowFilter.to(key.protocol(), key.endpoint());
      try {
        int unused = flows.delete(gone);
      } catch (KernelException e) {
        LOGGER.warn("{} stay tracked, and are cut some packets later", gone, e);
      }
    }
  }

  @Override
  public Map<IpAddress, String> route(Collection<IpAddress> addresses, boolean readBack) {
    return routes.apply(addresses, readBack).refused();
  }

  @Override
  public List<String> prepare(boolean ipv6) {
    if (!prepared) {
      prepared = true;
      if (services().stream().anyMatch(Wanted::isOurs)) {
        switches.adopt();
      }
    }
    List<String> done = new ArrayList<>(switches.set());
    if (config.masquerade() && masquerade4.add()) {
      done.add(masquerade4.words("-I"));
    }
    if (config.masquerade() && ipv6 && !ipv6Lacking) {
      addIpv6(done);
    }
    return done;
  }

  /** IPv4 goes on where the kernel has no such rules for IPv6. */
  private void addIpv6(List<String> done) {
    try {
      if (masquerade6.add()) {
        done.add(masquerade6.words("-I"));
      }
    } catch (KernelException e) {
      ipv6Lacking = true;
      LOGGER.warn("back ends see IPv6 clients as they are, as a rule is lacking", e);
    }
  }

  @Override
  public List<String> restore() {
    List<String> done = config.masquerade() ? removeRules() : new ArrayList<>();
    if (config.routes()) {
      done.addAll(routes.removeAll());
    }
    done.addAll(switches.restore(services().stream().allMatch(Wanted::isOurs)));
    return done;
  }

  private List<String> removeRules() {
    List<String> done = new ArrayList<>();
    for (Masquerade rule : List.of(masquerade4, masquerade6)) {
      if (rule.remove()) {
        done.add(rule.words("-D"));
      }
    }
    return done;
  }

  /** What {@link #prepare} and {@link #route} would do, without doing it. */
  List<String> plan(Collection<IpAddress> addresses) {
    List<String> lines = new ArrayList<>(switches.plan());
    if (config.masquerade() && !masquerade4.isThere()) {
      lines.add(masquerade4.words("-I"));
    }
    if (config.routes()) {
      lines.addAll(routes.plan(addresses));
    }
    return lines;
  }

  /** Services of ours, whoever made them, a line each; the rest is there with them. */
  List<String> left() {
    return services().stream()
        .filter(Wanted::isOurs)
        .map(service -> "ipvs service " + service.key())
        .toList();
  }

  /** Removes all that paths of this kind have left, whoever made it. */
  List<String> cleanup() {
    List<Step> steps =
        services().stream()
            .filter(Wanted::isOurs)
            .map(service -> Difference.removing(service.key()))
            .collect(Collectors.toCollection(ArrayList::new));
    List<Refused> refused = change(steps);
    refused.stream()
        .filter(one -> !one.surprise())
        .forEach(one -> LOGGER.warn("a service of IPVS stays: {}", one.reason()));
    Set<Integer> failed = refused.stream().map(Refused::index).collect(Collectors.toSet());
    List<String> done = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      if (!failed.contains(i)) {
        done.add(steps.get(i).words());
      }
    }
    done.addAll(removeRules());
    boolean used = !done.isEmpty(); // else its switches are another's, as its routes may be
    if (config.routes()) {
      done.addAll(routes.removeAll());
    }
    if (used && services().stream().allMatch(Wanted::isOurs)) {
      done.addAll(switches.reset());
    }
    return done;
  }

  @Override
  public List<IpvsSocket.Destination> destinations(IpvsService.Key key) {
    return ipvs.destinations(key);
  }

  @Override
  public Optional<IpvsTraffic> traffic(IpvsService.Key key) {
    return ipvs.traffic(key);
  }

  @Override
  public void close() {
    flows.close();
    routes.close();
    ipvs.close();
  }
}
