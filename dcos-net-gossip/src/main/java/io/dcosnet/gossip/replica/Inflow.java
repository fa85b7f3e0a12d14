// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.gossip.store.Cell;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.store.KeyState;
import io.dcosnet.gossip.store.StoreCodec;
import io.dcosnet.gossip.wire.OctetReader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The keys that the other side of an exchange sends: takes them in, and tells it how much was
 * worked through, so that it never runs far ahead of us and our disk. The counterpart of {@link
 * Outflow}. <b>Not thread-safe.</b>
 */
final class Inflow {

  private static final int MOST_KEYS = 1_000_000;

  private final Replica replica;
  private final Clocks clocks;
  private final Outlet outlet;
  private int count;
  private long untold;

  /** The keys that came, where all others are not there any more. */
  private final Set<String> named = new HashSet<>();

  Inflow(Replica replica, Clocks clocks, Outlet outlet) {
    this.replica = replica;
    this.clocks = clocks;
    this.outlet = outlet;
  }

  /** Keys that came so far. */
  int count() {
    return count;
  }

  /** Takes in what a message brings; false when that, or its clock, is more than there can be. */
  boolean take(OctetReader in) throws DecodeException {
    DotClock clock = clocks.gained(in);
    if (clocks.isTooLarge()) {
      return false;
    }
    while (clock != null && in.left() > 0 && !in.failed()) {
      Bytes octets = in.bytes(Steps.MAX_OCTETS);
      if (!in.failed()) {
        KeyState key = StoreCodec.decodeKeyState(octets);
        replica.intake.join(key, clock);
        if (clocks.takesAll) {
          named.add(key.key());
        }
        if (++count > MOST_KEYS) {
          return false;
        }
      }
    }
    return true;
  }

  /** So many octets were worked through; the other side hears of it when the disk has kept up. */
  void took(int size) {
    untold += size;
    if (untold >= Outflow.CREDIT) {
      long octets = untold;
      untold = 0;
      replica.ledger.whenKeptUp(() -> outlet.say(Steps.taken(octets)));
    }
  }

  /** All has come: the clock of the other side is ours, too. */
  void end(DotClock theirs) {
    if (clocks.takesAll) {
      dropRest(theirs);
    }
    replica.intake.caughtUp(theirs);
  }

  /** All keys that they had were to come: others were removed everywhere and forgotten. */
  private void dropRest(DotClock theirs) {
    for (String key : List.copyOf(replica.state.cells().keySet())) {
      if (!named.contains(key)) {
        replica.intake.join(new KeyState(key, Cell.EMPTY), theirs);
      }
    }
    named.clear();
  }
}
