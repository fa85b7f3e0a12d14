// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.gossip.store.ReplicaId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Under which id a replica goes on after a start, and whether it may keep what it had. A number
 * that may have been used must not be used for another write, and what was deleted everywhere in
 * the meantime must not come back. <b>Immutable.</b>
 *
 * @param self the member that starts
 * @param first whether this member never started before
 * @param epoch of this start; greater than that of each start before
 * @param boot as {@link ReplicaMark#boot}, of now
 * @param wallMillis milliseconds since the Unix epoch
 */
public record Generations(NodeId self, boolean first, long epoch, String boot, long wallMillis) {

  /** What a start finds of the data. */
  public enum Found {
    /** All that was written, as far as the operating system did not lose it. */
    ALL,

    /** It is known that own writes are missing. */
    SOME,

    /** Nothing, be it that it is gone or that it must not be used. */
    NOTHING
  }

  /** 2020-01-01T00:00:00Z; seconds from here on fit a generation until 2088. */
  private static final long ORIGIN_MILLIS = 1_577_836_800_000L;

  public Generations {
    requireNonNull(self, "self");
    requireNonNull(boot, "boot");
  }

  /**
   * Whether a replica was away for so long that its data must not be used any more.
   *
   * @param contactMillis as {@link ReplicaMark#contactMillis}
   */
  public boolean isStale(long contactMillis, Duration maxOffline) {
    return contactMillis > 0 && wallMillis - contactMillis > maxOffline.toMillis();
  }

  /**
   * Who writes from now on.
   *
   * @param mark of the last life; null when there is none that can be read
   */
  public ReplicaId next(@Nullable ReplicaMark mark, Found found) {
    if (mark == null || !mark.id().node().equals(self)) {
      // Nobody knows which generations there were: what the epoch gives is later than all of them.
      return first && found == Found.NOTHING ? new ReplicaId(self, 1) : ofEpoch(self, epoch);
    }
    return found == Found.ALL && !mayLackWrites(mark)
        ? mark.id()
        : new ReplicaId(self, Math.addExact(mark.id().generation(), 1));
  }

  private boolean mayLackWrites(ReplicaMark mark) {
    boolean sameBoot = !boot.isEmpty() && boot.equals(mark.boot());
    return mark.sync() != Sync.EACH && !mark.closed() && !sameBoot;
  }

  /** An id for a member that may have written before, of which nothing is left. */
  public static ReplicaId ofEpoch(NodeId self, long epoch) {
    long seconds = (epoch - ORIGIN_MILLIS) / 1000;
    return new ReplicaId(self, (int) Math.max(2, Math.min(seconds, Integer.MAX_VALUE - 1)));
  }
}
