// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos.stream;

import io.dcosnet.sources.mesos.stream.FramingException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Finds the records in a stream of bytes (RecordIO of {@code apache/mesos docs/recordio.md}): a
 * length in digits, a line feed, so many bytes, and so on. How the bytes were cut into pieces on
 * their way means nothing. Empty lines before a length are skipped.
 *
 * <p>Memory follows the bytes that have arrived, not the length that was promised. After a fault
 * the framing is of no more use.
 *
 * <p><b>Confined to</b> one thread at a time.
 */
public final class RecordFraming {

  /** Digits that a length may have: those of the largest 64-bit number. */
  public static final int MAX_DIGITS = 20;

  private static final int FIRST_CAPACITY = 64 * 1024;

  private final int maxRecordBytes;

  private long offset;
  private int digits;
  private long length; // of the record, saturated above the limit
  private boolean inRecord;
  private byte[] record = {};
  private int filled;

  /**
   * A framing at the start of its stream.
   *
   * @param maxRecordBytes a longer record is a fault
   */
  public RecordFraming(int maxRecordBytes) {
    this.maxRecordBytes = maxRecordBytes;
  }

  /**
   * Takes the next piece.
   *
   * @param records gets each record that the piece completes; the array is its own
   * @throws FramingException at the first fault; the records before it were given out
   */
  public void feed(ByteBuffer piece, Consumer<byte[]> records) {
    while (piece.hasRemaining()) {
      if (inRecord) {
        fill(piece, records);
      } else {
        readLength(piece, records);
      }
    }
  }

  private void readLength(ByteBuffer piece, Consumer<byte[]> records) {
    byte next = piece.get();
    if (next == '\n') {
      offset++;
      if (digits > 0) {
        begin(records);
      }
      return;
    }
    int digit = next - '0';
    if (digit < 0 || digit > 9) {
      throw new FramingException(
          Reason.NOT_A_LENGTH, shown(next) + " in a length (expected: digits, then LF)", offset);
    }
    digits++;
    if (digits > MAX_DIGITS) {
      throw new FramingException(
          Reason.LENGTH_TOO_LONG, "a length of more than " + MAX_DIGITS + " digits", offset);
    }
    length = Math.min(length * 10 + digit, maxRecordBytes + 1L);
    offset++;
  }

  private void begin(Consumer<byte[]> records) {
    if (length > maxRecordBytes) {
      throw new FramingException(
          Reason.RECORD_TOO_LARGE, "a record of more than " + maxRecordBytes + " bytes", offset);
    }
    inRecord = true;
    filled = 0;
    record = new byte[(int) Math.min(length, FIRST_CAPACITY)];
    finishIfWhole(records);
  }

  private void fill(ByteBuffer piece, Consumer<byte[]> records) {
    int count = (int) Math.min(piece.remaining(), length - filled);
    if (filled + count > record.length) {
      long doubled = Math.max(2L * record.length, filled + count);
      record = Arrays.copyOf(record, (int) Math.min(doubled, length));
    }
    piece.get(record, filled, count);
    filled += count;
    offset += count;
    finishIfWhole(records);
  }

  private void finishIfWhole(Consumer<byte[]> records) {
    if (filled < length) {
      return;
    }
    byte[] whole = record;
    record = new byte[0];
    inRecord = false;
    digits = 0;
    length = 0;
    records.accept(whole);
  }

  /**
   * Tells that no more bytes come.
   *
   * @throws FramingException when a record has begun and not ended
   */
  public void end() {
    if (inRecord || digits > 0) {
      throw new FramingException(
          Reason.CUT_OFF, "the stream ends in the middle of a record", offset);
    }
  }

  private static String shown(byte value) {
    boolean printable = value > ' ' && value < 0x7f;
    return printable ? "'" + (char) value + "'" : String.format("byte 0x%02x", value);
  }
}
