// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.Journal.Entry;
import io.dcosnet.api.store.JournalFormat.FileHeader;
import io.dcosnet.api.store.JournalFormat.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one journal: {@code LOCK}, {@code log-N} with the records from number N on, {@code
 * snapshot-N} with the state after record N. The last two snapshots stay, and the logs behind the
 * older of them, so that a snapshot that rots costs nothing.
 *
 * <p><b>Confined to</b> one thread at a time.
 */
final class JournalFiles implements Closeable {

  /** Room for what is written in one call; a larger record gets its own. */
  static final int BUFFER_BYTES = 64 * 1024;

  private static final Logger LOGGER = LoggerFactory.getLogger(JournalFiles.class);

  private final Disk disk;
  private final Path directory;
  private final Closeable lock;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  private Disk.OpenFile log;
  private long end;
  private long last;
  private long synced;

  private JournalFiles(Disk disk, Path directory, Closeable lock, JournalRecovery.Tail tail) {
    this.disk = disk;
    this.directory = directory;
    this.lock = lock;
    this.log = tail.log();
    this.end = tail.end();
    this.last = tail.last();
    this.synced = last;
  }

  /** What {@link #open} found, and the files to go on with. */
  record Opened(JournalFiles files, Journal.Recovered recovered) {}

  /**
   * Takes the directory and reads it. What it finds is safe when it returns: something that a
   * killed process had written, and perhaps not synced, must not be shown and then be lost.
   */
  static Opened open(Disk disk, Path directory) throws IOException {
    disk.createDirectories(directory);
    Closeable lock = disk.lock(directory.resolve(DirectoryLock.NAME));
    boolean opened = false;
    try {
      JournalRecovery.Result result = new JournalRecovery(disk, directory).run();
      opened = true;
      return new Opened(new JournalFiles(disk, directory, lock, result.tail()), result.recovered());
    } finally {
      if (!opened) {
        lock.close();
      }
    }
  }

  /** Number of the newest record. */
  long last() {
    return last;
  }

  /** Whether all records are on disk for good. */
  boolean isSynced() {
    return synced == last;
  }

  /**
   * Writes records behind each other; the operating system has them then.
   *
   * @param records with the numbers that follow {@link #last}
   */
  void write(List<Entry> records) throws IOException {
    long safe = synced;
    buffer.clear();
    for (Entry record : records) {
      if (record.number() != last + 1) {
        throw new IllegalArgumentException("record " + record.number() + " after " + last);
      }
      int size = JournalFormat.RECORD_HEADER_BYTES + record.payload().size();
      if (size > buffer.remaining()) {
        flush(buffer);
      }
      if (size > buffer.capacity()) {
        ByteBuffer large = ByteBuffer.allocate(size);
        JournalFormat.putRecord(large, record.number(), safe, record.type(), record.payload());
        flush(large);
      } else {
        JournalFormat.putRecord(buffer, record.number(), safe, record.type(), record.payload());
      }
      last = record.number();
    }
    flush(buffer);
  }

  /** Makes all records safe that are not yet. After a failure these files are done for. */
  void sync() throws IOException {
    if (synced < last) {
      log.force();
      synced = last;
    }
  }

  private void flush(ByteBuffer filled) throws IOException {
    filled.flip();
    int size = filled.remaining();
    if (size > 0) {
      log.write(filled, end);
      end += size;
    }
    filled.clear();
  }

  /** Writes a snapshot; the journal is as good as before when that fails. */
  void writeSnapshot(long upTo, Bytes content) throws IOException {
    Path path = JournalNames.snapshot(directory, upTo);
    Path written = JournalNames.unfinished(path);
    SnapshotFile.write(disk, written, upTo, content);
    disk.rename(written, path);
    disk.forceDirectory(directory);
  }

  /** Goes on in a new log, so that older ones can go. After a failure these files are done for. */
  void startLog() throws IOException {
    if (end == JournalFormat.FILE_HEADER_BYTES) {
      return; // still empty
    }
    sync(); // a log that another one follows must be whole
    Disk.OpenFile next = createLog(disk, directory, last);
    Disk.OpenFile former = log;
    log = next;
    end = JournalFormat.FILE_HEADER_BYTES;
    former.close();
  }

  /** A new log that is safe, its name too. */
  static Disk.OpenFile createLog(Disk disk, Path directory, long before) throws IOException {
    Path path = JournalNames.log(directory, before + 1);
    Path written = JournalNames.unfinished(path);
    Disk.OpenFile file = disk.create(written);
    boolean done = false;
    try {
      file.write(JournalFormat.fileHeader(Kind.LOG, new FileHeader(before, 0)), 0);
      file.force();
      disk.rename(written, path);
      disk.forceDirectory(directory);
      done = true;
      return file;
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  /** Deletes what neither of the last two snapshots needs. */
  void deleteOld() throws IOException {
    JournalNames names = JournalNames.in(disk, directory);
    for (Path file : names.superfluous()) {
      disk.delete(file);
      LOGGER.debug("{}: deleted", file);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      log.close();
    } finally {
      lock.close();
    }
  }
}
