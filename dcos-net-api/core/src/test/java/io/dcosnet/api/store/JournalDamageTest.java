// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.store.Journal.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a journal makes of files that the disk has changed. */
class JournalDamageTest {

  private static final String FIRST_LOG = "log-000000000000000001";
  private static final int HEADER = JournalFormat.FILE_HEADER_BYTES;
  private static final int RECORD = JournalFormat.RECORD_HEADER_BYTES + 100;

  private final SimulatedDisk disk = new SimulatedDisk();

  private static Bytes payload(long number) {
    byte[] bytes = new byte[100];
    Arrays.fill(bytes, (byte) number);
    return Bytes.copyOf(bytes);
  }

  /** A group of records of 100 bytes each. */
  private static void append(JournalFiles files, int count) throws IOException {
    List<Entry> group = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long number = files.last() + 1 + i;
      group.add(new Entry(number, 1, payload(number)));
    }
    files.write(group);
    files.sync();
  }

  private static void compact(JournalFiles files, long upTo) throws IOException {
    files.writeSnapshot(upTo, Bytes.utf8("state after " + upTo));
    files.startLog();
    files.deleteOld();
  }

  private JournalFiles open() throws IOException {
    return JournalFiles.open(disk, JournalStory.DIRECTORY).files();
  }

  private Journal.Recovered recovered() throws IOException {
    JournalFiles.Opened opened = JournalFiles.open(disk, JournalStory.DIRECTORY);
    opened.files().close();
    return opened.recovered();
  }

  private List<Long> recoveredNumbers() throws IOException {
    return recovered().records().stream().map(Entry::number).toList();
  }

  private static List<Long> numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  /** Three groups of one record each. */
  private void writeThree() throws IOException {
    JournalFiles files = open();
    append(files, 1);
    append(files, 1);
    append(files, 1);
    files.close();
  }

  @Test
  void refusesDamageInFrontOfWhatWasSafeWhereverItIs() throws IOException {
    writeThree();
    for (int at = 0; at < RECORD; at++) {
      long offset = (long) HEADER + at;
      disk.rot(FIRST_LOG, offset);
      byte[] before = disk.content(FIRST_LOG);

      assertThatThrownBy(this::recovered)
          .isInstanceOfSatisfying(
              DamagedJournalException.class,
              e -> {
                assertThat(e.offset()).isEqualTo(HEADER);
                assertThat(e.file().getFileName()).hasToString(FIRST_LOG);
              })
          .hasMessageContaining("record 1");
      assertThat(disk.content(FIRST_LOG)).isEqualTo(before);

      disk.rot(FIRST_LOG, offset);
    }
    assertThat(recoveredNumbers()).isEqualTo(numbers(1, 3));
  }

  @Test
  void cutsOffATornTailAndSaysHowMuch() throws IOException {
    writeThree();
    for (int left = RECORD - 1; left > 0; left--) {
      disk.resize(FIRST_LOG, HEADER + 2 * RECORD + left);

      Journal.Recovered recovered = recovered();

      assertThat(recovered.tornBytes()).isEqualTo(left);
      assertThat(recovered.records()).hasSize(2);
      assertThat(disk.content(FIRST_LOG)).hasSize(HEADER + 2 * RECORD);
      JournalFiles files = open();
      append(files, 1);
      files.close();
    }
    assertThat(recovered().tornBytes()).isZero();
  }

  @Test
  void takesALostSectorWithinOneGroupForATornTail() throws IOException {
    JournalFiles files = open();
    append(files, 1);
    append(files, 4);
    files.close();
    disk.rot(FIRST_LOG, HEADER + 2 * RECORD + 50);

    assertThat(recoveredNumbers()).isEqualTo(numbers(1, 2));
  }

  @Test
  void neverShowsRecordsOfACutTailAgain() throws IOException {
    JournalFiles files = open();
    append(files, 1);
    append(files, 2);
    files.close();
    disk.rot(FIRST_LOG, HEADER + RECORD + 50); // record 2 is torn, the former record 3 intact

    files = open();
    append(files, 1); // just as long as the torn one
    files.close();

    assertThat(recoveredNumbers()).isEqualTo(numbers(1, 2));
  }

  @Test
  void takesZeroesAtTheEndForATornTail() throws IOException {
    writeThree();
    disk.resize(FIRST_LOG, HEADER + 3 * RECORD + 5000);

    Journal.Recovered recovered = recovered();

    assertThat(recovered.records()).hasSize(3);
    assertThat(recovered.tornBytes()).isEqualTo(5000);
  }

  @Test
  void refusesAGapInTheNumbers() throws IOException {
    JournalFiles files = open();
    append(files, 1);
    byte[] one = disk.content(FIRST_LOG);
    append(files, 1);
    append(files, 1);
    files.close();
    byte[] three = disk.content(FIRST_LOG);
    ByteBuffer without = ByteBuffer.allocate(HEADER + 2 * RECORD).put(one);
    without.put(three, HEADER + 2 * RECORD, RECORD);
    disk.put(FIRST_LOG, without.array());

    assertThatThrownBy(this::recovered)
        .isInstanceOfSatisfying(
            DamagedJournalException.class, e -> assertThat(e.offset()).isEqualTo(HEADER + RECORD))
        .hasMessageContaining("record 3 (expected: 2)");
  }

  @Test
  void keepsTwoSnapshotsAndTheLogsBehindTheOlder() throws IOException {
    JournalFiles files = open();
    for (int i = 1; i <= 4; i++) {
      append(files, 10);
      compact(files, files.last() - 2);
    }
    files.close();

    assertThat(disk.list(JournalStory.DIRECTORY))
        .containsExactlyInAnyOrder(
            "snapshot-000000000000000028",
            "snapshot-000000000000000038",
            "log-000000000000000021",
            "log-000000000000000031",
            "log-000000000000000041");
    assertThat(recovered().snapshot()).isEqualTo(Bytes.utf8("state after 38"));
    assertThat(recoveredNumbers()).isEqualTo(numbers(39, 40));
  }

  /** Three compactions of ten records each and two records behind them. */
  private void writeWithSnapshots() throws IOException {
    JournalFiles files = open();
    for (int i = 1; i <= 3; i++) {
      append(files, 10);
      compact(files, files.last());
    }
    append(files, 2);
    files.close();
  }

  @Test
  void fallsBackToTheFormerSnapshotWhereverTheNewestRots() throws IOException {
    writeWithSnapshots();
    int size = disk.content("snapshot-000000000000000030").length;
    for (int at = 12; at < size; at++) { // in front of that are kind and version
      SimulatedDisk rotten = disk.afterKill();
      rotten.rot("snapshot-000000000000000030", at);

      JournalFiles.Opened opened = JournalFiles.open(rotten, JournalStory.DIRECTORY);

      assertThat(opened.recovered().snapshot()).isEqualTo(Bytes.utf8("state after 20"));
      assertThat(opened.recovered().records()).extracting(Entry::number).isEqualTo(numbers(21, 32));
      append(opened.files(), 1);
      compact(opened.files(), 33);
      opened.files().close();
      assertThat(rotten.list(JournalStory.DIRECTORY))
          .contains("snapshot-000000000000000020", "snapshot-000000000000000033")
          .contains("snapshot-000000000000000030.unreadable");
    }
  }

  @Test
  void refusesWhenNoSnapshotCanBeReadAndOldLogsAreGone() throws IOException {
    writeWithSnapshots();
    disk.rot("snapshot-000000000000000030", 40);
    disk.rot("snapshot-000000000000000020", 40);

    assertThatThrownBy(this::recovered)
        .isInstanceOf(DamagedJournalException.class)
        .hasMessageContaining("record 1 is missing")
        .hasMessageContaining("snapshot-000000000000000020");
    assertThat(disk.list(JournalStory.DIRECTORY))
        .contains("snapshot-000000000000000030", "snapshot-000000000000000020");
  }

  @Test
  void refusesWhenALogIsGone() throws IOException {
    writeWithSnapshots();
    disk.rot("snapshot-000000000000000030", 40);
    disk.lose("log-000000000000000021");

    assertThatThrownBy(this::recovered)
        .isInstanceOf(DamagedJournalException.class)
        .hasMessageContaining("record 21 is missing");
  }

  @Test
  void refusesACompleteLogThatLostItsEnd() throws IOException {
    writeWithSnapshots();
    disk.rot("snapshot-000000000000000030", 40);
    disk.resize("log-000000000000000021", HEADER + 9 * RECORD);

    assertThatThrownBy(this::recovered)
        .isInstanceOf(DamagedJournalException.class)
        .hasMessageContaining("record 30 should be here");
  }

  @Test
  void goesOnBehindTheSnapshotWhenTheLogLostWhatItContains() throws IOException {
    writeWithSnapshots();
    disk.lose("log-000000000000000031");
    disk.resize("log-000000000000000021", HEADER + 5 * RECORD);

    JournalFiles files = open();
    assertThat(files.last()).isEqualTo(30);
    append(files, 1);
    files.close();

    assertThat(recoveredNumbers()).containsExactly(31L);
  }

  @Test
  void refusesFilesOfALaterFormat() throws IOException {
    writeWithSnapshots();
    for (String name : List.of("snapshot-000000000000000030", "log-000000000000000031")) {
      byte[] original = disk.content(name);
      byte[] later = original.clone();
      later[11] = 2;
      disk.put(name, later);

      assertThatThrownBy(this::recovered)
          .isInstanceOf(DcosNetException.class)
          .isNotInstanceOf(DamagedJournalException.class)
          .hasMessageContaining(name)
          .hasMessageContaining("format version 2 (expected: 1");

      disk.put(name, original);
    }
  }

  @Test
  void refusesALogWithARottenHeader() throws IOException {
    writeThree();
    for (int at = 0; at < HEADER; at++) {
      SimulatedDisk rotten = disk.afterKill();
      rotten.rot(FIRST_LOG, at);

      assertThatThrownBy(() -> JournalFiles.open(rotten, JournalStory.DIRECTORY))
          .isInstanceOf(DcosNetException.class)
          .hasMessageContaining(FIRST_LOG);
    }
  }

  @Test
  void neverShowsWhatWasNotWrittenWhateverSingleByteRots() throws IOException {
    writeWithSnapshots();
    for (String name : disk.list(JournalStory.DIRECTORY)) {
      for (int at = 0; at < disk.content(name).length; at++) {
        SimulatedDisk rotten = disk.afterKill();
        rotten.rot(name, at);

        Throwable refusal =
            catchThrowable(
                () -> {
                  Journal.Recovered recovered =
                      JournalFiles.open(rotten, JournalStory.DIRECTORY).recovered();
                  assertThat(recovered.snapshot())
                      .isEqualTo(Bytes.utf8("state after " + recovered.snapshotNumber()));
                  for (Entry record : recovered.records()) {
                    assertThat(record.payload()).isEqualTo(payload(record.number()));
                  }
                });

        assertThat(refusal == null || refusal instanceof DcosNetException)
            .as("%s at %d: %s", name, at, refusal)
            .isTrue();
      }
    }
  }

  @Test
  void ignoresForeignFiles() throws IOException {
    writeThree();
    disk.put("notes.txt", new byte[] {1});
    disk.put("log-1", new byte[] {1});
    disk.put("snapshot-999999999999999999999", new byte[] {1});

    assertThat(recoveredNumbers()).isEqualTo(numbers(1, 3));
    assertThat(disk.list(JournalStory.DIRECTORY)).contains("notes.txt", "log-1");
  }
}
