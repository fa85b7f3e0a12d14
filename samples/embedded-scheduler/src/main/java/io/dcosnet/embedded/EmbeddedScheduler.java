// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.embedded;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.records.L4lbZone;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.lb.DataPaths;
import io.dcosnet.lb.VipLoadBalancer;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.netty.NetRuntime;

/**
 * A scheduler of one machine that gives its tasks names and virtual addresses from its own process.
 *
 * <p><b>Thread-safe.</b>
 */
public final class EmbeddedScheduler implements AutoCloseable {

  private static final Cidr VIRTUAL_ADDRESSES = Cidr.parse("127.64.0.0/16");

  private final NetRuntime net = NetRuntime.create();
  private final ClusterPublisher cluster = ClusterPublisher.create();
  private final VipLoadBalancer vips;
  private final DnsServer dns;
  private final Agent agent = Agent.at("agent-1", IpAddress.LOOPBACK_IPV4);

  /** Builds everything; opens nothing. */
  public EmbeddedScheduler() {
    vips =
        VipLoadBalancer.builder(net)
            .cluster(cluster)
            .store(LocalStore.of(NodeId.random(net.random())))
            // by turns, so that a few requests by hand meet all tasks; by default by their load
            .defaults(ServiceOptions.DEFAULTS.with(ServiceOptions.Policy.ROUND_ROBIN))
            .dataPath(
                DataPaths.userspace(ProxyConfig.builder().listenRange(VIRTUAL_ADDRESSES).build()))
            .build();
    dns =
        DnsServer.builder(net)
            .listen(HostPort.parse("127.0.0.1:0"))
            .zone(MesosZone.of(cluster))
            .zone(L4lbZone.of(vips.directory()))
            .build();
  }

  /** Serves from here on. */
  public void start() {
    net.startAll(vips, dns); // rolls back on failure

    cluster.put(Framework.named("framework-1", "marathon"));
    cluster.put(agent);
  }

  /** Tells that a task runs on a port of this machine; with a VIP it is part of a service. */
  public void running(String name, String id, int port, String vip) {
    cluster.put(
        Task.named(name)
            .id(id)
            .framework("framework-1")
            .runningOn(agent)
            .ports(port, port)
            .label("VIP_PORT0", "tcp://" + vip)
            .build());
  }

  /** Where DNS is answered. */
  public HostPort dns() {
    return dns.localAddress();
  }

  /** Which virtual addresses there are. */
  public VipDirectory vips() {
    return vips.directory();
  }

  @Override
  public void close() {
    net.close();
  }
}
