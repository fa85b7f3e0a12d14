// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.testkit.FakeStores;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OwnEntriesTest {

  private static final NodeId SELF = new NodeId(new UUID(0, 1));
  private static final Bytes OLD = Bytes.utf8("old");
  private static final Bytes NEW = Bytes.utf8("new");

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final FakeStores stores = new FakeStores(time, new Random(1));
  private final ReplicatedStore store = stores.node(SELF);
  private final OwnEntries entries = new OwnEntries(store, time, new LbMetrics(metrics));

  @Test
  void triesAgainWithAGrowingPause() {
    stores.full(SELF, true);
    entries.put("a", NEW);
    int[] tries = new int[31];
    for (int second = 0; second <= 30; second++) {
      time.runReady();
      tries[second] = (int) metrics.count("dcosnet.lb.exchange.write.failures");
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(tries[0]).isEqualTo(1);
    assertThat(tries[1]).isEqualTo(2);
    assertThat(tries[2]).isEqualTo(2);
    assertThat(tries[3]).isEqualTo(3);
    assertThat(tries[7]).isEqualTo(4);
    assertThat(tries[15]).isEqualTo(5);
    assertThat(tries[23]).isEqualTo(6);
    stores.full(SELF, false);
    time.advance(Duration.ofSeconds(8));
    assertThat(store.view("a")).hasSize(1);
    long writes = metrics.count("dcosnet.lb.exchange.writes");
    time.advance(Duration.ofMinutes(1));
    assertThat(metrics.count("dcosnet.lb.exchange.writes")).isEqualTo(writes);
  }

  @Test
  void neverWritesWhatIsOvertaken() {
    stores.full(SELF, true);
    entries.put("a", OLD);
    entries.put("b", OLD);
    time.runReady();
    stores.full(SELF, false);
    entries.put("a", NEW);
    entries.delete("b");
    time.advance(Duration.ofSeconds(30));
    assertThat(store.view("").values()).extracting(ReplicatedStore.Entry::value).containsOnly(NEW);
  }

  @Test
  void waitsWithOneTimerForEachKey() {
    stores.full(SELF, true);
    int others = time.pending();
    for (int i = 0; i < 10; i++) {
      entries.put("a", i % 2 == 0 ? OLD : NEW);
      time.runReady();
    }
    assertThat(time.pending()).isEqualTo(others + 1);
  }

  @Test
  void refusesWhatTheStoreNeverTakes() {
    Bytes large = Bytes.copyOf(new byte[ReplicatedStore.MAX_VALUE_BYTES + 1]);
    assertThat(entries.put("a", large)).isFalse();
    assertThat(entries.put("b", NEW)).isTrue();
    time.advance(Duration.ofSeconds(30));
    assertThat(store.view("")).hasSize(1);
    assertThat(metrics.count("dcosnet.lb.rejected", "reason", "ENTRY_TOO_LARGE")).isEqualTo(1);
  }

  @Test
  void recallsOnlyWhatIsItsOwn() {
    entries.put("x/a", NEW);
    stores.node(new NodeId(new UUID(0, 2))).put("x/b", NEW);
    time.advance(Duration.ofSeconds(1));
    assertThat(store.view("x/")).hasSize(2);
    assertThat(entries.recall("x/")).extracting(ReplicatedStore.Entry::key).containsExactly("x/a");
  }

  @Test
  void triesNothingAgainOnceClosed() {
    stores.full(SELF, true);
    entries.put("a", NEW);
    time.runReady();
    int others = time.pending() - 1;
    entries.close();
    assertThat(time.pending()).as("no timer is left").isEqualTo(others);
    stores.full(SELF, false);
    time.advance(Duration.ofSeconds(30));
    assertThat(store.view("")).isEmpty();
  }
}
