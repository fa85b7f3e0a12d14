// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.Wishes.EncryptedPlace;
import io.dcosnet.dns.answer.Carrier;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.http.DnsOverHttps;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.transfer.TransferServer;
import io.dcosnet.dns.transport.DnsListener;
import io.dcosnet.dns.transport.Endpoint;
import io.dcosnet.dns.transport.HttpsListener;
import io.dcosnet.dns.transport.TcpLimits;
import io.dcosnet.dns.transport.TlsListener;
import io.dcosnet.dns.transport.UdpSockets;
import io.dcosnet.netty.NetRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is asked: in the clear over UDP and TCP, over TLS and over HTTPS.
 *
 * <p><b>Thread-safe</b>, but {@link #open} and {@link #close} must not overlap.
 */
final class Listeners {

  private final NetRuntime net;
  private final TcpLimits tcpLimits;
  private final Responder.Parts parts;
  private final @Nullable TransferServer transfers;
  private final DnsMetrics metrics;
  private final UdpSockets udp;
  private final DnsOverHttps overHttps;
  private final List<Endpoint> plain;
  private final List<Endpoint> tls;
  private final List<Endpoint> https;

  /**
   * Makes all of them; opens nothing.
   *
   * @param transfers null when whole zones are not spoken about
   */
  Listeners(
      Wishes wishes,
      Responder.Parts parts,
      @Nullable TransferServer transfers,
      DnsMetrics metrics) {
    this.net = wishes.net;
    this.tcpLimits = wishes.tcpLimits;
    this.parts = parts;
    this.transfers = transfers;
    this.metrics = metrics;
    udp = new UdpSockets(wishes.udpTransport, wishes.workers, wishes.addresses);
    overHttps = new DnsOverHttps(() -> new Responder(parts, Carrier.HTTPS), metrics);
    plain = wishes.addresses.stream().map(this::plain).toList();
    tls = wishes.tls.stream().map(this::tls).toList();
    https = wishes.https.stream().map(this::https).toList();
  }

  private Endpoint plain(HostPort address) {
    return new DnsListener(net, address, this::responder, transfers, metrics, tcpLimits, udp);
  }

  private Responder responder(Protocol protocol) {
    boolean datagrams = protocol == Protocol.UDP;
    return new Responder(parts, datagrams ? Carrier.UDP : Carrier.tcp(tcpLimits.idle()));
  }

  private Endpoint tls(EncryptedPlace place) {
    return new TlsListener(
        net,
        place.address(),
        place.certificate(),
        () -> new Responder(parts, Carrier.tls(tcpLimits.idle())),
        transfers,
        metrics,
        tcpLimits);
  }

  private Endpoint https(EncryptedPlace place) {
    return new HttpsListener(
        net,
        place.address(),
        place.certificate(),
        DnsOverHttps.PATH,
        overHttps,
        DnsOverHttps.MAX_QUERY_OCTETS,
        tcpLimits);
  }

  /** Opens one after the other; a failure leaves those before it open, for {@link #close}. */
  CompletionStage<Void> open() {
    CompletionStage<Void> opened = CompletableFuture.completedFuture(null);
    for (Endpoint endpoint : endpoints().toList()) {
      opened = opened.thenCompose(done -> endpoint.open());
    }
    return opened;
  }

  /** Closes all of them, also those that never opened. */
  CompletionStage<Void> close(Duration grace) {
    List<CompletableFuture<?>> closed = new ArrayList<>();
    endpoints().forEach(each -> closed.add(each.close(grace).toCompletableFuture()));
    return CompletableFuture.allOf(closed.toArray(CompletableFuture<?>[]::new));
  }

  private Stream<Endpoint> endpoints() {
    return Stream.of(plain, tls, https).flatMap(List::stream);
  }

  /** Addresses for UDP and TCP in the order given; with real ports once they are open. */
  List<HostPort> plain() {
    return addresses(plain);
  }

  List<HostPort> tls() {
    return addresses(tls);
  }

  List<HostPort> https() {
    return addresses(https);
  }

  /** Addresses of every kind. */
  List<HostPort> all() {
    return endpoints().map(Endpoint::address).toList();
  }

  private static List<HostPort> addresses(List<Endpoint> endpoints) {
    return endpoints.stream().map(Endpoint::address).toList();
  }

  /** What carries UDP and why; known once it is open. */
  String udpTransport() {
    return udp.toString();
  }

  /** Answers over HTTPS, also for hosts that mount it themselves. */
  HttpHandler overHttps() {
    return overHttps;
  }
}
