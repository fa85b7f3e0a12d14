// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.KeyState;
import io.dcosnet.gossip.store.StoreCodec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stores that begin with nothing, in new clusters and in old ones. */
class CatchUpTest {

  private final ReplicaNet net = new ReplicaNet(3);

  private ReplicaNode node(int index) {
    return net.nodes.get(index);
  }

  private boolean haveAllCaughtUp() {
    return net.nodes.stream().filter(ReplicaNode::isUp).allMatch(n -> n.state().hasCaughtUp());
  }

  private boolean haveAll(String key) {
    return net.nodes.stream().allMatch(node -> node.get(key) != null);
  }

  private void tell(ReplicaNode node, Delta delta) {
    node.replica()
        .received(node(0).id, new StoreMessage(StoreMessage.DELTA, StoreCodec.encode(delta)));
  }

  /** A write that its writer told nobody so far. */
  private Delta stray(ReplicaNode writer, String key) {
    return writer
        .state()
        .update(key, List.of(new CrdtOp.Put(Bytes.utf8("old"))), writer.replica().writes.time());
  }

  @Test
  void aNewClusterIsOfUseWithinASecond() {
    net.nodes(5);
    net.ring(0);
    node(2).put("key", "value");

    assertThat(net.within(Duration.ofSeconds(1), () -> haveAll("key"))).isTrue();
    assertThat(haveAllCaughtUp()).isTrue();
  }

  @Test
  void twoNodesThatBeginTogetherDoNotWaitForEachOther() {
    net.nodes(2);
    node(0).put("zero", "value");
    node(1).put("one", "value");

    assertThat(net.within(Duration.ofSeconds(1), this::haveAllCaughtUp)).isTrue();
    assertThat(net.within(Duration.ofSeconds(15), net::allAlike)).isTrue();
  }

  @Test
  void whoIsAloneWritesAndWaitsForOthers() {
    net.nodes(1);
    node(0).put("key", "value");
    net.time.advance(Duration.ofMinutes(5));
    assertThat(node(0).get("key")).isEqualTo("value");
    assertThat(node(0).state().hasCaughtUp()).isFalse();

    ReplicaNode second = net.node();
    second.start();

    assertThat(net.within(Duration.ofSeconds(2), this::haveAllCaughtUp)).isTrue();
    assertThat(net.within(Duration.ofSeconds(15), () -> haveAll("key"))).isTrue();
  }

  @Test
  void halvesThatBeganApartComeTogether() {
    for (int i = 0; i < 6; i++) {
      net.node();
    }
    net.part(3);
    net.nodes.forEach(ReplicaNode::start);
    node(0).put("left", "value");
    node(5).put("right", "value");
    assertThat(net.within(Duration.ofSeconds(1), this::haveAllCaughtUp)).isTrue();

    net.heal();

    assertThat(net.within(Duration.ofSeconds(30), net::allAlike)).isTrue();
    assertThat(haveAll("left")).isTrue();
    assertThat(haveAll("right")).isTrue();
  }

  @Test
  void membersThatNeverAnswerDoNotKeepANodeFromBeginning() {
    net.node();
    net.node();
    net.breaksAt = number -> true;
    net.nodes.forEach(ReplicaNode::start);

    net.time.advance(Duration.ofSeconds(2));
    assertThat(haveAllCaughtUp()).isFalse();
    assertThat(net.within(Duration.ofSeconds(3), this::haveAllCaughtUp)).isTrue();
  }

  @Test
  void aLateDeltaOfWhatAllHaveForgottenIsNotTakenInByANewStore() {
    net.nodes(3);
    net.ring(0);
    net.time.advance(Duration.ofSeconds(20));
    Delta late = stray(node(0), "key"); // nobody but its writer has it so far
    tell(node(1), late);
    tell(node(2), late);
    node(0).delete("key");
    assertThat(
            net.within(
                Duration.ofMinutes(10),
                () -> net.nodes.stream().allMatch(n -> n.state().cell("key").isNothing())))
        .isTrue();
    net.breaksAt = number -> true; // it gets nothing by exchanges for now
    ReplicaNode fresh = net.node();
    fresh.start();
    net.link(fresh, node(0));

    tell(fresh, late);
    net.time.advance(Duration.ofMillis(200));
    assertThat(fresh.get("key")).isNull();

    net.breaksAt = number -> false;
    assertThat(net.within(Duration.ofSeconds(10), () -> fresh.state().hasCaughtUp())).isTrue();
    net.time.advance(Duration.ofSeconds(1));
    assertThat(fresh.get("key")).isNull();
    assertThat(fresh.state().cell("key").isNothing()).isTrue();
    assertThat(net.within(Duration.ofSeconds(20), net::allAlike)).isTrue();
  }

  @Test
  void aNewStoreTakesNothingFromAnotherNewOneWhileThereAreOthers() {
    net.nodes(2);
    net.time.advance(Duration.ofSeconds(20));
    node(0).put("old", "value");
    ReplicaNode fresh = net.node();
    ReplicaNode other = net.node();
    // Both see the old ones, but nothing gets through to those.
    net.passes = (from, to) -> (from.number <= 2) == (to.number <= 2);
    for (ReplicaNode old : List.of(node(0), node(1))) {
      fresh.beliefs.put(old.id, State.ALIVE);
      other.beliefs.put(old.id, State.ALIVE);
    }
    fresh.start();
    other.start();
    other.put("of/other", "value");
    net.time.advance(Duration.ofSeconds(2));
    assertThat(fresh.get("of/other")).isNull();

    net.heal();

    assertThat(net.within(Duration.ofSeconds(30), net::allAlike)).isTrue();
    assertThat(fresh.get("old")).isEqualTo("value");
    assertThat(fresh.get("of/other")).isEqualTo("value");
  }

  @Test
  void whatABrokenFirstExchangeBroughtGoesWhenAllOthersHaveForgottenIt() {
    net.nodes(3);
    net.ring(0);
    net.time.advance(Duration.ofSeconds(20));
    node(0).put("kept", "value");
    node(0).put("key", "value");
    net.time.advance(Duration.ofSeconds(1));
    ReplicaNode fresh = net.node();
    var claimed = node(0).state().clock().copy();
    var kept = new KeyState("key", node(0).state().cell("key"));
    node(1).delete("key");
    assertThat(
            net.within(
                Duration.ofMinutes(10),
                () -> net.nodes.subList(0, 3).stream().allMatch(n -> isGone(n, "key"))))
        .isTrue();
    net.breaksAt = number -> true;
    fresh.start();
    fresh.replica().intake.join(kept, claimed); // what an exchange brought that broke then
    assertThat(fresh.get("key")).isEqualTo("value");
    node(2).put("busy", "value"); // clocks differ, so that no audit finds it

    net.breaksAt = number -> false;

    assertThat(net.within(Duration.ofSeconds(10), () -> fresh.state().hasCaughtUp())).isTrue();
    assertThat(fresh.get("key")).isNull();
    assertThat(fresh.get("kept")).isEqualTo("value");
    assertThat(
            net.nodes.stream()
                .mapToLong(n -> n.metrics.count("dcosnet.gossip.kv.audit.repairs"))
                .sum())
        .isZero();
  }

  private static boolean isGone(ReplicaNode node, String key) {
    return node.state().cell(key).isNothing();
  }

  @Test
  void whoLostAllTakesAnotherNameBeforeItHasCaughtUp() {
    net.nodes(2);
    net.time.advance(Duration.ofSeconds(5));
    Delta earlier = stray(node(1), "key");
    node(1).crash();
    node(1).log.clear();
    net.breaksAt = number -> true;
    node(1).start();

    tell(node(1), earlier);

    assertThat(node(1).state().self().generation()).isEqualTo(2);
  }

  @Test
  void whoCaughtUpOnceNeedNotDoSoAfterARestart() {
    net.nodes(2);
    assertThat(net.within(Duration.ofSeconds(1), this::haveAllCaughtUp)).isTrue();
    node(0).crash();

    node(0).start();

    assertThat(node(0).state().hasCaughtUp()).isTrue();
  }

  @Test
  void aHundredNodesThatBeginAtOnceAreOneClusterWithinASecond() {
    net.nodes(100);
    net.ring(1);
    node(7).put("key", "value");

    assertThat(net.within(Duration.ofSeconds(1), this::haveAllCaughtUp)).isTrue();
    assertThat(net.within(Duration.ofSeconds(1), () -> haveAll("key"))).isTrue();
  }
}
