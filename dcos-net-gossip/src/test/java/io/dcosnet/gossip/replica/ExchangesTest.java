// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.settings.StoreSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExchangesTest {

  /** Without exchanges that nobody asked for. */
  private static StoreSettings quiet() {
    StoreSettings lan = StoreSettings.lan();
    return new StoreSettings(
        lan.flushInterval(),
        lan.ihaveTimeout(),
        Duration.ofDays(1),
        Duration.ofDays(1),
        lan.watermarkInterval(),
        lan.maxClockDrift(),
        lan.maxOffline(),
        lan.ghostMaxAge(),
        lan.collectAfter(),
        lan.sync());
  }

  private static ReplicaNet net(long seed) {
    ReplicaNet net = new ReplicaNet(seed);
    net.onlyExchanges = true;
    return net;
  }

  /** Two nodes that hold the same keys, and have nothing to tell each other. */
  private static ReplicaNet pair(int keys) {
    ReplicaNet net = new ReplicaNet(1, quiet());
    net.onlyExchanges = true;
    ReplicaNode a = net.node();
    ReplicaNode b = net.node();
    a.start();
    for (int i = 0; i < keys; i++) {
      a.put("k/%06d".formatted(i), value(200, i));
    }
    b.start();
    assertThat(net.within(Duration.ofSeconds(60), net::allAlike)).isTrue();
    net.time.advance(Duration.ofSeconds(8));
    return net;
  }

  private static Bytes value(int octets, int seed) {
    byte[] value = new byte[octets];
    new java.util.Random(seed).nextBytes(value);
    return Bytes.copyOf(value);
  }

  private static long repairs(ReplicaNet net) {
    return net.nodes.stream()
        .mapToLong(node -> node.metrics.count("dcosnet.gossip.kv.audit.repairs"))
        .sum();
  }

  @Test
  void aNewNodeGetsAllKeys() {
    ReplicaNet net = pair(1000);
    assertThat(net.nodes.get(1).state().keys()).isEqualTo(1000);
    assertThat(net.nodes.get(1).state().clock()).isEqualTo(net.nodes.get(0).state().clock());
  }

  @Test
  void equalStoresExchangeAFewOctets() {
    ReplicaNet net = pair(10_000);
    long before = net.allOctets();
    int messages = net.exchanged;
    net.nodes.get(0).replica().exchanges.soon();
    net.time.advance(Duration.ofSeconds(1));
    assertThat(net.exchanged - messages).isEqualTo(2);
    assertThat(net.allOctets() - before).isBetween(1L, 200L);
  }

  @Test
  void oneExchangeRepairsAHundredMissingKeys() {
    ReplicaNet net = pair(10_000);
    long before = net.allOctets();
    for (int i = 0; i < 100; i++) {
      net.nodes.get(0).put("new/" + i, value(200, i));
    }
    net.nodes.get(1).replica().exchanges.soon();
    net.time.advance(Duration.ofSeconds(1));
    assertThat(net.allAlike()).isTrue();
    assertThat(net.allOctets() - before).isBetween(20_000L, 60_000L);
    assertThat(
            net.nodes
                .get(1)
                .metrics
                .count("dcosnet.gossip.kv.sync.differences", "direction", "taken"))
        .isPositive();
  }

  @Test
  void bothSidesGetWhatTheOtherOneHas() {
    ReplicaNet net = pair(10);
    net.nodes.get(0).put("of/a", "1");
    net.nodes.get(1).put("of/b", "2");
    net.nodes.get(0).delete("k/000001");
    net.nodes.get(1).delete("k/000002");
    net.nodes.get(0).replica().exchanges.soon();
    net.time.advance(Duration.ofSeconds(1));
    for (ReplicaNode node : net.nodes) {
      assertThat(node.get("of/a")).isEqualTo("1");
      assertThat(node.get("of/b")).isEqualTo("2");
      assertThat(node.get("k/000001")).isNull();
      assertThat(node.get("k/000002")).isNull();
      assertThat(node.state().keys()).isEqualTo(10);
    }
    assertThat(net.allAlike()).isTrue();
  }

  @Test
  void aBrokenExchangeHarmsNothingWhereverItBreaks() {
    int frames = framesOf(0);
    assertThat(frames).isGreaterThan(10);
    for (int at = 1; at <= frames; at++) {
      framesOf(at);
    }
  }

  /** How many messages it takes; the exchange breaks at this one. */
  private static int framesOf(int breaksAt) {
    ReplicaNet net = pair(50);
    ReplicaNode a = net.nodes.get(0);
    ReplicaNode b = net.nodes.get(1);
    for (int i = 0; i < 600; i++) {
      a.put("big/" + i, value(1000, i));
    }
    for (int i = 0; i < 300; i++) {
      b.put("other/" + i, value(1000, i));
    }
    a.delete("k/000001");
    b.delete("k/000002");
    int before = net.exchanged;
    net.breaksAt = number -> number == before + breaksAt;
    b.replica().exchanges.soon();
    net.time.advance(Duration.ofMillis(150));
    int frames = net.exchanged - before;
    // What is there after the break is not less than it was, and what was deleted stays away.
    assertThat(a.get("k/000001")).isNull();
    assertThat(b.get("k/000002")).isNull();
    assertThat(a.state().cell("big/1").isGhost()).isFalse();
    assertThat(net.within(Duration.ofSeconds(20), net::allAlike)).as("at " + breaksAt).isTrue();
    for (ReplicaNode node : net.nodes) {
      assertThat(node.state().keys()).isEqualTo(48 + 900);
      assertThat(node.get("k/000001")).isNull();
      assertThat(node.get("k/000002")).isNull();
    }
    assertThat(repairs(net)).isZero();
    return frames;
  }

  @Test
  void writesWhileAnExchangeRunsAreNotLost() {
    for (int seed = 1; seed <= 20; seed++) {
      ReplicaNet net = net(seed);
      net.mostDelay = Duration.ofMillis(20);
      ReplicaNode a = net.node();
      ReplicaNode b = net.node();
      a.start();
      b.start();
      for (int i = 0; i < 400; i++) {
        (i % 2 == 0 ? a : b).put("k/" + i % 100, value(2000, i));
      }
      for (int step = 0; step < 400; step++) {
        ReplicaNode by = net.random.nextBoolean() ? a : b;
        String key = "k/" + net.random.nextInt(100);
        if (net.random.nextInt(3) == 0) {
          by.delete(key);
        } else {
          by.put(key, value(2000, step));
        }
        net.time.advance(Duration.ofMillis(net.random.nextInt(10)));
      }
      assertThat(net.within(Duration.ofSeconds(60), net::allAlike)).as("seed " + seed).isTrue();
      assertThat(repairs(net)).isZero();
    }
  }

  @Test
  void aLargeValueTravelsByItself() {
    ReplicaNet net = pair(10);
    net.nodes.get(0).put("large", value(3 << 20, 1));
    net.nodes.get(0).put("small", "1");
    net.nodes.get(1).replica().exchanges.soon();
    net.time.advance(Duration.ofSeconds(2));
    assertThat(net.allAlike()).isTrue();
    assertThat(net.nodes.get(1).state().cell("large").octets()).isGreaterThan(3 << 20);
  }

  @Test
  void aCrashInTheMiddleOfAnExchangeLosesNothing() {
    for (int millis = 0; millis < 100; millis += 10) {
      ReplicaNet net = net(millis);
      ReplicaNode a = net.node();
      ReplicaNode b = net.node();
      a.start();
      for (int i = 0; i < 1500; i++) {
        a.put("k/" + i, value(1000, i));
      }
      b.start();
      b.put("own", "1");
      net.time.advance(Duration.ofMillis(millis));
      b.crash();
      a.delete("k/1");
      b.start();
      assertThat(net.within(Duration.ofSeconds(30), net::allAlike)).isTrue();
      assertThat(b.state().keys()).isEqualTo(1500);
      assertThat(b.get("k/1")).isNull();
      assertThat(repairs(net)).isZero();
    }
  }

  @Test
  void manyReplicasComeTogetherByExchangesAlone() {
    for (int seed = 1; seed <= 5; seed++) {
      ReplicaNet net = new ReplicaNet(seed, StoreSettings.local());
      net.onlyExchanges = true;
      net.nodes(20);
      net.compareDigests(Duration.ofSeconds(1));
      for (int step = 0; step < 400; step++) {
        ReplicaNode by = net.nodes.get(net.random.nextInt(20));
        if (!by.isUp()) {
          by.start();
        } else if (net.random.nextInt(40) == 0) {
          by.crash();
        } else if (net.random.nextInt(3) == 0) {
          by.delete("k/" + net.random.nextInt(30));
        } else {
          by.put("k/" + net.random.nextInt(30), "v" + step);
        }
        if (step % 100 == 50) {
          net.part(1 + net.random.nextInt(19));
        } else if (step % 100 == 0) {
          net.heal();
        }
        net.time.advance(Duration.ofMillis(net.random.nextInt(100)));
      }
      net.heal();
      net.nodes.stream().filter(node -> !node.isUp()).forEach(ReplicaNode::start);
      assertThat(net.within(Duration.ofSeconds(60), net::allAlike)).as("seed " + seed).isTrue();
      List<String> first = shown(net.nodes.get(0));
      for (ReplicaNode node : net.nodes) {
        assertThat(shown(node)).isEqualTo(first);
      }
      assertThat(repairs(net)).isZero();
    }
  }

  private static List<String> shown(ReplicaNode node) {
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      shown.add(i + "=" + node.get("k/" + i));
    }
    return shown;
  }

  @Test
  void whoBringsMoreThanADiskTakesWaitsForIt() {
    ReplicaNet net = net(1);
    ReplicaNode a = net.node();
    ReplicaNode b = net.node();
    a.start();
    for (int i = 0; i < 20_000; i++) {
      a.put("k/%06d".formatted(i), value(200, i));
    }
    b.log.delay = Duration.ofSeconds(2);
    b.log.waiting = 17L << 20;
    b.start();

    net.time.advance(Duration.ofSeconds(2));
    assertThat(b.state().octets()).isBetween(100_000L, 1_200_000L);
    assertThat(net.within(Duration.ofSeconds(60), net::allAlike)).isTrue();
  }
}
