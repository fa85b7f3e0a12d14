// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.answer.Elsewhere;
import io.dcosnet.dns.cache.AnswerCache;
import io.dcosnet.dns.cache.CacheView;
import io.dcosnet.dns.cache.CachingResolver;
import io.dcosnet.dns.forward.Forwarder;
import io.dcosnet.dns.forward.OwnAddresses;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.metrics.UpstreamMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.transport.LocalAddresses;
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
  private final RoutesBelowZones below;
  private final @Nullable AnswerCache cache;
  private final Resolver resolver;
  private final Supplier<Elsewhere> views;

  /**
   * Joins the parts; opens nothing.
   *
   * @param routes whom to ask at first
   * @param listening where the server listens, asked for when it does
   * @param routesChanged called after each change of the routes
   */
  Outside(
      Wishes wishes,
      RoutingTable routes,
      ZoneTable zones,
      Supplier<List<HostPort>> listening,
      Runnable routesChanged,
      DnsMetrics metrics) {
    NetRuntime net = wishes.net;
    exchange = new NettyExchange(net, wishes.exchange, new UpstreamMetrics(net.metrics()));
    forwarder =
        Forwarder.builder(exchange, net.scheduler(), net.random())
            .routes(routes)
            .budget(wishes.limits.budget())
            .maxOutstanding(wishes.limits.maxOutstanding())
            .metrics(net.metrics())
            .own(address -> new OwnAddresses(listening.get(), LocalAddresses.all()).test(address))
            .onUpdate(routesChanged)
            .onRecovery(this::forgetFailures)
            .build();
    below = new RoutesBelowZones(forwarder::routes, zones, this);
    if (wishes.cache == null) {
      cache = null;
      resolver = forwarder;
      views = () -> Elsewhere.OTHERS;
    } else {
      AnswerCache answers =
          new AnswerCache(wishes.cache, net.time(), below::isOfZone, net.random(), metrics);
      CachingResolver caching = new CachingResolver(answers, forwarder, net.scheduler(), metrics);
      cache = answers;
      resolver = caching;
      views =
          () ->
              new CacheView(
                  answers, new SplittableRandom(net.random().nextLong()), caching::refresh);
    }
  }

  /** What failed while a server was away may do now, and would be refused for up to minutes. */
  private void forgetFailures() {
    if (cache != null) {
      cache.contents().flushFailures();
    }
  }

  /** These handlers, and behind them those of routes that lead further down than a zone. */
  HandlerChain withRoutes(HandlerChain handlers) {
    return below.behind(handlers);
  }

  /** True when servers are asked about the name although it lies below a zone. */
  boolean takesFromZone(DomainName name) {
    return below.covers(name);
  }

  @Override
  public List<String> describe(DomainName name, int type) {
    return resolver.describe(name, type);
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
    return exchange.open().thenCompose(usable -> forwarder.start());
  }

  /** Lets questions end within the grace, then closes all sockets. */
  CompletionStage<Void> close(Duration grace) {
    CompletionStage<Void> stopped = forwarder.stop(grace);
    return stopped
        .handle((done, failure) -> exchange.close())
        .thenCompose(closing -> closing)
        .thenCompose(closed -> stopped);
  }
}
