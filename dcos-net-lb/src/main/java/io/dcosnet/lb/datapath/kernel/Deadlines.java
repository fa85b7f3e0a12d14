// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.kernel;

import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;

/** When drains run out. <b>Pure.</b> */
public final class Deadlines {

  private Deadlines() {}

  /**
   * The first one of some services that is still to come.
   *
   * @param sinceNanos those before it are over
   * @return {@link Target#NEVER} without any
   */
  public static long first(Iterable<Service> services, long sinceNanos) {
    long least = Long.MAX_VALUE;
    for (Service service : services) {
      for (Target target : service.targets()) {
        if (target.drainDeadlineNanos() != Target.NEVER && !target.drainIsOver(sinceNanos)) {
          least = Math.min(least, target.drainDeadlineNanos() - sinceNanos);
        }
      }
    }
    return least == Long.MAX_VALUE ? Target.NEVER : sinceNanos + least;
  }
}
