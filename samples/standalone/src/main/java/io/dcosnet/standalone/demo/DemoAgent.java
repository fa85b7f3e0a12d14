// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.records.L4lbZone;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.lb.DataPaths;
import io.dcosnet.lb.VipLoadBalancer;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.sources.exchange.FactSource;
import java.util.Optional;

/**
 * One agent: an address of its own on the loopback device, a member of the gossip cluster, a DNS
 * server and a load balancer with a range of virtual addresses that only this agent uses. All that
 * it knows of the others it has through its own copy of the replicated store: what runs where from
 * the master, and back ends from every agent.
 *
 * <p><b>Thread-safe.</b>
 */
final class DemoAgent implements AutoCloseable {

  private final int number;
  private final NetRuntime net = NetRuntime.builder().ioThreads(1).workThreads(1).build();
  private final GossipCluster gossip;
  private final FactSource facts;
  private final VipLoadBalancer vips;
  private final DnsServer dns;

  /**
   * @param number counted from 1
   * @param members whose cluster it joins
   */
  DemoAgent(int number, DemoMembers members) {
    this.number = number;
    gossip = members.member(net, name(), node(), address(), "agent");
    facts = FactSource.create(gossip.store(), net.scheduler(), net.executor(), net.metrics());
    vips =
        VipLoadBalancer.builder(net)
            .cluster(facts)
            .defaults(ServiceOptions.DEFAULTS.with(ServiceOptions.Policy.ROUND_ROBIN))
            .nodeAddress(address())
            .store(gossip.store())
            .membership(gossip.membership())
            .dataPath(DataPaths.userspace(ProxyConfig.builder().listenRange(vipRange()).build()))
            .build();
    dns =
        DnsServer.builder(net)
            .listen(new HostPort(address(), 0))
            .zone(MesosZone.of(facts))
            .zone(L4lbZone.of(vips.directory()))
            .build();
  }

  /** The identity of an agent. */
  static NodeId nodeOf(int number) {
    return NodeId.parse("00000000-0000-4000-8000-00000000000" + number);
  }

  /** Starts everything and waits until it serves. */
  void start() {
    net.startAll(gossip, facts, vips, dns);
  }

  String name() {
    return nameOf(number);
  }

  static String nameOf(int number) {
    return "a" + number;
  }

  String id() {
    return idOf(number);
  }

  /** As Mesos writes the ids of agents. */
  static String idOf(int number) {
    return "demo-S" + number;
  }

  NodeId node() {
    return nodeOf(number);
  }

  IpAddress address() {
    return addressOf(number);
  }

  static IpAddress addressOf(int number) {
    return IpAddress.parse("127.0.0." + (number + 1));
  }

  /** Where its virtual addresses lie. */
  Cidr vipRange() {
    return Cidr.parse("127." + (64 + number) + ".0.0/16");
  }

  HostPort dns() {
    return dns.localAddress();
  }

  /** Where this agent serves the VIP of a port; empty until it does. */
  Optional<HostPort> vip(ToyApp.Port port) {
    return vips.directory()
        .snapshot()
        .entry(DemoNames.vipKey(port.vip()))
        .flatMap(
            entry ->
                Optional.ofNullable(entry.ipv4())
                    .flatMap(
                        address ->
                            entry.services().stream()
                                .findFirst()
                                .map(service -> new HostPort(address, service.port()))));
  }

  /** It as a member of the cluster. */
  GossipCluster gossip() {
    return gossip;
  }

  int number() {
    return number;
  }

  NetRuntime net() {
    return net;
  }

  /** The agent as the master knows it. */
  Agent describe() {
    return Agent.at(id(), address());
  }

  /** Stops all at once, as a power cut would: nobody is told. */
  @Override
  public void close() {
    net.close();
  }
}
