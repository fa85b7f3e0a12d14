// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.JournalFormat.BadHeader;
import io.dcosnet.api.store.JournalFormat.FileHeader;
import io.dcosnet.api.store.JournalFormat.Kind;
import io.dcosnet.api.store.JournalFormat.RecordHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log from its start until it ends, or until something is there that is no record.
 * <b>Confined to</b> one thread.
 */
final class LogReader {

  private static final int WINDOW_BYTES = 256 * 1024;

  private final Path path;
  private final Disk.OpenFile file;
  private final long size;
  private ByteBuffer window = ByteBuffer.allocate(0);
  private long windowAt;

  private long offset = JournalFormat.FILE_HEADER_BYTES;
  private long last;
  private long groupOffset = offset;

  /**
   * @throws DamagedJournalException when it is no log, or not the one that {@code before} says
   */
  LogReader(Path path, Disk.OpenFile file, long before) throws IOException {
    this.path = path;
    this.file = file;
    this.size = file.size();
    ByteBuffer bytes = bytes(0, (int) Math.min(size, JournalFormat.FILE_HEADER_BYTES));
    try {
      FileHeader header = JournalFormat.parseFileHeader(path, Kind.LOG, bytes);
      if (header.number() != before) {
        throw new BadHeader("header of a log behind record " + header.number());
      }
    } catch (BadHeader e) {
      throw new DamagedJournalException(path, 0, String.valueOf(e.getMessage()));
    }
    this.last = before;
  }

  /** Number of the record read last; of the one before the first before anything was read. */
  long last() {
    return last;
  }

  /** Where what was read so far ends. */
  long offset() {
    return offset;
  }

  /** Where the records begin that were written together with the one read last. */
  long groupOffset() {
    return groupOffset;
  }

  /** How many bytes are there behind what was read so far. */
  long rest() {
    return size - offset;
  }

  /**
   * The next record, or null where none follows.
   *
   * @throws DamagedJournalException when one was here once
   */
  Journal.@Nullable Entry next() throws IOException {
    RecordHeader header = intactAt(offset);
    if (header == null) {
      refuseIfSomethingSafeIsMissing();
      return null;
    }
    if (header.number() != last + 1) {
      throw new DamagedJournalException(
          path, offset, "record " + header.number() + " (expected: " + (last + 1) + ")");
    }
    Bytes payload =
        Bytes.copyOf(bytes(offset + JournalFormat.RECORD_HEADER_BYTES, header.length()));
    if (header.safe() == last) {
      groupOffset = offset;
    }
    last = header.number();
    offset += header.totalBytes();
    return new Journal.Entry(last, header.type(), payload);
  }

  /**
   * Looks behind the fault: a record there that was written when the missing one was safe already
   * proves that the disk lost it. Others were under way together with the missing one.
   */
  private void refuseIfSomethingSafeIsMissing() throws IOException {
    long missing = last + 1;
    long end = size - JournalFormat.RECORD_HEADER_BYTES;
    for (long at = offset + 1; at <= end; at++) {
      if (!JournalFormat.startsRecord(bytes(at, 4), 0)) {
        continue;
      }
      RecordHeader header = intactAt(at);
      if (header != null && header.safe() >= missing) {
        throw new DamagedJournalException(
            path,
            offset,
            "record %d is unreadable, but record %d behind it, at byte %d, says that it was safe"
                .formatted(missing, header.number(), at));
      }
    }
  }

  /** The header of the record there; null where there is none, or only a part of one. */
  private @Nullable RecordHeader intactAt(long at) throws IOException {
    if (size - at < JournalFormat.RECORD_HEADER_BYTES) {
      return null;
    }
    ByteBuffer head = bytes(at, JournalFormat.RECORD_HEADER_BYTES);
    if (!JournalFormat.startsRecord(head, 0)) {
      return null;
    }
    RecordHeader header = JournalFormat.recordHeader(head);
    boolean plausible =
        header.length() >= 0
            && header.length() <= Journal.MAX_RECORD_BYTES
            && header.totalBytes() <= size - at;
    if (!plausible || !JournalFormat.isIntact(header, bytes(at, header.totalBytes()))) {
      return null;
    }
    return header;
  }

  /** These bytes of the file, which must be there. */
  private ByteBuffer bytes(long at, int count) throws IOException {
    if (at < windowAt || at + count > windowAt + window.limit()) {
      int room = (int) Math.min(size - at, Math.max(count, WINDOW_BYTES));
      window = window.capacity() < room ? ByteBuffer.allocate(room) : window.clear().limit(room);
      file.read(window, at);
      if (window.hasRemaining()) {
        throw new IOException(path + ": shorter than " + size + " bytes while it is being read");
      }
      window.flip();
      windowAt = at;
    }
    return window.slice((int) (at - windowAt), count);
  }
}
