// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.JournalFormat.BadHeader;
import io.dcosnet.api.store.JournalFormat.FileHeader;
import io.dcosnet.api.store.JournalFormat.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Writing and reading one snapshot. */
final class SnapshotFile {

  private SnapshotFile() {}

  /** Leaves a safe file; its name is not safe yet. */
  static void write(Disk disk, Path path, long number, Bytes content) throws IOException {
    ByteBuffer payload = content.toByteBuffer();
    ByteBuffer crc = ByteBuffer.allocate(4);
    crc.putInt(JournalFormat.crcOf(payload.duplicate())).flip();
    try (Disk.OpenFile file = disk.create(path)) {
      file.write(
          JournalFormat.fileHeader(Kind.SNAPSHOT, new FileHeader(number, content.size())), 0);
      file.write(payload, JournalFormat.FILE_HEADER_BYTES);
      file.write(crc, JournalFormat.FILE_HEADER_BYTES + (long) content.size());
      file.force();
    }
  }

  /**
   * @throws BadHeader when it is not what was written once
   */
  static Bytes read(Disk disk, Path path, long number) throws IOException, BadHeader {
    try (Disk.OpenFile file = disk.open(path)) {
      ByteBuffer head = read(file, 0, JournalFormat.FILE_HEADER_BYTES);
      FileHeader header = JournalFormat.parseFileHeader(path, Kind.SNAPSHOT, head);
      long rest = file.size() - JournalFormat.FILE_HEADER_BYTES;
      if (header.number() != number || header.length() != rest - 4) {
        throw new BadHeader(
            "snapshot %d of %d bytes (expected: %d, %d bytes)"
                .formatted(header.number(), header.length(), number, rest - 4));
      }
      ByteBuffer content = read(file, JournalFormat.FILE_HEADER_BYTES, (int) header.length());
      ByteBuffer crc = read(file, JournalFormat.FILE_HEADER_BYTES + header.length(), 4);
      if (crc.getInt() != JournalFormat.crcOf(content.duplicate())) {
        throw new BadHeader("checksum does not match");
      }
      return Bytes.copyOf(content);
    }
  }

  private static ByteBuffer read(Disk.OpenFile file, long at, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    file.read(buffer, at);
    return buffer.flip();
  }
}
