// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import io.dcosnet.dns.name.DomainName;
import java.util.List;

/**
 * What a forwarder would do about a name. <b>Immutable.</b>
 *
 * @param route the one with the longest suffix
 * @param order servers in the order in which they would be asked now; those that would not be asked
 *     are left out
 */
public record RouteExplanation(DomainName name, Route route, List<Upstream> order) {
  public RouteExplanation {
    order = List.copyOf(order);
  }

  /** One line for a person. */
  @Override
  public String toString() {
    String start = name + ": ";
    if (route instanceof Route.Ask ask) {
      String whom =
          order.isEmpty()
              ? "nobody of " + ask.upstreams() + " answers"
              : "asks " + order + " (" + ask.policy() + ")";
      return start + "route " + ask.suffix() + " " + whom;
    }
    if (route instanceof Route.Own) {
      return start + "in the zone " + route.suffix() + " of this server, never asked of others";
    }
    return route instanceof Route.Deny
        ? start + "below " + route.suffix() + ", which does not exist outside"
        : start + "route " + route.suffix() + " asks nobody";
  }
}
