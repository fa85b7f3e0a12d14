// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.kernel;

import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Target;

/**
 * What one path does to the kernel. All of it is called by a {@link KernelLoop}, on its one thread,
 * and may block for some milliseconds.
 */
public interface KernelWork {

  /**
   * Makes a table true, and cuts what drains have run out.
   *
   * @param readBack true when the kernel may hold something else than what was last put there (the
   *     first pass, somebody else's change, a failed pass, now and then): then the difference is
   *     worked out from what it really holds
   * @throws RuntimeException when the whole table could not be applied; it is tried again with
   *     {@code readBack}
   */
  ApplyReport apply(VipTable table, boolean readBack);

  /**
   * When the next drain of the newest table runs out, so that it is applied once more then.
   *
   * @param sinceNanos those before it were cut
   * @return on the clock of the targets; {@link Target#NEVER} without any
   */
  default long firstDeadline(VipTable table, long sinceNanos) {
    return Deadlines.first(table.services().values(), sinceNanos);
  }

  /**
   * Looks after what goes on between tables; about once a second after the first table.
   *
   * @return true when something is not as it was put, so that all is compared and repaired at once
   */
  default boolean watch() {
    return false;
  }

  /**
   * Whether {@link #watch} also compares now and then, so that no pass is to do it for the time
   * that went by. For those who can do so without keeping a change waiting.
   */
  default boolean comparesByItself() {
    return false;
  }

  /** Takes nothing new from now on; what is open goes on. */
  void withdraw();

  /** Connections that go on by what this path did, as far as it can know. */
  long open();

  /**
   * Ends the work, also when nothing was ever applied.
   *
   * @param leaveInPlace false cuts what is open and removes all of ours from the kernel
   */
  void close(boolean leaveInPlace);
}
