// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * A whole store at one moment. <b>Immutable</b>, and may be encoded by any thread.
 *
 * <p>Octets: version, whether it has caught up with another store, time of the last write as u64,
 * the clock behind its length as u32, the count of keys as u32, then each {@link KeyState} behind
 * its length as u32.
 */
public final class StoreImage {

  private static final byte VERSION = 1;
  private static final int FIXED = 1 + 1 + 8 + 4 + 4;
  private static final int LENGTH = 4;
  private static final int GUESS_PER_KEY = 128;

  /** Key, cell, key, cell and so on. */
  private final Object[] keysAndCells;

  private final DotClock clock;
  private final long lastTime;
  private final boolean hasCaughtUp;

  StoreImage(Map<String, Cell> cells, DotClock clock, long lastTime, boolean hasCaughtUp) {
    this.keysAndCells = new Object[2 * cells.size()];
    int at = 0;
    for (Map.Entry<String, Cell> entry : cells.entrySet()) {
      keysAndCells[at++] = entry.getKey();
      keysAndCells[at++] = entry.getValue();
    }
    this.clock = clock;
    this.lastTime = lastTime;
    this.hasCaughtUp = hasCaughtUp;
  }

  /** As {@link StoreState#load} reads it. */
  public Bytes encode() {
    Bytes encodedClock = StoreCodec.encode(clock);
    int keys = keysAndCells.length / 2;
    ByteBuffer out = ByteBuffer.allocate(FIXED + encodedClock.size() + keys * GUESS_PER_KEY);
    out.put(VERSION).put((byte) (hasCaughtUp ? 1 : 0)).putLong(lastTime);
    out.putInt(encodedClock.size()).put(encodedClock.toByteBuffer()).putInt(keys);
    for (int i = 0; i < keysAndCells.length; i += 2) {
      KeyState state = new KeyState((String) keysAndCells[i], (Cell) keysAndCells[i + 1]);
      Bytes octets = StoreCodec.encode(state);
      if (out.remaining() < LENGTH + octets.size()) {
        out = more(out, LENGTH + octets.size());
      }
      out.putInt(octets.size()).put(octets.toByteBuffer());
    }
    return Bytes.copyOf(out.flip());
  }

  private static ByteBuffer more(ByteBuffer full, int least) {
    int capacity = Math.addExact(full.capacity() + full.capacity() / 2, least);
    return ByteBuffer.allocate(capacity).put(full.flip());
  }

  /**
   * Puts what was encoded into an empty store.
   *
   * @throws DecodeException with the place in {@code snapshot}
   */
  static void read(Bytes snapshot, StoreState into) {
    ByteBuffer in = snapshot.toByteBuffer();
    if (in.remaining() < FIXED || in.get() != VERSION) {
      throw new DecodeException("snapshot: not one of version " + VERSION, 0);
    }
    boolean hasCaughtUp = in.get() != 0;
    long lastTime = in.getLong();
    into.restore(part(in, StoreCodec::decodeClock), lastTime, hasCaughtUp);
    Map<ReplicaId, ReplicaId> known = new HashMap<>();
    int keys = in.remaining() < LENGTH ? -1 : in.getInt();
    for (int i = 0; i < keys; i++) {
      KeyState state =
          part(
              in,
              octets ->
                  StoreCodec.decodeKeyState(
                      octets, id -> known.computeIfAbsent(id, first -> first)));
      into.restore(state);
    }
    if (keys < 0 || in.hasRemaining()) {
      throw new DecodeException("snapshot: ends at another place than it says", in.position());
    }
  }

  private interface Reading<T> {
    T read(Bytes octets);
  }

  private static <T> T part(ByteBuffer in, Reading<T> reading) {
    int length = in.remaining() < LENGTH ? -1 : in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new DecodeException("snapshot: a part is cut off", in.position());
    }
    Bytes octets = Bytes.copyOf(in.slice(in.position(), length));
    try {
      T read = reading.read(octets);
      in.position(in.position() + length);
      return read;
    } catch (DecodeException e) {
      throw new DecodeException("snapshot: " + e.getMessage(), in.position() + e.offset());
    }
  }
}
