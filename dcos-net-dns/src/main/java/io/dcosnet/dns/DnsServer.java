// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.StartStop;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.answer.Carrier;
import io.dcosnet.dns.answer.LaterAnswers;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.cache.AnswerCache;
import io.dcosnet.dns.cache.CacheConfig;
import io.dcosnet.dns.defend.AccessPolicy;
import io.dcosnet.dns.defend.Cookies;
import io.dcosnet.dns.defend.Defence;
import io.dcosnet.dns.defend.RateLimit;
import io.dcosnet.dns.explain.Beyond;
import io.dcosnet.dns.explain.Explainer;
import io.dcosnet.dns.explain.Explanation;
import io.dcosnet.dns.forward.ForwardLimits;
import io.dcosnet.dns.forward.Forwarder;
import io.dcosnet.dns.forward.Route;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.http.DnsOverHttps;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.QueryHandler;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.querylog.QueryLog;
import io.dcosnet.dns.querylog.QueryRecorder;
import io.dcosnet.dns.response.ResponseStyle;
import io.dcosnet.dns.response.Rotation;
import io.dcosnet.dns.response.ServerIdentity;
import io.dcosnet.dns.transfer.Notifier;
import io.dcosnet.dns.transfer.SecondaryZone;
import io.dcosnet.dns.transfer.TransferPolicy;
import io.dcosnet.dns.transfer.TransferServer;
import io.dcosnet.dns.transport.DnsListener;
import io.dcosnet.dns.transport.Endpoint;
import io.dcosnet.dns.transport.HttpsListener;
import io.dcosnet.dns.transport.LocalAddresses;
import io.dcosnet.dns.transport.TcpLimits;
import io.dcosnet.dns.transport.TlsListener;
import io.dcosnet.dns.transport.UdpSockets;
import io.dcosnet.dns.transport.UdpTransport;
import io.dcosnet.dns.transport.upstream.ExchangeConfig;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.Zone.Surroundings;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.dns.zonefile.HostsFile;
import io.dcosnet.dns.zonefile.HostsZones;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.TlsFiles;
import java.nio.file.Path;
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
 * Answers DNS queries for a set of zones, over UDP and TCP, on one or several addresses.
 *
 * <pre>{@code
 * DnsServer dns = DnsServer.builder(net)
 *     .listen(HostPort.parse("127.0.0.1:5353"))
 *     .zone(MesosZone.of(cluster))
 *     .build();
 * }</pre>
 *
 * <p>It is authoritative: names outside its zones are refused, unless a {@linkplain
 * Builder#handler(QueryHandler) handler} or a {@linkplain Builder#resolver resolver} answers them.
 * A zone whose source has not told anything yet is answered with SERVFAIL, never with a denial.
 *
 * <p><b>While it runs</b> records of zones and {@linkplain #handlers(HandlerChain) handlers}
 * change; everything else needs a new server.
 *
 * <p><b>Thread-safe.</b> Queries over TCP are answered on the event loops of the runtime; those
 * over UDP there, too, or on threads of their own where the machine has {@link
 * UdpTransport#NATIVE}.
 */
public final class DnsServer implements Lifecycle {

  private static final Logger LOGGER = LoggerFactory.getLogger(DnsServer.class);

  private final NetRuntime net;
  private final ZoneTable zones;
  private final @Nullable HostsZones hosts;
  private final Aliases aliases;
  private final @Nullable Outside outside;
  private final LaterAnswers later;
  private final Defence defence;
  private final Explainer explainer;
  private final @Nullable Notifier notifier;
  private final UdpSockets udp;
  private final List<DnsListener> listeners;
  private final Shutdown shutdown;
  private final List<TlsListener> tlsListeners;
  private final List<HttpsListener> httpsListeners;
  private final DnsOverHttps overHttps;
  private final StartStop life = new StartStop("dns server", this::open, this::shut);

  // Touched only by the two actions of life, which never overlap.
  private final List<Subscription> following = new ArrayList<>();

  private DnsServer(Builder builder) {
    net = builder.net;
    hosts = builder.hosts == null ? null : HostsZones.outside(builder.zones, builder.hosts);
    zones = zones(builder, hosts);
    aliases = builder.aliases;
    defence =
        new Defence(
            new Defence.Rules(
                builder.access.andNear(LocalAddresses.all()), builder.rateLimit, builder.cookies()),
            net.time(),
            net.random());
    DnsMetrics metrics = new DnsMetrics(net.metrics());
    outside = outside(builder, metrics);
    later =
        LaterAnswers.of(
            zones,
            aliases,
            outside == null ? builder.handlers : outside.withRoutes(builder.handlers, zones),
            outside == null ? builder.resolver : outside,
            net.scheduler(),
            net.random(),
            metrics);
    Beyond beyond = new BeyondZones(defence, later, outside == null ? builder.resolver : outside);
    explainer = new Explainer(zones, aliases::rewrite, beyond);
    shutdown = new Shutdown(net.scheduler(), later, builder.lameduck);
    Responder.Parts parts = parts(builder, metrics);
    TransferServer transfers = transfers(builder, metrics);
    notifier = notifier(builder, metrics);
    udp = new UdpSockets(builder.udpTransport, builder.workers, builder.addresses.size());
    listeners =
        builder.addresses.stream()
            .map(
                address ->
                    new DnsListener(
                        net,
                        address,
                        protocol -> new Responder(parts, carrier(protocol, builder)),
                        transfers,
                        metrics,
                        builder.tcpLimits,
                        udp))
            .toList();
    tlsListeners =
        builder.encrypted.stream()
            .map(
                place ->
                    new TlsListener(
                        net,
                        place.address(),
                        place.certificate(),
                        () -> new Responder(parts, Carrier.tls(builder.tcpLimits.idle())),
                        transfers,
                        metrics,
                        builder.tcpLimits))
            .toList();
    overHttps = new DnsOverHttps(() -> new Responder(parts, Carrier.HTTPS), metrics);
    httpsListeners =
        builder.https.stream()
            .map(
                place ->
                    new HttpsListener(
                        net,
                        place.address(),
                        place.certificate(),
                        DnsOverHttps.PATH,
                        overHttps,
                        DnsOverHttps.MAX_MESSAGE_OCTETS,
                        builder.tcpLimits))
            .toList();
  }

  private static ZoneTable zones(Builder builder, @Nullable HostsZones outside) {
    if (builder.hosts == null || outside == null) {
      return ZoneTable.of(builder.zones);
    }
    return ZoneTable.of(HostsZones.into(builder.zones, builder.hosts)).orElse(outside);
  }

  private @Nullable Outside outside(Builder builder, DnsMetrics metrics) {
    return builder.routes == null
        ? null
        : new Outside(
            net,
            builder.routes,
            builder.limits,
            builder.cache,
            builder.exchange,
            zones,
            this::localAddresses,
            metrics);
  }

  private @Nullable TransferServer transfers(Builder builder, DnsMetrics metrics) {
    boolean copies = builder.zones.stream().anyMatch(SecondaryZone.class::isInstance);
    TransferPolicy policy = builder.transfers;
    if (policy == null && !copies) {
      return null;
    }
    TransferPolicy rules = policy == null ? TransferPolicy.NOBODY : policy;
    return new TransferServer(zones, builder.zones, rules, net.time(), metrics);
  }

  private @Nullable Notifier notifier(Builder builder, DnsMetrics metrics) {
    TransferPolicy policy = builder.transfers;
    return policy == null || policy.secondaries().isEmpty()
        ? null
        : new Notifier(net, zones.zones(), policy.secondaries(), metrics);
  }

  private Responder.Parts parts(Builder builder, DnsMetrics metrics) {
    return new Responder.Parts(
        zones,
        aliases,
        protocol -> defence.guard(protocol, zones, metrics),
        outside == null ? later::elsewhere : outside.views(),
        later,
        queryLog(builder, metrics),
        builder.style,
        net.random(),
        metrics);
  }

  private @Nullable QueryRecorder queryLog(Builder builder, DnsMetrics metrics) {
    if (builder.queryLog == null) {
      return null;
    }
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    return new QueryRecorder(builder.queryLog, net.executor(), net.time(), secret, metrics);
  }

  private static Carrier carrier(Protocol protocol, Builder builder) {
    return protocol == Protocol.UDP ? Carrier.UDP : Carrier.tcp(builder.tcpLimits.idle());
  }

  /** A server on this runtime, which has neither addresses nor zones yet. */
  public static Builder builder(NetRuntime net) {
    return new Builder(net);
  }

  private CompletionStage<?> open() {
    Surroundings surroundings = new Surroundings(net.executor(), net.time(), net.metrics());
    for (Zone zone : zones.zones()) {
      following.add(zone.follow(surroundings));
    }
    if (hosts != null) {
      following.add(hosts.follow(surroundings));
    }
    CompletionStage<Void> opened = CompletableFuture.completedFuture(null);
    for (Endpoint endpoint : endpoints()) {
      opened = opened.thenCompose(done -> endpoint.open());
    }
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
                localAddresses(),
                zones.zones().stream().map(Zone::origin).toList()));
  }

  private List<Endpoint> endpoints() {
    List<Endpoint> all = new ArrayList<>(listeners);
    all.addAll(tlsListeners);
    all.addAll(httpsListeners);
    return all;
  }

  private CompletionStage<?> shut(Duration grace) {
    return shutdown.drain(grace).thenCompose(drained -> closeAll(grace));
  }

  private CompletionStage<?> closeAll(Duration grace) {
    List<CompletableFuture<?>> closed = new ArrayList<>();
    endpoints().forEach(endpoint -> closed.add(endpoint.close(grace).toCompletableFuture()));
    if (notifier != null) {
      closed.add(notifier.close().toCompletableFuture());
    }
    if (outside != null) {
      closed.add(outside.close(grace).toCompletableFuture());
    }
    return CompletableFuture.allOf(closed.toArray(CompletableFuture<?>[]::new))
        .whenComplete(
            (done, failure) -> {
              following.forEach(Subscription::close);
              following.clear();
            });
  }

  /** Where it listens, in the order given; with the real ports once it is started. */
  public List<HostPort> localAddresses() {
    return listeners.stream().map(DnsListener::address).toList();
  }

  /** Where it is asked over TLS, with real ports. */
  public List<HostPort> tlsAddresses() {
    return tlsListeners.stream().map(TlsListener::address).toList();
  }

  /** Where it is asked over HTTPS, with real ports. */
  public List<HostPort> httpsAddresses() {
    return httpsListeners.stream().map(HttpsListener::address).toList();
  }

  /**
   * Answers DNS over HTTPS, for a host that mounts it in its own web stack, at {@link
   * DnsOverHttps#PATH}.
   */
  public HttpHandler overHttps() {
    return overHttps;
  }

  /** The first of {@link #localAddresses}. */
  public HostPort localAddress() {
    return listeners.get(0).address();
  }

  /** What carries UDP and why, for a person; known once it is started. */
  public String udpTransport() {
    return udp.toString();
  }

  /** The suffixes under which names of its zones may be asked for too. */
  public Aliases aliases() {
    return aliases;
  }

  /** Who gets an answer, and how often; may be changed while the server runs. */
  public Defence defence() {
    return defence;
  }

  /** Who asks other servers, to look at it and to change its routes; null when nobody does. */
  public @Nullable Forwarder forwarder() {
    return outside == null ? null : outside.forwarder();
  }

  /** The answers of other servers that are kept; null when there are none. */
  public @Nullable AnswerCache cache() {
    return outside == null ? null : outside.cache();
  }

  /** The zones it answers for, longest origin first. */
  public List<Zone> zones() {
    return zones.zones();
  }

  /**
   * Why a name is answered as it is: zone, records, who wants them since when, and what was left
   * out. Takes up to a second in a very large cluster, so not on an event loop.
   *
   * @param name as in a master file, with or without the final dot
   * @param type number of a record type, 1 for A, 255 for all
   * @param client who asks, null when that makes no difference
   */
  public Explanation explain(String name, int type, @Nullable IpAddress client) {
    return explainer.explain(name, type, client);
  }

  /** The handlers at the moment. */
  public HandlerChain handlers() {
    return later.handlers();
  }

  /** Takes other handlers; queries that come from now on see them. */
  public void handlers(HandlerChain wanted) {
    later.update(wanted);
  }

  /** What explains the answers of this server, for the handlers of {@code io.dcosnet.dns.http}. */
  public Explainer explainer() {
    return explainer;
  }

  @Override
  public CompletionStage<Void> start() {
    return life.start();
  }

  @Override
  public CompletionStage<Void> stop(Duration grace) {
    return life.stop(grace);
  }

  @Override
  public State state() {
    return life.state();
  }

  @Override
  public Subscription onStateChange(Listener listener) {
    return life.onStateChange(listener);
  }

  @Override
  public void close() {
    life.close();
  }

  /** Where to be asked in secret, and with which certificate. */
  private record EncryptedPlace(HostPort address, TlsFiles certificate) {

    EncryptedPlace {
      requireNonNull(address, "address");
      requireNonNull(certificate, "certificate");
    }
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final NetRuntime net;
    private final List<HostPort> addresses = new ArrayList<>();
    private final List<EncryptedPlace> encrypted = new ArrayList<>();
    private final List<EncryptedPlace> https = new ArrayList<>();
    private final List<Zone> zones = new ArrayList<>();
    private Aliases aliases = Aliases.NONE;
    private TcpLimits tcpLimits = TcpLimits.DEFAULTS;
    private UdpTransport udpTransport = UdpTransport.AUTO;
    private int workers = UdpSockets.WORKERS_THAT_FIT;
    private HandlerChain handlers = HandlerChain.EMPTY;
    private Duration lameduck = Duration.ZERO;
    private @Nullable Resolver resolver;
    private @Nullable RoutingTable routes;
    private ForwardLimits limits = ForwardLimits.DEFAULTS;
    private @Nullable CacheConfig cache = CacheConfig.DEFAULTS;
    private ExchangeConfig exchange = ExchangeConfig.defaults();
    private @Nullable QueryLog queryLog;
    private AccessPolicy access = AccessPolicy.DEFAULTS;
    private RateLimit rateLimit = RateLimit.DEFAULTS;
    private ResponseStyle style = ResponseStyle.DEFAULTS;
    private @Nullable Cookies cookies;
    private @Nullable HostsFile hosts;
    private @Nullable TransferPolicy transfers;

    private Builder(NetRuntime net) {
      this.net = requireNonNull(net, "net");
    }

    /**
     * Adds addresses to listen on, each for UDP and TCP. Port 0 takes a free one; a wildcard
     * address stands for all addresses that the host has when the server starts.
     */
    public Builder listen(HostPort... wanted) {
      addresses.addAll(List.of(wanted));
      return this;
    }

    /**
     * Adds an address to listen on for DNS over TLS, usually with port {@value TlsListener#PORT}.
     *
     * @param certificate read when the server starts, and again when the files change
     */
    public Builder listenTls(HostPort wanted, TlsFiles certificate) {
      encrypted.add(new EncryptedPlace(wanted, certificate));
      return this;
    }

    /**
     * Adds an address to listen on for DNS over HTTPS, usually with port {@value
     * HttpsListener#PORT}; clients ask at {@code /dns-query}.
     *
     * @param certificate read when the server starts, and again when the files change
     */
    public Builder listenHttps(HostPort wanted, TlsFiles certificate) {
      https.add(new EncryptedPlace(wanted, certificate));
      return this;
    }

    /** Adds a zone; a name belongs to the zone with the longest origin. */
    public Builder zone(Zone zone) {
      zones.add(requireNonNull(zone, "zone"));
      return this;
    }

    /** Names of this file are answered with its addresses, inside the zones and outside of them. */
    public Builder hosts(HostsFile file) {
      hosts = requireNonNull(file, "file");
      return this;
    }

    /** Who may fetch whole zones, and who is told of new ones; nobody unless set. */
    public Builder transfers(TransferPolicy policy) {
      transfers = requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Suffixes under which names of the zones may be asked for too; none unless set. The response
     * shows the names as they were asked.
     */
    public Builder aliases(Aliases wanted) {
      aliases = requireNonNull(wanted, "wanted");
      return this;
    }

    /** Adds a handler behind the others, for names that no zone answers. */
    public Builder handler(QueryHandler handler) {
      handlers = handlers.with(handler);
      return this;
    }

    /**
     * Adds a handler behind the others, for all names at and below one. What they pass on is
     * answered by the zones, or as if there were no handlers for names.
     */
    public Builder handler(DomainName suffix, QueryHandler handler) {
      handlers = handlers.with(suffix, handler);
      return this;
    }

    /**
     * Which servers are asked about names that neither a zone nor a handler knows, for clients that
     * {@linkplain #access may} have them asked. What they answer is kept in a {@linkplain #cache
     * cache}. Nobody is asked unless set.
     */
    public Builder forward(RoutingTable wanted) {
      routes = requireNonNull(wanted, "wanted");
      return this;
    }

    /** How long and how many queries wait for other servers; a default unless set. */
    public Builder forwardLimits(ForwardLimits wanted) {
      limits = requireNonNull(wanted, "wanted");
      return this;
    }

    /** What of the answers of other servers is kept; {@link CacheConfig#DEFAULTS} unless set. */
    public Builder cache(CacheConfig wanted) {
      cache = requireNonNull(wanted, "wanted");
      return this;
    }

    /** Keeps no answers of other servers: each query for them is asked on. */
    public Builder noCache() {
      cache = null;
      return this;
    }

    /**
     * Certificates, as PEM, with which those of servers that are asked over TLS must be signed;
     * those of the JDK unless set.
     */
    public Builder upstreamAuthorities(Path file) {
      exchange = ExchangeConfig.builder().authorities(file).build();
      return this;
    }

    /**
     * Who answers for names that neither a zone nor a handler knows, to clients that ask for
     * recursion; such names are refused unless set.
     */
    public Builder resolver(Resolver wanted) {
      resolver = requireNonNull(wanted, "wanted");
      return this;
    }

    /** Tells of queries that were answered, all or one of many; no log unless set. */
    public Builder queryLog(QueryLog log) {
      queryLog = requireNonNull(log, "log");
      return this;
    }

    /**
     * How long {@link DnsServer#stop} keeps answering while it says by its state already that it
     * will not for long, so that others send their queries elsewhere; at most the grace. Not at all
     * unless set.
     */
    public Builder lameduck(Duration wanted) {
      lameduck = requireNonNull(wanted, "wanted");
      return this;
    }

    /** What TCP clients may use; {@link TcpLimits#DEFAULTS} unless set. */
    public Builder tcpLimits(TcpLimits limits) {
      tcpLimits = requireNonNull(limits, "limits");
      return this;
    }

    /** What carries UDP; {@link UdpTransport#AUTO} unless set. */
    public Builder udpTransport(UdpTransport wanted) {
      udpTransport = requireNonNull(wanted, "wanted");
      return this;
    }

    /** Who may ask what; {@link AccessPolicy#DEFAULTS} unless set. */
    public Builder access(AccessPolicy policy) {
      access = requireNonNull(policy, "policy");
      return this;
    }

    /** How often a network gets the same answer; {@link RateLimit#DEFAULTS} unless set. */
    public Builder rateLimit(RateLimit limit) {
      rateLimit = requireNonNull(limit, "limit");
      return this;
    }

    /**
     * UDP sockets for each address, each with a thread of its own or on an event loop of its own, 1
     * or more. Unless set, the processors are shared out among the addresses, up to 4 for each.
     * More use more processors for UDP, and with native sockets more memory, a few MiB each.
     */
    public Builder workers(int wanted) {
      workers = wanted;
      return this;
    }

    /**
     * The secrets of cookies, which servers at one address must share; unless set a new one, which
     * lives as long as the server.
     */
    public Builder cookies(Cookies wanted) {
      cookies = requireNonNull(wanted, "wanted");
      return this;
    }

    /** What it tells of itself to those who ask; nothing unless set. */
    public Builder identity(ServerIdentity identity) {
      style = style.withIdentity(identity);
      return this;
    }

    /** The order of records in responses; random unless set. */
    public Builder rotation(Rotation rotation) {
      style = style.withRotation(rotation);
      return this;
    }

    /** False never to say that an answer was cut, unless nothing of it is left. */
    public Builder truncateBit(boolean on) {
      style = style.withTruncateBit(on);
      return this;
    }

    private Cookies cookies() {
      return cookies == null ? Cookies.random(new SecureRandom()) : cookies;
    }

    /**
     * Builds the server; opens nothing.
     *
     * @throws IllegalArgumentException without an address, without anything that answers, or with a
     *     zone given twice
     */
    public DnsServer build() {
      List<String> problems = new ArrayList<>();
      if (addresses.isEmpty() && encrypted.isEmpty() && https.isEmpty()) {
        problems.add("listen: none (expected: one address at least)");
      }
      if (zones.isEmpty() && handlers.isEmpty() && resolver == null && routes == null) {
        problems.add("zone: none (expected: one zone, handler, route or resolver at least)");
      }
      if (resolver != null && routes != null) {
        problems.add("resolver: given beside routes (expected: one of both)");
      }
      if (routes != null) {
        problems.addAll(routesOfOwnZones(routes));
      }
      if (workers < 0 || workers > UdpSockets.MAX_WORKERS) {
        problems.add("workers: " + workers + " (expected: 1-" + UdpSockets.MAX_WORKERS + ")");
      }
      if (lameduck.isNegative()) {
        problems.add("lameduck: " + lameduck + " (expected: 0 or more)");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new DnsServer(this);
    }

    /** A zone and a route for the same name would each have all names below it. */
    private List<String> routesOfOwnZones(RoutingTable given) {
      List<DomainName> origins = zones.stream().map(Zone::origin).toList();
      return given.asking().stream()
          .map(Route.Ask::suffix)
          .filter(origins::contains)
          .map(suffix -> "route: " + suffix + " (expected: a name that is not that of a zone)")
          .toList();
    }
  }
}
