// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.answer.LaterAnswers;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.defend.Cookies;
import io.dcosnet.dns.defend.Defence;
import io.dcosnet.dns.explain.Explainer;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.querylog.QueryRecorder;
import io.dcosnet.dns.transfer.Notifier;
import io.dcosnet.dns.transfer.SecondaryZone;
import io.dcosnet.dns.transfer.TransferPolicy;
import io.dcosnet.dns.transfer.TransferServer;
import io.dcosnet.dns.transport.LocalAddresses;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.Zone.Surroundings;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.dns.zonefile.HostsZones;
import io.dcosnet.netty.NetRuntime;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server consists of: made together, opened one after the other, and closed in the reverse
 * order, so that each part still has what it needs.
 *
 * <p><b>Thread-safe</b>, but {@link #open} and {@link #close} must not overlap.
 */
final class ServerParts {

  private static final Logger LOGGER = LoggerFactory.getLogger(DnsServer.class);

  final ZoneTable zones;
  final Defence defence;
  final @Nullable Outside outside;
  final Explainer explainer;
  final Listeners listeners;

  private final NetRuntime net;
  private final @Nullable HostsZones hosts;
  private final LaterAnswers later;
  private final @Nullable Notifier notifier;
  private final Shutdown shutdown;

  // Touched only by open and close.
  private final List<Subscription> following = new ArrayList<>();

  private final boolean drawsSecret;

  /** What the host wants, without what routes add. Guarded by this. */
  private HandlerChain handlers;

  /** Makes all parts; opens nothing. */
  ServerParts(Wishes wishes) {
    net = wishes.net;
    handlers = wishes.handlers;
    drawsSecret = wishes.cookies == null;
    DnsMetrics metrics = new DnsMetrics(net.metrics());
    hosts = wishes.hosts == null ? null : HostsZones.outside(wishes.zones, wishes.hosts);
    zones = zones(wishes, hosts);
    defence = defence(wishes);
    outside = outside(wishes, metrics);
    Resolver asked = outside == null ? wishes.resolver : outside;
    later =
        LaterAnswers.of(
            zones, wishes.aliases, chain(), asked, net.scheduler(), net.random(), metrics);
    explainer =
        new Explainer(
            zones, wishes.aliases::rewrite, new BeyondZones(defence, later, outside, asked));
    notifier = notifier(wishes, metrics);
    listeners =
        new Listeners(wishes, answering(wishes, metrics), transfers(wishes, metrics), metrics);
    shutdown = new Shutdown(net.scheduler(), later, wishes.lameduck);
  }

  private static ZoneTable zones(Wishes wishes, @Nullable HostsZones outside) {
    if (wishes.hosts == null || outside == null) {
      return ZoneTable.of(wishes.zones);
    }
    return ZoneTable.of(HostsZones.into(wishes.zones, wishes.hosts)).orElse(outside);
  }

  private Defence defence(Wishes wishes) {
    // Without a wish a secret is drawn at the start: it needs a device of the machine.
    Cookies cookies = wishes.cookies == null ? Cookies.OFF : wishes.cookies;
    Defence.Rules rules = new Defence.Rules(wishes.access, wishes.rateLimit, cookies);
    return new Defence(rules, LocalAddresses.all(), net.time(), net.random());
  }

  private @Nullable Outside outside(Wishes wishes, DnsMetrics metrics) {
    return wishes.routes == null
        ? null
        : new Outside(wishes, wishes.routes, zones, this::listening, this::renewHandlers, metrics);
  }

  private List<HostPort> listening() {
    return listeners.all();
  }

  private Responder.Parts answering(Wishes wishes, DnsMetrics metrics) {
    return new Responder.Parts(
        zones,
        wishes.aliases,
        protocol -> defence.guard(protocol, zones, metrics),
        outside == null ? later::elsewhere : outside.views(),
        later,
        queryLog(wishes, metrics),
        wishes.style,
        net.random(),
        metrics);
  }

  private @Nullable QueryRecorder queryLog(Wishes wishes, DnsMetrics metrics) {
    if (wishes.queryLog == null) {
      return null;
    }
    return new QueryRecorder(
        wishes.queryLog, net.executor(), net.time(), ServerParts::secret, metrics);
  }

  private static byte[] secret() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    return secret;
  }

  private @Nullable TransferServer transfers(Wishes wishes, DnsMetrics metrics) {
    boolean copies = wishes.zones.stream().anyMatch(SecondaryZone.class::isInstance);
    TransferPolicy policy = wishes.transfers;
    if (policy == null && !copies) {
      return null;
    }
    TransferPolicy rules = policy == null ? TransferPolicy.NOBODY : policy;
    return new TransferServer(zones, wishes.zones, rules, net.time(), metrics);
  }

  private @Nullable Notifier notifier(Wishes wishes, DnsMetrics metrics) {
    TransferPolicy policy = wishes.transfers;
    return policy == null || policy.secondaries().isEmpty()
        ? null
        : new Notifier(net, zones.zones(), policy.secondaries(), metrics);
  }

  /** The handlers that the host wants. */
  synchronized HandlerChain handlers() {
    return handlers;
  }

  /** Takes other handlers, and keeps those of routes. */
  synchronized void handlers(HandlerChain wanted) {
    handlers = wanted;
    later.update(chain());
  }

  private synchronized void renewHandlers() {
    later.update(chain());
  }

  private synchronized HandlerChain chain() {
    return outside == null ? handlers : outside.withRoutes(handlers);
  }

  CompletionStage<Void> open() {
    if (drawsSecret) {
      defence.update(rules -> rules.withCookies(Cookies.random(new SecureRandom())));
    }
    Surroundings surroundings = new Surroundings(net.executor(), net.time(), net.metrics());
    for (Zone zone : zones.zones()) {
      following.add(zone.follow(surroundings));
    }
    if (hosts != null) {
      following.add(hosts.follow(surroundings));
    }
    CompletionStage<Void> opened = listeners.open();
    if (outside != null) {
      opened = opened.thenCompose(done -> outside.open()); // probes for loops come back here
    }
    if (notifier != null) {
      opened = opened.thenCompose(done -> notifier.open()); // last: secondaries ask at once
    }
    return opened.thenRun(
        () ->
            LOGGER.info(
                "dns server started addresses={} zones={}",
                listeners.plain(),
                zones.zones().stream().map(Zone::origin).toList()));
  }

  /** Closes what is open; what is asked meanwhile gets an answer as long as there can be one. */
  CompletionStage<Void> close(Duration grace) {
    long end = net.time().nanos() + grace.toNanos();
    return shutdown
        .drain(grace)
        .thenCompose(drained -> closeAll(Duration.ofNanos(Math.max(0, end - net.time().nanos()))));
  }

  private CompletionStage<Void> closeAll(Duration grace) {
    CompletableFuture<Void> listening = listeners.close(grace).toCompletableFuture();
    CompletableFuture<?> asking =
        listening.handle((closed, failure) -> closeOutside(grace)).thenCompose(closing -> closing);
    CompletableFuture<?> telling =
        notifier == null
            ? CompletableFuture.completedFuture(null)
            : notifier.close().toCompletableFuture();
    return CompletableFuture.allOf(listening, asking, telling)
        .whenComplete(
            (closed, failure) -> {
              following.forEach(Subscription::close);
              following.clear();
            });
  }

  private CompletionStage<Void> closeOutside(Duration grace) {
    return outside == null ? CompletableFuture.completedFuture(null) : outside.close(grace);
  }
}
