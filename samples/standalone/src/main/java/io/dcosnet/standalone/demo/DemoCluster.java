// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.gossip.GossipCluster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The wiring of the demo: a master that answers for the zone {@code mesos}, agents, and a scheduler
 * whose tasks they run. All are members of one gossip cluster, find out by it which of them live,
 * and know through its replicated store what runs where.
 *
 * <p><b>Confined to</b> one thread.
 */
final class DemoCluster implements AutoCloseable {

  static final int AGENTS = 3;

  private final DemoMembers members = new DemoMembers();
  private final DemoMaster master = new DemoMaster(members);
  private final List<DemoAgent> agents = new ArrayList<>();
  private final ToyScheduler scheduler;
  private final Map<DemoAgent, DemoHost> hosts = new LinkedHashMap<>();
  private @Nullable DemoOverlay overlay;

  DemoCluster() {
    for (int number = 1; number <= AGENTS; number++) {
      agents.add(agent(number));
    }
    scheduler = new ToyScheduler(master.tasks(), agents);
  }

  private DemoAgent agent(int number) {
    return new DemoAgent(number, members);
  }

  /** Starts everything and waits until it serves. */
  void start() {
    master.start();
    overlay = new DemoOverlay(master.net(), master.gossip().store());
    for (DemoAgent agent : agents) {
      agent.start();
      master.tasks().put(agent.describe());
      hosts.put(agent, new DemoHost(agent, overlay()));
    }
    scheduler.start(DemoMaster.ADDRESS, ToyApp.ALL);
  }

  /**
   * Ends an agent with all that runs on it; nobody is told. That its tasks are lost is made known
   * as the master would do; that the node is dead the others find out.
   */
  void kill(DemoAgent agent) {
    agents.remove(agent);
    hosts.remove(agent);
    scheduler.cut(agent);
    agent.close();
    scheduler.lost(agent);
  }

  /** Starts an agent again that was killed. */
  void revive(DemoAgent dead) {
    DemoAgent agent = agent(dead.number());
    agent.start();
    agents.add(agent);
    hosts.put(agent, new DemoHost(agent, overlay()));
    master.tasks().put(agent.describe());
    scheduler.add(agent);
  }

  /** The master as a member. */
  GossipCluster gossip() {
    return master.gossip();
  }

  /** The members that run: the master and the agents that live. */
  List<GossipCluster> members() {
    List<GossipCluster> all = new ArrayList<>(List.of(master.gossip()));
    agents.forEach(agent -> all.add(agent.gossip()));
    return all;
  }

  /** What runs where. */
  ClusterSource tasks() {
    return master.tasks();
  }

  /** Those that live. */
  List<DemoAgent> agents() {
    return List.copyOf(agents);
  }

  ToyScheduler scheduler() {
    return scheduler;
  }

  /** Who has which container addresses. */
  DemoOverlay overlay() {
    return requireNonNull(overlay, "started");
  }

  /** A living agent as a host of containers. */
  DemoHost host(DemoAgent agent) {
    return requireNonNull(hosts.get(agent), "living");
  }

  /** Where the master answers questions. */
  HostPort dns() {
    return master.dns();
  }

  @Override
  public void close() {
    scheduler.close();
    agents.forEach(DemoAgent::close);
    if (overlay != null) {
      overlay.close();
    }
    master.close();
  }
}
