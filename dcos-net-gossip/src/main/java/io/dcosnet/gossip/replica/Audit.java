// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.gossip.store.Atom;
import io.dcosnet.gossip.store.Cell;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.store.KeyState;
import io.dcosnet.gossip.store.StoreCodec;
import io.dcosnet.gossip.store.StoreState;
import io.dcosnet.gossip.wire.OctetReader;
import io.dcosnet.gossip.wire.OctetWriter;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares the live atoms of two replicas with equal clocks, bucket by bucket: an atom that one has
 * and the other one has not, though its clock does, goes.
 */
final class Audit {

  /** Most keys that are listed at once; other buckets wait for the next time. */
  static final int MOST_LISTED = 50_000;

  private static final int MOST_TAKEN = 200_000;
  private static final int MOST_DOTS_OCTETS = Steps.MAX_OCTETS;
  private static final int MOST_KEY_OCTETS = 512;

  private final Replica replica;

  /** The clock that both had when it began. */
  private final DotClock clock;

  private @Nullable BitSet buckets;
  private final Set<String> listed = new HashSet<>();

  /** An audit that begins now. */
  Audit(Replica replica) {
    this.replica = replica;
    this.clock = replica.state.clock().copy();
  }

  boolean isOverBuckets() {
    return buckets != null;
  }

  /** Whether our clock is still the one that both had. */
  boolean isCurrent() {
    return replica.state.clock().digest() == clock.digest();
  }

  /** Which of the buckets that differ are looked at. */
  BitSet choose(BitSet differing) {
    BitSet chosen = (BitSet) differing.clone();
    while (chosen.cardinality() > 1 && replica.state.keysIn(chosen).size() > MOST_LISTED) {
      int half = chosen.cardinality() / 2;
      while (chosen.cardinality() > half) {
        chosen.clear(chosen.length() - 1);
      }
    }
    over(chosen);
    return chosen;
  }

  void over(BitSet chosen) {
    buckets = chosen;
  }

  /** All live atoms of the buckets, in frames; read at once. */
  Queue<StoreMessage> list() {
    StoreState state = replica.state;
    Queue<StoreMessage> frames = new ArrayDeque<>();
    OctetWriter out = Steps.begin(Steps.LIVE, Outflow.FRAME);
    for (String key : keys()) {
      Cell cell = state.cell(key);
      if (!cell.isGhost()) {
        out.text(key, MOST_KEY_OCTETS);
        out.bytes(StoreCodec.encode(List.copyOf(cell.live().keySet())), MOST_DOTS_OCTETS);
        if (out.at() > Outflow.FRAME) {
          frames.add(Steps.message(out));
          out = Steps.begin(Steps.LIVE, Outflow.FRAME);
        }
      }
    }
    if (out.at() > 1) {
      frames.add(Steps.message(out));
    }
    return frames;
  }

  private Collection<String> keys() {
    BitSet over = buckets;
    return over == null ? List.of() : replica.state.keysIn(over);
  }

  /** Some keys as the other side has them; false when there are too many. */
  boolean compare(OctetReader in) throws DecodeException {
    while (in.left() > 0 && !in.failed()) {
      String key = in.text(MOST_KEY_OCTETS);
      Bytes dots = in.bytes(MOST_DOTS_OCTETS);
      if (in.failed()) {
        break;
      }
      if (listed.size() >= MOST_TAKEN) {
        return false;
      }
      listed.add(key);
      compare(key, new HashSet<>(StoreCodec.decodeDots(dots)));
    }
    return true;
  }

  /** The other side has no more keys in these buckets. */
  void compareRest() {
    for (String key : keys()) {
      if (!listed.contains(key)) {
        compare(key, Set.of());
      }
    }
  }

  private void compare(String key, Set<Dot> theirs) {
    Cell cell = replica.state.cell(key);
    Map<Dot, Atom> kept = new TreeMap<>();
    cell.live()
        .forEach(
            (dot, atom) -> {
              if (theirs.contains(dot) || !clock.has(dot)) {
                kept.put(dot, atom);
              }
            });
    if (kept.size() < cell.live().size()) {
      replica.exchanges.repaired(key);
      replica.intake.join(new KeyState(key, Cell.of(kept, cell.latest().values())), clock);
    }
  }
}
