// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.balance.RoundRobin;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where connections of one front end may go, and whose turn it is.
 *
 * <p><b>Thread-safe.</b>
 */
final class Route {

  private final Service service;
  private final Target[] targets;
  private final Map<HostPort, Target> byEndpoint;
  private final RoundRobin turns;

  /**
   * @param start turns to leave out at first
   */
  Route(Service service, int start) {
    this.service = service;
    targets = service.targets().toArray(new Target[0]);
    byEndpoint = new HashMap<>(targets.length * 2);
    int[] weights = new int[targets.length];
    for (int i = 0; i < targets.length; i++) {
      byEndpoint.put(targets[i].endpoint(), targets[i]);
      weights[i] = targets[i].weight();
    }
    turns = RoundRobin.of(weights, start);
  }

  Service service() {
    return service;
  }

  /** The target at this endpoint, or null when the service has it no more. */
  @Nullable Target target(HostPort endpoint) {
    return byEndpoint.get(endpoint);
  }

  /** The next target in turn, or null when there is none beside those tried. */
  @Nullable Target pick(List<HostPort> tried) {
    for (int i = 0; i < targets.length; i++) {
      int turn = turns.pick();
      if (turn < 0) {
        return null;
      }
      if (!tried.contains(targets[turn].endpoint())) {
        return targets[turn];
      }
    }
    for (Target target : targets) { // its turn may be far off behind those of a heavy one
      if (target.takesNew() && !tried.contains(target.endpoint())) {
        return target;
      }
    }
    return null;
  }
}
