// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Services that may have flows which go where they may not any more, until those are cut.
 *
 * <p>To look for flows, the kernel goes through all of its table, which takes it milliseconds even
 * when that is empty. So it is asked for services only that ever had a connection, which their
 * elements count. <b>Confined to</b> one thread.
 */
final class Suspects {

  /** For more than that it is cheaper to look for flows than at counters. */
  private static final int FEW = 16;

  private final Map<Frontend, Set<HostPort>> allowed = new HashMap<>();

  /** Looked at once more with the next comparison, as packets may have been under way. */
  private final Set<Frontend> again = new HashSet<>();

  /** Had connections, ever. */
  private final Set<Frontend> used = new HashSet<>();

  /**
   * Adds some.
   *
   * @param where where the flows of each may go
   */
  void add(Map<Frontend, Set<HostPort>> where) {
    allowed.putAll(where);
  }

  /** Finds out which of them had connections, before their counters go. */
  void look(Kernel kernel) {
    for (Frontend frontend : allowed.keySet()) {
      // What was refused over UDP has left a flow as well, and was not counted.
      if (allowed.size() > FEW
          || frontend.protocol() == Protocol.UDP
          || (!used.contains(frontend) && kernel.connections(frontend) > 0)) {
        used.add(frontend);
      }
    }
  }

  /**
   * Cuts their flows.
   *
   * @return how many
   */
  int cut(FlowCuts flows) {
    again.addAll(allowed.keySet());
    allowed.keySet().retainAll(used);
    int cut = flows.cut(allowed, used);
    allowed.clear();
    return cut;
  }

  /**
   * Cuts the flows of all, and once more those of the services that were looked at lately.
   *
   * @param where where flows of a service may go by now
   * @return how many
   */
  int cutAll(FlowCuts flows, Function<Frontend, Set<HostPort>> where) {
    again.forEach(frontend -> allowed.putIfAbsent(frontend, where.apply(frontend)));
    again.clear();
    again.addAll(allowed.keySet());
    int cut = flows.cut(allowed, used);
    allowed.clear();
    return cut;
  }

  /** Forgets what is not to be looked at once more, nor served. */
  void keep(Set<Frontend> served) {
    used.removeIf(frontend -> !served.contains(frontend) && !again.contains(frontend));
  }
}
