// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import io.dcosnet.dns.forward.Route;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.query.QueryHandler;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneTable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Names below a zone of the server for which a route leads further down than the zone: others are
 * asked about them, as if a zone of theirs began there. The handler stands before the zones for the
 * names of these routes, and gives back to the zones what a zone further down has.
 *
 * <p><b>Thread-safe</b>; sees new routes at once.
 */
final class RoutesBelowZones implements QueryHandler {

  private final Supplier<RoutingTable> routes;
  private final ZoneTable zones;
  private final Resolver outside;

  /**
   * Goes by the routes at each moment.
   *
   * @param outside asks others
   */
  RoutesBelowZones(Supplier<RoutingTable> routes, ZoneTable zones, Resolver outside) {
    this.routes = routes;
    this.zones = zones;
    this.outside = outside;
  }

  /** True when a zone speaks of the name, and no route takes it from there. */
  boolean isOfZone(DomainName name) {
    Zone zone = zones.match(name);
    return zone != null && !leadsFurther(routes.get().route(name), zone);
  }

  /** True when others are asked about the name although it lies below a zone. */
  boolean covers(DomainName name) {
    Zone zone = zones.match(name);
    return zone != null && leadsFurther(routes.get().route(name), zone);
  }

  private static boolean leadsFurther(Route route, Zone zone) {
    return route instanceof Route.Ask && route.suffix().wireLength() > zone.origin().wireLength();
  }

  /** The chain with this handler behind the others for each name where it has to stand now. */
  HandlerChain behind(HandlerChain handlers) {
    HandlerChain all = handlers;
    for (Route.Ask route : routes.get().asking()) {
      if (covers(route.suffix())) {
        all = all.with(route.suffix(), this);
      }
    }
    return all;
  }

  @Override
  public CompletionStage<Answer> handle(Query query, Resolver next) {
    if (!covers(query.name())) {
      return next.resolve(query);
    }
    return query.recursionDesired()
        ? outside.resolve(query)
        : CompletableFuture.completedFuture(
            Answer.failure(Rcode.REFUSED, ExtendedError.NOT_AUTHORITATIVE, ""));
  }

  /** As part of a sentence in explanations. */
  @Override
  public String toString() {
    return "of a route";
  }
}
