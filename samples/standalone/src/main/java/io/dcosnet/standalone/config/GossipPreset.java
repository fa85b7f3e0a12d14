// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings;

/** Sets of numbers that the gossip protocol and its store go by. */
public enum GossipPreset {
  /** One data centre. */
  LAN,
  /** Nodes far from each other. */
  WAN,
  /** One machine. */
  LOCAL;

  public GossipSettings settings() {
    return switch (this) {
      case LAN -> GossipSettings.lan();
      case WAN -> GossipSettings.wan();
      case LOCAL -> GossipSettings.local();
    };
  }

  /** What the replicated store goes by. */
  public StoreSettings store() {
    return switch (this) {
      case LAN -> StoreSettings.lan();
      case WAN -> StoreSettings.wan();
      case LOCAL -> StoreSettings.local();
    };
  }
}
