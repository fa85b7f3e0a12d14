// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.overlay.desired.Bridge;
import io.dcosnet.standalone.overlay.Datagrams.End;
import org.jspecify.annotations.Nullable;

/**
 * A host of a test: a namespace without a name, with a wire to the others and at most one
 * container.
 *
 * <p><b>Confined to</b> one thread; the namespace is for any.
 */
final class TestHost implements AutoCloseable {

  private static final String DEVICE = "eth0";
  private static final int PREFIX = 24;

  private final int number;
  private final NetworkNamespace network = NetworkNamespace.create();
  private final RouteSocket routes;
  private IpAddress address;
  private @Nullable TestContainer container;

  /**
   * Connects it.
   *
   * @param number counted from 1
   */
  TestHost(int number, TestUnderlay underlay) {
    this.number = number;
    address = IpAddress.parse("192.0.2." + number);
    routes = network.call(RouteSocket::open);
    routes.change(Links.setUp(routes.link("lo").orElseThrow().index(), true));
    underlay.connect(number, network, DEVICE);
    int link = link();
    routes.change(Links.setUp(link, true));
    routes.change(Addresses.add(Address.of(link, address, PREFIX)));
  }

  private int link() {
    return routes.link(DEVICE).orElseThrow().index();
  }

  int number() {
    return number;
  }

  String name() {
    return "host " + number;
  }

  /** Where the others reach it. */
  IpAddress address() {
    return address;
  }

  /** Where programs of the host run. */
  NetworkNamespace network() {
    return network;
  }

  /** A socket to its kernel. */
  RouteSocket routes() {
    return routes;
  }

  /** It as a place where packets come from. */
  End end(IpAddress from) {
    return new End(network, from);
  }

  /** Gives it another address, as when it comes back after a move. */
  void move(IpAddress other) {
    int link = link();
    // In this order: the second one in a network goes with the first.
    boolean unused = routes.delete(Addresses.delete(Address.of(link, address, PREFIX)));
    routes.change(Addresses.add(Address.of(link, other, PREFIX)));
    address = other;
  }

  /** Starts a container on a bridge that is there. */
  TestContainer start(Bridge bridge) {
    TestContainer started = new TestContainer(routes, bridge, "container" + number);
    container = started;
    return started;
  }

  TestContainer container() {
    if (container == null) {
      throw new DcosNetException(name() + " has no container");
    }
    return container;
  }

  /** The container as a place where packets come from. */
  End containerEnd(boolean ipv4) {
    return new End(container().network(), container().address(ipv4));
  }

  @Override
  public void close() {
    if (container != null) {
      container.close();
    }
    routes.close();
    network.close();
  }
}
