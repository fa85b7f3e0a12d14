// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import java.nio.ByteBuffer;

/**
 * What a log of a store consists of; replayed in order they give the store again. The first octet
 * says what the others are.
 */
public final class StoreRecord {

  private static final byte DELTA = 1;
  private static final byte JOINED = 2;
  private static final byte CAUGHT_UP = 3;
  private static final byte STRIPPED = 4;
  private static final byte LEFT_BEHIND = 5;
  private static final byte SAID = 6;

  private StoreRecord() {}

  /** A delta that was made here or taken in. */
  public static Bytes of(Delta delta) {
    return record(DELTA, StoreCodec.encode(delta));
  }

  /** A key as it is after a join; its cell replaces the one before, and its dots are seen. */
  public static Bytes joined(KeyState state) {
    return record(JOINED, StoreCodec.encode(state));
  }

  /** A clock that was caught up with: what {@link StoreState#caughtUp} returned. */
  public static Bytes caughtUp(DotClock clock) {
    return record(CAUGHT_UP, StoreCodec.encode(clock));
  }

  /** Writes up to a time are known to be everywhere. */
  public static Bytes stripped(long stable) {
    return record(STRIPPED, stable);
  }

  /** Others do not wait for this replica any more: see {@link StoreState#leftBehind}. */
  public static Bytes leftBehind() {
    return Bytes.copyOf(new byte[] {LEFT_BEHIND});
  }

  /** This replica is about to say something of itself: see {@link StoreState#said}. */
  public static Bytes said(long time) {
    return record(SAID, time);
  }

  private static Bytes record(byte kind, long time) {
    return Bytes.copyOf(ByteBuffer.allocate(1 + Long.BYTES).put(kind).putLong(time).flip());
  }

  private static Bytes record(byte kind, Bytes body) {
    ByteBuffer out = ByteBuffer.allocate(1 + body.size());
    return Bytes.copyOf(out.put(kind).put(body.toByteBuffer()).flip());
  }

  /**
   * Does to a store what a record says.
   *
   * @throws DecodeException with the place in the record
   */
  static void replay(Bytes record, StoreState into) {
    if (record.size() == 0) {
      throw new DecodeException("record: empty", 0);
    }
    ByteBuffer all = record.toByteBuffer();
    byte kind = all.get();
    Bytes body = Bytes.copyOf(all);
    try {
      switch (kind) {
        case DELTA -> into.restore(StoreCodec.decodeDelta(body));
        case JOINED -> into.restore(StoreCodec.decodeKeyState(body));
        case CAUGHT_UP -> into.restore(StoreCodec.decodeClock(body), 0, true);
        case STRIPPED -> into.strip(time(body));
        case LEFT_BEHIND -> into.leftBehind();
        case SAID -> into.said(time(body));
        default -> throw new DecodeException("kind " + kind + " (expected: 1 to 6)", -1);
      }
    } catch (DecodeException e) {
      throw new DecodeException("record: " + e.getMessage(), e.offset() + 1);
    }
  }

  private static long time(Bytes body) {
    if (body.size() != Long.BYTES) {
      throw new DecodeException("%d octets (expected: 8)".formatted(body.size()), 0);
    }
    return body.toByteBuffer().getLong();
  }
}
