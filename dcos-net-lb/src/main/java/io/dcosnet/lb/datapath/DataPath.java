// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath;

import static java.util.stream.Collectors.joining;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
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
   * What {@link #apply} would do now, one step a line, in the words of the tool that people know
   * for it, and without doing it. May block for some milliseconds.
   */
  default List<String> plan(VipTable table) {
    List<String> lines = new ArrayList<>();
    for (Service service : new TreeMap<>(table.services()).values()) {
      String targets =
          service.targets().stream()
              .map(target -> target.endpoint() + " weight " + target.weight())
              .collect(joining(", "));
      lines.add("serve " + service.frontend() + " by " + (targets.isEmpty() ? "nobody" : targets));
    }
    return lines;
  }

  /**
   * The paths that this one was chosen from, in the order of preference; empty for one that is the
   * only one.
   */
  default List<Considered> considered() {
    return List.of();
  }

  /**
   * Calls back when the path would report otherwise of the table that it has, so that it is worth
   * applying the table again; must not block. A path that stays what it is never does.
   */
  default Subscription onChange(Runnable listener) {
    return () -> {};
  }

  /**
   * Whether what it does goes on without this process where it was left in place, so that the next
   * process finds services at work. Known after {@link #probe}.
   */
  default boolean outlivesItsProcess() {
    return false;
  }

  /**
   * What {@link #cleanup} would remove, one object a line: of a path at work, or left in place by
   * one before. Changes nothing. May block for some milliseconds.
   */
  default List<String> left() {
    return List.of();
  }

  /**
   * Removes from this machine what paths of this kind ever left in place, whoever made it. Not to
   * be called while one is at work. May block for some milliseconds.
   *
   * @return what was removed, one object a line; empty when there was nothing
   */
  default List<String> cleanup() {
    return List.of();
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
