// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.SystemScheduler;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.overlay.AllocationStatus.Phase;
import io.dcosnet.overlay.Allocations;
import io.dcosnet.overlay.OverlayMaster;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Registration;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterRequest;
import io.dcosnet.zookeeper.ZooKeeperDurableStore;
import io.dcosnet.zookeeper.ZooKeeperLeaderElection;
import io.dcosnet.zookeeper.ZooKeeperUrl;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingCluster;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two masters of one cluster, which keep what they gave in three servers of ZooKeeper. */
class MastersOnZooKeeperIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int TICK_MILLIS = 250;
  private static final int AGENTS = 60;
  private static final Wants WANTS = Wants.EVERYTHING;

  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"quorum_wait":"1s","vtep_subnet":"44.128.0.0/16","vtep_subnet6":"fd01:a::/64",
           "vtep_mac_oui":"70:b3:d5:00:00:00","overlays":[
            {"name":"dcos","subnet":"9.0.0.0/8","prefix":24},
            {"name":"dcos6","subnet6":"fd01:b::/64","prefix6":80}]}""");

  private final List<AutoCloseable> open = new ArrayList<>();
  private TestingCluster servers;

  @BeforeEach
  void startServers() throws Exception {
    InstanceSpec[] specs = new InstanceSpec[3];
    for (int i = 0; i < specs.length; i++) {
      specs[i] = new InstanceSpec(null, -1, -1, -1, true, i + 1, TICK_MILLIS, -1);
    }
    servers = new TestingCluster(specs);
    servers.start();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    servers.close();
  }

  /** All of one process. */
  private final class Master {
    final URI address;
    final ZooKeeperLeaderElection election;
    final OverlayMaster overlay;

    Master(String host) {
      address = URI.create("http://" + host + ":62080");
      NetRuntime net = keep(NetRuntime.builder().build());
      election =
          keep(
              ZooKeeperLeaderElection.builder(url("/dcos-net/overlay/test/leader"), address)
                  .sessionTimeout(Duration.ofSeconds(5))
                  .build());
      overlay =
          keep(OverlayMaster.builder(net).allocations(store(), CONFIG).election(election).build());
      done(election.start());
      done(overlay.start());
    }

    boolean leads() {
      return overlay.view().isPresent();
    }

    RegisterAnswer register(int number) {
      return done(overlay.register(RegisterRequest.first(agent(number), ip(number), WANTS)));
    }
  }

  private DurableStore store() {
    return keep(
        ZooKeeperDurableStore.builder(url("/dcos-net/overlay/test/store"))
            .sessionTimeout(Duration.ofSeconds(5))
            .open());
  }

  private <T extends AutoCloseable> T keep(T part) {
    open.add(part);
    return part;
  }

  private ZooKeeperUrl url(String path) {
    return ZooKeeperUrl.parse("zk://" + servers.getConnectString() + path);
  }

  private static <T> T done(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    assertThat(future).succeedsWithin(PATIENCE);
    return future.join();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
  }

  private static NodeId agent(int number) {
    return new NodeId(new UUID(0, number));
  }

  private static IpAddress ip(int number) {
    return IpAddress.parse("203.0.113.0").plus(number);
  }

  /** What agents do: they ask whoever answers, and again until somebody gave them something. */
  private static final class Agents {
    final Map<NodeId, AgentRecord> given = new ConcurrentHashMap<>();
    final AtomicInteger refusals = new AtomicInteger();
    final AtomicBoolean enough = new AtomicBoolean();
    private final List<Master> masters;

    Agents(List<Master> masters) {
      this.masters = masters;
    }

    void registerAll() {
      for (int number = 1; !enough.get(); number++) {
        registerUntilGiven(number);
        registerUntilGiven(1 + number / 2); // one from before
      }
    }

    private void registerUntilGiven(int number) {
      for (int turn = number; !ask(masters.get(turn % masters.size()), number); turn++) {
        if (enough.get()) {
          return;
        }
      }
    }

    private boolean ask(Master master, int number) {
      if (master.register(number) instanceof RegisterAnswer.Assigned assigned) {
        AgentRecord record = assigned.assignment().record();
        AgentRecord before = given.putIfAbsent(agent(number), record);
        assertThat(before).as("what agent %d had", number).isIn(null, record);
        return true;
      }
      refusals.incrementAndGet();
      return false;
    }
  }

  @Test
  void giveNothingTwiceWhenTheLeaderFailsWhileAgentsRegister() throws Exception {
    Master one = new Master("192.0.2.1");
    await().until(one::leads);
    Master two = new Master("192.0.2.2");
    await().until(() -> two.overlay.elsewhere().equals(Optional.of(one.address)));
    Agents agents = new Agents(List.of(one, two));
    CompletableFuture<Void> registering = CompletableFuture.runAsync(agents::registerAll);
    awaitMore(agents, registering);

    // The leading master dies in the midst of it, as far as the election can see.
    one.election.close();
    await().until(() -> two.leads() || registering.isDone());
    assertThat(one.overlay.view()).isEmpty();
    assertThat(one.register(1)).isInstanceOf(RegisterAnswer.Later.class);
    awaitMore(agents, registering);

    // So does the leading server.
    InstanceSpec dead = leadingServer();
    assertThat(servers.killServer(dead)).isTrue();
    awaitMore(agents, registering);
    assertThat(servers.restartServer(dead)).isTrue();
    awaitMore(agents, registering);
    agents.enough.set(true);
    assertThat(registering).succeedsWithin(PATIENCE);

    assertThat(agents.refusals).hasPositiveValue();
    await().until(two::leads);
    assertEverythingIsThereOnce(two, agents);
  }

  private static void awaitMore(Agents agents, CompletableFuture<Void> registering) {
    int before = agents.given.size();
    await().until(() -> registering.isDone() || agents.given.size() >= before + AGENTS);
    assertThat(registering).isNotDone();
  }

  private static void assertEverythingIsThereOnce(Master master, Agents agents) {
    assertThat(master.overlay.verify().orElseThrow()).isEmpty();
    AllocationState state = master.overlay.view().orElseThrow().allocations();
    Set<IpAddress> vteps = new HashSet<>();
    for (AgentRecord record : state.agents()) {
      assertThat(vteps.add(record.vtep())).as("VTEP %s", record.vtep()).isTrue();
    }
    agents.given.forEach((agent, record) -> assertThat(state.agent(agent)).contains(record));
  }

  /** A master that has not heard of its end yet: an election cannot help there, the fence does. */
  @Test
  void theStaleOneStepsDownWithItsFirstWrite() {
    SystemScheduler scheduler = keep(SystemScheduler.create("masters"));
    Allocations stale = Allocations.builder(store(), CONFIG, scheduler).build();
    done(stale.lead());
    assertThat(register(stale, 1)).isInstanceOf(Registration.Assigned.class);
    Allocations successor = Allocations.builder(store(), CONFIG, scheduler).build();
    done(successor.lead());

    assertThat(register(stale, 2))
        .isInstanceOfSatisfying(
            Registration.Unavailable.class,
            unavailable -> assertThat(unavailable.reason().code()).isEqualTo("NOT_LEADING"));
    assertThat(stale.status().phase()).isEqualTo(Phase.IDLE);
    assertThat(stale.status().reason()).contains("epoch " + successor.status().epoch());
    assertThat(((Registration.Assigned) register(successor, 2)).agent().vtep())
        .hasToString("44.128.0.2");
  }

  private static Registration register(Allocations master, int number) {
    return done(master.register(agent(number), ip(number), WANTS));
  }

  private InstanceSpec leadingServer() {
    await().until(() -> findLeadingServer().isPresent());
    return findLeadingServer().orElseThrow();
  }

  private Optional<InstanceSpec> findLeadingServer() {
    return servers.getInstances().stream()
        .filter(server -> status(server).contains("Mode: leader"))
        .findFirst();
  }

  private static String status(InstanceSpec server) {
    try (Socket socket = new Socket(server.getHostname(), server.getPort())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write("srvr".getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      return ""; // it is not up
    }
  }
}
