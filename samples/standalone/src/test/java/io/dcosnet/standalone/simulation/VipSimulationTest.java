// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.simulation;

import static io.dcosnet.standalone.simulation.VipAgents.AGENTS;
import static io.dcosnet.standalone.simulation.VipAgents.VIPS;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.gossip.sim.SimulatedNode;
import io.dcosnet.gossip.sim.Simulation;
import io.dcosnet.lb.DataPaths;
import io.dcosnet.lb.DrainReport;
import io.dcosnet.lb.VipLoadBalancer;
import io.dcosnet.netty.NetRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Twenty agents with a load balancer each, in virtual time on the real membership and the real
 * store. Each agent publishes its own tasks; a scheduler drains them.
 */
class VipSimulationTest {

  private static final Duration MOMENT = Duration.ofMillis(10);

  private @Nullable VipAgents started;

  private void begin(long seed) {
    started = new VipAgents(seed);
    assertThat(balancers()).hasSize(AGENTS);
    balancers()
        .keySet()
        .forEach(i -> assertThat(agents().usable(i)).as("agent " + i).hasSize(AGENTS));
  }

  private VipAgents agents() {
    return requireNonNull(started, "begin first");
  }

  private Simulation simulation() {
    return agents().simulation;
  }

  private Map<Integer, VipLoadBalancer> balancers() {
    return agents().balancers;
  }

  @Test
  void aDrainIsEverywhereWithinThreeHundredMilliseconds() {
    begin(11);
    List<Duration> took = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      int agent = i % AGENTS;
      Task fresh = agents().task(agent, 32000 + i, "/app" + agent % VIPS + ":80");
      requireNonNull(agents().sources.get(agent)).put(fresh);
      simulation().advance(Duration.ofSeconds(2));
      int scheduler = (i * 7 + 3) % AGENTS;
      CompletableFuture<DrainReport> drain =
          agents()
              .balancer(scheduler)
              .drain(fresh.key(), Duration.ofSeconds(10))
              .toCompletableFuture();
      assertThat(simulation().advanceUntil(drain::isDone, Duration.ofSeconds(11))).isTrue();
      DrainReport report = drain.join();
      assertThat(report.laggards()).isEmpty();
      assertThat(report.applied()).hasSize(AGENTS);
      String drained = agents().host(agent).address().address() + ":" + (32000 + i);
      assertThat(agents().allLack(Set.of(drained)))
          .as("when it is done nobody sends there")
          .isTrue();
      took.add(report.took());
    }
    Collections.sort(took);
    System.out.println("drains took " + took.get(14) + " to " + took.get(29));
    assertThat(took.get(29)).as("all of %s", took).isLessThanOrEqualTo(Duration.ofMillis(300));
  }

  @Test
  void theBackEndsOfADeadNodeGoWithinASecondOfTheVerdict() {
    begin(12);
    agents().die(7);
    assertThat(
            simulation()
                .advanceUntil(
                    () ->
                        balancers().keySet().stream()
                            .allMatch(number -> agents().believesDead(number, 7)),
                    Duration.ofSeconds(60)))
        .isTrue();
    assertThat(
            simulation()
                .advanceUntil(
                    () -> agents().allLack(Set.of(agents().place(7))), Duration.ofSeconds(1)))
        .isTrue();
    balancers().keySet().forEach(i -> assertThat(agents().usable(i)).hasSize(AGENTS - 1));
  }

  @Test
  void serviceGoesOnWhenHalfOfAllAgentsAreLostAtOnce() {
    begin(13);
    List<Integer> lost = IntStream.range(0, AGENTS / 2).boxed().toList();
    lost.forEach(agents()::die);
    Set<String> gone = agents().places(lost);
    boolean told = false;
    Duration verdicts = Duration.ZERO;
    for (int i = 0; i < 6000 && !(told && agents().allLack(gone)); i++) {
      simulation().advance(MOMENT);
      assertThat(agents().everyVipGoesOn()).isTrue();
      if (!told && balancers().keySet().stream().allMatch(n -> believesAllDead(n, lost))) {
        told = true;
        verdicts = simulation().elapsed();
      }
    }
    assertThat(told).as("all verdicts came").isTrue();
    assertThat(agents().allLack(gone)).as("only living back ends").isTrue();
    assertThat(simulation().elapsed().minus(verdicts)).isLessThanOrEqualTo(Duration.ofSeconds(1));
    for (int number : balancers().keySet()) {
      assertThat(agents().usable(number)).isEqualTo(agents().places(balancers().keySet()));
    }
  }

  private boolean believesAllDead(int number, List<Integer> others) {
    return others.stream().allMatch(other -> agents().believesDead(number, other));
  }

  @Test
  void aDrainDoesNotWaitForWhoDiesAndNamesWhoIsOnlyCutOff() {
    begin(14);
    Task one = agents().task(3, 31000, "/app3:80");
    simulation().isolate(List.of(agents().host(9)));
    CompletableFuture<DrainReport> early =
        agents().balancer(0).drain(one.key(), Duration.ofSeconds(2)).toCompletableFuture();
    assertThat(simulation().advanceUntil(early::isDone, Duration.ofSeconds(3))).isTrue();
    assertThat(early.join().laggards()).containsExactly(agents().host(9).id());
    CompletableFuture<DrainReport> patient =
        agents().balancer(0).drain(one.key(), Duration.ofSeconds(60)).toCompletableFuture();
    assertThat(simulation().advanceUntil(patient::isDone, Duration.ofSeconds(61))).isTrue();
    assertThat(patient.join().everywhere()).as("once it is believed dead").isTrue();
    simulation().heal();
    simulation().advance(Duration.ofSeconds(30));
    assertThat(agents().usable(9)).doesNotContain(agents().place(3)).contains(agents().place(4));
  }

  @Test
  void theDeathOfAPublishingSchedulerChangesNothing() {
    begin(15);
    ClusterPublisher all = requireNonNull(agents().sources.get(19));
    Task task = agents().task(19, 33000, "/lone:80");
    all.put(task);
    simulation().advance(Duration.ofSeconds(2));
    Map<Integer, Set<String>> before = new TreeMap<>();
    // A scheduler that publishes for another node's agent: its own death must not count.
    SimulatedNode scheduler =
        simulation()
            .add(
                "scheduler",
                host -> {
                  NetRuntime net =
                      NetRuntime.builder()
                          .scheduler(host.scheduler())
                          .random(new Random(99))
                          .build();
                  ClusterPublisher source = ClusterPublisher.create();
                  VipLoadBalancer.builder(net)
                      .cluster(source)
                      .store(host.store())
                      .membership(host.membership())
                      .messages(host.messages())
                      .dataPath(DataPaths.memory())
                      .build()
                      .start();
                  source.put(agents().agent(5));
                  source.put(Framework.named("F1", "marathon"));
                  source.put(agents().task(5, 34000, "/scheduled:80"));
                });
    simulation().start(scheduler);
    simulation().advance(Duration.ofSeconds(10));
    for (int number : balancers().keySet()) {
      before.put(number, agents().usable(number));
      assertThat(agents().usable(number)).contains(agents().host(5).address().address() + ":34000");
    }
    simulation().powerOff(scheduler);
    simulation().advance(Duration.ofMinutes(2));
    before.forEach((number, usable) -> assertThat(agents().usable(number)).isEqualTo(usable));
  }
}
