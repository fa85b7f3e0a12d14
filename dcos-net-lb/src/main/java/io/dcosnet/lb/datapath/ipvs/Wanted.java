// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.ipvs.IpvsDestination;
import io.dcosnet.linux.ipvs.IpvsService;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One virtual service with its destinations, as the kernel holds it or as it should. <b>Immutable.
 * </b>
 *
 * <p>Clients of a service without a back end are sent to a place where nobody listens, a port of
 * the virtual address itself: the kernel refuses them from there at once, over TCP as over UDP.
 * Without it, it would leave them waiting, or hand them to whoever listens on all addresses.
 */
record Wanted(IpvsService service, SortedMap<HostPort, IpvsDestination> destinations) {

  /** By which services are known as ours, whoever of us made them: no scheduler heeds it. */
  static final int MARK = IpvsService.SCHEDULER_3;

  private static final int MAX_WEIGHT = 65_535;

  Wanted {
    destinations = Collections.unmodifiableSortedMap(new TreeMap<>(destinations));
  }

  /** By what the kernel tells services from each other. */
  static IpvsService.Key key(Frontend frontend) {
    boolean tcp = frontend.protocol() == Protocol.TCP;
    return new IpvsService.Key(
        tcp ? IpvsService.Key.TCP : IpvsService.Key.UDP, frontend.endpoint());
  }

  /** The way back, of a service of ours. */
  static Frontend frontend(IpvsService.Key key) {
    boolean tcp = key.protocol() == IpvsService.Key.TCP;
    return new Frontend(tcp ? Protocol.TCP : Protocol.UDP, key.endpoint());
  }

  static boolean isOurs(IpvsService service) {
    return service.has(MARK);
  }

  /**
   * What a service should be now; null for one that should not be there. That is so for UDP over
   * IPv6 without a back end, as kernels do not translate the refusal then; without a service they
   * refuse by themselves.
   *
   * @param refusingPort where nobody listens
   * @param nowNanos on the clock of the deadlines
   */
  static @Nullable Wanted of(
      Service service, Schedulers schedulers, int refusingPort, long nowNanos) {
    return of(service, schedulers, refusingPort, nowNanos, false);
  }

  /** The same, with nothing new for anybody. */
  static @Nullable Wanted withdrawn(
      Service service, Schedulers schedulers, int refusingPort, long nowNanos) {
    return of(service, schedulers, refusingPort, nowNanos, true);
  }

  private static @Nullable Wanted of(
      Service service, Schedulers schedulers, int refusingPort, long nowNanos, boolean withdrawn) {
    boolean udp = service.frontend().protocol() == Protocol.UDP;
    SortedMap<HostPort, IpvsDestination> destinations = new TreeMap<>();
    boolean served = false;
    for (Target target : service.targets()) {
      boolean takesNew = target.takesNew() && !withdrawn;
      served |= takesNew;
      // Flows of UDP know no end, so what gets nothing new loses them at once.
      boolean keepsOld = !udp && !target.drainIsOver(nowNanos);
      if (takesNew || keepsOld) {
        int weight = takesNew ? Math.min(target.weight(), MAX_WEIGHT) : 0;
        destinations.put(target.endpoint(), IpvsDestination.of(target.endpoint(), weight));
      }
    }
    if (!served && udp && service.frontend().endpoint().address().isIpv6()) {
      return null;
    }
    if (!served) {
      HostPort nobody = nobody(service.frontend().endpoint(), refusingPort);
      destinations.put(nobody, IpvsDestination.of(nobody, 1));
    }
    ServiceOptions options = service.options();
    Schedulers.Choice choice = schedulers.of(options.policy());
    boolean sticks = !options.affinity().isZero();
    int flags = MARK | choice.flags() | (sticks ? IpvsService.PERSISTENT : 0);
    int timeout = sticks ? Math.toIntExact(Math.max(1, options.affinity().toSeconds())) : 0;
    return new Wanted(
        new IpvsService(key(service.frontend()), choice.name(), flags, timeout), destinations);
  }

  /** Where clients of an address are refused. */
  static HostPort nobody(HostPort frontend, int refusingPort) {
    return new HostPort(frontend.address(), refusingPort);
  }
}
