// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.Journal;
import io.dcosnet.api.store.Journal.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Journal} does. Extend it, and say how one is opened. */
public abstract class JournalContract {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Journal journal;

  /** For implementations. */
  @SuppressWarnings("NullAway.Init") // before each test
  protected JournalContract() {}

  /** A new journal. */
  protected abstract Journal create();

  /** The same journal after a restart; {@code before} is closed already. */
  protected abstract Journal reopen(Journal before);

  @BeforeEach
  void createJournal() {
    journal = create();
  }

  @AfterEach
  void closeJournal() {
    journal.close();
  }

  private void restart() {
    journal.close();
    journal = reopen(journal);
  }

  private static <T> T done(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    assertThat(future).succeedsWithin(PATIENCE);
    return future.join();
  }

  private long append(int type, String text) {
    return done(journal.append(type, Bytes.utf8(text)));
  }

  private void appendNumbered(int count) {
    CompletionStage<Long> last = CompletableFuture.completedStage(0L);
    for (int i = 0; i < count; i++) {
      last = journal.append(1, Bytes.utf8("numbered"));
    }
    done(last);
  }

  private List<Long> recoveredNumbers() {
    return journal.recovered().records().stream().map(Entry::number).toList();
  }

  private static List<Long> numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void startsEmpty() {
    assertThat(journal.recovered().snapshot()).isEqualTo(Bytes.EMPTY);
    assertThat(journal.recovered().snapshotNumber()).isZero();
    assertThat(journal.recovered().records()).isEmpty();
    assertThat(journal.recovered().tornBytes()).isZero();
  }

  @Test
  void numbersRecordsFromOneOnWithoutGaps() {
    assertThat(append(1, "a")).isEqualTo(1);
    assertThat(append(1, "b")).isEqualTo(2);
    restart();
    assertThat(append(1, "c")).isEqualTo(3);
  }

  @Test
  void showsAllRecordsAfterARestart() {
    append(0, "first");
    append(65535, "");
    append(7, "third");
    restart();

    assertThat(journal.recovered().records())
        .containsExactly(
            new Entry(1, 0, Bytes.utf8("first")),
            new Entry(2, 65535, Bytes.EMPTY),
            new Entry(3, 7, Bytes.utf8("third")));
  }

  @Test
  void keepsTheOrderOfManyWaitingRecords() {
    List<CompletableFuture<Long>> waiting = new ArrayList<>();
    for (int i = 1; i <= 5000; i++) {
      waiting.add(journal.append(1, Bytes.utf8("record " + i)).toCompletableFuture());
    }
    for (int i = 1; i <= 5000; i++) {
      assertThat(done(waiting.get(i - 1))).isEqualTo(i);
    }
    restart();

    List<Entry> records = journal.recovered().records();
    assertThat(records).hasSize(5000);
    for (int i = 1; i <= 5000; i++) {
      assertThat(records.get(i - 1)).isEqualTo(new Entry(i, 1, Bytes.utf8("record " + i)));
    }
  }

  @Test
  void keepsRecordsOfEverySize() {
    SplittableRandom random = new SplittableRandom(1);
    List<Bytes> payloads = new ArrayList<>();
    for (int size : new int[] {0, 1, 511, 512, 65_505, 65_506, 65_507, 65_536, 300_000}) {
      byte[] payload = new byte[size];
      random.nextBytes(payload);
      payloads.add(Bytes.copyOf(payload));
    }
    payloads.add(Bytes.copyOf(new byte[Journal.MAX_RECORD_BYTES]));
    payloads.add(Bytes.utf8("behind the largest"));
    payloads.forEach(payload -> done(journal.append(1, payload)));
    restart();

    assertThat(journal.recovered().records()).extracting(Entry::payload).isEqualTo(payloads);
  }

  @Test
  void refusesWhatIsNoRecord() {
    Bytes tooLarge = Bytes.copyOf(new byte[Journal.MAX_RECORD_BYTES + 1]);

    assertThatThrownBy(() -> journal.append(1, tooLarge))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16777217");
    assertThatThrownBy(() -> journal.append(-1, Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> journal.append(65536, Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(append(1, "fine")).isEqualTo(1);
  }

  @Test
  void replacesRecordsByASnapshot() {
    appendNumbered(10);
    done(journal.compact(10, Bytes.utf8("state of ten")));
    restart();

    assertThat(journal.recovered().snapshot()).isEqualTo(Bytes.utf8("state of ten"));
    assertThat(journal.recovered().snapshotNumber()).isEqualTo(10);
    assertThat(journal.recovered().records()).isEmpty();
    assertThat(append(1, "next")).isEqualTo(11);
  }

  @Test
  void keepsTheRecordsBehindASnapshot() {
    appendNumbered(10);
    done(journal.compact(7, Bytes.utf8("state of seven")));
    appendNumbered(2);
    restart();

    assertThat(journal.recovered().snapshotNumber()).isEqualTo(7);
    assertThat(recoveredNumbers()).isEqualTo(numbers(8, 12));
  }

  @Test
  void showsTheNewestOfManySnapshots() {
    for (long i = 1; i <= 20; i++) {
      appendNumbered(3);
      long last = 3 * i;
      long upTo = last - i % 3;
      done(journal.compact(upTo, Bytes.utf8("state " + i)));
      if (i % 5 == 0) {
        restart();
        assertThat(journal.recovered().snapshot()).isEqualTo(Bytes.utf8("state " + i));
        assertThat(recoveredNumbers()).isEqualTo(numbers(upTo + 1, last));
      }
    }
  }

  @Test
  void takesASnapshotOfNothingAndOfTheSameAgain() {
    done(journal.compact(0, Bytes.utf8("initial")));
    done(journal.compact(0, Bytes.utf8("initial again")));
    appendNumbered(1);
    restart();

    assertThat(journal.recovered().snapshot()).isEqualTo(Bytes.utf8("initial again"));
    assertThat(recoveredNumbers()).containsExactly(1L);
    done(journal.compact(1, Bytes.EMPTY));
    restart();
    assertThat(journal.recovered().snapshotNumber()).isEqualTo(1);
    assertThat(journal.recovered().records()).isEmpty();
  }

  @Test
  void refusesToCompactWhatIsNotThereOrWasCompacted() {
    appendNumbered(5);
    done(journal.compact(3, Bytes.EMPTY));

    assertThatThrownBy(() -> journal.compact(6, Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6");
    assertThatThrownBy(() -> journal.compact(2, Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
    done(journal.compact(5, Bytes.EMPTY));
  }

  @Test
  void settlesAfterAllThatWasAppendedBefore() {
    List<CompletableFuture<Long>> before = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      before.add(journal.append(1, Bytes.utf8("before")).toCompletableFuture());
    }
    done(journal.settled());

    assertThat(before).allSatisfy(append -> assertThat(append).isCompleted());
    done(journal.settled());
  }

  @Test
  void forgetsWhatItFoundOnceItIsWrittenTo() {
    append(1, "a");

    assertThatThrownBy(() -> journal.recovered()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void failsWritesAfterItIsClosed() {
    journal.close();
    journal.close();

    assertThat(journal.append(1, Bytes.EMPTY).toCompletableFuture())
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .withCauseInstanceOf(IllegalStateException.class);
    assertThat(journal.compact(0, Bytes.EMPTY).toCompletableFuture()).failsWithin(PATIENCE);
    assertThat(journal.settled().toCompletableFuture()).failsWithin(PATIENCE);
  }
}
