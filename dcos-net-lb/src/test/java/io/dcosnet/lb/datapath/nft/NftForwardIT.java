// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static io.dcosnet.lb.datapath.nft.Here.done;
import static io.dcosnet.lb.datapath.nft.Here.nft;
import static io.dcosnet.lb.datapath.nft.Here.table;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.contract.Caller;
import io.dcosnet.lb.datapath.contract.NamedServer;
import io.dcosnet.lb.datapath.contract.NamedUdpServer;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.LinkKind.Other;
import io.dcosnet.linux.route.LinkKind.Veth;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.NewLink;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.linux.route.Routes;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Traffic through a node: a client and a back end in network namespaces of their own, each behind a
 * wire to the node, as containers are.
 */
@Tag("kernel")
@Timeout(60)
class NftForwardIT {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Deque<AutoCloseable> kept = new ArrayDeque<>();
  private NetworkNamespace node;
  private NetworkNamespace client;
  private NetworkNamespace backend;

  @BeforeAll
  static void needsRoot() {
    Here.needsRoot();
  }

  @BeforeEach
  void build() throws Exception {
    node = keep(NetworkNamespace.create());
    client = keep(NetworkNamespace.create());
    backend = keep(NetworkNamespace.create());
    for (NetworkNamespace each : new NetworkNamespace[] {node, client, backend}) {
      each.call(
          () -> {
            // Else the other end of a wire may ask for an address that is still being checked.
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf/default/accept_dad"), "0");
            up("lo");
            return true;
          });
    }
    wire("client0", client, "192.0.2.", "2001:db8:2::");
    wire("backend0", backend, "198.51.100.", "2001:db8:51::");
    node.call(
        () -> {
          Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
          Files.writeString(Path.of("/proc/sys/net/ipv6/conf/all/forwarding"), "1");
          Here.route(Cidr.parse("11.0.0.0/8"));
          Here.route(Cidr.parse("2001:db8:11::/48"));
          return true;
        });
  }

  @AfterEach
  void tearDown() throws Exception {
    while (!kept.isEmpty()) {
      kept.pop().close();
    }
  }

  private <T extends AutoCloseable> T keep(T one) {
    kept.push(one);
    return one;
  }

  private static void up(String link) {
    try (RouteSocket routes = RouteSocket.open()) {
      routes.change(Links.setUp(routes.link(link).orElseThrow().index(), true));
    }
  }

  /** The node has the first address of each network, and the other end the second. */
  private void wire(String name, NetworkNamespace to, String net4, String net6) {
    node.call(
        () -> {
          try (RouteSocket routes = RouteSocket.open()) {
            NewLink peer = NewLink.of("eth0", new Other("")).thatIsUp();
            int link = routes.add(NewLink.of(name, Veth.to(peer, to.fd())).thatIsUp()).index();
            routes.change(Addresses.add(Address.of(link, IpAddress.parse(net4 + "1"), 24)));
            routes.change(Addresses.add(Address.of(link, IpAddress.parse(net6 + "1"), 64)));
          }
          return true;
        });
    to.call(
        () -> {
          up("eth0");
          try (RouteSocket routes = RouteSocket.open()) {
            int link = routes.link("eth0").orElseThrow().index();
            routes.change(Addresses.add(Address.of(link, IpAddress.parse(net4 + "2"), 24)));
            routes.change(Addresses.add(Address.of(link, IpAddress.parse(net6 + "2"), 64)));
            IpAddress gateway4 = IpAddress.parse(net4 + "1");
            IpAddress gateway6 = IpAddress.parse(net6 + "1");
            routes.change(Routes.add(Route.via(Cidr.parse("0.0.0.0/0"), gateway4, link)));
            routes.change(Routes.add(Route.via(Cidr.parse("::/0"), gateway6, link)));
          }
          return true;
        });
  }

  private NftDataPath path(NftConfig config) {
    NftDataPath path = new NftDataPath(TimeSource.system(), MetricsSink.none(), config);
    keep(() -> done(path.stop(false, Duration.ZERO)));
    return path;
  }

  /** Served on the node. */
  private NftDataPath serve(Service... services) throws Exception {
    NftDataPath path = path(NftConfig.defaults());
    node.call(() -> done(path.apply(table(services))));
    return path;
  }

  private static String vip(boolean ipv4, int port) {
    return (ipv4 ? "11.9.0.1:" : "[2001:db8:11::1]:") + port;
  }

  private static IpAddress backendAddress(boolean ipv4) {
    return IpAddress.parse(ipv4 ? "198.51.100.2" : "2001:db8:51::2");
  }

  /** A server in the namespace of the back end that tells each client its address. */
  private HostPort mirror(boolean ipv4) throws IOException {
    return backend.call(
        () -> {
          ServerSocket server = keep(new ServerSocket());
          server.bind(new InetSocketAddress(backendAddress(ipv4).toInetAddress(), 0));
          Thread thread = new Thread(() -> tellAddresses(server), "mirror");
          thread.setDaemon(true);
          thread.start();
          return HostPort.of((InetSocketAddress) server.getLocalSocketAddress());
        });
  }

  private static void tellAddresses(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        String address = IpAddress.of(socket.getInetAddress()) + "\n";
        int unused = socket.getInputStream().read();
        socket.getOutputStream().write(address.getBytes(UTF_8));
        socket.shutdownOutput();
        byte[] unusedRest = socket.getInputStream().readAllBytes();
      } catch (IOException e) {
        // closed with the test, or by a client
      }
    }
  }

  /** It binds its port once more when it ends, which is to be there too. */
  private NamedServer server(String name, boolean ipv4) throws IOException {
    NamedServer server = backend.call(() -> new NamedServer(name, backendAddress(ipv4)));
    keep(
        () ->
            backend.call(
                () -> {
                  server.close();
                  return true;
                }));
    return server;
  }

  private static String ask(NetworkNamespace from, String vip) throws IOException {
    return from.call(
        () -> {
          try (Caller caller = new Caller(new Socket(), HostPort.parse(vip), PATIENCE)) {
            return caller.ask();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void backEndsSeeTheAddressOfTheClient(boolean ipv4) throws Exception {
    serve(Here.service(vip(ipv4, 80), Target.up(mirror(ipv4), 1)));
    for (int i = 0; i < 10; i++) {
      assertThat(ask(client, vip(ipv4, 80))).isEqualTo(ipv4 ? "192.0.2.2" : "2001:db8:2::2");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void backEndsSeeTheNodeWhenThatIsWanted(boolean ipv4) throws Exception {
    NftDataPath path = path(NftConfig.builder().snat(NftConfig.Snat.ALWAYS).build());
    Service web = Here.service(vip(ipv4, 80), Target.up(mirror(ipv4), 1));
    node.call(() -> done(path.apply(table(web))));
    assertThat(ask(client, vip(ipv4, 80))).isEqualTo(ipv4 ? "198.51.100.1" : "2001:db8:51::1");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBackEndMayCallItsOwnVip(boolean ipv4) throws Exception {
    serve(Here.service(vip(ipv4, 80), Target.up(mirror(ipv4), 1)));
    for (int i = 0; i < 10; i++) {
      assertThat(ask(backend, vip(ipv4, 80))).isEqualTo(ipv4 ? "198.51.100.1" : "2001:db8:51::1");
    }
    assertThat(ask(client, vip(ipv4, 80)))
        .as("others keep their address")
        .isEqualTo(ipv4 ? "192.0.2.2" : "2001:db8:2::2");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void processesOfTheNodeReachBackEndsElsewhere(boolean ipv4) throws Exception {
    serve(Here.service(vip(ipv4, 80), Target.up(mirror(ipv4), 1)));
    String[] ofNode =
        ipv4
            ? new String[] {"192.0.2.1", "198.51.100.1"}
            : new String[] {"2001:db8:2::1", "2001:db8:51::1"};
    assertThat(ask(node, vip(ipv4, 80))).isIn((Object[]) ofNode);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void clientsAreRefusedAtOnceWhereNobodyServes(boolean ipv4) throws Exception {
    serve(
        Here.service(vip(ipv4, 80), Target.up(mirror(ipv4), 1)),
        Here.service(vip(ipv4, 81)),
        Here.service(Protocol.UDP, vip(ipv4, 81), ServiceOptions.DEFAULTS));
    for (int port : new int[] {81, 82}) {
      assertThatThrownBy(() -> ask(client, vip(ipv4, port)))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("refused");
      assertThatThrownBy(() -> askUdp(client, vip(ipv4, port)))
          .isInstanceOf(PortUnreachableException.class);
      assertThatThrownBy(() -> askUdp(node, vip(ipv4, port)))
          .isInstanceOf(PortUnreachableException.class);
    }
    // No service has this address, but it is one of those for services.
    if (ipv4) {
      assertThatThrownBy(() -> ask(client, "11.200.0.1:80"))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("refused");
    }
  }

  private static String askUdp(NetworkNamespace from, String vip) throws IOException {
    return from.call(
        () -> {
          try (DatagramSocket socket = new DatagramSocket(0)) {
            return askUdp(socket, vip);
          }
        });
  }

  private static String askUdp(DatagramSocket socket, String vip) throws IOException {
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.connect(HostPort.parse(vip).toSocketAddress());
    socket.send(new DatagramPacket(new byte[] {'?'}, 1));
    DatagramPacket answer = new DatagramPacket(new byte[64], 64);
    socket.receive(answer);
    return new String(answer.getData(), 0, answer.getLength(), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClientWhoseBackEndLeavesIsCutAndNotLeftHanging(boolean ipv4) throws Exception {
    NamedServer leaving = server("leaving", ipv4);
    NamedServer next = server("next", ipv4);
    NftDataPath path = serve(Here.service(vip(ipv4, 80), Target.up(leaving.address(), 1)));
    Caller caller =
        keep(client.call(() -> new Caller(new Socket(), HostPort.parse(vip(ipv4, 80)), PATIENCE)));
    assertThat(caller.ask()).isEqualTo("leaving");
    leaving.freeze();

    done(path.apply(table(Here.service(vip(ipv4, 80), Target.up(next.address(), 1)))));

    assertThatThrownBy(caller::ask)
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(SocketTimeoutException.class);
    assertThat(ask(client, vip(ipv4, 80))).isEqualTo("next");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aUdpClientGoesOnWithTheNextBackEnd(boolean ipv4) throws Exception {
    NamedUdpServer first =
        keep(backend.call(() -> new NamedUdpServer("first", backendAddress(ipv4))));
    NamedUdpServer next =
        keep(backend.call(() -> new NamedUdpServer("next", backendAddress(ipv4))));
    ServiceOptions options = ServiceOptions.DEFAULTS;
    NftDataPath path =
        serve(Here.service(Protocol.UDP, vip(ipv4, 53), options, Target.up(first.address(), 1)));
    DatagramSocket socket = keep(client.call(() -> new DatagramSocket(0)));
    assertThat(askUdp(socket, vip(ipv4, 53))).isEqualTo("first");
    Service moved =
        Here.service(Protocol.UDP, vip(ipv4, 53), options, Target.up(next.address(), 1));
    done(path.apply(table(moved)));
    assertThat(askUdp(socket, vip(ipv4, 53))).isEqualTo("next");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void vipsComeBeforeThePortsOfContainers(boolean ipv4) throws Exception {
    NamedServer container = server("container", ipv4);
    NamedServer web = server("web", ipv4);
    String to = (ipv4 ? "ip" : "ip6") + " to " + container.address();
    String family = ipv4 ? "ipv4" : "ipv6";
    String mapped =
        " meta nfproto " + family + " tcp dport 80 fib daddr type local dnat " + to + "\n";
    node.call(
        () ->
            nft(
                "add table inet ports\n"
                    + "add chain inet ports in { type nat hook prerouting priority dstnat; }\n"
                    + "add chain inet ports out { type nat hook output priority -100; }\n"
                    + "add rule inet ports in"
                    + mapped
                    + "add rule inet ports out"
                    + mapped));
    serve(Here.service(vip(ipv4, 80), Target.up(web.address(), 1)));
    String own = ipv4 ? "192.0.2.1:80" : "[2001:db8:2::1]:80";
    assertThat(ask(client, vip(ipv4, 80))).isEqualTo("web");
    assertThat(ask(node, vip(ipv4, 80))).isEqualTo("web");
    assertThat(ask(client, own)).isEqualTo("container");
    assertThatThrownBy(() -> ask(client, vip(ipv4, 81))).isInstanceOf(ConnectException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theAddressOfAServiceAnswersPings(boolean ipv4) throws Exception {
    serve(Here.service(vip(ipv4, 80), Target.up(mirror(ipv4), 1)));
    IpAddress address = HostPort.parse(vip(ipv4, 80)).address();
    assertThat(client.call(() -> address.toInetAddress().isReachable(2_000))).isTrue();
  }
}
