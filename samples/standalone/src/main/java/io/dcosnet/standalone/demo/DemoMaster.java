// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.sources.exchange.FactPublisher;
import io.dcosnet.sources.exchange.FactSource;
import java.util.List;

/**
 * The master: it answers for the zone {@code mesos}, and tells all agents through the replicated
 * store what runs where.
 *
 * <p><b>Thread-safe.</b>
 */
final class DemoMaster implements AutoCloseable {

  static final String NAME = "master";

  /** Where it answers; the agents have the addresses behind it. */
  static final IpAddress ADDRESS = IpAddress.LOOPBACK_IPV4;

  private final NetRuntime net = NetRuntime.builder().ioThreads(1).workThreads(1).build();
  private final ClusterPublisher tasks = ClusterPublisher.create();
  private final GossipCluster gossip;
  private final FactSource facts;
  private final FactPublisher publisher;
  private final DnsServer dns =
      DnsServer.builder(net).listen(new HostPort(ADDRESS, 0)).zone(MesosZone.of(tasks)).build();

  /**
   * Builds everything; opens nothing.
   *
   * @param members whose cluster it joins
   */
  DemoMaster(DemoMembers members) {
    gossip = members.member(net, NAME, DemoAgent.nodeOf(0), ADDRESS, NAME);
    facts = FactSource.create(gossip.store(), net.scheduler(), net.executor(), net.metrics());
    publisher = FactPublisher.create(facts, tasks);
  }

  /** Starts everything and waits until it serves. */
  void start() {
    HostPort endpoint = new HostPort(ADDRESS, Master.DEFAULT_PORT);
    Master master = new Master(endpoint, "");
    tasks.put(new Masters(List.of(master), master));
    net.startAll(gossip, facts, publisher, dns);
    publisher.active(true);
  }

  /** What runs where; who schedules tells it here. */
  ClusterPublisher tasks() {
    return tasks;
  }

  /** It as a member of the cluster. */
  GossipCluster gossip() {
    return gossip;
  }

  HostPort dns() {
    return dns.localAddress();
  }

  NetRuntime net() {
    return net;
  }

  @Override
  public void close() {
    net.close();
  }
}
