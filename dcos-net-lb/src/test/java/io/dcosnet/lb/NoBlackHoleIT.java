// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.onHost;
import static io.dcosnet.lb.vip.VipTasks.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.lb.VipLoadBalancer.Publishing;
import io.dcosnet.lb.datapath.contract.NamedServer;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.lb.vip.VipRules;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.lb.vip.VipTasks;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.FakeMembership;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Under load of 64 clients, half of them with kept connections, everything changes that can change:
 * each client goes on, or learns at once that it must try again. No request is lost in silence.
 * From labels to sockets nothing is left out but the network between nodes.
 */
@Timeout(300)
class NoBlackHoleIT {

  private static final int CLIENTS = 64;

  /** Requests of each client between changes. */
  private static final int SOME = 15;

  private static final Cidr RANGE = Cidr.parse("127.104.0.0/16");
  private static final List<Agent> AGENTS =
      List.of(
          Agent.at("A0", IpAddress.parse("127.0.0.21")),
          Agent.at("A1", IpAddress.parse("127.0.0.22")),
          Agent.at("A2", IpAddress.parse("127.0.0.23")));

  private final NetRuntime net = NetRuntime.builder().ioThreads(2).build();
  private final ClusterPublisher tasks = ClusterPublisher.create();
  private final FakeMembership members =
      new FakeMembership(node(9), HostPort.parse("127.0.0.29:7950"), net.time());
  private final List<NamedServer> servers = new ArrayList<>();
  private final VipLoadBalancer vips =
      VipLoadBalancer.builder(net)
          .cluster(tasks)
          .store(LocalStore.of(node(9)))
          .membership(members)
          .publishing(Publishing.ALL_TASKS)
          .rules(VipRules.defaults().withLoopbackRanges(List.of(RANGE)))
          .dataPath(DataPaths.userspace(ProxyConfig.builder().listenRange(RANGE).build()))
          .build();
  private volatile int vipPort;
  private volatile Optional<HostPort> last = Optional.empty();
  private @Nullable Load begun;

  @BeforeEach
  void beginLoad() throws IOException {
    vipPort = freePort();
    tasks.put(MARATHON);
    for (int i = 0; i < AGENTS.size(); i++) {
      Agent agent = AGENTS.get(i);
      members.put(node(i), new HostPort(agent.addresses().get(0), 7950), Map.of());
      tasks.put(agent);
      servers.add(new NamedServer("server" + i, agent.addresses().get(0)));
    }
    net.startAll(vips);
  }

  @AfterEach
  void endLoad() throws Exception {
    if (begun != null) {
      begun.close();
    }
    net.close();
    for (NamedServer server : servers) {
      server.close();
    }
  }

  private static NodeId node(int number) {
    return new NodeId(new UUID(0, number));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(RANGE.first().plus(1).toInetAddress(), 0));
      return socket.getLocalPort();
    }
  }

  private Task task(int number) {
    return onHost(
        "web-" + number,
        AGENTS.get(number),
        servers.get(number).address().port(),
        "/web:" + vipPort);
  }

  /** Runs these, and waits until they are in the table. */
  private void run(int... numbers) {
    for (int number : numbers) {
      tasks.put(task(number));
    }
    await()
        .until(
            () -> {
              Set<HostPort> usable = usable();
              for (int number : numbers) {
                if (!usable.contains(servers.get(number).address())) {
                  return false;
                }
              }
              return place().isPresent();
            });
  }

  /** Where the data path sends new connections of the VIP. */
  private Set<HostPort> usable() {
    Set<HostPort> usable = new HashSet<>();
    vips.report().table().services().values().stream()
        .filter(service -> "web.marathon".equals(service.key().name()))
        .flatMap(service -> service.targets().stream())
        .filter(Target::takesNew)
        .forEach(target -> usable.add(target.endpoint()));
    return usable;
  }

  private void awaitUnused(int number) {
    await().until(() -> !usable().contains(servers.get(number).address()));
  }

  private Optional<HostPort> place() {
    return vips.directory().snapshot().entry("web.marathon").flatMap(this::place);
  }

  private Optional<HostPort> place(VipDirectory.Entry entry) {
    IpAddress address = entry.ipv4();
    return address == null
        ? Optional.empty()
        : entry.services().stream()
            .filter(service -> service.vipPort() == vipPort) // one that drains may be beside it
            .findFirst()
            .map(service -> new HostPort(address, service.port()));
  }

  /** As clients do: who has an address goes on with it while there is no other. */
  private Optional<HostPort> lastPlace() {
    Optional<HostPort> now = place();
    if (now.isPresent()) {
      last = now;
    }
    return last;
  }

  private Load load() {
    Load load = new Load(CLIENTS, this::lastPlace);
    begun = load;
    load.eachAnswered(SOME);
    assertThat(load.failed()).as("before the change; %s", load).isZero();
    return load;
  }

  /** Ends the clients; then no connection of theirs is left anywhere. */
  private void end(Load load) throws InterruptedException {
    load.close();
    assertThat(load.hangs()).isZero();
    await().untilAsserted(() -> assertThat(servers).extracting(NamedServer::open).containsOnly(0));
  }

  @Test
  void aBackEndIsAdded() throws Exception {
    run(0, 1);
    Load load = load();
    run(2);
    load.eachAnswered(SOME);
    assertThat(servers.get(2).served()).isPositive();
    end(load);
    assertThat(load.failed()).isZero();
  }

  @Test
  void aBackEndIsRemoved() throws Exception {
    run(0, 1, 2);
    Load load = load();
    tasks.remove(task(1).key());
    awaitUnused(1);
    load.eachAnswered(1);
    int accepted = servers.get(1).accepted();
    load.eachAnswered(SOME);
    end(load);
    assertThat(load.refused()).isZero();
    assertThat(load.cut()).as("each client at most once").isLessThanOrEqualTo(CLIENTS);
    assertThat(servers.get(1).accepted()).isEqualTo(accepted);
  }

  @Test
  void aBackEndIsDrained() throws Exception {
    run(0, 1, 2);
    Load load = load();
    DrainReport report = vips.drain(task(1).key()).toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(report.everywhere()).isTrue();
    load.eachAnswered(1); // what connects just now has ended
    int accepted = servers.get(1).accepted();
    int served = servers.get(1).served();
    load.eachAnswered(SOME);
    assertThat(servers.get(1).accepted()).as("nothing new").isEqualTo(accepted);
    assertThat(servers.get(1).served()).as("kept connections go on").isGreaterThan(served);
    vips.undrain(task(1).key()).toCompletableFuture().get(30, TimeUnit.SECONDS);
    await().until(() -> servers.get(1).accepted() > accepted);
    load.eachAnswered(SOME);
    end(load);
    assertThat(load.failed()).isZero();
  }

  @Test
  void aBackEndBecomesUnhealthy() throws Exception {
    run(0, 1, 2);
    Load load = load();
    String address = AGENTS.get(1).addresses().get(0).toString();
    tasks.put(
        VipTasks.task("web-1")
            .runningOn(AGENTS.get(1))
            .discovery(task(1).discovery())
            .status(running(false, address))
            .build());
    awaitUnused(1);
    load.eachAnswered(1);
    int accepted = servers.get(1).accepted();
    load.eachAnswered(SOME);
    assertThat(servers.get(1).accepted()).as("nothing new").isEqualTo(accepted);
    run(1);
    load.eachAnswered(SOME);
    end(load);
    assertThat(load.failed()).isZero();
  }

  /** Nothing comes from there any more, neither an answer nor a reset. */
  @Test
  void aNodeDies() throws Exception {
    run(0, 1, 2);
    Load load = load();
    servers.get(1).freeze();
    members.state(node(1), Member.State.DEAD);
    long verdict = System.nanoTime();
    awaitUnused(1);
    assertThat(Duration.ofNanos(System.nanoTime() - verdict)).isLessThan(Duration.ofSeconds(1));
    load.eachAnswered(1);
    int cut = load.cut();
    load.eachAnswered(SOME);
    assertThat(cut).as("those that waited for it").isPositive().isLessThanOrEqualTo(CLIENTS);
    assertThat(load.cut()).isEqualTo(cut);
    servers.get(1).thaw();
    end(load);
    assertThat(load.refused()).isZero();
  }

  @Test
  void aVipIsRemovedAndComesBack() throws Exception {
    run(0, 1);
    Load load = load();
    tasks.remove(task(0).key());
    tasks.remove(task(1).key());
    load.eachRefused(SOME);
    run(0, 2);
    load.eachAnswered(SOME);
    end(load);
  }

  private void assertAllIsWellFromNowOn(Load load) throws Exception {
    load.eachAnswered(SOME); // who was cut has come back
    int failed = load.failed();
    load.eachAnswered(SOME);
    end(load);
    assertThat(load.failed()).as("once it has moved all is well").isEqualTo(failed);
  }

  @Test
  void aListenerMovesToAnotherPort() throws Exception {
    run(0, 1);
    Load load = load();
    HostPort before = place().orElseThrow();
    vipPort = freePort();
    tasks.put(task(0));
    tasks.put(task(1));
    await().until(() -> !place().equals(Optional.of(before)) && place().isPresent());
    assertAllIsWellFromNowOn(load);
  }

  /** A VIP that is an address takes the one that stood for the name. */
  @Test
  void aListenerMovesToAnotherAddress() throws Exception {
    run(0, 1);
    Load load = load();
    HostPort before = place().orElseThrow();
    tasks.put(onHost("owner", AGENTS.get(2), servers.get(2).address().port(), before.toString()));
    await()
        .until(
            () -> place().isPresent() && !place().orElseThrow().address().equals(before.address()));
    assertAllIsWellFromNowOn(load);
  }

  @Test
  void theProcessOfABackEndIsKilled() throws Exception {
    run(0, 1, 2);
    Load load = load();
    servers.get(1).kill();
    load.eachAnswered(1);
    int cut = load.cut();
    load.eachAnswered(SOME);
    assertThat(load.cut()).as("tried elsewhere since").isEqualTo(cut);
    assertThat(cut).isLessThanOrEqualTo(CLIENTS);
    tasks.remove(task(1).key());
    awaitUnused(1);
    load.eachAnswered(SOME);
    end(load);
    assertThat(load.refused()).isZero();
    assertThat(load.cut()).isEqualTo(cut);
  }

  @Test
  void theLoadBalancerEnds() throws Exception {
    run(0, 1);
    Load load = load();
    vips.stop(Duration.ZERO).toCompletableFuture().get(30, TimeUnit.SECONDS);
    load.eachRefused(SOME);
    end(load);
  }
}
