// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.sources.exchange.FactPublisher;
import io.dcosnet.sources.exchange.FactSource;
import java.util.ArrayList;
import java.util.List;
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

  /** Where the master answers; the agents have the addresses behind it. */
  static final IpAddress MASTER = IpAddress.LOOPBACK_IPV4;

  private final NetRuntime net = NetRuntime.builder().ioThreads(1).workThreads(1).build();
  private final ClusterPublisher tasks = ClusterPublisher.create();
  private final DnsServer dns =
      DnsServer.builder(net).listen(new HostPort(MASTER, 0)).zone(MesosZone.of(tasks)).build();
  private final DemoMembers members = new DemoMembers();
  private final GossipCluster gossip =
      members.member(net, "master", DemoAgent.nodeOf(0), MASTER, "master");
  private final FactSource facts =
      FactSource.create(gossip.store(), net.scheduler(), net.executor(), net.metrics());
  private final FactPublisher publisher = FactPublisher.create(facts, tasks);
  private final List<DemoAgent> agents = new ArrayList<>();
  private final ToyScheduler scheduler;
  private @Nullable DemoOverlay overlay;

  DemoCluster() {
    for (int number = 1; number <= AGENTS; number++) {
      agents.add(agent(number));
    }
    scheduler = new ToyScheduler(tasks, agents);
  }

  private DemoAgent agent(int number) {
    return new DemoAgent(number, members);
  }

  /** Starts everything and waits until it serves. */
  void start() {
    HostPort endpoint = new HostPort(MASTER, Master.DEFAULT_PORT);
    Master master = new Master(endpoint, "");
    tasks.put(new Masters(List.of(master), master));
    net.startAll(gossip, facts, publisher, dns);
    publisher.active(true);
    DemoOverlay addresses = new DemoOverlay(net.scheduler());
    overlay = addresses;
    for (DemoAgent agent : agents) {
      agent.start();
      tasks.put(agent.describe());
      addresses.register(agent.node(), agent.address());
    }
    scheduler.start(MASTER, ToyApp.ALL);
  }

  /**
   * Ends an agent with all that runs on it; nobody is told. That its tasks are lost is made known
   * as the master would do; that the node is dead the others find out.
   */
  void kill(DemoAgent agent) {
    agents.remove(agent);
    scheduler.cut(agent);
    agent.close();
    scheduler.lost(agent);
  }

  /** Starts an agent again that was killed. */
  void revive(DemoAgent dead) {
    DemoAgent agent = agent(dead.number());
    agent.start();
    agents.add(agent);
    tasks.put(agent.describe());
    scheduler.add(agent);
  }

  /** The master as a member. */
  GossipCluster gossip() {
    return gossip;
  }

  /** The members that run: the master and the agents that live. */
  List<GossipCluster> members() {
    List<GossipCluster> all = new ArrayList<>(List.of(gossip));
    agents.forEach(agent -> all.add(agent.gossip()));
    return all;
  }

  /** What runs where. */
  ClusterSource tasks() {
    return tasks;
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

  /** Where the master answers questions. */
  HostPort dns() {
    return dns.localAddress();
  }

  @Override
  public void close() {
    scheduler.close();
    agents.forEach(DemoAgent::close);
    if (overlay != null) {
      overlay.close();
    }
    net.close();
  }
}
