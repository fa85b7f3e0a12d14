// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.Considered;
import io.dcosnet.lb.datapath.Considered.Fate;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.choice.Switched;
import io.dcosnet.lb.datapath.contract.Caller;
import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.NamedServer;
import io.dcosnet.lb.datapath.contract.OutsideClient;
import io.dcosnet.lb.datapath.contract.OwnGroup;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.lb.datapath.socket.SocketConfig;
import io.dcosnet.lb.datapath.socket.SocketDataPath;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.bpf.AttachPoint;
import io.dcosnet.linux.bpf.ControlGroup;
import io.dcosnet.linux.conntrack.Conntrack;
import io.dcosnet.linux.conntrack.FlowFilter;
import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.linux.nft.Nftables;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.AddressFamily;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.LinkKind;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.NewLink;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.linux.route.Routes;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The choice that is made by default, with the paths of the kernel: clients within the control
 * group, outside of it on the same node, and on another host.
 */
@Tag("kernel")
@Timeout(120)
@ExtendWith(InOwnNetwork.class)
class AutoPathKernelIT {

  private static final HostPort VIP = HostPort.parse("11.9.0.1:80");
  private static final IpAddress NODE = IpAddress.parse("192.0.2.1");
  private static final Duration GRACE = Duration.ofMillis(200);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private OwnGroup group;
  private NetworkNamespace elsewhere;
  private NamedServer server;

  @BeforeEach
  void open() throws IOException {
    group = keep(OwnGroup.enter());
    Required.that(Nftables.unavailableBecause().isEmpty(), "libnftables1");
    elsewhere = keep(NetworkNamespace.create());
    try (RouteSocket routes = RouteSocket.open()) {
      NewLink peer = NewLink.of("eth0", new LinkKind.Other("")).thatIsUp();
      NewLink wire = NewLink.of("wire0", LinkKind.Veth.to(peer, elsewhere.fd())).thatIsUp();
      int link = routes.add(wire).index();
      opened.push(
          () -> {
            try (RouteSocket again = RouteSocket.open()) {
              again.change(Links.delete(link));
            }
          });
      routes.change(Addresses.add(Address.of(link, NODE, 24)));
    }
    elsewhere.call(
        () -> {
          try (RouteSocket routes = RouteSocket.open()) {
            int link = routes.link("eth0").orElseThrow().index();
            routes.change(Links.setUp(link, true));
            routes.change(Addresses.add(Address.of(link, NODE.plus(1), 24)));
            routes.change(Routes.add(Route.via(Cidr.parse("0.0.0.0/0"), NODE, link)));
          }
          return true;
        });
    server = keep(new NamedServer("a", NODE));
  }

  @AfterEach
  void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  private <T extends AutoCloseable> T keep(T closeable) {
    opened.push(closeable);
    return closeable;
  }

  /** As by default, but for the control group. */
  private DataPathChoice choice(String... preferred) {
    return DataPathChoice.builder()
        .offer(
            DataPaths.SOCKET,
            net ->
                new SocketDataPath(
                    net.time(),
                    net.metrics(),
                    SocketConfig.builder().controlGroup(group.directory()).build()))
        .offer(
            DataPaths.USERSPACE,
            DataPaths.userspace(ProxyConfig.builder().listensOnRoutes(true).build()))
        .preferred(preferred.length == 0 ? DataPathChoice.BEST_FIRST : List.of(preferred))
        .build();
  }

  private DataPath path(DataPathChoice choice) {
    DataPath made = choice.create(keep(NetRuntime.create()));
    keep((AutoCloseable) () -> done(made.stop(false, Duration.ZERO)));
    return made;
  }

  private static <T> T done(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private void serve(DataPath path) throws Exception {
    Service web =
        new Service(
            VipKey.named(Protocol.TCP, "web.marathon", VIP.port()),
            new Frontend(Protocol.TCP, VIP),
            List.of(Target.up(server.address(), 1)));
    var report = done(path.apply(VipTable.of(List.of(web))));
    assertThat(report.services().values()).allMatch(outcome -> outcome.client() != null);
  }

  private static String ask() throws IOException {
    try (Caller caller = new Caller(new Socket(), VIP, Duration.ofSeconds(5))) {
      return caller.ask();
    }
  }

  private List<OutsideClient> outside() throws IOException {
    return List.of(
        keep(OutsideClient.start(group, VIP)),
        keep(elsewhere.call(() -> OutsideClient.start(group, VIP))));
  }

  private static void eachAnswered(List<OutsideClient> clients, int more) {
    List<Integer> before = clients.stream().map(OutsideClient::answered).toList();
    await()
        .atMost(Duration.ofSeconds(30))
        .failFast(
            () -> assertThat(clients).allSatisfy(client -> assertThat(client.failures()).isEmpty()))
        .until(
            () -> {
              for (int i = 0; i < clients.size(); i++) {
                if (clients.get(i).answered() < before.get(i) + more) {
                  return false;
                }
              }
              return true;
            });
  }

  private List<Integer> attached() {
    try (ControlGroup there = ControlGroup.open(group.directory())) {
      return Arrays.stream(AttachPoint.values())
          .flatMap(point -> there.attached(point).stream())
          .toList();
    }
  }

  private static String tables() {
    try (Nftables nftables = Nftables.open()) {
      return nftables.run("list tables");
    }
  }

  private static long routes() {
    try (RouteSocket socket = RouteSocket.open()) {
      return AddressFamily.ALL.stream()
          .flatMap(family -> socket.routes(family, Route.LOCAL_TABLE).stream())
          .filter(route -> route.protocol() == 202)
          .count();
    }
  }

  @Test
  void takesSocketsWithNftablesBesideThemAndServesEverybody() throws Exception {
    DataPathChoice choice = choice();
    DataPath path = path(choice);
    assertThat(path.probe().usable()).isTrue();
    serve(path);

    assertThat(choice.name()).isEqualTo("socket-nftables");
    assertThat(choice.considered())
        .extracting(Considered::name, Considered::fate)
        .containsExactly(
            tuple("socket-nftables", Fate.CARRIES),
            tuple("nftables", Fate.SPARE),
            tuple("ipvs", Fate.SPARE),
            tuple("userspace", Fate.SPARE));
    assertThat(choice.considered().get(0).reason())
        .contains("socket: attached 8 programs")
        .contains("nftables: ");
    assertThat(choice.considered().get(1).reason()).contains("others come first");

    try (Conntrack conntrack = Conntrack.open()) {
      FlowFilter toVip = FlowFilter.to(6, VIP); // there are those of tests before, which get fewer
      int before = conntrack.flows(toVip).size();
      for (int i = 0; i < 20; i++) {
        assertThat(ask()).isEqualTo("a");
      }
      assertThat(conntrack.flows(toVip))
          .as("redirected before there was a packet")
          .hasSizeLessThanOrEqualTo(before);
      eachAnswered(outside(), 20);
    }
  }

  @Test
  void switchesUnderTrafficWithoutAFailedConnection() throws Exception {
    DataPathChoice choice = choice("nftables");
    DataPath path = path(choice);
    serve(path);
    List<OutsideClient> outside = outside();
    List<String> inside = new ArrayList<>();
    eachAnswered(outside, 20);
    for (String next :
        List.of("socket-nftables", "userspace", "socket-nftables", "nftables", "userspace")) {
      CompletionStage<Switched> stage = choice.switchTo(next, GRACE);
      while (!stage.toCompletableFuture().isDone()) {
        inside.add(ask());
      }
      assertThat(done(stage).to()).isEqualTo(next);
      eachAnswered(outside, 20);
      for (int i = 0; i < 20; i++) {
        inside.add(ask());
      }
      await()
          .until(() -> choice.considered().stream().noneMatch(one -> one.fate() == Fate.LEAVING));
      assertThat(attached()).hasSize(next.startsWith("socket") ? 8 : 0);
      assertThat(tables().contains("dcosnet_lb")).isEqualTo(next.endsWith("nftables"));
    }
    eachAnswered(outside, 20);
    assertThat(inside).containsOnly("a");
  }

  @Test
  void theNextProcessFindsWhatWasLeftAndCleanupLeavesNothing() throws Exception {
    DataPath first = path(choice());
    serve(first);
    List<OutsideClient> outside = outside();
    eachAnswered(outside, 20);
    List<Integer> programs = attached();
    done(first.stop(true, Duration.ZERO));
    assertThat(ask()).isEqualTo("a");
    eachAnswered(outside, 20);

    DataPathChoice again = choice();
    DataPath next = path(again);
    serve(next);
    assertThat(again.name()).isEqualTo("socket-nftables");
    assertThat(attached()).isEqualTo(programs);
    assertThat(ask()).isEqualTo("a");
    eachAnswered(outside, 20);
    done(next.stop(true, Duration.ZERO));
    eachAnswered(outside, 20);

    assertThat(path(choice()).cleanup())
        .anyMatch(line -> line.contains("dcosnet_lb"))
        .anyMatch(line -> line.contains("dcosnet_conn4"))
        .anyMatch(line -> line.contains("ip route"));
    assertThat(attached()).isEmpty();
    assertThat(tables()).doesNotContain("dcosnet");
    assertThat(routes()).isZero();
    assertThatThrownBy(AutoPathKernelIT::ask).isInstanceOf(IOException.class);
  }

  @Test
  void whatAnotherKindOfPathLeftGoesOnceTheChosenOneServes() throws Exception {
    DataPath first = path(choice());
    serve(first);
    done(first.stop(true, Duration.ZERO));
    List<OutsideClient> outside = outside();
    eachAnswered(outside, 20);

    serve(path(choice("userspace")));
    await().untilAsserted(() -> assertThat(attached()).isEmpty());
    await().untilAsserted(() -> assertThat(tables()).doesNotContain("dcosnet_lb"));
    eachAnswered(outside, 20);
    assertThat(ask()).isEqualTo("a");
  }
}
