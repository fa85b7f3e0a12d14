// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The bytes of a journal's files; all numbers are big-endian.
 *
 * <pre>
 * every file    kind 8 B "dcosnetL" or "dcosnetS" | version u32 | CRC32C u32 of the rest of the
 *               header | number u64 | length u64
 * log           number = that of the record before its first; length 0; then records
 * snapshot      number = that of the last record it contains; then length bytes, then their CRC32C
 * record        magic u32 | length u32 | CRC32C u32 of all that follows | number u64 | safe u64 |
 *               type u16 | length bytes
 * </pre>
 *
 * <p>{@code safe} is the number of the last record that was safe before this one was written. It
 * tells a torn tail from damage: a disk that loses power may keep a later sector and lose an
 * earlier one, but never one that was synced before the later one was written.
 */
final class JournalFormat {

  static final int VERSION = 1;
  static final int FILE_HEADER_BYTES = 32;
  static final int RECORD_HEADER_BYTES = 30;

  private static final int RECORD_MAGIC = 0xdc05_1e97;
  private static final int CRC_OFFSET = 8;
  private static final int CRC_END = 12;

  /** The kinds of files. */
  enum Kind {
    LOG("dcosnetL"),
    SNAPSHOT("dcosnetS");

    private final long magic;

    Kind(String magic) {
      this.magic = ByteBuffer.wrap(magic.getBytes(StandardCharsets.US_ASCII)).getLong();
    }
  }

  /** What a file header says. */
  record FileHeader(long number, long length) {}

  /**
   * What a record header says.
   *
   * @param length of the payload
   */
  record RecordHeader(int length, int crc, long number, long safe, int type) {
    int totalBytes() {
      return RECORD_HEADER_BYTES + length;
    }
  }

  /** A header that cannot be read. */
  static final class BadHeader extends Exception {
    private static final long serialVersionUID = 1;

    BadHeader(String message) {
      super(message);
    }
  }

  private JournalFormat() {}

  static ByteBuffer fileHeader(Kind kind, FileHeader header) {
    ByteBuffer buffer = ByteBuffer.allocate(FILE_HEADER_BYTES);
    buffer.putLong(kind.magic).putInt(VERSION).putInt(0);
    buffer.putLong(header.number).putLong(header.length).flip();
    return buffer.putInt(12, crcOf(buffer.slice(16, 16)));
  }

  /**
   * @throws BadHeader saying what is wrong
   * @throws DcosNetException for a file of a later version of this format
   */
  static FileHeader parseFileHeader(Path file, Kind kind, ByteBuffer buffer) throws BadHeader {
    if (buffer.remaining() < FILE_HEADER_BYTES || buffer.getLong(0) != kind.magic) {
      throw new BadHeader("no header of a " + kind);
    }
    int version = buffer.getInt(8);
    if (Integer.compareUnsigned(version, VERSION) > 0) {
      throw new DcosNetException(
          "%s: format version %s (expected: %d; a newer program wrote it, use that one)"
              .formatted(file, Integer.toUnsignedString(version), VERSION));
    }
    if (version != VERSION || buffer.getInt(12) != crcOf(buffer.slice(16, 16))) {
      throw new BadHeader("header checksum does not match");
    }
    return new FileHeader(buffer.getLong(16), buffer.getLong(24));
  }

  /** Appends a record to the buffer, which must have room for it. */
  static void putRecord(ByteBuffer buffer, long number, long safe, int type, Bytes payload) {
    int start = buffer.position();
    buffer.putInt(RECORD_MAGIC).putInt(payload.size()).putInt(0);
    buffer.putLong(number).putLong(safe).putShort((short) type).put(payload.toByteBuffer());
    int rest = buffer.position() - start - CRC_END;
    buffer.putInt(start + CRC_OFFSET, crcOf(buffer.slice(start + CRC_END, rest)));
  }

  static boolean startsRecord(ByteBuffer buffer, int at) {
    return buffer.getInt(at) == RECORD_MAGIC;
  }

  /** Reads what stands at the start of the buffer, without looking whether it makes sense. */
  static RecordHeader recordHeader(ByteBuffer buffer) {
    return new RecordHeader(
        buffer.getInt(4),
        buffer.getInt(8),
        buffer.getLong(12),
        buffer.getLong(20),
        Short.toUnsignedInt(buffer.getShort(28)));
  }

  /** Whether the buffer, which holds exactly one record, holds what was written. */
  static boolean isIntact(RecordHeader header, ByteBuffer record) {
    return header.crc == crcOf(record.slice(CRC_END, record.remaining() - CRC_END));
  }

  static int crcOf(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
