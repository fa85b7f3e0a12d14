// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.api.store.DurableStore.Batch;
import io.dcosnet.api.store.DurableStore.Check;
import io.dcosnet.api.store.DurableStore.Committed;
import io.dcosnet.api.store.DurableStore.Conflict;
import io.dcosnet.api.store.DurableStore.Fenced;
import io.dcosnet.api.store.DurableStore.Outcome;
import io.dcosnet.api.store.DurableStore.Snapshot;
import io.dcosnet.api.store.DurableStore.Versioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link DurableStore} does. Extend it, and say how one is opened. */
public abstract class DurableStoreContract {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private DurableStore store;

  /** For implementations. */
  @SuppressWarnings("NullAway.Init") // before each test
  protected DurableStoreContract() {}

  /** A new, empty store. */
  protected abstract DurableStore create();

  /** The same store after a restart; {@code before} is closed already. */
  protected abstract DurableStore reopen(DurableStore before);

  @BeforeEach
  void createStore() {
    store = create();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private void restart() {
    store.close();
    store = reopen(store);
  }

  private static <T> T done(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    assertThat(future).succeedsWithin(PATIENCE);
    return future.join();
  }

  private Snapshot load() {
    return done(store.load());
  }

  private static Batch puts(long fence, String... keysAndValues) {
    Map<String, Bytes> puts = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      puts.put(keysAndValues[i], Bytes.utf8(keysAndValues[i + 1]));
    }
    return new Batch(fence, List.of(), puts, Set.of());
  }

  private static Batch checked(Check check, String key, String value) {
    return new Batch(0, List.of(check), Map.of(key, Bytes.utf8(value)), Set.of());
  }

  private static Batch deletes(String... keys) {
    return new Batch(0, List.of(), Map.of(), Set.of(keys));
  }

  private Outcome commit(Batch batch) {
    return done(store.commit(batch));
  }

  private long committed(Batch batch) {
    Outcome outcome = commit(batch);
    assertThat(outcome).isInstanceOf(Committed.class);
    return ((Committed) outcome).revision();
  }

  private Map<String, String> texts() {
    Map<String, String> texts = new HashMap<>();
    load().entries().forEach((key, entry) -> texts.put(key, entry.value().toUtf8()));
    return texts;
  }

  private long revisionOf(String key) {
    Versioned entry = load().entries().get(key);
    return entry == null ? DurableStore.ABSENT : entry.revision();
  }

  @Test
  void startsEmpty() {
    assertThat(load().revision()).isZero();
    assertThat(load().epoch()).isZero();
    assertThat(load().entries()).isEmpty();
  }

  @Test
  void showsWhatWasCommittedWithItsRevision() {
    long first = committed(puts(0, "a", "1", "b", "1"));
    long second = committed(puts(0, "b", "2"));

    assertThat(first).isPositive();
    assertThat(second).isGreaterThan(first);
    assertThat(texts()).isEqualTo(Map.of("a", "1", "b", "2"));
    assertThat(revisionOf("a")).isEqualTo(first);
    assertThat(revisionOf("b")).isEqualTo(second);
    assertThat(load().revision()).isEqualTo(second);
  }

  @Test
  void deletesKeysAndForgivesMissingOnes() {
    committed(puts(0, "a", "1", "b", "1"));
    long revision = committed(deletes("a", "never there"));

    assertThat(texts()).isEqualTo(Map.of("b", "1"));
    assertThat(load().revision()).isEqualTo(revision);
  }

  @Test
  void writesUnderAConditionThatHolds() {
    long revision = committed(checked(new Check("a", DurableStore.ABSENT), "a", "1"));
    committed(checked(new Check("a", revision), "a", "2"));

    assertThat(texts()).isEqualTo(Map.of("a", "2"));
  }

  @Test
  void namesTheConditionThatFailsAndWritesNothing() {
    long revision = committed(puts(0, "a", "1"));

    Outcome stale =
        commit(
            new Batch(
                0,
                List.of(new Check("a", revision), new Check("b", 7)),
                Map.of("a", Bytes.utf8("2"), "c", Bytes.utf8("2")),
                Set.of()));
    assertThat(stale).isEqualTo(new Conflict("b"));
    assertThat(commit(checked(new Check("a", DurableStore.ABSENT), "a", "3")))
        .isEqualTo(new Conflict("a"));
    assertThat(commit(checked(new Check("a", revision + 1), "a", "3")))
        .isEqualTo(new Conflict("a"));

    assertThat(texts()).isEqualTo(Map.of("a", "1"));
    assertThat(load().revision()).isEqualTo(revision);
  }

  @Test
  void takesADeletedKeyForAbsent() {
    committed(puts(0, "a", "1"));
    committed(deletes("a"));

    committed(checked(new Check("a", DurableStore.ABSENT), "a", "2"));
    assertThat(texts()).isEqualTo(Map.of("a", "2"));
  }

  @Test
  void judgesATransactionByThoseHandedInBeforeIt() {
    Check absent = new Check("a", DurableStore.ABSENT);
    CompletionStage<Outcome> first = store.commit(checked(absent, "a", "1"));
    CompletionStage<Outcome> second = store.commit(checked(absent, "a", "2"));
    CompletionStage<Snapshot> loaded = store.load();

    assertThat(done(first)).isInstanceOf(Committed.class);
    assertThat(done(second)).isEqualTo(new Conflict("a"));
    assertThat(done(loaded).entries().get("a")).extracting(Versioned::value).hasToString("1 B 31");
  }

  @Test
  void takesATransactionThatChangesNothing() {
    long revision = committed(puts(0, "a", "1"));
    long next = committed(new Batch(0, List.of(new Check("a", revision)), Map.of(), Set.of()));

    assertThat(next).isGreaterThan(revision);
    assertThat(revisionOf("a")).isEqualTo(revision);
  }

  @Test
  void givesEachLeaderAGreaterEpoch() {
    assertThat(done(store.newEpoch())).isEqualTo(1);
    assertThat(done(store.newEpoch())).isEqualTo(2);
    assertThat(load().epoch()).isEqualTo(2);
    assertThat(load().revision()).isZero();
    restart();
    assertThat(load().epoch()).isEqualTo(2);
    assertThat(done(store.newEpoch())).isEqualTo(3);
  }

  @Test
  void keepsAFormerLeaderFromWriting() {
    long former = done(store.newEpoch());
    committed(puts(former, "a", "1"));
    long leader = done(store.newEpoch());

    assertThat(commit(puts(former, "a", "2"))).isEqualTo(new Fenced(leader));
    assertThat(commit(puts(0, "a", "2"))).isEqualTo(new Fenced(leader));
    committed(puts(leader, "b", "1"));
    assertThat(texts()).isEqualTo(Map.of("a", "1", "b", "1"));
  }

  @Test
  void letsALeaderWriteAfterARestart() {
    long epoch = done(store.newEpoch());
    restart();

    committed(puts(epoch, "a", "1"));
    long next = done(store.newEpoch());
    restart();
    assertThat(commit(puts(epoch, "a", "2"))).isEqualTo(new Fenced(next));
  }

  @Test
  void failsAFenceThatWasNeverGivenOut() {
    done(store.newEpoch());

    assertThat(store.commit(puts(2, "a", "1")).toCompletableFuture())
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .withCauseInstanceOf(IllegalArgumentException.class);
    assertThat(texts()).isEmpty();
  }

  @Test
  void keepsEverythingOverARestart() {
    committed(puts(0, "ä/\ud83d\ude00", "ü", "empty", ""));
    Bytes binary = Bytes.copyOf(new byte[] {0, -1, 127, -128, 10});
    committed(new Batch(0, List.of(), Map.of("binary", binary), Set.of("empty")));
    Snapshot before = load();
    restart();

    assertThat(load()).isEqualTo(before);
    assertThat(load().entries().get("binary")).extracting(Versioned::value).isEqualTo(binary);
    assertThat(committed(puts(0, "a", "1"))).isGreaterThan(before.revision());
  }

  @Test
  void keepsEverythingOverManyRestarts() {
    Map<String, String> expected = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      String key = "key " + i % 7;
      committed(puts(0, key, "" + i));
      expected.put(key, "" + i);
      if (i % 4 == 0) {
        restart();
        assertThat(texts()).isEqualTo(expected);
      }
    }
  }

  @Test
  void givesSnapshotsThatNeverChange() {
    committed(puts(0, "a", "1"));
    Snapshot snapshot = load();
    committed(puts(0, "a", "2", "b", "1"));

    assertThat(snapshot.entries()).hasSize(1);
    assertThat(snapshot.entries().get("a")).extracting(Versioned::value).hasToString("1 B 31");
    assertThatThrownBy(() -> snapshot.entries().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void countsCorrectlyWhenManyCountAtOnce() throws InterruptedException {
    int threads = 4;
    int each = 100;
    Set<Long> revisions = new HashSet<>();
    List<Thread> running = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      Thread thread = new Thread(() -> count(each, revisions));
      running.add(thread);
      thread.start();
    }
    for (Thread thread : running) {
      thread.join();
    }

    assertThat(texts()).isEqualTo(Map.of("counter", "" + threads * each));
    assertThat(revisions).hasSize(threads * each);
  }

  private void count(int times, Set<Long> revisions) {
    for (int i = 0; i < times; ) {
      Versioned now = load().entries().get("counter");
      int value = now == null ? 0 : Integer.parseInt(now.value().toUtf8());
      Check check = new Check("counter", now == null ? DurableStore.ABSENT : now.revision());
      Outcome outcome = commit(checked(check, "counter", "" + (value + 1)));
      if (outcome instanceof Committed committed) {
        synchronized (revisions) {
          revisions.add(committed.revision());
        }
        i++;
      } else {
        assertThat(outcome).isEqualTo(new Conflict("counter"));
      }
    }
  }

  @Test
  void takesManyTransactionsAtOnce() {
    List<CompletionStage<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      outcomes.add(store.commit(puts(0, "key " + i, "" + i)));
    }
    long before = 0;
    for (CompletionStage<Outcome> outcome : outcomes) {
      assertThat(done(outcome)).isInstanceOf(Committed.class);
      long revision = ((Committed) done(outcome)).revision();
      assertThat(revision).isGreaterThan(before);
      before = revision;
    }
    restart();
    assertThat(load().entries()).hasSize(3000);
  }

  @Test
  void takesTheLargestKeyAndTransaction() {
    String key = "é".repeat(DurableStore.MAX_KEY_BYTES / 2);
    assertThat(store.maxBatchBytes()).isBetween(64 * 1024, DurableStore.MAX_BATCH_BYTES);
    Bytes large = Bytes.copyOf(new byte[store.maxBatchBytes() - 1024]);
    committed(new Batch(0, List.of(), Map.of(key, large), Set.of()));
    restart();

    assertThat(load().entries().get(key)).extracting(Versioned::value).isEqualTo(large);
  }

  @Test
  void refusesWhatIsOverItsLimit() {
    Bytes tooLarge = Bytes.copyOf(new byte[DurableStore.MAX_BATCH_BYTES + 1]);
    Batch large = new Batch(0, List.of(), Map.of("a", tooLarge), Set.of());

    assertThatThrownBy(() -> store.commit(large)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.commit(puts(0, "", "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> store.commit(puts(0, "x".repeat(513), "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("513 bytes");
    assertThatThrownBy(() -> store.commit(deletes("half a pair \ud83d")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.commit(checked(new Check("", 0), "a", "1")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(texts()).isEmpty();
  }

  @Test
  void refusesToPutAndDeleteOneKey() {
    assertThatThrownBy(() -> new Batch(0, List.of(), Map.of("a", Bytes.EMPTY), Set.of("a")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void failsAfterItIsClosed() {
    store.close();
    store.close();

    assertThat(store.commit(puts(0, "a", "1")).toCompletableFuture()).failsWithin(PATIENCE);
    assertThat(store.load().toCompletableFuture()).failsWithin(PATIENCE);
    assertThat(store.newEpoch().toCompletableFuture()).failsWithin(PATIENCE);
  }
}
