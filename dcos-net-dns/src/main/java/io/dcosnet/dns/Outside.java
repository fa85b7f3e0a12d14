// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.answer.Elsewhere;
import io.dcosnet.dns.cache.AnswerCache;
import io.dcosnet.dns.cache.CacheConfig;
import io.dcosnet.dns.cache.CacheView;
import io.dcosnet.dns.cache.CachingResolver;
import io.dcosnet.dns.forward.ForwardLimits;
import io.dcosnet.dns.forward.Forwarder;
import io.dcosnet.dns.forward.OwnAddresses;
import io.dcosnet.dns.forward.Route;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.metrics.UpstreamMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.transport.LocalAddresses;
import io.dcosnet.dns.transport.upstream.ExchangeConfig;
import io.dcosnet.dns.transport.upstream.NettyExchange;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.netty.NetRuntime;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a server answers for names outside its zones: a cache, behind it the forwarder, behind that
 * the sockets to other servers.
 *
 * <p><b>Thread-safe.</b> Opened and closed with the server.
 */
final class Outside implements Resolver {

  private final NettyExchange exchange;
  private final Forwarder forwarder;
  private final @Nullable AnswerCache cache;
  private final Resolver resolver;
  private final Supplier<Elsewhere> views;

  /**
   * Joins the parts; opens nothing.
   *
   * @param limits of what waits for other servers
   * @param cacheConfig null for no cache
   * @param listening where the server listens, asked for when it does
   */
  Outside(
      NetRuntime net,
      RoutingTable routes,
      ForwardLimits limits,
      @Nullable CacheConfig cacheConfig,
      ExchangeConfig exchangeConfig,
      ZoneTable zones,
      Supplier<List<HostPort>> listening,
      DnsMetrics metrics) {
    exchange = new NettyExchange(net, exchangeConfig, new UpstreamMetrics(net.metrics()));
    forwarder =
        Forwarder.builder(exchange, net.scheduler(), net.random())
            .routes(routes)
            .budget(limits.budget())
            .maxOutstanding(limits.maxOutstanding())
            .metrics(net.metrics())
            .own(address -> new OwnAddresses(listening.get(), LocalAddresses.all()).test(address))
            .build();
    if (cacheConfig == null) {
      cache = null;
      resolver = forwarder;
      views = () -> Elsewhere.OTHERS;
    } else {
      AnswerCache answers =
          new AnswerCache(
              cacheConfig, net.time(), name -> isOurs(zones, name), net.random(), metrics);
      CachingResolver caching = new CachingResolver(answers, forwarder, net.scheduler(), metrics);
      cache = answers;
      resolver = caching;
      views =
          () ->
              new CacheView(
                  answers, new SplittableRandom(net.random().nextLong()), caching::refresh);
    }
  }

  /** A name of our zones, unless a route leads further down. */
  private boolean isOurs(ZoneTable zones, DomainName name) {
    var zone = zones.match(name);
    if (zone == null) {
      return false;
    }
    Route route = forwarder.routes().route(name);
    return route.suffix().wireLength() <= zone.origin().wireLength();
  }

  /** The handlers with those of routes that begin inside of a zone, which would answer first. */
  HandlerChain withRoutes(HandlerChain handlers, ZoneTable zones) {
    HandlerChain all = handlers;
    for (Route.Ask route : forwarder.routes().asking()) {
      if (!route.suffix().isRoot() && zones.match(route.suffix()) != null) {
        all = all.with(route.suffix(), (query, zone) -> resolve(query));
      }
    }
    return all;
  }

  @Override
  public List<String> describe(DomainName name, int type) {
    return forwarder.describe(name, type);
  }

  @Override
  public CompletionStage<Answer> resolve(Query query) {
    return forwarder.loops().handle(query, resolver);
  }

  /** Makes what one worker asks first. */
  Supplier<Elsewhere> views() {
    return views;
  }

  Forwarder forwarder() {
    return forwarder;
  }

  /** What it keeps; null when it keeps nothing. */
  @Nullable AnswerCache cache() {
    return cache;
  }

  /** Begins to watch the servers. Fails when one of them is this server. */
  CompletionStage<Void> open() {
    return forwarder.start();
  }

  CompletionStage<Void> close(Duration grace) {
    return forwarder.stop(grace).thenCompose(stopped -> exchange.close());
  }
}
