// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.gossip.settings.StoreSettings.Sync;
import java.util.List;

/**
 * Section {@code gossip.store}: the copy of the replicated store on a member. <b>Immutable.</b>
 *
 * @param sync when a write counts as safe
 */
public record StoreConfig(boolean enabled, Sync sync) {

  private static final StoreConfig DEFAULT = new StoreConfig(true, Sync.INTERVAL);

  static StoreConfig read(Section store) {
    boolean enabled =
        store.value(
            "enabled",
            Kind.FLAG,
            DEFAULT.enabled,
            "Whether this member has a copy of the replicated store, by which masters tell all"
                + " nodes what runs in the cluster.");
    Sync sync =
        store.value(
            "sync",
            Kind.word(List.of(Sync.values())),
            DEFAULT.sync,
            "When a write of this node counts as safe: when it is on disk for good; when the"
                + " system has it, with at most 0.2 s of writes lost with the power; or that, and"
                + " the system writes it when it likes.");
    return new StoreConfig(enabled, sync);
  }

  /** Whether the document says anything but what goes without saying. */
  boolean isDefault() {
    return equals(DEFAULT);
  }
}
