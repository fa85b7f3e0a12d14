// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.onHost;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.FakeMembership;
import io.dcosnet.testkit.FakeStores;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Twenty nodes with a back end each of one VIP; what they believe of each other is set. */
class NodeDeathTest {

  private static final int NODES = 20;
  private static final Duration MOMENT = Duration.ofMillis(10);

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final FakeStores stores = new FakeStores(time, new Random(2));
  private final List<FakeMembership> members = new ArrayList<>();
  private final List<VipLoadBalancer> balancers = new ArrayList<>();

  @BeforeEach
  void twentyNodesServe() {
    for (int i = 0; i < NODES; i++) {
      start(i);
    }
    time.advance(Duration.ofSeconds(1));
    for (int i = 0; i < NODES; i++) {
      assertThat(usable(i)).hasSize(NODES);
    }
  }

  @Test
  void takesTheBackEndsOfADeadNodeOutAtOnceAndCutsTheirConnectionsAfterASecond() {
    verdict(State.DEAD, 7);
    time.advance(MOMENT);
    for (int i = 0; i < NODES; i++) {
      assertThat(usable(i)).as("node %d", i).hasSize(NODES - 1).doesNotContain(address(7));
      assertThat(all(i)).contains(address(7));
    }
    time.advance(Duration.ofSeconds(1));
    for (int i = 0; i < NODES; i++) {
      assertThat(all(i)).as("node %d", i).doesNotContain(address(7));
    }
    verdict(State.ALIVE, 7);
    time.advance(MOMENT);
    for (int i = 0; i < NODES; i++) {
      assertThat(usable(i)).as("node %d", i).hasSize(NODES);
    }
  }

  @Test
  void takesNobodyElseOutWhileMostAreDead() {
    for (int dead = 0; dead < 15; dead++) {
      verdict(State.DEAD, dead);
      time.advance(Duration.ofMillis(100));
    }
    for (int i = 15; i < NODES; i++) {
      assertThat(usable(i)).as("node %d", i).hasSize(10).contains(address(10), address(14));
    }
    assertThat(metrics.gauge("dcosnet.lb.partition.guard")).isEqualTo(1);
    time.advance(Duration.ofMinutes(5));
    assertThat(usable(19)).hasSize(10);
    for (int back = 0; back < 6; back++) {
      verdict(State.ALIVE, back);
    }
    time.advance(MOMENT);
    assertThat(usable(19)).hasSize(11).doesNotContain(address(10));
    assertThat(metrics.gauge("dcosnet.lb.partition.guard")).isZero();
  }

  private void start(int number) {
    NodeId id = id(number);
    FakeMembership view = new FakeMembership(id, new HostPort(address(number), 7950), time);
    for (int i = 0; i < NODES; i++) {
      view.put(id(i), new HostPort(address(i), 7950), Map.of());
    }
    members.add(view);
    NetRuntime net =
        NetRuntime.builder().scheduler(time).metrics(metrics).random(new Random(number)).build();
    ClusterPublisher tasks = ClusterPublisher.create();
    VipLoadBalancer vips =
        VipLoadBalancer.builder(net)
            .cluster(tasks)
            .store(stores.node(id))
            .membership(view)
            .nodeAddress(address(number))
            .dataPath(DataPaths.memory())
            .build();
    balancers.add(vips);
    assertThat(vips.start()).isNotNull();
    Agent agent = Agent.at("A" + number, address(number));
    tasks.put(agent);
    tasks.put(MARATHON);
    tasks.put(onHost("web-" + number, agent, 31000, "/web:80"));
  }

  /** What all believe of one. */
  private void verdict(State state, int number) {
    members.forEach(view -> view.state(id(number), state));
  }

  private Set<IpAddress> usable(int number) {
    return addresses(number, true);
  }

  private Set<IpAddress> all(int number) {
    return addresses(number, false);
  }

  private Set<IpAddress> addresses(int number, boolean onlyUsable) {
    Set<IpAddress> addresses = new TreeSet<>();
    balancers.get(number).table().services().values().stream()
        .flatMap(service -> service.targets().stream())
        .filter(target -> !onlyUsable || target.takesNew())
        .map(Target::endpoint)
        .forEach(endpoint -> addresses.add(endpoint.address()));
    return addresses;
  }

  private static IpAddress address(int number) {
    return IpAddress.parse("192.0.2." + (number + 1));
  }

  private static NodeId id(int number) {
    return new NodeId(new UUID(0, number + 1));
  }
}
