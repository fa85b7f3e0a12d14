// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.key.ClusterLabel;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.key.PlainPolicy;
import io.dcosnet.gossip.seed.SeedProvider;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.netty.NetRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node is made with, checked. <b>Immutable.</b>
 *
 * @param name null for one made of the identity
 * @param advertise null for the bound address
 * @param id null for one that is kept or made up
 * @param seeds null when the node begins a cluster
 * @param keys null without encryption
 * @param allowed networks that are heard; all when empty
 * @param stopWhenCloned whether to stop when another process uses our identity, rather than to take
 *     a new one
 */
record ClusterPlan(
    NetRuntime net,
    @Nullable String name,
    HostPort bind,
    @Nullable HostPort advertise,
    @Nullable NodeId id,
    @Nullable Path data,
    @Nullable SeedProvider seeds,
    GossipSettings settings,
    @Nullable KeyRing keys,
    PlainPolicy plain,
    ClusterLabel label,
    Map<String, String> metadata,
    List<Cidr> allowed,
    boolean stopWhenCloned,
    @Nullable StoreSettings store) {}
