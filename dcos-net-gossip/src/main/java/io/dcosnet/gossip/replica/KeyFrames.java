// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.store.Cell;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.store.KeyState;
import io.dcosnet.gossip.store.StoreCodec;
import io.dcosnet.gossip.store.StoreState;
import io.dcosnet.gossip.wire.OctetWriter;
import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys that another replica lacks something of, in frames.
 *
 * <p>The state goes on changing while they are sent. A cell must never be joined with a clock that
 * it is not of: with a later one, writes that the cell has not would count as deleted; with an
 * earlier one, deletions that the cell has would count as not seen, and what they deleted would
 * stay under a clock that has them. So all cells of a frame are read at one moment, and what the
 * clock gained since the frame before stands in front of them.
 */
final class KeyFrames implements Supplier<@Nullable StoreMessage> {

  private static final int KEY_OVERHEAD = 48;

  private final StoreState state;
  private final Iterator<String> keys;
  private DotClock told;
  private @Nullable String next;

  /** How many keys were sent. */
  int count;

  /**
   * Frames of the keys that are missing now.
   *
   * @param told our clock as the other side knows it; all that it has is sent or is known there
   * @param asked what the other side needs not be sent
   */
  KeyFrames(StoreState state, DotClock told, DotClock asked) {
    this.state = state;
    this.told = told;
    this.keys = state.missing(asked);
  }

  @Override
  public @Nullable StoreMessage get() {
    String key = advance();
    if (key == null) {
      return null;
    }
    OctetWriter out = Steps.begin(Steps.KEYS, Outflow.FRAME);
    out.bytes(gained(), Steps.MAX_OCTETS);
    int begin = out.at();
    for (; key != null; key = advance()) {
      Cell cell = state.cell(key);
      long most = (long) out.at() + cell.octets() + KEY_OVERHEAD + 2L * key.length();
      if (out.at() > begin && most > Outflow.FRAME) {
        next = key;
        break;
      }
      out.bytes(StoreCodec.encode(new KeyState(key, cell)), Steps.MAX_OCTETS);
      count++;
    }
    return Steps.message(out);
  }

  private @Nullable String advance() {
    String put = next;
    next = null;
    return put != null ? put : keys.hasNext() ? keys.next() : null;
  }

  private Bytes gained() {
    DotClock now = state.clock();
    if (now.digest() == told.digest()) {
      return Bytes.EMPTY;
    }
    Bytes gained = StoreCodec.encode(now.changedSince(told));
    told = now.copy();
    return gained;
  }
}
