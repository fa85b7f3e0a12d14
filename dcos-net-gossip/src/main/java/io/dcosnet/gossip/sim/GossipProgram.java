// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.key.KeyState;
import io.dcosnet.gossip.protocol.CoreSetup;
import io.dcosnet.gossip.protocol.GossipCore;
import io.dcosnet.gossip.protocol.Host;
import io.dcosnet.gossip.protocol.LinkEnd;
import io.dcosnet.gossip.protocol.LinkPeer;
import io.dcosnet.gossip.replica.ReplicaSetup;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings;
import org.jspecify.annotations.Nullable;

/** A process that is a member of the cluster. */
final class GossipProgram implements Program {

  private final World world;
  private final GossipCore core;
  private final boolean hasStore;

  private GossipProgram(World world, GossipCore core) {
    this.world = world;
    this.core = core;
    this.hasStore = core.replica() != null;
  }

  /** Makes members with these settings. */
  static Program.Factory factory(GossipSettings settings, MetricsSink metrics) {
    return factory(settings, null, metrics);
  }

  /** Makes members that have a replica of the store each; without for null. */
  static Program.Factory factory(
      GossipSettings settings, @Nullable StoreSettings stores, MetricsSink metrics) {
    return (process, host) -> make(settings, stores, metrics, process, host);
  }

  private static Program make(
      GossipSettings settings,
      @Nullable StoreSettings stores,
      MetricsSink metrics,
      NodeProcess process,
      Host host) {
    SimulatedNode node = process.node;
    CoreSetup setup =
        new CoreSetup(
            settings,
            node.disk.id(),
            process.epoch,
            node.profile(),
            node.disk.members(),
            true,
            process.world.members,
            KeyState.none(),
            stores == null ? null : store(stores, metrics, process, host),
            metrics);
    return new GossipProgram(process.world, new GossipCore(setup, host));
  }

  private static ReplicaSetup store(
      StoreSettings settings, MetricsSink metrics, NodeProcess process, Host host) {
    Disk disk = process.node.disk;
    StoreDisk.Loaded loaded =
        disk.store().start(disk.id(), process.epoch, settings, host, process.world::now);
    return new ReplicaSetup(settings, loaded.state(), loaded.log(), metrics);
  }

  @Override
  public void start() {
    core.start();
  }

  @Override
  public long shortId() {
    return core.self().key().shortId();
  }

  @Override
  public void received(HostPort from, long sender, byte[] body, int offset, int length) {
    count(body, offset, length);
    core.received(from, sender, body, offset, length);
  }

  @Override
  public void accepted(int link, LinkPeer peer) {
    core.accepted(link, peer);
  }

  @Override
  public void opened(int link, LinkPeer peer) {
    core.opened(link, peer);
  }

  @Override
  public void frame(int link, byte[] octets, int offset, int length) {
    count(octets, offset, length);
    core.frame(link, octets, offset, length);
  }

  private void count(byte[] body, int offset, int length) {
    if (hasStore) {
      world.deltasCame(DeltaCount.of(body, offset, length));
    }
  }

  @Override
  public void closed(int link, LinkEnd end) {
    core.closed(link, end);
  }

  @Override
  public void lagged() {
    core.lagged();
  }

  @Override
  public GossipCore core() {
    return core;
  }
}
