// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.conntrack.Flow;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Has the kernel compared with what it should hold while tables go on being applied: reading ten
 * thousand services takes longer than a change may wait. One thread orders a comparison and judges
 * what was found, another one makes it.
 *
 * <p><b>Thread-safe.</b>
 */
final class Audit {

  /**
   * What is to be compared.
   *
   * @param structure as the rules were made; null when that is not known
   * @param again services of which flows are looked at
   */
  record Order(Services.Snapshot wanted, @Nullable Structure structure, Set<Frontend> again) {}

  /**
   * What was found; things may have changed since.
   *
   * @param differing those whose elements are not what was wanted
   * @param strays flows that go where they may not
   * @param used services that have flows
   */
  record Finding(
      Order order,
      boolean sameStructure,
      Set<Owner> differing,
      List<Flow> strays,
      Set<Frontend> used) {}

  // Guards all below.
  private final Object lock = new Object();
  private @Nullable Order order;
  private @Nullable Finding finding;
  private @Nullable RuntimeException failure;

  /** Orders a comparison in place of one that was ordered before; null for none. */
  void order(@Nullable Order next) {
    synchronized (lock) {
      order = next;
      finding = null;
      failure = null;
    }
  }

  /** Whether there is something to be compared, or judged. */
  boolean isBusy() {
    synchronized (lock) {
      return order != null;
    }
  }

  /** What is to be compared now; null when there is nothing to do. */
  @Nullable Order begin() {
    synchronized (lock) {
      return finding == null && failure == null ? order : null;
    }
  }

  /** Hands over what was found, unless something else is wanted by now. */
  @SuppressWarnings("ReferenceEquality") // each order is one of its own
  void found(Finding found) {
    synchronized (lock) {
      if (order == found.order()) {
        finding = found;
      }
    }
  }

  /** Says that nothing could be found out. */
  @SuppressWarnings("ReferenceEquality") // each order is one of its own
  void failed(Order which, RuntimeException why) {
    synchronized (lock) {
      if (order == which) {
        failure = why;
      }
    }
  }

  /**
   * What was found, to be judged, once.
   *
   * @return null while there is nothing yet
   * @throws RuntimeException why nothing could be found out
   */
  @Nullable Finding take() {
    synchronized (lock) {
      Finding taken = finding;
      RuntimeException why = failure;
      if (taken != null || why != null) {
        order(null);
      }
      if (why != null) {
        throw why;
      }
      return taken;
    }
  }
}
