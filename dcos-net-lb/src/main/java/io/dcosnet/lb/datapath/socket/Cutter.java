// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import java.util.Collection;
import java.util.Map;

/** Cuts connected sockets; see {@link OpenSockets#cut}. */
interface Cutter {

  /**
   * What became of them.
   *
   * @param done how many were cut; those that were closed meanwhile do not count
   * @param refused those that the kernel did not cut, and its words
   */
  record Result(int done, Map<Carried, String> refused) {
    public Result {
      refused = Map.copyOf(refused);
    }
  }

  Result cut(Collection<Carried> sockets);
}
