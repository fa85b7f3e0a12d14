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
import io.dcosnet.gossip.settings.GossipSettings;

/** A process that is a member of the cluster. */
final class GossipProgram implements Program {

  private final GossipCore core;

  private GossipProgram(GossipCore core) {
    this.core = core;
  }

  /** Makes members with these settings. */
  static Program.Factory factory(GossipSettings settings, MetricsSink metrics) {
    return (process, host) -> make(settings, metrics, process, host);
  }

  private static Program make(
      GossipSettings settings, MetricsSink metrics, NodeProcess process, Host host) {
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
            null,
            metrics);
    return new GossipProgram(new GossipCore(setup, host));
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
    core.frame(link, octets, offset, length);
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
