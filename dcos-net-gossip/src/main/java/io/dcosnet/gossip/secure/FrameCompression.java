// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Raw DEFLATE for the frames of all streams of one loop. <b>Not thread-safe;</b> holds memory
 * outside the heap until it is closed.
 */
final class FrameCompression implements AutoCloseable {

  /** Shorter frames stay as they are. */
  static final int LEAST = 512;

  /** Octets that a frame may inflate to. */
  static final int MAX_INFLATED = 4 << 20;

  /** How many times its length a frame may inflate to. */
  static final int MAX_RATIO = 100;

  /** The input is no such data. */
  static final int NO_DATA = -1;

  /** The input becomes more than it may. */
  static final int TOO_MUCH = -2;

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final Inflater inflater = new Inflater(true);
  private byte[] inflated = new byte[8192];

  /**
   * Deflates into {@code out}, which is as long as the input.
   *
   * @return octets written, or -1 when the frame should stay as it is: it would not become shorter,
   *     or so short that a reader takes it for an attack
   */
  int deflate(byte[] in, int at, int length, byte[] out, int outAt) {
    deflater.reset();
    deflater.setInput(in, at, length);
    deflater.finish();
    int written = deflater.deflate(out, outAt, length - 1);
    boolean fits = deflater.finished() && (long) written * MAX_RATIO >= length;
    return fits ? written : -1;
  }

  /**
   * Inflates into {@link #inflated}.
   *
   * @return octets written, {@link #NO_DATA} or {@link #TOO_MUCH}
   */
  int inflate(byte[] in, int at, int length) {
    int limit = (int) Math.min(MAX_INFLATED, (long) length * MAX_RATIO);
    inflater.reset();
    inflater.setInput(in, at, length);
    int count = 0;
    try {
      while (!inflater.finished()) {
        if (count == inflated.length) {
          inflated = Arrays.copyOf(inflated, Math.min(2 * count, MAX_INFLATED + 1));
        }
        int some = inflater.inflate(inflated, count, Math.min(inflated.length, limit + 1) - count);
        count += some;
        if (count > limit) {
          return TOO_MUCH;
        }
        if (some == 0 && !inflater.finished()) {
          return NO_DATA; // cut, or asks for a dictionary
        }
      }
    } catch (DataFormatException e) {
      return NO_DATA;
    }
    return inflater.getRemaining() == 0 ? count : NO_DATA;
  }

  byte[] inflated() {
    return inflated;
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    deflater.end();
    inflater.end();
  }
}
