// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.key.KeyState;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.replica.ReplicaSetup;
import io.dcosnet.gossip.settings.GossipSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a core is made with. <b>Immutable.</b>
 *
 * @param epoch of this start; greater than that of each start before
 * @param profile what the node says of itself
 * @param kept members from the last start
 * @param authenticated whether messages prove who sent them; without, nobody is declared dead on
 *     the word of two links
 * @param pool see {@link MemberPool}
 * @param keys the key ring; {@link KeyState#none} without encryption
 * @param store the replicated store; null for a member without
 */
public record CoreSetup(
    GossipSettings settings,
    NodeId id,
    long epoch,
    Profile profile,
    List<KeptMember> kept,
    boolean authenticated,
    MemberPool pool,
    KeyState keys,
    @Nullable ReplicaSetup store,
    MetricsSink metrics) {

  public CoreSetup {
    requireNonNull(settings, "settings");
    requireNonNull(id, "id");
    requireNonNull(profile, "profile");
    kept = List.copyOf(kept);
    requireNonNull(pool, "pool");
    requireNonNull(keys, "keys");
    requireNonNull(metrics, "metrics");
  }
}
