// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.cache.CacheConfig;
import io.dcosnet.dns.defend.AccessPolicy;
import io.dcosnet.dns.defend.Cookies;
import io.dcosnet.dns.defend.RateLimit;
import io.dcosnet.dns.forward.ForwardLimits;
import io.dcosnet.dns.forward.Route;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.local.LocalZones;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.querylog.QueryLog;
import io.dcosnet.dns.response.ResponseStyle;
import io.dcosnet.dns.transfer.TransferPolicy;
import io.dcosnet.dns.transport.TcpLimits;
import io.dcosnet.dns.transport.UdpSockets;
import io.dcosnet.dns.transport.UdpTransport;
import io.dcosnet.dns.transport.upstream.ExchangeConfig;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zonefile.HostsFile;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.TlsFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server shall be, as its {@linkplain DnsServer.Builder builder} was told; that one explains
 * each of them. <b>Confined to</b> one thread.
 */
final class Wishes {

  private static final DomainName LOCALHOST = DomainName.parse("localhost");

  final NetRuntime net;
  final List<HostPort> addresses = new ArrayList<>();
  final List<EncryptedPlace> tls = new ArrayList<>();
  final List<EncryptedPlace> https = new ArrayList<>();
  final List<Zone> zones = new ArrayList<>();
  Aliases aliases = Aliases.NONE;
  @Nullable HostsFile hosts;
  @Nullable TransferPolicy transfers;

  HandlerChain handlers = HandlerChain.EMPTY;
  @Nullable Resolver resolver;
  @Nullable RoutingTable routes;
  ForwardLimits limits = ForwardLimits.DEFAULTS;
  @Nullable CacheConfig cache = CacheConfig.DEFAULTS;
  ExchangeConfig exchange = ExchangeConfig.defaults();

  AccessPolicy access = AccessPolicy.DEFAULTS;
  RateLimit rateLimit = RateLimit.DEFAULTS;
  @Nullable Cookies cookies;
  TcpLimits tcpLimits = TcpLimits.DEFAULTS;

  ResponseStyle style = ResponseStyle.DEFAULTS;
  @Nullable QueryLog queryLog;
  UdpTransport udpTransport = UdpTransport.AUTO;
  int workers = UdpSockets.WORKERS_THAT_FIT;
  Duration lameduck = Duration.ZERO;

  /** Where to be asked in secret, and with which certificate. */
  record EncryptedPlace(HostPort address, TlsFiles certificate) {

    EncryptedPlace {
      requireNonNull(address, "address");
      requireNonNull(certificate, "certificate");
    }
  }

  Wishes(NetRuntime net) {
    this.net = requireNonNull(net, "net");
  }

  /**
   * Makes sure that all of them together make sense.
   *
   * @throws IllegalArgumentException that lists all problems
   */
  void check() {
    List<String> problems = new ArrayList<>();
    if (addresses.isEmpty() && tls.isEmpty() && https.isEmpty()) {
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
  }

  /**
   * Adds what a server must answer by itself when it asks others: {@code localhost} is never asked
   * of them (RFC 6761 §6.3), unless a route says so.
   */
  void complete() {
    boolean ours = zones.stream().anyMatch(zone -> zone.origin().equals(LOCALHOST));
    boolean asked =
        routes != null
            && routes.asking().stream().anyMatch(route -> route.suffix().equals(LOCALHOST));
    if (routes != null && !ours && !asked) {
      zones.add(LocalZones.localhost(net.time()));
    }
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
