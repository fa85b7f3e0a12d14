// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts the frames of one direction together from pieces. Takes memory for what has come, not for
 * what a length field promises. <b>Not thread-safe.</b>
 */
final class FrameReader {

  /** Gets the content of each frame. */
  @FunctionalInterface
  interface Sink {
    /**
     * A frame.
     *
     * @return why it must not have come, or null
     */
    @Nullable SealFault frame(byte[] octets, int offset, int length);
  }

  private static final int FIRST_ROOM = 512;

  /** Room that a quiet stream may keep. */
  private static final int KEPT_ROOM = 16 * 1024;

  private final FrameSeal seal;
  private final FrameCompression compression;

  /** Length field and all that follows, of the frame that is on its way. */
  private byte[] frame = new byte[FIRST_ROOM];

  private int filled;

  FrameReader(FrameSeal seal, FrameCompression compression) {
    this.seal = seal;
    this.compression = compression;
  }

  boolean isWithinFrame() {
    return filled > 0;
  }

  @Nullable SealFault accept(byte[] octets, int offset, int length, Sink sink) {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int wanted = FrameWriter.LENGTH_OCTETS;
      if (filled >= FrameWriter.LENGTH_OCTETS) {
        wanted += ByteBuffer.wrap(frame).getInt(0);
      }
      int some = Math.min(end - at, wanted - filled);
      append(octets, at, some, wanted);
      at += some;
      if (filled == FrameWriter.LENGTH_OCTETS && wanted == filled) {
        SealFault wrong = checkLength(ByteBuffer.wrap(frame).getInt(0));
        if (wrong != null) {
          return wrong;
        }
      } else if (filled == wanted) {
        SealFault wrong = open(wanted, sink);
        if (wrong != null) {
          return wrong;
        }
        filled = 0;
        if (frame.length > KEPT_ROOM) {
          frame = new byte[FIRST_ROOM];
        }
      }
    }
    return null;
  }

  private @Nullable SealFault checkLength(int told) {
    if (told < 0 || told > StreamSeal.MAX_SEALED) {
      return SealFault.SIZE;
    }
    return told < 1 + seal.overhead() ? SealFault.AUTH : null;
  }

  private void append(byte[] octets, int at, int some, int wanted) {
    if (filled + some > frame.length) {
      frame = Arrays.copyOf(frame, Math.min(wanted, Math.max(filled + some, 2 * frame.length)));
    }
    System.arraycopy(octets, at, frame, filled, some);
    filled += some;
  }

  private @Nullable SealFault open(int end, Sink sink) {
    int start = FrameWriter.LENGTH_OCTETS;
    int count = seal.open(frame, start, end - start);
    if (count < 0) {
      return SealFault.AUTH;
    }
    int flags = frame[start];
    if (flags == FrameWriter.PLAIN) {
      return sink.frame(frame, start + 1, count - 1);
    }
    if (flags != FrameWriter.DEFLATED) {
      return SealFault.MAGIC;
    }
    int inflated = compression.inflate(frame, start + 1, count - 1);
    if (inflated < 0) {
      return inflated == FrameCompression.TOO_MUCH ? SealFault.SIZE : SealFault.MAGIC;
    }
    return sink.frame(compression.inflated(), 0, inflated);
  }
}
