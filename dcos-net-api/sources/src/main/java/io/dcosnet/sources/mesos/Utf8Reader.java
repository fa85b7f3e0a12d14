// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;

/**
 * Decodes UTF-8 as Go's {@code encoding/json} does, since labels and hashes of names are computed
 * from the result: each byte that belongs to no valid sequence becomes one U+FFFD. A byte order
 * mark at the start is skipped. <b>Confined to</b> one thread.
 */
final class Utf8Reader extends Reader {

  /** The input has more bytes than allowed. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    TooLargeException(long maxBytes) {
      super("more than " + maxBytes + " bytes");
    }
  }

  private static final char REPLACEMENT = '\uFFFD';

  private final InputStream in;
  private final long maxBytes;
  private final byte[] buffer = new byte[32 * 1024];
  private int at;
  private int end;
  private long consumed;
  private boolean ended;
  private boolean started;
  private char pendingLow; // second half of a pair that did not fit

  Utf8Reader(InputStream in, long maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  @Override
  public int read(char[] target, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int out = from;
    int limit = from + length;
    if (pendingLow != 0) {
      target[out++] = pendingLow;
      pendingLow = 0;
    }
    if (!started) {
      started = true;
      skipByteOrderMark();
    }
    while (out < limit && (at < end || (out == from && fill()))) {
      byte first = buffer[at];
      if (first >= 0) {
        target[out++] = (char) first;
        at++;
        continue;
      }
      int codePoint = multiByte();
      if (Character.isBmpCodePoint(codePoint)) {
        target[out++] = (char) codePoint;
      } else {
        target[out++] = Character.highSurrogate(codePoint);
        if (out < limit) {
          target[out++] = Character.lowSurrogate(codePoint);
        } else {
          pendingLow = Character.lowSurrogate(codePoint);
        }
      }
    }
    return out == from ? -1 : out - from;
  }

  /** Reads one sequence of two bytes or more, or steps over one faulty byte. */
  private int multiByte() throws IOException {
    int first = buffer[at] & 0xff;
    int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    boolean leads = first >= 0xc2 && first <= 0xf4;
    if (!leads || !available(length)) {
      at++;
      return REPLACEMENT;
    }
    int codePoint = first & (0xff >>> (length + 1));
    for (int i = 1; i < length; i++) {
      int next = buffer[at + i] & 0xff;
      if (next >>> 6 != 0b10) {
        at++;
        return REPLACEMENT;
      }
      codePoint = (codePoint << 6) | (next & 0x3f);
    }
    boolean overlong = codePoint < (length == 3 ? 0x800 : length == 4 ? 0x10000 : 0x80);
    boolean surrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
    if (overlong || surrogate || codePoint > Character.MAX_CODE_POINT) {
      at++;
      return REPLACEMENT;
    }
    at += length;
    return codePoint;
  }

  private void skipByteOrderMark() throws IOException {
    if (available(3)
        && buffer[at] == (byte) 0xef
        && buffer[at + 1] == (byte) 0xbb
        && buffer[at + 2] == (byte) 0xbf) {
      at += 3;
    }
  }

  /** True when that many bytes are in the buffer, after reading on if needed. */
  private boolean available(int count) throws IOException {
    while (end - at < count) {
      if (ended) {
        return false;
      }
      System.arraycopy(buffer, at, buffer, 0, end - at);
      end -= at;
      at = 0;
      readMore();
    }
    return true;
  }

  private boolean fill() throws IOException {
    return available(1);
  }

  private void readMore() throws IOException {
    int count = in.read(buffer, end, buffer.length - end);
    if (count < 0) {
      ended = true;
      return;
    }
    end += count;
    consumed += count;
    if (consumed > maxBytes) {
      throw new TooLargeException(maxBytes);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
