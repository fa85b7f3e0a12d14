// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.store.Hlc;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.StoreLimits;
import io.dcosnet.gossip.store.StoreState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deltas in the wrong order, twice, or of ourselves. */
class IntakeTest {

  private static final NodeId STRANGER = new NodeId(new UUID(7, 7));

  private final ReplicaNet net = new ReplicaNet(1);
  private final Hlc times = new Hlc();
  private final ReplicaNode node = net.node();

  @BeforeEach
  void start() {
    node.start();
    node.replica().intake.foundNobody();
    net.time.advance(Duration.ofSeconds(20));
    node.replica().intake.caughtUp(new DotClock()); // before, all that comes waits
  }

  private static StoreState stateOf(NodeId id) {
    return new StoreState(new ReplicaId(id, 1), StoreLimits.USUAL);
  }

  private Delta put(StoreState origin, String key, String value) {
    return origin.update(
        key, List.of(new CrdtOp.Put(Bytes.utf8(value))), times.next(net.time.wallMillis()));
  }

  private StoreState.Outcome take(Delta delta) {
    StoreState.Outcome outcome = node.replica().intake.delta(delta, 100, Spread.NO_LINK);
    if (outcome == StoreState.Outcome.TAKEN) {
      node.replica().intake.wake(delta.key());
    }
    return outcome;
  }

  @Test
  void whatComesTooEarlyWaitsForWhatItBuildsOn() {
    StoreState origin = stateOf(STRANGER);
    Delta first = put(origin, "key", "1");
    Delta second = put(origin, "key", "2");
    Delta third = put(origin, "key", "3");

    assertThat(take(third)).isEqualTo(StoreState.Outcome.EARLY);
    assertThat(take(second)).isEqualTo(StoreState.Outcome.EARLY);
    assertThat(node.get("key")).isNull();
    assertThat(node.replica().intake.missing(10)).containsExactly(first.last().dot());
    assertThat(take(first)).isEqualTo(StoreState.Outcome.TAKEN);

    assertThat(node.get("key")).isEqualTo("3");
    assertThat(node.replica().intake.waiting.isEmpty()).isTrue();
  }

  @Test
  void anyOrderWithRepetitionsGivesTheSame() {
    StoreState origin = stateOf(STRANGER);
    List<Delta> deltas = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      deltas.add(put(origin, "key/" + i % 7, "value " + i));
    }
    deltas.addAll(deltas.subList(0, 100));
    Collections.shuffle(deltas, new Random(3));

    deltas.forEach(this::take);

    assertThat(node.replica().intake.waiting.isEmpty()).isTrue();
    origin.cells().keySet().forEach(key -> assertThat(node.get(key)).isNotNull());
    assertThat(node.get("key/3")).isEqualTo("value 199");
    assertThat(node.state().clock().base(origin.self())).isEqualTo(200);
  }

  @Test
  void whatWaitsIsKnownAndNotKeptTwice() {
    StoreState origin = stateOf(STRANGER);
    put(origin, "key", "lost");
    Delta early = put(origin, "key", "early");
    take(early);

    assertThat(take(early)).isEqualTo(StoreState.Outcome.KNOWN);
    assertThat(node.replica().intake.waiting.size()).isEqualTo(1);
  }

  @Test
  void theWaitingRoomIsBoundedAndTheOldestGoFirst() {
    Waiting waiting = new Waiting(3, 1_000);
    StoreState origin = stateOf(STRANGER);
    List<Delta> deltas = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      deltas.add(put(origin, "key/" + i, "x"));
    }
    assertThat(waiting.add(new Waiting.Early(deltas.get(0), 1, 100, 0, false))).isZero();
    assertThat(waiting.add(new Waiting.Early(deltas.get(1), 1, 100, 0, false))).isZero();
    assertThat(waiting.add(new Waiting.Early(deltas.get(2), 1, 100, 0, false))).isZero();
    assertThat(waiting.add(new Waiting.Early(deltas.get(3), 1, 100, 0, false))).isEqualTo(1);
    assertThat(waiting.of("key/0")).isEmpty();
    assertThat(waiting.add(new Waiting.Early(deltas.get(4), 1, 900, 0, false))).isEqualTo(2);

    assertThat(waiting.octets()).isEqualTo(1_000);
    assertThat(waiting.keys()).containsExactly("key/3", "key/4");
  }

  @Test
  void ownWritesThatAreNotHereLeadToAnotherGeneration() {
    StoreState twin = stateOf(node.id);
    Delta unknown = put(twin, "of/twin/0", "b");
    for (int i = 1; i < 5; i++) {
      unknown = put(twin, "of/twin/" + i, "b");
    }

    take(unknown);
    node.put("mine", "value");

    assertThat(node.state().self()).isEqualTo(new ReplicaId(node.id, 2));
    assertThat(node.state().cell("mine").live().keySet())
        .allMatch(dot -> dot.replica().generation() == 2);
    assertThat(node.get("mine")).isEqualTo("value");
    assertThat(node.metrics.count("dcosnet.gossip.kv.generations")).isEqualTo(1);
    assertThat(node.get("of/twin/4")).isEqualTo("b");
  }
}
