// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.route.AddressFamily;
import io.dcosnet.linux.route.ForwardingEntry;
import io.dcosnet.linux.route.Neighbour;
import io.dcosnet.linux.route.NextHop;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What the kernel holds. A {@link Pass} notes here what it changes. <b>Not thread-safe.</b>
 *
 * @param ours what is ours by its protocol, or as it hangs on our tunnel; next hops by gateway
 * @param foreign a route of others to each destination, by place of any metric
 * @param hopIds numbers of all next hops, whoever made them
 * @param canHop whether the kernel has next hops
 * @param surplusHops next hops of ours to a gateway that has another one already
 */
record HeldEntries(
    Entries ours,
    Map<Place, Route> foreign,
    Set<Integer> hopIds,
    boolean canHop,
    List<NextHop> surplusHops) {

  private static final Set<Errno> NO_SUCH_THING = Set.of(Errno.EOPNOTSUPP, Errno.EINVAL);

  /**
   * Reads everything.
   *
   * @param tunnel index of our device, if there is one
   */
  static HeldEntries read(Kernel kernel, OptionalInt tunnel, NetlinkConfig config) {
    Entries ours = Entries.empty();
    Map<Place, Route> foreign = new HashMap<>();
    Set<Integer> hopIds = new HashSet<>();
    List<NextHop> surplus = new ArrayList<>();
    boolean canHop = readHops(kernel, config, ours, hopIds, surplus);
    tunnel.ifPresent(
        link -> {
          for (ForwardingEntry entry : kernel.forwarding(link)) {
            ours.forwarding().put(entry.mac(), told(entry));
          }
        });
    for (AddressFamily family : AddressFamily.ALL) {
      tunnel.ifPresent(
          link -> {
            for (Neighbour neighbour : kernel.neighbours(family)) {
              if (neighbour.link() == link && isPermanent(neighbour)) {
                ours.neighbours().put(neighbour.address(), neighbour);
              }
            }
          });
      for (int table : List.of(Route.MAIN, config.table())) {
        for (Route route : kernel.routes(family, table)) {
          Route told = told(route);
          if (route.protocol() == config.protocol()) {
            ours.routes().put(Place.of(told), told);
          } else {
            foreign.put(Place.of(told).anyMetric(), told);
          }
        }
      }
      for (Rule rule : kernel.rules(family)) {
        if (rule.protocol() == config.protocol()) {
          ours.rules().add(rule);
        }
      }
    }
    return new HeldEntries(ours, foreign, hopIds, canHop, surplus);
  }

  private static boolean readHops(
      Kernel kernel,
      NetlinkConfig config,
      Entries ours,
      Set<Integer> hopIds,
      List<NextHop> surplus) {
    try {
      for (NextHop hop : kernel.nextHops()) {
        hopIds.add(hop.id());
        if (hop.protocol() == config.protocol() && hop.gateway().isPresent()) {
          NextHop other = ours.hops().putIfAbsent(hop.gateway().get(), told(hop));
          if (other != null) {
            surplus.add(hop);
          }
        }
      }
      return true;
    } catch (KernelException e) {
      if (!NO_SUCH_THING.contains(e.errno())) {
        throw e;
      }
      return false;
    }
  }

  /** Others are of the kernel's own finding. */
  static boolean isPermanent(Neighbour neighbour) {
    return (neighbour.state() & Neighbour.PERMANENT) != 0;
  }

  /** As we would ask for it: most flags tell how the link is. */
  static Route told(Route route) {
    Route plain = route.withFlags(route.flags() & Route.ON_LINK);
    return route.nextHop() == 0 ? plain : plain.withNextHop(route.nextHop()).withFlags(0);
  }

  /** As we would ask for it. */
  static NextHop told(NextHop hop) {
    return hop.withFlags(hop.flags() & Route.ON_LINK);
  }

  /** As we would ask for it: other flags tell what hardware does. */
  static ForwardingEntry told(ForwardingEntry entry) {
    return new ForwardingEntry(
        entry.link(),
        entry.mac(),
        entry.to(),
        entry.port(),
        entry.network(),
        entry.state(),
        entry.flags() & ForwardingEntry.SELF);
  }

  /** When all next hops that were too many are gone. */
  HeldEntries withoutSurplus() {
    return surplusHops.isEmpty() ? this : new HeldEntries(ours, foreign, hopIds, canHop, List.of());
  }
}
