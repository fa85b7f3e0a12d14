// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Makes the frames of one direction. <b>Not thread-safe.</b> */
final class FrameWriter {

  static final int PLAIN = 0;
  static final int DEFLATED = 1;
  static final int LENGTH_OCTETS = 4;

  private final FrameSeal seal;
  private final FrameCompression compression;

  FrameWriter(FrameSeal seal, FrameCompression compression) {
    this.seal = seal;
    this.compression = compression;
  }

  /** A frame with this content: length, flags, content and tag. */
  byte[] frame(byte[] content, int length) {
    if (length > StreamSeal.MAX_FRAME) {
      throw new IllegalArgumentException(
          "frame: %d octets (expected: at most %d)".formatted(length, StreamSeal.MAX_FRAME));
    }
    int start = LENGTH_OCTETS + 1;
    byte[] out = new byte[start + length + seal.overhead()];
    int count = -1;
    if (length > FrameCompression.LEAST) {
      count = compression.deflate(content, 0, length, out, start);
    }
    out[LENGTH_OCTETS] = (byte) (count < 0 ? PLAIN : DEFLATED);
    if (count < 0) {
      System.arraycopy(content, 0, out, start, length);
      count = length;
    }
    ByteBuffer.wrap(out).putInt(1 + count + seal.overhead());
    seal.seal(out, LENGTH_OCTETS, 1 + count);
    int end = start + count + seal.overhead();
    return end == out.length ? out : Arrays.copyOf(out, end);
  }
}
