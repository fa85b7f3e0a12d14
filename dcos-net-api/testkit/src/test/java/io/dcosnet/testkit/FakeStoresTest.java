// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class FakeStoresTest {

  private static final NodeId ONE = new NodeId(new UUID(0, 1));
  private static final NodeId TWO = new NodeId(new UUID(0, 2));

  private final VirtualTime time = new VirtualTime();
  private final FakeStores stores = new FakeStores(time, new SplittableRandom(1));
  private final ReplicatedStore one = stores.node(ONE);
  private final ReplicatedStore two = stores.node(TWO);

  private void put(ReplicatedStore store, String key, String value) {
    assertThat(store.put(key, Bytes.utf8(value))).isCompleted();
  }

  @Test
  void aWriteArrivesLater() {
    put(one, "a", "1");

    assertThat(two.view("")).isEmpty();
    time.runUntilIdle();
    assertThat(two.view("")).containsOnlyKeys("a");
  }

  @Test
  void aNodeThatWasDownCatchesUpAlsoOnDeletions() {
    put(one, "a", "1");
    put(one, "b", "1");
    time.runUntilIdle();
    stores.down(TWO);
    assertThat(one.delete("a")).isCompleted();
    put(one, "c", "1");
    put(two, "d", "1");
    time.runUntilIdle();
    assertThat(two.view("")).containsOnlyKeys("a", "b", "d");

    stores.up(TWO);
    time.runUntilIdle();

    assertThat(two.view("")).containsOnlyKeys("b", "c", "d");
    assertThat(one.view("")).containsOnlyKeys("b", "c", "d");
  }

  @Test
  void aNodeThatLostEverythingGetsItsOwnBack() {
    put(two, "a", "1");
    time.runUntilIdle();

    stores.lost(TWO);

    assertThat(stores.node(TWO).view("")).isEmpty();
    time.runUntilIdle();
    assertThat(stores.node(TWO).view("")).containsOnlyKeys("a");
  }

  @Test
  void aFullNodeTakesNothing() {
    stores.full(ONE, true);

    assertThat(one.put("a", Bytes.utf8("1"))).isCompletedExceptionally();
    stores.full(ONE, false);
    put(one, "a", "1");
  }

  @Test
  void namesTheNodesThatLackAWrite() {
    time.runUntilIdle();
    stores.delay(Duration.ofSeconds(5), Duration.ofSeconds(5));
    ReplicatedStore.Write write = one.put("a", Bytes.utf8("1")).toCompletableFuture().getNow(null);

    CompletionStage<Set<NodeId>> early = one.awaitSeen(write, Duration.ofSeconds(1));
    CompletionStage<Set<NodeId>> late = one.awaitSeen(write, Duration.ofSeconds(9));
    time.runUntilIdle();

    assertThat(early).isCompletedWithValue(Set.of(TWO));
    assertThat(late).isCompletedWithValue(Set.of());
  }
}
