// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.config.GossipPreset;
import io.dcosnet.standalone.config.SeedText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A member as somebody wishes it. <b>Immutable.</b>
 *
 * @param advertise what the others are told instead of {@code bind}; null for the same
 * @param data where identity, epoch, members, keys and the store are kept; null for nowhere
 * @param key what the members share; null for a cluster without encryption
 * @param sync when a write to the store counts as safe
 */
record NodeWish(
    String name,
    HostPort bind,
    @Nullable HostPort advertise,
    List<SeedText> seeds,
    @Nullable Path data,
    @Nullable GossipKey key,
    String label,
    GossipPreset preset,
    Sync sync,
    Map<String, String> metadata) {

  /** Where keys are that came later, in the data folder. */
  static final String KEYS = "gossip.keys";

  NodeWish {
    seeds = List.copyOf(seeds);
    metadata = Map.copyOf(metadata);
  }

  /** The keys, from the data folder where there is one; null without encryption. */
  @Nullable KeyRing keys() {
    if (key == null) {
      return null;
    }
    return data == null ? KeyRing.of(key) : KeyRing.open(data.resolve(KEYS), key);
  }

  /** What a builder found wrong, under the name of the option. */
  private static String asOption(String problem) {
    return "--"
        + problem
            .replaceFirst("^cluster label: ", "label: ")
            .replaceFirst("^metadata key: ", "metadata: key ");
  }

  /**
   * Makes the member; opens nothing.
   *
   * @param keys null without encryption
   * @throws ConfigurationException that lists all problems by option
   */
  GossipCluster build(@Nullable KeyRing keys, NetRuntime net) {
    GossipCluster.Builder builder =
        GossipCluster.builder(net)
            .name(name)
            .bind(bind)
            .seeds(Seeding.of(seeds, null, List.of(), net))
            .settings(preset.settings())
            .store(preset.store().withSync(sync))
            .label(label)
            .metadata(metadata);
    if (advertise != null) {
      builder.advertise(advertise);
    }
    if (data != null) {
      builder.data(data);
    }
    if (keys == null) {
      builder.insecure();
    } else {
      builder.keys(keys);
    }
    try {
      return builder.build();
    } catch (ConfigurationException e) {
      throw new ConfigurationException(e.problems().stream().map(NodeWish::asOption).toList());
    }
  }
}
