// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.linux.route.LinkKind;
import io.dcosnet.linux.route.LinkKind.Veth;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.NewLink;
import io.dcosnet.linux.route.RouteSocket;

/**
 * A network that hosts of a test are connected to by a wire each, in a namespace without a name:
 * whatever becomes of this process, nothing is left of it.
 *
 * <p><b>Confined to</b> one thread.
 */
final class TestUnderlay implements AutoCloseable {

  private static final String SWITCH = "wire";

  private final NetworkNamespace network = NetworkNamespace.create();
  private final RouteSocket routes;
  private final int mtu;
  private final int index;

  /**
   * @param mtu largest packet that it carries, in octets
   */
  TestUnderlay(int mtu) {
    this.mtu = mtu;
    routes = network.call(RouteSocket::open);
    index = routes.add(NewLink.of(SWITCH, new LinkKind.Bridge()).withMtu(mtu).thatIsUp()).index();
  }

  /**
   * Lays a wire to a host.
   *
   * @param number of the host, once each
   * @param name of its end of the wire
   */
  void connect(int number, NetworkNamespace host, String name) {
    NewLink end =
        NewLink.of(
                "host" + number,
                Veth.to(NewLink.of(name, new LinkKind.Dummy()).withMtu(mtu), host.fd()))
            .withMtu(mtu)
            .withMaster(index)
            .thatIsUp();
    int wire = routes.add(end).index();
    routes.change(Links.setUp(wire, true));
  }

  @Override
  public void close() {
    routes.close();
    network.close();
  }
}
