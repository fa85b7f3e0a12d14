// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.LinkKind;
import io.dcosnet.linux.route.LinkKind.Veth;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.NewLink;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.linux.route.Routes;
import io.dcosnet.overlay.desired.Bridge;
import io.dcosnet.overlay.desired.InterfaceAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace on a bridge of a host, as a container runtime makes it: with the second host
 * address of the bridge's networks, and the bridge as its gateway.
 *
 * <p><b>Confined to</b> one thread; the namespace is for any.
 */
final class TestContainer implements AutoCloseable {

  private static final String DEVICE = "eth0";

  private final NetworkNamespace network = NetworkNamespace.create();
  private final List<IpAddress> addresses = new ArrayList<>();
  private final int mtu;

  /**
   * Connects it.
   *
   * @param host asks the kernel of the host
   * @param name of the host's end of the wire, once on each host
   */
  TestContainer(RouteSocket host, Bridge bridge, String name) {
    Link at = host.link(bridge.name()).orElseThrow();
    mtu = at.mtu();
    host.add(
        NewLink.of(
                name, Veth.to(NewLink.of(DEVICE, new LinkKind.Dummy()).withMtu(mtu), network.fd()))
            .withMtu(mtu)
            .withMaster(at.index())
            .thatIsUp());
    try (RouteSocket own = network.call(RouteSocket::open)) {
      own.change(Links.setUp(own.link("lo").orElseThrow().index(), true));
      int link = own.link(DEVICE).orElseThrow().index();
      own.change(Links.setUp(link, true));
      for (InterfaceAddress gateway : bridge.gateways()) {
        IpAddress address = gateway.address().plus(1);
        own.change(Addresses.add(Address.of(link, address, gateway.prefix())));
        Cidr everywhere = Cidr.parse(address.isIpv4() ? "0.0.0.0/0" : "::/0");
        own.change(Routes.add(Route.via(everywhere, gateway.address(), link)));
        addresses.add(address);
      }
    }
  }

  /** Where it is, for sockets. */
  NetworkNamespace network() {
    return network;
  }

  /** Its address of a family. */
  IpAddress address(boolean ipv4) {
    return addresses.stream().filter(one -> one.isIpv4() == ipv4).findFirst().orElseThrow();
  }

  /** Largest packet that leaves it, in octets. */
  int mtu() {
    return mtu;
  }

  @Override
  public void close() {
    network.close();
  }
}
