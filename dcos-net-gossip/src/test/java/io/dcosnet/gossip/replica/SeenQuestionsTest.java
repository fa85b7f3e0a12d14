// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.Stamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whether all living members have a write. */
class SeenQuestionsTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final ReplicaNet net = ReplicaNet.withoutExchanges(1);
  private final List<Set<NodeId>> answers = new ArrayList<>();

  private void nodes(int count) {
    net.nodes(count);
    net.ring(0);
    net.time.advance(Duration.ofSeconds(20));
  }

  private ReplicaNode node(int index) {
    return net.nodes.get(index);
  }

  private Dot write() {
    List<Dot> dots = new ArrayList<>();
    node(0)
        .replica()
        .update(
            "key",
            List.of(new CrdtOp.Put(Bytes.utf8("value"))),
            new WriteResult() {
              @Override
              public void done(Stamp write) {
                dots.add(write.dot());
              }

              @Override
              public void failed(RuntimeException why) {
                throw why;
              }
            });
    return dots.get(0);
  }

  private void ask(Dot write) {
    node(0).replica().awaitSeen(write, TIMEOUT, answers::add);
  }

  @Test
  void itEndsWhenAllHaveIt() {
    nodes(4);
    ask(write());
    assertThat(answers).isEmpty();

    net.time.advance(Duration.ofMillis(500));

    assertThat(answers).containsExactly(Set.of());
  }

  @Test
  void lostDatagramsAreRepeated() {
    nodes(4);
    net.loss = 0.5;
    ask(write());

    net.time.advance(TIMEOUT);

    assertThat(answers).containsExactly(Set.of());
  }

  @Test
  void atTheDeadlineItNamesThoseThatLack() {
    nodes(4);
    net.unlink(node(1), node(2));
    net.unlink(node(2), node(3));
    net.time.advance(Duration.ofSeconds(1));
    ask(write());
    net.time.advance(TIMEOUT.minusMillis(10));
    assertThat(answers).isEmpty();

    net.time.advance(Duration.ofMillis(20));

    assertThat(answers).containsExactly(Set.of(node(2).id));
  }

  @Test
  void whoDiesIsNotWaitedFor() {
    nodes(4);
    net.loss = 1;
    ask(write());
    node(1).crash();
    node(3).crash();
    net.time.advance(Duration.ofSeconds(1));
    // The write did not get past the two that died.
    assertThat(answers).isEmpty();

    node(2).crash();

    assertThat(answers).containsExactly(Set.of());
  }

  @Test
  void aloneThereIsNobodyToAsk() {
    nodes(1);

    ask(write());

    assertThat(answers).containsExactly(Set.of());
  }

  @Test
  void tooManyQuestionsAtATimeAreAnsweredAtOnceWithAllMembers() {
    nodes(2);
    net.loss = 1;
    Dot write = write();
    for (int i = 0; i < 1_024; i++) {
      ask(write);
    }
    assertThat(answers).isEmpty();

    ask(write);

    assertThat(answers).containsExactly(Set.of(node(1).id));
  }
}
