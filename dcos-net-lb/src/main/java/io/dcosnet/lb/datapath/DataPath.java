// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Carries connections from virtual addresses to back ends.
 *
 * <p>It is told the whole table each time and works out the difference from what is really there,
 * so a table may be applied twice, after a crash, or after somebody else changed things. Whom to
 * trust (ejection, slow start, panic) is decided above it; figures about single back ends are kept
 * inside and outlive an {@link #apply}.
 *
 * <p><b>Thread-safe.</b>
 */
public interface DataPath {

  /** Short and stable, such as {@code userspace}. */
  String name();

  /**
   * Tries on this machine what the path needs, and leaves nothing behind. May block for some
   * milliseconds.
   */
  Capabilities probe();

  /**
   * Makes the table true. Tables that wait behind one that is being applied are skipped for the
   * newest; their stages end with it.
   *
   * <p>A service that cannot be served is told in the report and disturbs no other.
   *
   * @return completes when the table (or a newer one) serves; fails after {@link #stop}
   */
  CompletionStage<ApplyReport> apply(VipTable table);

  /** Tells what happens to connections, on the path's own threads; must not block. */
  Subscription observe(TrafficObserver observer);

  /**
   * What one service has carried so far; empty when it is not served here, or the path does not
   * count. Cheap enough to be asked for each service now and then.
   */
  default Optional<Traffic> traffic(Frontend frontend) {
    return Optional.empty();
  }

  /**
   * Ends the path: nothing new from now on.
   *
   * @param leaveInPlace true leaves in the kernel what goes on working without this process; a path
   *     that lives in this process has nothing to leave
   * @param grace how long connections may go on before they are cut
   */
  CompletionStage<Void> stop(boolean leaveInPlace, Duration grace);
}
