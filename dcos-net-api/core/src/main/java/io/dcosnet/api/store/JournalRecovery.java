// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.Journal.Entry;
import io.dcosnet.api.store.Journal.Recovered;
import io.dcosnet.api.store.JournalFormat.BadHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reading of a journal's directory: the newest readable snapshot and every record behind it.
 *
 * <p>It changes only what was never called safe: unfinished files go, a torn tail is cut off. Where
 * something that was safe is missing it changes nothing and throws {@link DamagedJournalException}.
 */
final class JournalRecovery {

  private static final Logger LOGGER = LoggerFactory.getLogger(JournalRecovery.class);

  /** How much is written anew at a time: what was never synced may be a whole log. */
  private static final int REWRITE_BYTES = 1024 * 1024;

  private final Disk disk;
  private final Path directory;
  private final List<Path> unreadable = new ArrayList<>();

  JournalRecovery(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  /** The log to go on with: where it ends, and the number of the last record. */
  record Tail(Disk.OpenFile log, long end, long last) {}

  /** What is there, and where to go on. */
  record Result(Recovered recovered, Tail tail) {}

  private record Snapshot(long number, Bytes content) {}

  Result run() throws IOException {
    // Names may be there that a killed process had no time to make safe.
    disk.forceDirectory(directory);
    JournalNames names = JournalNames.in(disk, directory);
    Result result =
        names.logs().isEmpty() && names.snapshots().isEmpty()
            ? new Result(new Recovered(Bytes.EMPTY, 0, List.of(), 0), newLog(0))
            : read(names);
    boolean tidied = false;
    try {
      tidyUp(); // only now that all is well: refusing leaves everything as it was
      tidied = true;
      return result;
    } finally {
      if (!tidied) {
        result.tail.log.close();
      }
    }
  }

  private void tidyUp() throws IOException {
    for (Path path : JournalNames.in(disk, directory).unfinished()) {
      disk.delete(path);
    }
    for (Path path : unreadable) {
      // By this name it does not count as one of the snapshots that stay.
      disk.rename(path, path.resolveSibling(path.getFileName() + ".unreadable"));
    }
  }

  private Result read(JournalNames names) throws IOException {
    Snapshot snapshot = newestSnapshot(names);
    NavigableMap<Long, Path> logs = names.logsBehind(snapshot.number);
    if (logs.isEmpty()) {
      String found =
          names.logs().isEmpty()
              ? "no log"
              : "a log from record " + names.logs().firstKey() + " on";
      throw new DamagedJournalException(
          directory,
          0,
          "record %d is missing: there is %s%s"
              .formatted(
                  snapshot.number + 1,
                  found,
                  unreadable.isEmpty() ? "" : ", and cannot be read: " + unreadable));
    }
    List<Entry> records = new ArrayList<>();
    for (Map.Entry<Long, Path> log : logs.headMap(logs.lastKey(), false).entrySet()) {
      readComplete(log, logs.higherKey(log.getKey()), snapshot.number, records);
    }
    return readLast(logs.lastKey(), logs.lastEntry().getValue(), snapshot, records);
  }

  private Snapshot newestSnapshot(JournalNames names) throws IOException {
    for (Map.Entry<Long, Path> candidate : names.snapshots().descendingMap().entrySet()) {
      Path path = candidate.getValue();
      try {
        return new Snapshot(candidate.getKey(), SnapshotFile.read(disk, path, candidate.getKey()));
      } catch (BadHeader e) {
        LOGGER.warn("{}: cannot be read ({}), trying the one before", path, e.getMessage());
        unreadable.add(path);
      }
    }
    return new Snapshot(0, Bytes.EMPTY);
  }

  /** Reads a log that another follows, so it was safe to its end. */
  private void readComplete(
      Map.Entry<Long, Path> log, long firstOfNext, long after, List<Entry> records)
      throws IOException {
    Path path = log.getValue();
    try (Disk.OpenFile file = disk.open(path)) {
      LogReader reader = new LogReader(path, file, log.getKey() - 1);
      readAll(reader, after, records);
      if (reader.rest() > 0 || reader.last() + 1 != firstOfNext) {
        throw new DamagedJournalException(
            path,
            reader.offset(),
            "record %d should be here, the next log begins with %d"
                .formatted(reader.last() + 1, firstOfNext));
      }
    }
  }

  private Result readLast(long first, Path path, Snapshot snapshot, List<Entry> records)
      throws IOException {
    Disk.OpenFile file = disk.open(path);
    boolean kept = false;
    try {
      LogReader reader = new LogReader(path, file, first - 1);
      readAll(reader, snapshot.number, records);
      makeSafe(path, file, reader);
      Recovered recovered =
          new Recovered(snapshot.content, snapshot.number, records, reader.rest());
      if (reader.last() >= snapshot.number) {
        kept = true;
        return new Result(recovered, new Tail(file, reader.offset(), reader.last()));
      }
      LOGGER.warn(
          "{}: ends with record {}, but the snapshot reaches to {}: going on behind that",
          path,
          reader.last(),
          snapshot.number);
      return new Result(recovered, newLog(snapshot.number));
    } finally {
      if (!kept) {
        file.close();
      }
    }
  }

  private static void readAll(LogReader reader, long after, List<Entry> records)
      throws IOException {
    for (Entry record = reader.next(); record != null; record = reader.next()) {
      if (record.number() > after) {
        records.add(record);
      }
    }
  }

  /**
   * Cuts off what is no record and makes the rest safe. The last group is written anew: its sync
   * may have failed, and then the system shows bytes that are not on the disk, and would not write
   * them again by itself.
   */
  private static void makeSafe(Path path, Disk.OpenFile file, LogReader reader) throws IOException {
    long end = reader.offset();
    for (long at = reader.groupOffset(); at < end; at += REWRITE_BYTES) {
      ByteBuffer part = ByteBuffer.allocate((int) Math.min(REWRITE_BYTES, end - at));
      file.read(part, at);
      file.write(part.flip(), at);
    }
    if (reader.rest() > 0) {
      LOGGER.warn(
          "{}: cutting off {} bytes of an unfinished write at byte {}, behind record {}",
          path,
          reader.rest(),
          reader.offset(),
          reader.last());
      file.truncate(reader.offset());
    }
    file.force();
  }

  private Tail newLog(long before) throws IOException {
    return new Tail(
        JournalFiles.createLog(disk, directory, before), JournalFormat.FILE_HEADER_BYTES, before);
  }
}
