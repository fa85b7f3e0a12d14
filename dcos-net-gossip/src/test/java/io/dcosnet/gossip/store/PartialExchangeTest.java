// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.crdt.CrdtOp;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class PartialExchangeTest {

  private static StoreState store(int number) {
    return new StoreState(new ReplicaId(new NodeId(new UUID(1, number)), 1), StoreLimits.USUAL);
  }

  private static void join(StoreState to, StoreState from, String key) {
    to.join(new KeyState(key, from.cell(key)), from.clock());
  }

  @Test
  void aNewReplicaWithPartOfAStoreDoesNotBringBackWhatWasDeletedThere() {
    StoreState a = store(1);
    StoreState b = store(2);
    StoreState c = store(3);
    Delta put = c.update("k", List.of(new CrdtOp.Put(Bytes.utf8("v"))), 10);
    assertThat(a.take(put)).isEqualTo(StoreState.Outcome.TAKEN);
    a.strip(10);
    c.strip(10);
    Delta delete = a.delete("k", 20);
    a.strip(10);
    // The exchange with a breaks behind this key; then comes one with c, who has not heard of it.
    join(b, a, "k");
    join(b, c, "k");
    b.caughtUp(c.clock());
    assertThat(b.cell("k").isGhost()).isTrue();
    join(c, b, "k");
    assertThat(c.cell("k").isGhost()).isTrue();
    assertThat(c.take(delete)).isEqualTo(StoreState.Outcome.KNOWN);
    for (StoreState state : List.of(a, b, c)) {
      state.strip(20);
      assertThat(state.ghosts()).isZero();
      assertThat(state.oldestUnstable()).isZero();
    }
  }

  @Test
  void aWriteIsForgottenWithTheLastOneOfItsKey() {
    StoreState a = store(1);
    StoreState b = store(2);
    Delta first = a.update("k", List.of(new CrdtOp.Put(Bytes.utf8("v"))), 10);
    assertThat(b.take(first)).isEqualTo(StoreState.Outcome.TAKEN);
    b.update("k", List.of(new CrdtOp.Put(Bytes.utf8("w"))), 20);
    b.strip(10);
    assertThat(b.cell("k").latest()).hasSize(2);
    assertThat(b.oldestUnstable()).isEqualTo(20);
    b.strip(20);
    assertThat(b.cell("k").latest()).isEmpty();
    assertThat(b.missing(new DotClock())).toIterable().containsExactly("k");
    assertThat(b.keyOf(first.last().dot())).isNull();
  }
}
