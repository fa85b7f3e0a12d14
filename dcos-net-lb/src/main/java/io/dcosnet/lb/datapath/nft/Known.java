// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.kernel.Unservable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.List;
import java.util.Set;

/**
 * A service as this path has it. <b>Immutable.</b>
 *
 * @param allowed back ends whose flows go on
 */
record Known(Service service, Layout.Placing placing, Set<HostPort> allowed, Outcome outcome) {

  /**
   * Works out what a service means for the kernel.
   *
   * @param ownAddress whether the address of the service is one that a link of this node has
   */
  static Known of(Service service, long nowNanos, boolean ownAddress) {
    Outcome lack = Unservable.of(service, ownAddress).orElse(null);
    if (lack != null) {
      return refused(service, lack);
    }
    return new Known(
        service,
        Layout.place(service),
        allowed(service, nowNanos),
        Outcome.serving(service.frontend().endpoint()));
  }

  private static Known refused(Service service, Outcome lack) {
    return new Known(
        service, new Layout.Placing(service.frontend(), List.of(), false), Set.of(), lack);
  }

  /** The same at another time. */
  Known at(long nowNanos) {
    Set<HostPort> now = outcome.state() == State.SERVING ? allowed(service, nowNanos) : Set.of();
    return now.equals(allowed) ? this : new Known(service, placing, now, outcome);
  }

  /** A flow over UDP has no end that could be waited for. */
  private static Set<HostPort> allowed(Service service, long nowNanos) {
    boolean tcp = service.frontend().protocol() == Protocol.TCP;
    return service.targets().stream()
        .filter(target -> tcp ? !target.drainIsOver(nowNanos) : target.takesNew())
        .map(Target::endpoint)
        .collect(toUnmodifiableSet());
  }

  /** Back ends that get new connections. */
  Set<HostPort> taking() {
    return Set.copyOf(placing.slots());
  }

  boolean hasDeadlines() {
    return service.targets().stream()
        .anyMatch(target -> target.drainDeadlineNanos() != Target.NEVER);
  }

  /** Whether its address is to answer nothing but services. */
  boolean takesAddress() {
    return outcome.state() != State.BIND_FAILED;
  }

  Frontend frontend() {
    return service.frontend();
  }
}
