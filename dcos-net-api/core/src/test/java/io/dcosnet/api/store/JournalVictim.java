// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.Journal.Entry;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A process that writes to a journal until somebody kills it. Each record carries its own checksum;
 * each snapshot is the list of all checksums so far. What is safe is printed: number and checksum.
 */
final class JournalVictim {

  private static final int WRITERS = 8;
  private static final int COMPACT_EVERY = 300;

  /** The checksum of a record that is whole; fails for any other. */
  static int checksum(Bytes payload) {
    ByteBuffer buffer = payload.toByteBuffer();
    int expected = buffer.getInt();
    CRC32C crc = new CRC32C();
    crc.update(buffer);
    if ((int) crc.getValue() != expected) {
      throw new AssertionError("a record that nobody wrote: " + payload);
    }
    return expected;
  }

  private static Bytes payload(SplittableRandom random) {
    byte[] content = new byte[random.nextInt(20) == 0 ? random.nextInt(100_000) : 200];
    random.nextBytes(content);
    CRC32C crc = new CRC32C();
    crc.update(content);
    ByteBuffer buffer = ByteBuffer.allocate(4 + content.length);
    return Bytes.copyOf(buffer.putInt((int) crc.getValue()).put(content).flip());
  }

  /** All checksums that a journal holds, in order. */
  static List<Integer> checksums(Journal.Recovered recovered) {
    List<Integer> all = new ArrayList<>();
    ByteBuffer snapshot = recovered.snapshot().toByteBuffer();
    while (snapshot.hasRemaining()) {
      all.add(snapshot.getInt());
    }
    if (all.size() != recovered.snapshotNumber()) {
      throw new AssertionError("snapshot " + recovered.snapshotNumber() + " of " + all.size());
    }
    for (Entry record : recovered.records()) {
      all.add(checksum(record.payload()));
    }
    return all;
  }

  private final FileJournal journal;
  private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
  private final NavigableMap<Long, Integer> safe = new TreeMap<>();
  private long complete;
  private long compacted;

  private JournalVictim(FileJournal journal) {
    this.journal = journal;
    for (int checksum : checksums(journal.recovered())) {
      safe.put(++complete, checksum);
    }
    this.compacted = complete;
  }

  public static void main(String[] arguments) {
    JournalVictim victim = new JournalVictim(FileJournal.open(Path.of(arguments[0])));
    SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
    for (int i = 0; i < WRITERS; i++) {
      SplittableRandom own = random.split();
      new Thread(() -> victim.write(own)).start();
    }
  }

  private void write(SplittableRandom random) {
    while (true) {
      Bytes payload = payload(random);
      journal
          .append(1, payload)
          .thenAccept(number -> noteSafe(number, checksum(payload)))
          .toCompletableFuture()
          .join();
    }
  }

  /** Called in any order: a stage that is complete already runs this on the thread that asks. */
  private synchronized void noteSafe(long number, int checksum) {
    out.print(number + " " + checksum + "\n");
    out.flush();
    safe.put(number, checksum);
    while (safe.containsKey(complete + 1)) {
      complete++;
    }
    if (complete - compacted >= COMPACT_EVERY) {
      compacted = complete;
      ByteBuffer snapshot = ByteBuffer.allocate((int) (4 * complete));
      safe.headMap(complete, true).values().forEach(snapshot::putInt);
      journal.compact(complete, Bytes.copyOf(snapshot.flip()));
    }
  }
}
