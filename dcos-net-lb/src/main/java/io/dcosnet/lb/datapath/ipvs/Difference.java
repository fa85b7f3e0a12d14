// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.datapath.ipvs.Step.Add;
import io.dcosnet.lb.datapath.ipvs.Step.AddService;
import io.dcosnet.lb.datapath.ipvs.Step.Delete;
import io.dcosnet.lb.datapath.ipvs.Step.DeleteService;
import io.dcosnet.lb.datapath.ipvs.Step.Set;
import io.dcosnet.lb.datapath.ipvs.Step.SetService;
import io.dcosnet.linux.ipvs.IpvsDestination;
import io.dcosnet.linux.ipvs.IpvsService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has to be done to one service, in an order in which it has a place for clients after each
 * step if it had one before and has one in the end. <b>Pure.</b>
 */
final class Difference {

  private Difference() {}

  /**
   * The steps from one to the other; empty when they are equal.
   *
   * @param held what the kernel holds; null for nothing
   * @param wanted null for nothing
   */
  static List<Step> of(@Nullable Wanted held, @Nullable Wanted wanted) {
    if (wanted == null) {
      return held == null ? List.of() : List.of(removing(held.service().key()));
    }
    IpvsService.Key key = wanted.service().key();
    List<Step> steps = new ArrayList<>();
    Map<HostPort, IpvsDestination> there = held == null ? Map.of() : held.destinations();
    if (held == null) {
      steps.add(new AddService(wanted.service()));
    }
    List<Step> fewer = new ArrayList<>();
    for (IpvsDestination destination : wanted.destinations().values()) {
      IpvsDestination before = there.get(destination.endpoint());
      if (before == null) {
        steps.add(new Add(key, destination));
      } else if (!before.equals(destination)) {
        (destination.weight() > 0 ? steps : fewer).add(new Set(key, destination));
      }
    }
    if (held != null && !held.service().equals(wanted.service())) {
      steps.add(new SetService(wanted.service()));
    }
    steps.addAll(fewer);
    for (HostPort endpoint : there.keySet()) {
      if (!wanted.destinations().containsKey(endpoint)) {
        steps.add(new Delete(key, endpoint));
      }
    }
    return steps;
  }

  /** The step that takes a service away. */
  static Step removing(IpvsService.Key key) {
    return new DeleteService(key);
  }
}
