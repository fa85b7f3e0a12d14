// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.Journal.Entry;
import io.dcosnet.api.store.Journal.Recovered;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a journal was told and what it has called safe, over several lives of the process; checks
 * each recovery against that. Its snapshots contain every record, so nothing can hide behind them.
 * A lazy one syncs only now and then, and calls a record safe when it is written.
 */
final class JournalStory {

  static final Path DIRECTORY = Path.of("journal");

  private static final int TYPE = 7;

  private final boolean lazy;
  private final List<Bytes> told = new ArrayList<>();
  private int safe;
  private int synced;
  private long compacted;

  JournalStory(boolean lazy) {
    this.lazy = lazy;
  }

  /** What may be found after the machine went down: all that was synced, perhaps more. */
  JournalStory afterPowerLoss() {
    JournalStory after = copy();
    after.safe = synced;
    return after;
  }

  /** Lives one life on this disk, until it ends or the disk does something bad. */
  void live(SimulatedDisk disk, RandomGenerator random, int steps) {
    try {
      JournalFiles files = recover(disk);
      for (int i = 0; i < steps; i++) {
        step(files, random);
      }
      files.close();
    } catch (IOException e) {
      assertThat(disk.isDead() || disk.hasFailed()).as("%s", e).isTrue();
    }
  }

  private void step(JournalFiles files, RandomGenerator random) throws IOException {
    if (random.nextInt(4) > 0) {
      append(files, random, 1 + random.nextInt(4));
      if (lazy && random.nextInt(4) == 0) {
        files.sync();
        synced = safe;
      }
    } else {
      int upTo = (int) Math.max(compacted, safe - random.nextInt(3));
      files.sync();
      synced = safe;
      files.writeSnapshot(upTo, encode(told.subList(0, upTo)));
      files.startLog();
      compacted = Math.max(compacted, upTo);
      files.deleteOld();
    }
  }

  void append(JournalFiles files, RandomGenerator random, int count) throws IOException {
    List<Entry> group = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] payload = new byte[random.nextInt(5) == 0 ? random.nextInt(3000) : random.nextInt(40)];
      random.nextBytes(payload);
      told.add(Bytes.copyOf(payload));
      group.add(new Entry(told.size(), TYPE, Bytes.copyOf(payload)));
    }
    files.write(group);
    if (!lazy) {
      files.sync();
      synced = told.size();
    }
    safe = told.size();
  }

  /**
   * Opens the journal and checks what it shows: all that was safe, perhaps more of what was told,
   * in order and whole. What it shows is safe from then on.
   */
  JournalFiles recover(SimulatedDisk disk) throws IOException {
    JournalFiles.Opened opened = JournalFiles.open(disk, DIRECTORY);
    List<Bytes> shown = contentOf(opened.recovered());
    assertThat(opened.recovered().snapshotNumber()).isGreaterThanOrEqualTo(compacted);
    assertThat(shown.size()).as("records shown").isBetween(safe, told.size());
    assertThat(shown).isEqualTo(told.subList(0, shown.size()));
    assertThat(opened.files().last()).isEqualTo(shown.size());
    told.subList(shown.size(), told.size()).clear();
    safe = shown.size();
    synced = safe;
    return opened.files();
  }

  private static List<Bytes> contentOf(Recovered recovered) {
    List<Bytes> content = decode(recovered.snapshot());
    assertThat(content).hasSize((int) recovered.snapshotNumber());
    for (Entry record : recovered.records()) {
      content.add(record.payload());
      assertThat(record.number()).isEqualTo(content.size());
      assertThat(record.type()).isEqualTo(TYPE);
    }
    return content;
  }

  static Bytes encode(List<Bytes> records) {
    int size = records.stream().mapToInt(record -> 4 + record.size()).sum();
    ByteBuffer buffer = ByteBuffer.allocate(size);
    records.forEach(record -> buffer.putInt(record.size()).put(record.toByteBuffer()));
    return Bytes.copyOf(buffer.flip());
  }

  static List<Bytes> decode(Bytes snapshot) {
    List<Bytes> records = new ArrayList<>();
    ByteBuffer buffer = snapshot.toByteBuffer();
    while (buffer.hasRemaining()) {
      byte[] record = new byte[buffer.getInt()];
      buffer.get(record);
      records.add(Bytes.copyOf(record));
    }
    return records;
  }

  JournalStory copy() {
    JournalStory copy = new JournalStory(lazy);
    copy.told.addAll(told);
    copy.safe = safe;
    copy.synced = synced;
    copy.compacted = compacted;
    return copy;
  }

  int safeRecords() {
    return safe;
  }
}
