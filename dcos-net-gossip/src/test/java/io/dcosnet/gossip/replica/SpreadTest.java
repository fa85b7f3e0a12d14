// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.StoreCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Deltas along links of the rings, and around what is missing there. */
class SpreadTest {

  private static final Bytes VALUE = Bytes.copyOf(new byte[200]);
  private static final String COPIES = "dcosnet.gossip.kv.copies";

  private final ReplicaNet net = new ReplicaNet(1);

  private void ringOf(int nodes, int chords) {
    net.nodes(nodes);
    net.ring(chords);
    net.time.advance(Duration.ofSeconds(20)); // all are in the register
  }

  private long copies() {
    return net.nodes.stream().mapToLong(node -> node.metrics.count(COPIES, "way", "link")).sum();
  }

  private long counted(String name) {
    return net.nodes.stream().mapToLong(node -> node.metrics.count(name)).sum();
  }

  private long without(String key) {
    return net.nodes.stream().filter(node -> node.isUp() && node.get(key) == null).count();
  }

  @Test
  void aWriteReachesAllWithin150Milliseconds() {
    ringOf(100, 2);

    net.nodes.get(3).put("a/b", VALUE);

    assertThat(net.within(Duration.ofMillis(150), () -> without("a/b") == 0)).isTrue();
  }

  @Test
  void whatIsEverywhereIsNotGivenToOneWhoAsksForIt() {
    ReplicaNet quick = new ReplicaNet(3, StoreSettings.local());
    List<ReplicaNode> nodes = quick.nodes(2);
    quick.link(nodes.get(0), nodes.get(1));
    quick.time.advance(Duration.ofSeconds(20));
    ReplicaNode asked = nodes.get(0);
    asked.put("k", VALUE);
    Dot write = asked.state().cell("k").live().keySet().iterator().next();
    quick.time.advance(Duration.ofMillis(100));

    assertThat(isGiven(asked, write)).isTrue();
    assertThat(
            quick.within(Duration.ofSeconds(40), () -> asked.state().cell("k").latest().isEmpty()))
        .isTrue();
    assertThat(isGiven(asked, write)).isFalse();
  }

  private static boolean isGiven(ReplicaNode asked, Dot write) {
    String figure = "dcosnet.gossip.kv.delta.bytes";
    long before = asked.metrics.count(figure);
    asked
        .replica()
        .received(
            asked.neighbours().iterator().next(),
            new StoreMessage(StoreMessage.GRAFT, StoreCodec.encode(List.of(write))));
    return asked.metrics.count(figure) > before;
  }

  @Test
  void inSteadyStateEachNodeGetsEachWriteAboutOnce() {
    ringOf(100, 2);
    net.nodes.get(3).put("warm/up", VALUE);
    net.time.advance(Duration.ofSeconds(5));
    long before = copies();

    for (int i = 0; i < 20; i++) {
      net.nodes.get(i * 5).put("key/" + i, VALUE);
      net.time.advance(Duration.ofMillis(500));
    }

    assertThat((copies() - before) / 99.0 / 20).isBetween(1.0, 1.2);
    assertThat(without("key/19")).isZero();
  }

  @Test
  void manyWritersAtATimeDoNotCutEachOtherOff() {
    ringOf(50, 2);
    for (int round = 0; round < 10; round++) {
      for (ReplicaNode node : net.nodes) {
        node.put("of/" + node.number + "/" + round, VALUE);
      }
      net.time.advance(Duration.ofMillis(100));
    }
    net.time.advance(Duration.ofMillis(100));
    long grafts = counted("dcosnet.gossip.kv.grafts");

    net.nodes.get(7).put("last", VALUE);

    assertThat(net.within(Duration.ofMillis(200), () -> without("last") == 0)).isTrue();
    assertThat(counted("dcosnet.gossip.kv.grafts")).isEqualTo(grafts);
    assertThat(net.within(Duration.ofSeconds(1), net::allAlike)).isTrue();
  }

  @Test
  void writesThatCrossFromTheStartLeaveTheTreeInOnePiece() {
    net.nodes(100);
    net.ring(2);
    net.time.advance(Duration.ofSeconds(2)); // they have found that nobody has anything

    for (int i = 0; i < 300; i++) {
      net.nodes.get(net.random.nextInt(100)).put("key/" + i, VALUE);
      net.time.advance(Duration.ofMillis(3));
    }
    net.time.advance(Duration.ofSeconds(2));

    assertThat(without("key/299")).isZero();
    assertThat(counted("dcosnet.gossip.kv.grafts")).isZero();
    long before = copies();
    net.nodes.get(7).put("last", VALUE);
    assertThat(net.within(Duration.ofMillis(100), () -> without("last") == 0)).isTrue();
    assertThat(copies() - before).isEqualTo(99);
  }

  @Test
  void aWriteJustAfterALinkBrokeIsNoLaterThanOthers() {
    ringOf(50, 2);
    net.nodes.get(0).put("warm", VALUE);
    net.time.advance(Duration.ofSeconds(5));

    for (int i = 0; i < 10; i++) {
      String key = "key/" + i;
      net.unlink(net.nodes.get(5 * i), net.nodes.get(5 * i + 1));
      net.time.advance(Duration.ofMillis(5));
      net.nodes.get(2).put(key, VALUE);
      assertThat(net.within(Duration.ofMillis(150), () -> without(key) == 0)).as(key).isTrue();
      net.time.advance(Duration.ofSeconds(1));
    }

    long before = copies();
    net.nodes.get(2).put("last", VALUE);
    net.time.advance(Duration.ofSeconds(1));
    assertThat(copies() - before).isEqualTo(49);
  }

  @Test
  void writesToOneKeyWithinTheFlushIntervalTravelAsOne() {
    ringOf(2, 0);
    long before = copies();

    for (int i = 0; i < 10; i++) {
      net.nodes.get(0).put("key", "value " + i);
    }
    net.time.advance(Duration.ofSeconds(1));

    assertThat(net.nodes.get(1).get("key")).isEqualTo("value 9");
    assertThat(copies() - before).isLessThanOrEqualTo(2); // two links join two nodes of a ring
    assertThat(net.allAlike()).isTrue();
  }

  @Test
  void whatALostLinkDidNotBringIsFetchedOverAnother() {
    ringOf(12, 1);
    net.nodes.get(0).put("warm", VALUE);
    net.time.advance(Duration.ofSeconds(5));

    net.unlink(net.nodes.get(4), net.nodes.get(5));
    net.unlink(net.nodes.get(8), net.nodes.get(9));
    net.time.advance(Duration.ofMillis(20));
    net.nodes.get(0).put("key", VALUE);

    assertThat(net.within(Duration.ofSeconds(2), () -> without("key") == 0)).isTrue();
  }

  @Test
  void aTreeThatLostLinksIsWholeAgainAfterOneWrite() {
    ringOf(30, 2);
    net.nodes.get(0).put("warm", VALUE);
    net.time.advance(Duration.ofSeconds(5));
    for (int i = 0; i < 10; i++) {
      net.unlink(net.nodes.get(3 * i), net.nodes.get(3 * i + 1));
    }
    net.time.advance(Duration.ofMillis(20));
    net.nodes.get(0).put("first", VALUE);
    net.time.advance(Duration.ofSeconds(3));
    assertThat(without("first")).isZero();

    net.nodes.get(0).put("second", VALUE);

    assertThat(net.within(Duration.ofMillis(200), () -> without("second") == 0)).isTrue();
  }

  @Test
  void aNewLinkCostsOneCopyMore() {
    ringOf(20, 1);
    net.nodes.get(0).put("warm", VALUE);
    net.time.advance(Duration.ofSeconds(5));
    net.link(net.nodes.get(2), net.nodes.get(12));
    long before = copies();

    net.nodes.get(0).put("first", VALUE);
    net.time.advance(Duration.ofSeconds(1));
    long first = copies() - before;
    net.nodes.get(0).put("second", VALUE);
    net.time.advance(Duration.ofSeconds(1));

    assertThat(first).isBetween(19L, 21L);
    assertThat(copies() - before - first).isBetween(19L, 20L);
  }

  @Test
  void withoutLinksDeltasRideOnGossip() {
    net.nodes(5);
    net.time.advance(Duration.ofSeconds(20));

    net.nodes.get(0).put("key", VALUE);

    assertThat(net.within(Duration.ofSeconds(1), () -> without("key") <= 1)).isTrue();
    assertThat(copies()).isZero();
  }

  @Test
  void aSilentNetworkSendsNothingButExchanges() {
    ringOf(10, 1);
    net.time.advance(Duration.ofMinutes(20));
    long others = net.allOctets() - net.exchangeOctets();
    long exchanges = net.exchangeOctets();

    net.time.advance(Duration.ofHours(1));

    assertThat(net.allOctets() - net.exchangeOctets()).isEqualTo(others);
    assertThat((net.exchangeOctets() - exchanges) / 3600.0 / 10).isLessThan(10);
  }

  @Test
  void aBulkOfWritesArrivesInOrderOfEachKey() {
    ringOf(10, 1);
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      keys.add("bulk/" + i % 500);
      net.nodes.get(i % 10).put(keys.get(i), "v" + i);
    }

    assertThat(net.within(Duration.ofSeconds(5), net::allAlike)).isTrue();
    assertThat(net.nodes.get(1).state().keys()).isEqualTo(510); // with ten in the register
    assertThat(counted("dcosnet.gossip.kv.waiting.lost")).isZero();
  }

  @Test
  void aLargeValueGoesRoundToo() {
    ringOf(6, 0);

    net.nodes.get(0).put("large", Bytes.copyOf(new byte[3 << 20]));

    assertThat(net.within(Duration.ofSeconds(2), () -> without("large") == 0)).isTrue();
  }

  @Test
  void garbageIsCountedAndNothingElseIsLost() {
    ringOf(3, 0);
    ReplicaNode node = net.nodes.get(0);
    ReplicaHost.Neighbour from = node.neighbours().iterator().next();
    Bytes garbage = Bytes.utf8("no message at all");
    for (int kind = StoreMessage.DELTA; kind <= StoreMessage.PRUNE; kind++) {
      node.replica().received(from, new StoreMessage(kind, garbage));
    }
    node.replica().received(from, new StoreMessage(StoreMessage.WATERMARKS, garbage));
    node.replica().received(from.node(), new StoreMessage(StoreMessage.DELTA, garbage));
    node.replica().received(from.node(), new StoreMessage(StoreMessage.SEEN_QUESTION, garbage));
    node.replica().received(from.node(), new StoreMessage(StoreMessage.SEEN_ANSWER, Bytes.EMPTY));

    assertThat(node.metrics.count("dcosnet.gossip.kv.dropped", "reason", "malformed")).isEqualTo(7);
    net.nodes.get(1).put("key", VALUE);
    net.time.advance(Duration.ofSeconds(2));
    assertThat(without("key")).isZero();
  }
}
