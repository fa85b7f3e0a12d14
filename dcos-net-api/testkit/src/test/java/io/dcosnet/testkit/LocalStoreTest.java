// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.Listener;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.store.ReplicatedStore.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What {@link LocalStore} does beyond the contract of its kind. */
class LocalStoreTest {

  private static final NodeId HERE = new NodeId(new UUID(0, 1));
  private static final NodeId THERE = new NodeId(new UUID(0, 2));

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final LocalStore here = LocalStore.of(HERE, time, metrics);
  private final LocalStore there = here.forNode(THERE);

  private static void put(LocalStore store, String key, String value) {
    assertThat(store.put(key, Bytes.utf8(value)).toCompletableFuture()).isCompleted();
  }

  private Version versionOf(String key) {
    return entry(key).version();
  }

  private Entry entry(String key) {
    Entry entry = here.view("").get(key);
    if (entry == null) {
      throw new AssertionError("no entry " + key);
    }
    return entry;
  }

  @Test
  void keepsTheEntriesOfADeadOwnerAndSaysSo() {
    put(here, "mine", "1");
    put(there, "theirs", "1");
    time.advance(Duration.ofSeconds(5));

    here.ownerState(THERE, OwnerState.DEAD);

    Entry theirs = entry("theirs");
    assertThat(theirs.ownerState()).isEqualTo(OwnerState.DEAD);
    assertThat(theirs.ownerStateSince()).isEqualTo(VirtualTime.EPOCH.plusSeconds(5));
    assertThat(theirs.value()).isEqualTo(Bytes.utf8("1"));
    assertThat(entry("mine").ownerState()).isEqualTo(OwnerState.ALIVE);
    assertThat(here.why("theirs")).contains("DEAD", THERE.toString());
  }

  @Test
  void tellsWatchersOfAnOwnersNewStateOnce() {
    put(there, "a", "1");
    put(there, "b", "1");
    List<List<Change<Entry>>> told = new ArrayList<>();
    var unused = here.watch("", Runnable::run, new Changes(told));

    here.ownerState(THERE, OwnerState.DEAD);
    here.ownerState(THERE, OwnerState.DEAD);

    assertThat(told).hasSize(1);
    assertThat(told.get(0))
        .extracting(change -> change.latest().key() + change.latest().ownerState())
        .containsExactly("aDEAD", "bDEAD");
  }

  @Test
  void marksWhatADeadOwnerStillWrites() {
    here.ownerState(THERE, OwnerState.SUSPECT);

    put(there, "late", "1");

    assertThat(entry("late").ownerState()).isEqualTo(OwnerState.SUSPECT);
  }

  @Test
  void countsVersionsFromTheWallClockAndNeverBack() {
    put(here, "a", "1");
    assertThat(versionOf("a").clock()).isEqualTo(VirtualTime.EPOCH.toEpochMilli());

    time.jumpWall(Duration.ofDays(-3650));
    put(there, "a", "2");
    assertThat(versionOf("a").clock()).isEqualTo(VirtualTime.EPOCH.toEpochMilli() + 1);

    time.jumpWall(Duration.ofDays(7300));
    put(here, "a", "3");
    assertThat(versionOf("a").clock())
        .isEqualTo(VirtualTime.EPOCH.plus(Duration.ofDays(3650)).toEpochMilli());
  }

  @Test
  void triesAgainWhereAnExecutorRefused() {
    AtomicInteger refusals = new AtomicInteger(2);
    List<List<Change<Entry>>> told = new ArrayList<>();
    Changes listener = new Changes(told);
    var unused =
        here.watch(
            "",
            work -> {
              if (refusals.getAndDecrement() > 0) {
                throw new RejectedExecutionException("thrown on purpose by LocalStoreTest");
              }
              work.run();
            },
            listener);

    put(here, "a", "1");
    assertThat(listener.snapshots).isEmpty();
    put(here, "b", "1");

    assertThat(listener.snapshots).hasSize(1);
    assertThat(listener.snapshots.get(0).keySet()).containsExactly("a", "b");
  }

  @Test
  void countsKeysBytesAndResyncs() {
    List<Runnable> later = new ArrayList<>();
    var unused = here.watch("", later::add, new Changes(new ArrayList<>()));
    later.remove(0).run();
    for (int i = 0; i <= LocalStore.MAX_PENDING_KEYS; i++) {
      put(here, "%05d".formatted(i), "123");
    }
    later.remove(0).run();

    assertThat(metrics.gauge("dcosnet.store.keys")).isEqualTo(LocalStore.MAX_PENDING_KEYS + 1);
    assertThat(metrics.gauge("dcosnet.store.bytes"))
        .isEqualTo(8 * (LocalStore.MAX_PENDING_KEYS + 1));
    assertThat(metrics.count("dcosnet.store.resyncs")).isEqualTo(1);

    here.delete("00000");
    put(here, "00001", "");
    assertThat(metrics.gauge("dcosnet.store.bytes"))
        .isEqualTo(8 * (LocalStore.MAX_PENDING_KEYS + 1) - 8 - 3);
  }

  @Test
  void keepsWatchersConsistentUnderConcurrentWriters() throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    AtomicInteger inside = new AtomicInteger();
    Changes listener =
        new Changes(new ArrayList<>()) {
          @Override
          public void changed(List<Change<Entry>> changes) {
            assertThat(inside.incrementAndGet()).isEqualTo(1);
            super.changed(changes);
            inside.decrementAndGet();
          }
        };
    var unused = here.watch("", pool, listener);
    for (int writer = 0; writer < 4; writer++) {
      Random random = new Random(writer);
      LocalStore store = here.forNode(new NodeId(new UUID(1, writer)));
      pool.execute(
          () -> {
            for (int i = 0; i < 5000; i++) {
              String key = "k" + random.nextInt(20);
              if (random.nextInt(3) == 0) {
                store.delete(key);
              } else {
                put(store, key, "" + i);
              }
            }
          });
    }
    put(here, "end", "1");

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(listener.seen()).isEqualTo(here.view("")));
    pool.shutdown();
    assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  private static class Changes implements Listener {
    final List<NavigableMap<String, Entry>> snapshots = new ArrayList<>();
    final List<List<Change<Entry>>> told;
    private final Map<String, Entry> seen = new TreeMap<>();

    Changes(List<List<Change<Entry>>> told) {
      this.told = told;
    }

    synchronized Map<String, Entry> seen() {
      return new TreeMap<>(seen);
    }

    @Override
    public synchronized void snapshot(NavigableMap<String, Entry> entries) {
      snapshots.add(entries);
      seen.clear();
      seen.putAll(entries);
    }

    @Override
    public void changed(List<Change<Entry>> changes) {
      synchronized (this) {
        told.add(changes);
        for (Change<Entry> change : changes) {
          Entry after = change.after();
          if (after == null) {
            seen.remove(change.latest().key());
          } else {
            seen.put(after.key(), after);
          }
        }
      }
    }
  }
}
