// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class ExchangeLoadTest {

  @Test
  void aNewNodeLoadsTensOfThousandsOfKeysWithoutRunningAhead() {
    load(20_000, Duration.ofSeconds(20));
  }

  @Test
  @Tag("long")
  void aNewNodeLoadsAsManyKeysAsAStoreHolds() {
    load(250_000, Duration.ofSeconds(50));
  }

  private static void load(int keys, Duration limit) {
    ReplicaNet net = new ReplicaNet(1);
    net.onlyExchanges = true;
    ReplicaNode a = net.node();
    ReplicaNode b = net.node();
    Random random = new Random(1);
    a.start();
    byte[] value = new byte[200];
    for (int i = 0; i < keys; i++) {
      random.nextBytes(value);
      a.put("tasks/framework/%06d".formatted(i), Bytes.copyOf(value));
    }
    long before = System.nanoTime();
    b.start();
    assertThat(net.within(Duration.ofMinutes(5), net::allAlike)).isTrue();
    Duration took = Duration.ofNanos(System.nanoTime() - before);
    assertThat(b.state().keys()).isEqualTo(keys);
    assertThat(took).isLessThan(limit);
    assertThat(net.mostUnderWay).isBetween(100_000L, (1L << 20) + (64 << 10));
  }
}
