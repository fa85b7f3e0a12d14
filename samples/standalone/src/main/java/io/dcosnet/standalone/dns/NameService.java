// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.forward.Forwarder;
import io.dcosnet.dns.http.DnsOverHttps;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zonefile.FileZone;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.TlsFiles;
import io.dcosnet.netty.http.HttpServer;
import io.dcosnet.sources.mesos.MesosStateSource;
import io.dcosnet.sources.mesos.StateFileSource;
import io.dcosnet.standalone.admin.ReadOnly;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import io.dcosnet.standalone.names.NamesHttp;
import io.dcosnet.standalone.names.OutsideHttp;
import io.dcosnet.standalone.names.SystemUpstreams;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A DNS server for single zones, with what they follow and what tells of them over HTTP.
 *
 * <p><b>Confined to</b> one thread.
 */
final class NameService {

  private final List<Lifecycle> lives = new ArrayList<>();
  private final DnsServer server;
  private final @Nullable HttpServer http;

  /**
   * Builds all parts; opens nothing.
   *
   * @throws IllegalArgumentException when a zone is given twice
   */
  NameService(ServeWish wish, NetRuntime net, PrometheusMetrics metrics) {
    MesosZone mesos = mesos(wish, net);
    DnsServer.Builder builder = DnsServer.builder(net);
    sockets(wish.sockets(), builder);
    if (mesos != null) {
      builder.zone(mesos);
    }
    wish.zoneFiles()
        .forEach((origin, file) -> builder.zone(FileZone.of(origin, file, net.scheduler())));
    if (wish.forward() != null) {
      forward(wish.forward(), builder);
    }
    if (wish.queryLog() != null) {
      builder.queryLog(wish.queryLog());
    }
    server = builder.build();
    lives.add(server);
    Forwarder forwarder = server.forwarder();
    if (wish.forward() != null && wish.forward().ofSystem() && forwarder != null) {
      lives.add(SystemUpstreams.of(wish.forward()::routes, server, forwarder, net));
    }
    http = wish.http() == null ? null : http(wish.http(), wish, mesos, net, metrics);
    if (http != null) {
      lives.add(http);
    }
  }

  private static void sockets(SocketWish wish, DnsServer.Builder builder) {
    builder.listen(wish.listen().toArray(HostPort[]::new)).udpTransport(wish.transport());
    TlsFiles certificate = wish.certificate();
    if (certificate != null) {
      wish.tls().forEach(address -> builder.listenTls(address, certificate));
      wish.https().forEach(address -> builder.listenHttps(address, certificate));
    }
    Integer workers = wish.workers();
    if (workers != null) {
      builder.workers(workers);
    }
  }

  private static void forward(ForwardWish wish, DnsServer.Builder builder) {
    builder.forward(wish.routes(List.of()));
    if (!wish.cached()) {
      builder.noCache();
    }
  }

  private @Nullable MesosZone mesos(ServeWish wish, NetRuntime net) {
    URI master = wish.master();
    Path file = wish.stateFile();
    if (master != null) {
      MesosStateSource source =
          MesosStateSource.builder(net.scheduler(), net.executor(), net.random())
              .master(master)
              .refresh(Duration.ofSeconds(wish.settings().config().refreshSeconds()))
              .metrics(net.metrics())
              .build();
      lives.add(source);
      return MesosZone.of(source, wish.settings().config());
    } else if (file != null) {
      StateFileSource source =
          StateFileSource.builder(file, net.scheduler(), net.executor())
              .metrics(net.metrics())
              .build();
      lives.add(source);
      return MesosZone.of(source, wish.settings().config());
    }
    return null;
  }

  /**
   * The API of Mesos-DNS where there is its zone, else that of dcos-net. Ours beside it lists names
   * too, so it goes where lists are not wanted. Figures are told in any case.
   */
  private HttpServer http(
      HostPort listen,
      ServeWish wish,
      @Nullable MesosZone mesos,
      NetRuntime net,
      PrometheusMetrics metrics) {
    NamesHttp names = new NamesHttp(server, net);
    HttpServer.Builder builder = HttpServer.builder(net).name("dns-http").listen(listen);
    if (mesos == null) {
      builder.mount("/", names.dcosNet());
    } else {
      builder.mount("/", names.mesosDns(mesos, wish.settings()));
    }
    if (mesos == null || wish.settings().enumerationOn()) {
      if (mesos != null) {
        builder.mount("/v1/records", names.dcosNet());
      }
      NamesHttp.OURS.forEach(one -> builder.mount(one.path(), names.ours()));
    }
    OutsideHttp.of(server, net).forEach(one -> builder.mount(one.path(), one.handler()));
    builder.mount(
        "/metrics",
        ReadOnly.at(
            "/metrics",
            net.executor(),
            () -> HttpResponse.of(200, PrometheusMetrics.CONTENT_TYPE, metrics.scrape())));
    return builder.build();
  }

  void start(NetRuntime net) {
    net.startAll(lives.toArray(Lifecycle[]::new));
  }

  /** Zones without records so far, whose names are answered with SERVFAIL. */
  List<DomainName> waiting() {
    return server.zones().stream()
        .filter(zone -> zone.snapshot() == null)
        .map(Zone::origin)
        .toList();
  }

  /** What listens where, a line each, once started. */
  List<String> listening() {
    List<String> lines = new ArrayList<>();
    server.localAddresses().forEach(address -> lines.add("listening on " + address));
    server.tlsAddresses().forEach(address -> lines.add("over TLS on " + address));
    server
        .httpsAddresses()
        .forEach(address -> lines.add("over HTTPS on https://" + address + DnsOverHttps.PATH));
    lines.add("UDP by " + server.udpTransport());
    if (http != null) {
      lines.add("http on http://" + http.localAddress());
    }
    return lines;
  }
}
