// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.onHost;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two agents of one cluster in one process, each with a listen range of its own. */
@Timeout(60)
class VipLoadBalancerIT {

  private static final Agent FIRST = Agent.at("A1", IpAddress.parse("127.0.0.11"));
  private static final Agent SECOND = Agent.at("A2", IpAddress.parse("127.0.0.12"));

  private final NetRuntime net = NetRuntime.create();
  private final ClusterPublisher tasks = ClusterPublisher.create();
  private final LocalStore store = LocalStore.of(new NodeId(new UUID(0, 1)));
  private final List<ServerSocket> servers = new ArrayList<>();

  @AfterEach
  void closeAll() throws IOException {
    net.close();
    for (ServerSocket server : servers) {
      server.close();
    }
  }

  @Test
  void reachesAlternatingBackEndsFromEachAgent() throws Exception {
    VipLoadBalancer first = agent(store, FIRST, "127.101.0.0/16");
    VipLoadBalancer second =
        agent(store.forNode(new NodeId(new UUID(0, 2))), SECOND, "127.102.0.0/16");
    net.startAll(first, second);
    int vipPort = freePort();
    tasks.put(MARATHON);
    tasks.put(FIRST);
    tasks.put(SECOND);
    tasks.put(onHost("a", FIRST, serve(FIRST, "a"), "/echo:" + vipPort, "/low:80"));
    tasks.put(onHost("b", SECOND, serve(SECOND, "b"), "/echo:" + vipPort));

    for (VipLoadBalancer vips : List.of(first, second)) {
      HostPort echo = resolve(vips, "echo.marathon");
      await()
          .until(
              () ->
                  vips.table().services().values().stream().anyMatch(s -> s.targets().size() == 2));
      assertThat(echo.port()).isEqualTo(vipPort);
      String one = ask(echo);
      String other = ask(echo);
      assertThat(List.of(one, other)).containsExactlyInAnyOrder("a", "b");
      for (int i = 0; i < 10; i++) {
        assertThat(ask(echo)).isEqualTo(one);
        assertThat(ask(echo)).isEqualTo(other);
      }
      HostPort low = resolve(vips, "low.marathon");
      assertThat(low.port()).isEqualTo(10_080);
      assertThat(ask(low)).isEqualTo("a");
    }
    assertThat(Cidr.parse("127.101.0.0/16").contains(resolve(first, "echo.marathon").address()))
        .isTrue();
    assertThat(Cidr.parse("127.102.0.0/16").contains(resolve(second, "echo.marathon").address()))
        .isTrue();
  }

  @Test
  void followsATaskThatMoves() throws Exception {
    VipLoadBalancer vips = agent(store, FIRST, "127.103.0.0/16");
    net.startAll(vips);
    int vipPort = freePort();
    tasks.put(MARATHON);
    tasks.put(FIRST);
    tasks.put(onHost("a", FIRST, serve(FIRST, "old"), "/echo:" + vipPort));
    HostPort echo = resolve(vips, "echo.marathon");
    assertThat(ask(echo)).isEqualTo("old");
    tasks.put(onHost("a", FIRST, serve(FIRST, "new"), "/echo:" + vipPort));
    await().until(() -> ask(echo).equals("new"));
    assertThat(resolve(vips, "echo.marathon")).isEqualTo(echo);
    tasks.remove(tasks.cluster().tasks().iterator().next().key());
    await().until(() -> vips.directory().snapshot().byName().isEmpty());
    assertThatThrownBy(() -> ask(echo)).isInstanceOf(SocketException.class);
  }

  // F7
  @Test
  void reachesAllBackEndsOfFiveAppsOnFiveNodesThatShareAVip() throws Exception {
    ProxyConfig range = ProxyConfig.builder().listenRange(Cidr.parse("127.104.0.0/16")).build();
    VipLoadBalancer vips =
        VipLoadBalancer.builder(net)
            .cluster(tasks)
            .store(store)
            .dataPath(DataPaths.userspace(range))
            .build();
    net.startAll(vips);
    int vipPort = freePort();
    tasks.put(MARATHON);
    List<HostPort> places = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      Agent node = Agent.at("A" + i, IpAddress.parse("127.0.0." + (10 + i)));
      tasks.put(node);
      int port = serve(node, "app" + i);
      places.add(new HostPort(node.addresses().get(0), port));
      tasks.put(onHost("app" + i, node, port, "/l4lbtest:" + vipPort));
    }
    HostPort vip = resolve(vips, "l4lbtest.marathon");
    await()
        .untilAsserted(
            () ->
                assertThat(vips.table().services().values())
                    .singleElement()
                    .satisfies(
                        service ->
                            assertThat(service.targets())
                                .extracting(VipTable.Target::endpoint)
                                .containsExactlyInAnyOrderElementsOf(places)));

    Set<String> answers = new TreeSet<>();
    for (int i = 0; i < 25; i++) {
      answers.add(ask(vip));
    }

    assertThat(answers).containsExactly("app1", "app2", "app3", "app4", "app5");
  }

  // F8
  @Test
  void keepsAVipApartFromAContainerWithTheSamePortOnTheNode() throws Exception {
    VipLoadBalancer vips = agent(store, FIRST, "127.105.0.0/16");
    net.startAll(vips);
    int port = serve(FIRST, "container");
    tasks.put(MARATHON);
    tasks.put(FIRST);
    tasks.put(onHost("a", FIRST, serve(FIRST, "behind the vip"), "/app:" + port));
    HostPort vip = resolve(vips, "app.marathon");

    assertThat(vip.port()).isEqualTo(port);
    assertThat(ask(vip)).isEqualTo("behind the vip");
    assertThat(ask(new HostPort(FIRST.addresses().get(0), port))).isEqualTo("container");
  }

  private VipLoadBalancer agent(LocalStore over, Agent agent, String range) {
    ProxyConfig config = ProxyConfig.builder().listenRange(Cidr.parse(range)).build();
    return VipLoadBalancer.builder(net)
        .cluster(tasks)
        .store(over)
        .nodeAddress(agent.addresses().get(0))
        .dataPath(DataPaths.userspace(config))
        .defaults(ServiceOptions.DEFAULTS.with(Policy.ROUND_ROBIN))
        .build();
  }

  private static HostPort resolve(VipLoadBalancer vips, String name) {
    await().until(() -> vips.directory().snapshot().entry(name).isPresent());
    VipDirectory.Entry entry = vips.directory().snapshot().entry(name).orElseThrow();
    return new HostPort(requireNonNull(entry.ipv4()), entry.services().iterator().next().port());
  }

  /** A task: says its name to everybody. */
  private int serve(Agent agent, String name) throws IOException {
    ServerSocket server = new ServerSocket();
    server.bind(new InetSocketAddress(agent.addresses().get(0).toInetAddress(), 0));
    servers.add(server);
    Thread thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                  socket.getOutputStream().write(name.getBytes(UTF_8));
                } catch (IOException e) {
                  // closed by the test or by the client
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return server.getLocalPort();
  }

  private static String ask(HostPort to) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(10_000);
      socket.connect(to.toSocketAddress(), (int) Duration.ofSeconds(5).toMillis());
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
