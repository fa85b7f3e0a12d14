// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends the frames of one side of an exchange as fast as the other side works through them: one at
 * a turn of the loop, so that nothing else waits for long, and only so many octets ahead, so that
 * no queue grows.
 */
final class Outflow {

  /** Octets that a side takes in before it says so. */
  static final int CREDIT = 256 << 10;

  /** What frames are filled up to; a larger key has a frame of its own. */
  static final int FRAME = 60 << 10;

  private static final int WINDOW = 1 << 20;

  private final ReplicaHost host;
  private final Outlet outlet;
  private Supplier<@Nullable StoreMessage> frames = () -> null;
  private Runnable end = () -> {};
  private long ahead;
  private boolean sending;
  private boolean scheduled;
  private boolean over;

  Outflow(ReplicaHost host, Outlet outlet) {
    this.host = host;
    this.outlet = outlet;
  }

  /**
   * Sends all frames that there will be.
   *
   * @param next gives the next one at the moment of its sending; null when there is none left
   * @param then is run after the last one
   */
  void send(Supplier<@Nullable StoreMessage> next, Runnable then) {
    frames = next;
    end = then;
    sending = true;
    soon();
  }

  /** The other side worked through so many octets; false when that cannot be. */
  boolean taken(long octets) {
    if (octets > ahead) {
      return false;
    }
    ahead -= octets;
    soon();
    return true;
  }

  void stop() {
    over = true;
  }

  private void soon() {
    if (sending && !scheduled && !over && ahead + FRAME <= WINDOW) {
      scheduled = true;
      host.schedule(0, this::turn);
    }
  }

  private void turn() {
    scheduled = false;
    if (over || !sending) {
      return;
    }
    StoreMessage frame = frames.get();
    if (frame == null) {
      sending = false;
      end.run();
      return;
    }
    ahead += frame.body().size();
    outlet.say(frame);
    soon();
  }
}
