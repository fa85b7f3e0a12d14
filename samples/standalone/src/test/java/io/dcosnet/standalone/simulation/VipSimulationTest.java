// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.sim.NetworkModel;
import io.dcosnet.gossip.sim.SimulatedNode;
import io.dcosnet.gossip.sim.Simulation;
import io.dcosnet.lb.DataPaths;
import io.dcosnet.lb.DrainReport;
import io.dcosnet.lb.VipLoadBalancer;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.NetRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Twenty agents with a load balancer each, in virtual time on the real membership and the real
 * store. Each agent publishes its own tasks; a scheduler drains them.
 */
class VipSimulationTest {

  private static final int AGENTS = 20;
  private static final int VIPS = 5;
  private static final Duration MOMENT = Duration.ofMillis(10);

  private final Map<Integer, SimulatedNode> hosts = new TreeMap<>();
  private final Map<Integer, VipLoadBalancer> balancers = new TreeMap<>();
  private final Map<Integer, ClusterPublisher> sources = new TreeMap<>();
  private Simulation simulation = Simulation.of(0);

  private void begin(long seed) {
    simulation =
        Simulation.withStores(
            seed,
            GossipSettings.lan(),
            StoreSettings.lan(),
            NetworkModel.lan().withLoss(0.01),
            MetricsSink.none());
    for (int i = 0; i < AGENTS; i++) {
      int number = i;
      hosts.put(i, simulation.add("agent-" + i, host -> run(number, host)));
    }
    simulation.seeds(List.of(host(0), host(1), host(2)));
    hosts.values().forEach(simulation::start);
    simulation.advance(Duration.ofSeconds(10));
    assertThat(balancers).hasSize(AGENTS);
    balancers.keySet().forEach(i -> assertThat(usable(i)).as("agent " + i).hasSize(AGENTS));
  }

  private void run(int number, SimulatedNode host) {
    ClusterPublisher source = ClusterPublisher.create();
    NetRuntime net =
        NetRuntime.builder().scheduler(host.scheduler()).random(new Random(number)).build();
    VipLoadBalancer vips =
        VipLoadBalancer.builder(net)
            .cluster(source)
            .store(host.store())
            .membership(host.membership())
            .messages(host.messages())
            .nodeAddress(host.address().address())
            .dataPath(DataPaths.memory())
            .build();
    sources.put(number, source);
    balancers.put(number, vips);
    vips.start();
    source.put(agent(number));
    source.put(Framework.named("F1", "marathon"));
    source.put(task(number, 31000, "/app" + number % VIPS + ":80"));
  }

  private SimulatedNode host(int number) {
    return requireNonNull(hosts.get(number), "host");
  }

  private VipLoadBalancer balancer(int number) {
    return requireNonNull(balancers.get(number), "balancer");
  }

  private Agent agent(int number) {
    return Agent.at("A" + number, host(number).address().address());
  }

  private Task task(int agent, int port, String vip) {
    Discovery.Port at = new Discovery.Port(port, "", "tcp", Labels.NONE.with("VIP_0", vip));
    NetworkInfo network =
        new NetworkInfo("", List.of(host(agent).address().address()), List.of(), Labels.NONE);
    return Task.named("app-" + agent + "-" + port)
        .framework("F1")
        .runningOn("A" + agent)
        .discovery(new Discovery("", "FRAMEWORK", List.of(at), Labels.NONE))
        .status(new TaskStatus(TaskState.RUNNING, 1, null, List.of(network), Labels.NONE))
        .build();
  }

  /** Where this node sends new connections. */
  private Set<String> usable(int number) {
    Set<String> usable = new HashSet<>();
    for (Service service : balancer(number).table().services().values()) {
      service.targets().stream()
          .filter(Target::takesNew)
          .forEach(target -> usable.add(target.endpoint().toString()));
    }
    return usable;
  }

  private String place(int agent) {
    return host(agent).address().address() + ":31000";
  }

  private void die(int number) {
    balancers.remove(number);
    simulation.powerOff(host(number));
  }

  private boolean allLack(Set<String> places) {
    return balancers.keySet().stream()
        .allMatch(number -> Collections.disjoint(usable(number), places));
  }

  @Test
  void aDrainIsEverywhereWithinThreeHundredMilliseconds() {
    begin(11);
    List<Duration> took = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      int agent = i % AGENTS;
      Task fresh = task(agent, 32000 + i, "/app" + agent % VIPS + ":80");
      requireNonNull(sources.get(agent)).put(fresh);
      simulation.advance(Duration.ofSeconds(2));
      int scheduler = (i * 7 + 3) % AGENTS;
      CompletableFuture<DrainReport> drain =
          balancer(scheduler).drain(fresh.key(), Duration.ofSeconds(10)).toCompletableFuture();
      assertThat(simulation.advanceUntil(drain::isDone, Duration.ofSeconds(11))).isTrue();
      DrainReport report = drain.join();
      assertThat(report.laggards()).isEmpty();
      assertThat(report.applied()).hasSize(AGENTS);
      String drained = host(agent).address().address() + ":" + (32000 + i);
      assertThat(allLack(Set.of(drained))).as("when it is done nobody sends there").isTrue();
      took.add(report.took());
    }
    Collections.sort(took);
    System.out.println("drains took " + took.get(14) + " to " + took.get(29));
    assertThat(took.get(29)).as("all of %s", took).isLessThanOrEqualTo(Duration.ofMillis(300));
  }

  @Test
  void theBackEndsOfADeadNodeGoWithinASecondOfTheVerdict() {
    begin(12);
    die(7);
    assertThat(
            simulation.advanceUntil(
                () -> balancers.keySet().stream().allMatch(this::believesSevenDead),
                Duration.ofSeconds(60)))
        .isTrue();
    assertThat(simulation.advanceUntil(() -> allLack(Set.of(place(7))), Duration.ofSeconds(1)))
        .isTrue();
    balancers.keySet().forEach(i -> assertThat(usable(i)).hasSize(AGENTS - 1));
  }

  private boolean believesSevenDead(int number) {
    return host(number)
        .membership()
        .byId(host(7).id())
        .filter(member -> member.state() == Member.State.DEAD)
        .isPresent();
  }

  @Test
  void serviceGoesOnWhenHalfOfAllAgentsAreLostAtOnce() {
    begin(13);
    for (int i = 0; i < AGENTS / 2; i++) {
      die(i);
    }
    for (int i = 0; i < 3000; i++) {
      simulation.advance(MOMENT);
      for (int number : balancers.keySet()) {
        assertThat(balancer(number).table().services().values())
            .hasSize(VIPS)
            .allMatch(service -> service.targets().stream().anyMatch(Target::takesNew));
      }
    }
    for (int number : balancers.keySet()) {
      Set<String> left = usable(number);
      for (int agent = AGENTS / 2; agent < AGENTS; agent++) {
        assertThat(left).as("agent " + number).contains(place(agent));
      }
    }
  }

  @Test
  void aDrainDoesNotWaitForWhoDiesAndNamesWhoIsOnlyCutOff() {
    begin(14);
    Task one = task(3, 31000, "/app3:80");
    simulation.isolate(List.of(host(9)));
    CompletableFuture<DrainReport> early =
        balancer(0).drain(one.key(), Duration.ofSeconds(2)).toCompletableFuture();
    assertThat(simulation.advanceUntil(early::isDone, Duration.ofSeconds(3))).isTrue();
    assertThat(early.join().laggards()).containsExactly(host(9).id());
    CompletableFuture<DrainReport> patient =
        balancer(0).drain(one.key(), Duration.ofSeconds(60)).toCompletableFuture();
    assertThat(simulation.advanceUntil(patient::isDone, Duration.ofSeconds(61))).isTrue();
    assertThat(patient.join().everywhere()).as("once it is believed dead").isTrue();
    simulation.heal();
    simulation.advance(Duration.ofSeconds(30));
    assertThat(usable(9)).doesNotContain(place(3)).contains(place(4));
  }

  @Test
  void theDeathOfAPublishingSchedulerChangesNothing() {
    begin(15);
    ClusterPublisher all = requireNonNull(sources.get(19));
    Task task = task(19, 33000, "/lone:80");
    all.put(task);
    simulation.advance(Duration.ofSeconds(2));
    Map<Integer, Set<String>> before = new TreeMap<>();
    // A scheduler that publishes for another node's agent: its own death must not count.
    SimulatedNode scheduler =
        simulation.add(
            "scheduler",
            host -> {
              NetRuntime net =
                  NetRuntime.builder().scheduler(host.scheduler()).random(new Random(99)).build();
              ClusterPublisher source = ClusterPublisher.create();
              VipLoadBalancer.builder(net)
                  .cluster(source)
                  .store(host.store())
                  .membership(host.membership())
                  .messages(host.messages())
                  .dataPath(DataPaths.memory())
                  .build()
                  .start();
              source.put(agent(5));
              source.put(Framework.named("F1", "marathon"));
              source.put(task(5, 34000, "/scheduled:80"));
            });
    simulation.start(scheduler);
    simulation.advance(Duration.ofSeconds(10));
    for (int number : balancers.keySet()) {
      before.put(number, usable(number));
      assertThat(usable(number)).contains(host(5).address().address() + ":34000");
    }
    simulation.powerOff(scheduler);
    simulation.advance(Duration.ofMinutes(2));
    before.forEach((number, usable) -> assertThat(usable(number)).isEqualTo(usable));
  }
}
