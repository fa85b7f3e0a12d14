// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.simulation;

import static java.util.Objects.requireNonNull;

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
import io.dcosnet.lb.VipLoadBalancer;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.NetRuntime;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Twenty agents with a load balancer each, in virtual time on the real membership and the real
 * store. Each publishes a task of its own; of five VIPs each has four.
 *
 * <p><b>Confined to</b> one thread.
 */
final class VipAgents {

  static final int AGENTS = 20;
  static final int VIPS = 5;

  final Map<Integer, SimulatedNode> hosts = new TreeMap<>();

  /** Those of agents that run. */
  final Map<Integer, VipLoadBalancer> balancers = new TreeMap<>();

  final Map<Integer, ClusterPublisher> sources = new TreeMap<>();
  final Simulation simulation;

  /** Starts all, and lets them find each other. */
  VipAgents(long seed) {
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

  SimulatedNode host(int number) {
    return requireNonNull(hosts.get(number), "host");
  }

  VipLoadBalancer balancer(int number) {
    return requireNonNull(balancers.get(number), "balancer");
  }

  Agent agent(int number) {
    return Agent.at("A" + number, host(number).address().address());
  }

  Task task(int agent, int port, String vip) {
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
  Set<String> usable(int number) {
    Set<String> usable = new HashSet<>();
    for (Service service : balancer(number).table().services().values()) {
      service.targets().stream()
          .filter(Target::takesNew)
          .forEach(target -> usable.add(target.endpoint().toString()));
    }
    return usable;
  }

  String place(int agent) {
    return host(agent).address().address() + ":31000";
  }

  /** Loses its power: nobody is told. */
  void die(int number) {
    balancers.remove(number);
    simulation.powerOff(host(number));
  }

  /** True when no agent that runs sends anything new to one of these. */
  boolean allLack(Set<String> places) {
    return balancers.keySet().stream()
        .allMatch(number -> Collections.disjoint(usable(number), places));
  }

  /** The places of these agents. */
  Set<String> places(Collection<Integer> agents) {
    Set<String> places = new HashSet<>();
    agents.forEach(agent -> places.add(place(agent)));
    return places;
  }

  /** True when each of these VIP tables has somewhere to send a new connection. */
  boolean everyVipGoesOn() {
    return balancers.keySet().stream().allMatch(this::everyVipGoesOn);
  }

  private boolean everyVipGoesOn(int number) {
    Collection<Service> services = balancer(number).table().services().values();
    return services.size() == VIPS
        && services.stream()
            .allMatch(service -> service.targets().stream().anyMatch(Target::takesNew));
  }

  /** True when one agent believes that the other is dead. */
  boolean believesDead(int number, int other) {
    return host(number)
        .membership()
        .byId(host(other).id())
        .filter(member -> member.state() == Member.State.DEAD)
        .isPresent();
  }
}
