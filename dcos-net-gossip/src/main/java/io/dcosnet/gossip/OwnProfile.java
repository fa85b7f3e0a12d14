// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.member.ProtocolRange;
import io.dcosnet.gossip.view.Metadata;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What this node says of itself. */
final class OwnProfile {

  private OwnProfile() {}

  static Profile of(ClusterPlan plan, NodeId id, HostPort address, Map<String, String> metadata) {
    String name = plan.name();
    return new Profile(
        name != null ? name : "node-" + id.toString().substring(0, 8),
        List.of(address),
        Metadata.encode(withKeys(metadata, plan.keys())),
        ProtocolRange.OURS);
  }

  /**
   * Metadata with what this node has of keys.
   *
   * @throws IllegalArgumentException for keys of the map that are ours
   */
  static Map<String, String> withKeys(Map<String, String> metadata, @Nullable KeyRing keys) {
    for (String reserved : List.of(Metadata.NAME, Metadata.KEYS)) {
      if (metadata.containsKey(reserved)) {
        throw new IllegalArgumentException(
            "metadata: key \"%s\" (expected: another one, this one is set by gossip)"
                .formatted(reserved));
      }
    }
    Map<String, String> all = new TreeMap<>(metadata);
    if (keys != null) {
      all.put(Metadata.KEYS, keys.presence().toString());
    }
    return all;
  }
}
