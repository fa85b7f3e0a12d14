// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.netty.NetRuntime;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All event loops. A connection is served by the loop that accepted it, as long as that one does
 * not have much more to do than others.
 *
 * <p><b>Thread-safe.</b>
 */
final class ProxyLoops {

  /** Connections more than the calmest loop that a loop keeps in any case. */
  private static final int SLACK = 16;

  private final List<ProxyLoop> all;
  private final AtomicInteger next = new AtomicInteger();

  ProxyLoops(NetRuntime net, ProxyConfig config) {
    List<ProxyLoop> loops = new ArrayList<>();
    for (EventExecutor executor : net.eventLoops()) {
      loops.add(new ProxyLoop((IoEventLoop) executor, net.time(), config));
    }
    all = List.copyOf(loops);
  }

  List<ProxyLoop> all() {
    return all;
  }

  int size() {
    return all.size();
  }

  /** Number of the loop that the next listener belongs to. */
  int next() {
    return Math.floorMod(next.getAndIncrement(), all.size());
  }

  /** Number of the loop that serves a connection which this one accepted. */
  int serving(int accepting) {
    int mine = all.get(accepting).load();
    if (mine < SLACK || all.size() == 1) {
      return accepting;
    }
    int calmest = accepting;
    int least = mine;
    for (int i = 0; i < all.size(); i++) {
      int load = all.get(i).load();
      if (load < least) {
        least = load;
        calmest = i;
      }
    }
    return mine - least > Math.max(SLACK, mine / 8) ? calmest : accepting;
  }
}
