// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.DurableStore.Batch;
import io.dcosnet.api.store.DurableStore.Check;
import io.dcosnet.api.store.DurableStore.Committed;
import io.dcosnet.api.store.DurableStore.Conflict;
import io.dcosnet.api.store.DurableStore.Fenced;
import io.dcosnet.api.store.DurableStore.Outcome;
import io.dcosnet.api.store.DurableStore.Snapshot;
import io.dcosnet.api.store.DurableStore.Unknown;
import io.dcosnet.api.store.DurableStore.Versioned;
import io.dcosnet.api.store.SimulatedDisk.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Compares a store on a simulated disk with a plain map, over restarts, crashes and bad disks. */
class DurableStoreProperties {

  private static final JournaledStore.Limits LIMITS =
      new JournaledStore.Limits(7, 2000, 1000, 1_000_000);

  /** What must be in the store. */
  private static final class Model {
    NavigableMap<String, Versioned> entries = new TreeMap<>();
    long epoch;

    Model copy() {
      Model copy = new Model();
      copy.entries = new TreeMap<>(entries);
      copy.epoch = epoch;
      return copy;
    }

    Outcome judge(Batch batch, long revision) {
      if (batch.fence() < epoch) {
        return new Fenced(epoch);
      }
      for (Check check : batch.checks()) {
        Versioned entry = entries.get(check.key());
        if ((entry == null ? 0 : entry.revision()) != check.revision()) {
          return new Conflict(check.key());
        }
      }
      return new Committed(revision);
    }

    void apply(Batch batch, long revision) {
      batch.deletes().forEach(entries::remove);
      batch.puts().forEach((key, value) -> entries.put(key, new Versioned(value, revision)));
    }

    boolean holds(Snapshot snapshot) {
      return snapshot.epoch() == epoch && snapshot.entries().equals(entries);
    }
  }

  private static FileDurableStore open(SimulatedDisk disk) {
    return FileDurableStore.open(
        disk, JournalStory.DIRECTORY, TimeSource.system(), MetricsSink.none(), LIMITS);
  }

  private static Batch batch(RandomGenerator random, Model model) {
    Map<String, Bytes> puts = new HashMap<>();
    Set<String> deletes = new HashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      byte[] value = new byte[random.nextInt(300)];
      random.nextBytes(value);
      puts.put("k" + random.nextInt(6), Bytes.copyOf(value));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      deletes.add("k" + random.nextInt(6));
    }
    deletes.removeAll(puts.keySet());
    List<Check> checks = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      String key = "k" + random.nextInt(6);
      Versioned entry = model.entries.get(key);
      long right = entry == null ? 0 : entry.revision();
      checks.add(new Check(key, random.nextInt(8) == 0 ? right + 1 : right));
    }
    long fence = model.epoch > 0 && random.nextInt(12) == 0 ? model.epoch - 1 : model.epoch;
    return new Batch(fence, checks, puts, deletes);
  }

  /** Commits, compares the outcome, and keeps the model up to date. */
  private static void commit(DurableStore store, Model model, Batch batch) {
    Outcome outcome = store.commit(batch).toCompletableFuture().join();
    long revision = outcome instanceof Committed committed ? committed.revision() : 0;
    assertThat(outcome).isEqualTo(model.judge(batch, revision));
    if (outcome instanceof Committed) {
      model.apply(batch, revision);
    }
  }

  private static Snapshot load(DurableStore store) {
    return store.load().toCompletableFuture().join();
  }

  @Property(tries = 100)
  void holdsWhatAPlainMapHolds(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int steps) {
    RandomGenerator random = new SplittableRandom(seed);
    SimulatedDisk disk = new SimulatedDisk();
    DurableStore store = open(disk);
    Model model = new Model();
    for (int i = 0; i < steps; i++) {
      int what = random.nextInt(20);
      if (what == 0) {
        assertThat(store.newEpoch().toCompletableFuture().join()).isEqualTo(++model.epoch);
      } else if (what < 4) {
        store.close();
        disk = what == 1 ? disk.afterPowerLoss(random) : disk;
        store = open(disk);
      } else {
        commit(store, model, batch(random, model));
      }
      assertThat(load(store).entries()).isEqualTo(model.entries);
      assertThat(load(store).epoch()).isEqualTo(model.epoch);
    }
    store.close();
  }

  /** Runs until a transaction ends unknown; gives it, or null when all went well. */
  private static @Nullable Batch runInto(
      SimulatedDisk disk, Model model, RandomGenerator random, int steps) {
    FileDurableStore store;
    try {
      store = open(disk);
    } catch (RuntimeException e) {
      assertThat(disk.hasFailed()).as("%s", e).isTrue();
      return new Batch(0, List.of(), Map.of(), Set.of());
    }
    try {
      for (int i = 0; i < steps; i++) {
        Batch batch = batch(random, model);
        Outcome outcome = store.commit(batch).toCompletableFuture().join();
        if (outcome instanceof Unknown) {
          assertThat(disk.hasFailed()).isTrue();
          return batch;
        }
        long revision = outcome instanceof Committed committed ? committed.revision() : 0;
        assertThat(outcome).isEqualTo(model.judge(batch, revision));
        if (outcome instanceof Committed) {
          model.apply(batch, revision);
        }
      }
      return null;
    } finally {
      store.close();
    }
  }

  @Property(tries = 6)
  void losesNothingCommittedWhereverItIsKilled(@ForAll long seed) {
    int steps = 20;
    SimulatedDisk undisturbed = new SimulatedDisk();
    runInto(undisturbed, new Model(), new SplittableRandom(seed), steps);
    for (int call = 0; call < undisturbed.calls(); call++) {
      for (Fault fault : List.of(Fault.KILLED_BEFORE, Fault.KILLED_AFTER, Fault.SYNC_LIES)) {
        SimulatedDisk disk = new SimulatedDisk().failAt(call, fault);
        Model model = new Model();
        Batch unknown = runInto(disk, model, new SplittableRandom(seed), steps);
        RandomGenerator fate = new SplittableRandom(seed + call);
        SimulatedDisk next =
            fault == Fault.SYNC_LIES || fate.nextBoolean()
                ? disk.afterKill()
                : disk.afterPowerLoss(fate);
        goOn(next, model, unknown, fate);
      }
    }
  }

  /** What is there now is the model, or the model with the whole unknown transaction. */
  private static void goOn(
      SimulatedDisk disk, Model before, @Nullable Batch unknown, RandomGenerator random) {
    Model model = before.copy();
    DurableStore store = open(disk);
    Snapshot snapshot = load(store);
    if (unknown != null && !model.holds(snapshot)) {
      model.apply(unknown, snapshot.revision());
    }
    assertThat(snapshot.entries()).isEqualTo(model.entries);
    for (int i = 0; i < 5; i++) {
      commit(store, model, batch(random, model));
    }
    store.close();

    store = open(disk.afterPowerLoss(random));
    assertThat(load(store).entries()).isEqualTo(model.entries);
    store.close();
  }
}
