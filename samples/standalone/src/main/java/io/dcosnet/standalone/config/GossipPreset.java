// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.gossip.settings.GossipSettings;

/** Sets of numbers that the gossip protocol goes by. */
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
}
