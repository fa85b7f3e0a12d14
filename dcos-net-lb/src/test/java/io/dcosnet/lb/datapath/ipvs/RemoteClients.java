// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.LinkKind;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.NewLink;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.linux.route.Routes;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The path, with clients in another network that is joined to the node by a wire. */
final class RemoteClients extends IpvsSubject {

  private static final AtomicInteger WIRES = new AtomicInteger();
  private static final IpAddress NODE = IpAddress.parse("198.51.100.1");
  private static final IpAddress CLIENT = IpAddress.parse("198.51.100.2");

  private final NetworkNamespace elsewhere = NetworkNamespace.create();

  RemoteClients(IpvsConfig config) {
    super(false, config);
    String wire = "wire" + WIRES.incrementAndGet();
    try (RouteSocket routes = RouteSocket.open()) {
      NewLink there = NewLink.of(wire, new LinkKind.Veth(Optional.empty()));
      Link here = routes.add(NewLink.of(wire, LinkKind.Veth.to(there, elsewhere.fd())).thatIsUp());
      routes.change(Addresses.add(Address.of(here.index(), NODE, 24)));
    }
    elsewhere.call(
        () -> {
          try (RouteSocket routes = RouteSocket.open()) {
            int end = routes.link(wire).orElseThrow().index();
            routes.change(Links.setUp(end, true));
            routes.change(Addresses.add(Address.of(end, CLIENT, 24)));
            routes.change(Routes.replace(Route.via(Cidr.parse("0.0.0.0/0"), NODE, end)));
            return end;
          }
        });
  }

  @Override
  public Socket client() throws IOException {
    return elsewhere.call(
        () -> {
          Socket made = new Socket();
          made.setTcpNoDelay(true); // else it is made by the thread that connects it
          return made;
        });
  }

  @Override
  public DatagramSocket udpClient() throws IOException {
    return elsewhere.call(
        () -> new DatagramSocket(new InetSocketAddress(CLIENT.toInetAddress(), 0)));
  }

  @Override
  public void close() {
    super.close();
    elsewhere.close();
  }
}
