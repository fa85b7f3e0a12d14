// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.netty.NetRuntime;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Makes the members of the demo's cluster: each with sockets of its own and a copy of the
 * replicated store, all with one key that is made anew for every run. The first one is where the
 * others begin to look.
 *
 * <p><b>Confined to</b> one thread, but for the seeds, which members ask for on theirs.
 */
final class DemoMembers {

  private static final String LABEL = "demo";

  private final GossipKey key;
  private final @Nullable HostPort seed;
  private final @Nullable Path data;
  private volatile @Nullable GossipCluster first;

  /** Members of this process that keep nothing, under a key of their own. */
  DemoMembers() {
    this(GossipKey.generate(1, new SecureRandom()), null, null);
  }

  /**
   * Members of this process and others.
   *
   * @param seed where others are; null for the first member of this process
   * @param data where the members keep what outlives them, each in a folder of its own; null for
   *     nowhere
   */
  DemoMembers(GossipKey key, @Nullable HostPort seed, @Nullable Path data) {
    this.key = key;
    this.seed = seed;
    this.data = data;
  }

  /** A member that starts with its runtime; opens nothing yet. */
  GossipCluster member(NetRuntime net, String name, NodeId id, IpAddress address, String role) {
    GossipCluster.Builder builder =
        GossipCluster.builder(net)
            .name(name)
            .id(id)
            .bind(new HostPort(address, 0))
            .seeds(() -> CompletableFuture.completedFuture(seeds()))
            .settings(GossipSettings.local())
            .store(StoreSettings.local())
            .keys(KeyRing.of(key))
            .label(LABEL)
            .metadata(
                Map.of(Member.META_AGENT_ADDRESS, address.toString(), Member.META_ROLES, role));
    if (data != null) {
      builder.data(data.resolve(name));
    }
    GossipCluster member = builder.build();
    if (first == null) {
      first = member;
    }
    return member;
  }

  private List<HostPort> seeds() {
    return List.of(seed != null ? seed : requireNonNull(first, "first").address());
  }
}
