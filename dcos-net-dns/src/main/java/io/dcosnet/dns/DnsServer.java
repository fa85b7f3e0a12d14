// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.StartStop;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.cache.AnswerCache;
import io.dcosnet.dns.cache.CacheConfig;
import io.dcosnet.dns.defend.AccessPolicy;
import io.dcosnet.dns.defend.Cookies;
import io.dcosnet.dns.defend.Defence;
import io.dcosnet.dns.defend.RateLimit;
import io.dcosnet.dns.explain.Explainer;
import io.dcosnet.dns.explain.Explanation;
import io.dcosnet.dns.forward.ForwardLimits;
import io.dcosnet.dns.forward.Forwarder;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.http.DnsOverHttps;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.QueryHandler;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.querylog.QueryLog;
import io.dcosnet.dns.response.Rotation;
import io.dcosnet.dns.response.ServerIdentity;
import io.dcosnet.dns.transfer.TransferPolicy;
import io.dcosnet.dns.transport.HttpsListener;
import io.dcosnet.dns.transport.TcpLimits;
import io.dcosnet.dns.transport.TlsListener;
import io.dcosnet.dns.transport.UdpTransport;
import io.dcosnet.dns.transport.upstream.ExchangeConfig;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zonefile.HostsFile;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

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
 * <p><b>While it runs</b> records of zones, {@linkplain #handlers(HandlerChain) handlers}, rules of
 * {@linkplain #defence access and limits}, {@linkplain #forwarder routes} and the size of the
 * {@linkplain #cache cache} change; everything else needs a new server.
 *
 * <p><b>Thread-safe.</b> Queries over TCP are answered on the event loops of the runtime; those
 * over UDP there, too, or on threads of their own where the machine has {@link
 * UdpTransport#NATIVE}.
 */
public final class DnsServer implements Lifecycle {

  private final Aliases aliases;
  private final ServerParts parts;
  private final StartStop life;

  private DnsServer(Wishes wishes) {
    aliases = wishes.aliases;
    parts = new ServerParts(wishes);
    life = new StartStop("dns server", parts::open, parts::close);
  }

  /** A server on this runtime, which has neither addresses nor zones yet. */
  public static Builder builder(NetRuntime net) {
    return new Builder(net);
  }

  /** Where it listens, in the order given; with the real ports once it is started. */
  public List<HostPort> localAddresses() {
    return parts.listeners.plain();
  }

  /** Where it is asked over TLS, with real ports. */
  public List<HostPort> tlsAddresses() {
    return parts.listeners.tls();
  }

  /** Where it is asked over HTTPS, with real ports. */
  public List<HostPort> httpsAddresses() {
    return parts.listeners.https();
  }

  /**
   * Answers DNS over HTTPS, for a host that mounts it in its own web stack, at {@link
   * DnsOverHttps#PATH}.
   */
  public HttpHandler overHttps() {
    return parts.listeners.overHttps();
  }

  /** The first of {@link #localAddresses}. */
  public HostPort localAddress() {
    return localAddresses().get(0);
  }

  /** What carries UDP and why, for a person; known once it is started. */
  public String udpTransport() {
    return parts.listeners.udpTransport();
  }

  /** The suffixes under which names of its zones may be asked for too. */
  public Aliases aliases() {
    return aliases;
  }

  /** Who gets an answer, and how often; may be changed while the server runs. */
  public Defence defence() {
    return parts.defence;
  }

  /** Who asks other servers, to look at it and to change its routes; null when nobody does. */
  public @Nullable Forwarder forwarder() {
    return parts.outside == null ? null : parts.outside.forwarder();
  }

  /** The answers of other servers that are kept; null when there are none. */
  public @Nullable AnswerCache cache() {
    return parts.outside == null ? null : parts.outside.cache();
  }

  /** The zones it answers for, longest origin first. */
  public List<Zone> zones() {
    return parts.zones.zones();
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
    return parts.explainer.explain(name, type, client);
  }

  /** The handlers of the host at the moment. */
  public HandlerChain handlers() {
    return parts.handlers();
  }

  /** Takes other handlers; queries that come from now on see them. */
  public void handlers(HandlerChain wanted) {
    parts.handlers(requireNonNull(wanted, "wanted"));
  }

  /** What explains the answers of this server, for the handlers of {@code io.dcosnet.dns.http}. */
  public Explainer explainer() {
    return parts.explainer;
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

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final Wishes wishes;

    private Builder(NetRuntime net) {
      wishes = new Wishes(net);
    }

    /**
     * Adds addresses to listen on, each for UDP and TCP. Port 0 takes a free one; a wildcard
     * address stands for all addresses that the host has when the server starts.
     */
    public Builder listen(HostPort... wanted) {
      wishes.addresses.addAll(List.of(wanted));
      return this;
    }

    /**
     * Adds an address to listen on for DNS over TLS, usually with port {@value TlsListener#PORT}.
     *
     * @param certificate read when the server starts, and again when the files change
     */
    public Builder listenTls(HostPort wanted, TlsFiles certificate) {
      wishes.tls.add(new Wishes.EncryptedPlace(wanted, certificate));
      return this;
    }

    /**
     * Adds an address to listen on for DNS over HTTPS, usually with port {@value
     * HttpsListener#PORT}; clients ask at {@code /dns-query}.
     *
     * @param certificate read when the server starts, and again when the files change
     */
    public Builder listenHttps(HostPort wanted, TlsFiles certificate) {
      wishes.https.add(new Wishes.EncryptedPlace(wanted, certificate));
      return this;
    }

    /** Adds a zone; a name belongs to the zone with the longest origin. */
    public Builder zone(Zone zone) {
      wishes.zones.add(requireNonNull(zone, "zone"));
      return this;
    }

    /** Names of this file are answered with its addresses, inside the zones and outside of them. */
    public Builder hosts(HostsFile file) {
      wishes.hosts = requireNonNull(file, "file");
      return this;
    }

    /** Who may fetch whole zones, and who is told of new ones; nobody unless set. */
    public Builder transfers(TransferPolicy policy) {
      wishes.transfers = requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Suffixes under which names of the zones may be asked for too; none unless set. The response
     * shows the names as they were asked.
     */
    public Builder aliases(Aliases wanted) {
      wishes.aliases = requireNonNull(wanted, "wanted");
      return this;
    }

    /** Adds a handler behind the others, for names that no zone answers. */
    public Builder handler(QueryHandler handler) {
      wishes.handlers = wishes.handlers.with(handler);
      return this;
    }

    /**
     * Adds a handler behind the others, for all names at and below one. What they pass on is
     * answered by the zones, or as if there were no handlers for names.
     */
    public Builder handler(DomainName suffix, QueryHandler handler) {
      wishes.handlers = wishes.handlers.with(suffix, handler);
      return this;
    }

    /**
     * Which servers are asked about names that neither a zone nor a handler knows, for clients that
     * {@linkplain #access may} have them asked. What they answer is kept in a {@linkplain #cache
     * cache}. A server that asks others answers for {@code localhost} itself. Nobody is asked
     * unless set.
     */
    public Builder forward(RoutingTable wanted) {
      wishes.routes = requireNonNull(wanted, "wanted");
      return this;
    }

    /** How long and how many queries wait for other servers; a default unless set. */
    public Builder forwardLimits(ForwardLimits wanted) {
      wishes.limits = requireNonNull(wanted, "wanted");
      return this;
    }

    /** What of the answers of other servers is kept; {@link CacheConfig#DEFAULTS} unless set. */
    public Builder cache(CacheConfig wanted) {
      wishes.cache = requireNonNull(wanted, "wanted");
      return this;
    }

    /** Keeps no answers of other servers: each query for them is asked on. */
    public Builder noCache() {
      wishes.cache = null;
      return this;
    }

    /**
     * Certificates, as PEM, with which those of servers that are asked over TLS must be signed;
     * those of the JDK unless set.
     */
    public Builder upstreamAuthorities(Path file) {
      wishes.exchange = ExchangeConfig.builder().authorities(file).build();
      return this;
    }

    /**
     * Who answers for names that neither a zone nor a handler knows, to clients that ask for
     * recursion; such names are refused unless set.
     */
    public Builder resolver(Resolver wanted) {
      wishes.resolver = requireNonNull(wanted, "wanted");
      return this;
    }

    /** Tells of queries that were answered, all or one of many; no log unless set. */
    public Builder queryLog(QueryLog log) {
      wishes.queryLog = requireNonNull(log, "log");
      return this;
    }

    /**
     * How long {@link DnsServer#stop} keeps answering while it says by its state already that it
     * will not for long, so that others send their queries elsewhere; at most the grace. Not at all
     * unless set.
     */
    public Builder lameduck(Duration wanted) {
      wishes.lameduck = requireNonNull(wanted, "wanted");
      return this;
    }

    /** What TCP clients may use; {@link TcpLimits#DEFAULTS} unless set. */
    public Builder tcpLimits(TcpLimits limits) {
      wishes.tcpLimits = requireNonNull(limits, "limits");
      return this;
    }

    /** What carries UDP; {@link UdpTransport#AUTO} unless set. */
    public Builder udpTransport(UdpTransport wanted) {
      wishes.udpTransport = requireNonNull(wanted, "wanted");
      return this;
    }

    /** Who may ask what; {@link AccessPolicy#DEFAULTS} unless set. */
    public Builder access(AccessPolicy policy) {
      wishes.access = requireNonNull(policy, "policy");
      return this;
    }

    /** How often a network gets the same answer; {@link RateLimit#DEFAULTS} unless set. */
    public Builder rateLimit(RateLimit limit) {
      wishes.rateLimit = requireNonNull(limit, "limit");
      return this;
    }

    /**
     * UDP sockets for each address, each with a thread of its own or on an event loop of its own, 1
     * or more. Unless set, the processors are shared out among the addresses, up to 4 for each, but
     * 1 where the system chooses a port: a client of the same user may be given that port too. More
     * use more processors for UDP, and with native sockets more memory, a few MiB each.
     */
    public Builder workers(int wanted) {
      wishes.workers = wanted;
      return this;
    }

    /**
     * The secrets of cookies, which servers at one address must share; unless set a new one, which
     * lives as long as the server.
     */
    public Builder cookies(Cookies wanted) {
      wishes.cookies = requireNonNull(wanted, "wanted");
      return this;
    }

    /** What it tells of itself to those who ask; nothing unless set. */
    public Builder identity(ServerIdentity identity) {
      wishes.style = wishes.style.withIdentity(identity);
      return this;
    }

    /** The order of records in responses; random unless set. */
    public Builder rotation(Rotation rotation) {
      wishes.style = wishes.style.withRotation(rotation);
      return this;
    }

    /** False never to say that an answer was cut, unless nothing of it is left. */
    public Builder truncateBit(boolean on) {
      wishes.style = wishes.style.withTruncateBit(on);
      return this;
    }

    /**
     * Builds the server; opens nothing.
     *
     * @throws IllegalArgumentException without an address, without anything that answers, or with a
     *     zone given twice
     */
    public DnsServer build() {
      wishes.check();
      wishes.complete();
      return new DnsServer(wishes);
    }
  }
}
