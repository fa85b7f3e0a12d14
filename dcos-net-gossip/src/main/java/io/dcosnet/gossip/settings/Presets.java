// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.settings;

import java.time.Duration;

/** The settings that have a name. */
final class Presets {

  private Presets() {}

  static GossipSettings lan() {
    return new GossipSettings(
        Duration.ofSeconds(1),
        Duration.ofMillis(500),
        3,
        4,
        6,
        3,
        0.8,
        8,
        Duration.ofMillis(200),
        3,
        4,
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        3,
        Duration.ofSeconds(5),
        Duration.ofMillis(500),
        Duration.ofHours(24),
        Duration.ofHours(1),
        Duration.ofSeconds(1),
        1400,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        4096,
        32);
  }

  static GossipSettings wan() {
    return lan().toBuilder()
        .probeInterval(Duration.ofSeconds(5))
        .probeTimeoutMax(Duration.ofSeconds(3))
        .suspicionAlpha(6)
        .gossipInterval(Duration.ofMillis(500))
        .gossipFanout(4)
        .gossipToDeadTime(Duration.ofSeconds(60))
        .syncInterval(Duration.ofSeconds(60))
        .reconnectInterval(Duration.ofSeconds(30))
        .seedRecheckInterval(Duration.ofSeconds(60))
        .linkKeepAlive(Duration.ofSeconds(15))
        .fastConfirm(Duration.ofSeconds(2))
        .deadRetention(Duration.ofDays(3))
        .leaveLinger(Duration.ofSeconds(3))
        .streamTimeout(Duration.ofSeconds(30))
        .mailTimeout(Duration.ofSeconds(15))
        .build();
  }

  static GossipSettings local() {
    return lan().toBuilder()
        .probeInterval(Duration.ofMillis(200))
        .probeTimeoutMax(Duration.ofMillis(100))
        .indirectProbes(1)
        .suspicionAlpha(3)
        .confirmations(1)
        .gossipInterval(Duration.ofMillis(50))
        .gossipToDeadTime(Duration.ofSeconds(5))
        .syncInterval(Duration.ofSeconds(5))
        .reconnectInterval(Duration.ofSeconds(2))
        .seedRecheckInterval(Duration.ofSeconds(5))
        .rings(2)
        .linkKeepAlive(Duration.ofSeconds(1))
        .fastConfirm(Duration.ofMillis(200))
        .deadRetention(Duration.ofMinutes(10))
        .leftRetention(Duration.ofMinutes(1))
        .leaveLinger(Duration.ofMillis(200))
        .streamTimeout(Duration.ofSeconds(1))
        .mailTimeout(Duration.ofSeconds(2))
        .build();
  }
}
