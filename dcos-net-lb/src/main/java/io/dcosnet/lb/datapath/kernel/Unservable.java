// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.kernel;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.vip.ServiceOptions.ProxyHeader;
import io.dcosnet.lb.vip.VipTable.Service;
import java.util.Optional;

/** What no path can serve that redirects connections by address and port. <b>Pure.</b> */
public final class Unservable {

  private Unservable() {}

  /**
   * Why a service cannot be served; empty when it can.
   *
   * @param ownAddress whether a link of this node has the address of the service
   * @return {@link State#BIND_FAILED} where its address may not be touched at all
   */
  public static Optional<Outcome> of(Service service, boolean ownAddress) {
    IpAddress address = service.frontend().endpoint().address();
    if (ownAddress || address.isLoopback()) {
      // Whatever else this node serves there would be refused to everybody.
      return no(State.BIND_FAILED, address + " is an address of this node itself");
    }
    if (service.options().proxyHeader() != ProxyHeader.NONE) {
      return no(
          State.UNSUPPORTED,
          "back ends want a header of the PROXY protocol, which only user space writes");
    }
    boolean ipv4 = address.isIpv4();
    if (!service.targets().isEmpty()
        && service.targets().stream().noneMatch(t -> t.endpoint().address().isIpv4() == ipv4)) {
      return no(
          State.UNSUPPORTED,
          "no back end has an address of the family of " + service.frontend().endpoint());
    }
    return Optional.empty();
  }

  private static Optional<Outcome> no(State state, String reason) {
    return Optional.of(new Outcome(state, null, reason));
  }
}
