// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.lb.vip.VipTable;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a table without services from a path that goes on without its process, as long as it may
 * only mean that nothing is known yet: it would take away what the process before had left.
 *
 * <p><b>Confined to</b> the scheduler of the load balancer.
 */
final class FirstTable {

  /** Until then the sources of this node have said something, or say nothing for long. */
  static final Duration LONGEST = Duration.ofSeconds(30);

  /** What this node has published comes back from the store, and is a table, within that. */
  private static final Duration SETTLED = Duration.ofMillis(500);

  private final Scheduler scheduler;
  private final BooleanSupplier outlives;
  private final Runnable allowed;
  private boolean mayBeEmpty;
  private Scheduler.@Nullable Timer timer;

  /**
   * Holds nothing back yet.
   *
   * @param outlives whether the path goes on without its process, once it is open
   * @param allowed is run once when tables without services may be applied
   */
  FirstTable(Scheduler scheduler, BooleanSupplier outlives, Runnable allowed) {
    this.scheduler = scheduler;
    this.outlives = outlives;
    this.allowed = allowed;
  }

  void open() {
    mayBeEmpty = !outlives.getAsBoolean();
    if (!mayBeEmpty) {
      timer = scheduler.schedule(LONGEST, this::allow);
    }
  }

  /** The sources of this node have said what they know, and it is published. */
  void settled() {
    if (!mayBeEmpty) {
      close();
      timer = scheduler.schedule(SETTLED, this::allow);
    }
  }

  /** Whether this table is to wait. */
  boolean holds(VipTable table) {
    if (!table.services().isEmpty()) {
      mayBeEmpty = true; // from now on something is known
    }
    return !mayBeEmpty;
  }

  private void allow() {
    if (!mayBeEmpty) {
      mayBeEmpty = true;
      allowed.run();
    }
  }

  void close() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
