// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.store.KeyState;
import io.dcosnet.gossip.store.Seen;
import io.dcosnet.gossip.store.StoreState;
import java.util.List;

/**
 * Takes in what comes from others, whatever way it came: applies it, logs it, keeps what came too
 * early until what it builds on is there (so much and no more), and says what is new, for {@link
 * Spread} to pass on.
 */
final class Intake {

  private final Replica replica;

  Intake(Replica replica) {
    this.replica = replica;
  }

  /**
   * A delta; the result says what became of it. What waited for it is taken in as well, and handed
   * to {@link Spread#taken}.
   */
  StoreState.Outcome delta(Delta delta) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** A whole key from an exchange; {@code theirs} as {@link StoreState#join}. */
  void join(KeyState key, Seen theirs) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** An exchange is complete; see {@link StoreState#caughtUp}. */
  void caughtUp(DotClock theirs) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** Dots that early deltas wait for and that are not there, at most so many. */
  List<Dot> missing(int most) {
    throw new UnsupportedOperationException(replica.toString());
  }
}
