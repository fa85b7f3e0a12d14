// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.embedded;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.seed.SeedProvider;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.lb.DataPaths;
import io.dcosnet.lb.DrainReport;
import io.dcosnet.lb.VipLoadBalancer;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.netty.NetRuntime;
import java.util.concurrent.CompletionStage;

/**
 * One of several machines that a scheduler runs tasks on: it tells the others through the
 * replicated store which back ends it has, and reaches theirs at virtual addresses of its own.
 *
 * <p><b>Thread-safe.</b>
 */
public final class EmbeddedNode implements AutoCloseable {

  private final NetRuntime net = NetRuntime.create();
  private final ClusterPublisher tasks = ClusterPublisher.create();
  private final GossipCluster gossip;
  private final VipLoadBalancer vips;
  private final Agent agent;

  /**
   * Builds everything; opens nothing.
   *
   * @param address where the others reach it
   * @param seeds where others may be found
   * @param key the same on all nodes
   * @param virtualAddresses a range that only this node uses
   */
  public EmbeddedNode(IpAddress address, SeedProvider seeds, GossipKey key, Cidr virtualAddresses) {
    agent = Agent.at("agent-" + address, address);
    gossip =
        GossipCluster.builder(net)
            .bind(new HostPort(address, 0))
            .seeds(seeds)
            .keys(KeyRing.of(key))
            .label("embedded")
            .store(StoreSettings.lan())
            .build();
    vips =
        VipLoadBalancer.builder(net)
            .cluster(tasks)
            .nodeAddress(address)
            .store(gossip.store())
            .membership(gossip.membership())
            .messages(gossip.messages())
            .dataPath(
                DataPaths.userspace(ProxyConfig.builder().listenRange(virtualAddresses).build()))
            .build();
  }

  /** Serves from here on. */
  public void start() {
    net.startAll(gossip, vips);

    tasks.put(Framework.named("framework-1", "marathon"));
    tasks.put(agent);
  }

  /** Tells that a task of a service runs on a port of this node. */
  public void running(String name, String id, int port, String vip) {
    tasks.put(
        Task.named(name)
            .id(id)
            .framework("framework-1")
            .runningOn(agent)
            .ports(port, port)
            .label("VIP_PORT0", "tcp://" + vip)
            .build());
  }

  /**
   * To be asked before a task is ended: lets no node send it anything new.
   *
   * @return completes when all nodes have done so, or after ten seconds with the names of those
   *     that have not said so; then the task may be ended
   */
  public CompletionStage<DrainReport> ending(String id) {
    return vips.drain(new TaskKey("framework-1", id));
  }

  /** Where the others find this node, once it is started. */
  public HostPort gossip() {
    return gossip.address();
  }

  /** What all nodes know; the scheduler may keep entries of its own there. */
  public ReplicatedStore store() {
    return gossip.store();
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
