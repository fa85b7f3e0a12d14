// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.transfer.TransferService;
import io.dcosnet.netty.BindFailedException;
import io.dcosnet.netty.NetRuntime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One address and port on which DNS is spoken, over UDP and over TCP.
 *
 * <p><b>Thread-safe.</b>
 */
public final class DnsListener implements Endpoint {

  /** Other programs may hold the same ephemeral port for UDP that we got for TCP. */
  private static final int EPHEMERAL_TRIES = 20;

  private final Executor executor;
  private final DnsMetrics metrics;
  private final TcpListener tcp;
  private final UdpParts udpParts;
  private final UdpSockets udpSockets;
  private volatile @Nullable UdpListener udp;
  private volatile HostPort address;

  /**
   * A listener that is not open yet.
   *
   * @param wanted port 0 takes one that is free for both UDP and TCP
   * @param responders makes a responder for each socket, since each belongs to one thread
   * @param transfers is asked before them; null when whole zones are not spoken about
   */
  public DnsListener(
      NetRuntime net,
      HostPort wanted,
      Function<Protocol, Responder> responders,
      @Nullable TransferService transfers,
      DnsMetrics metrics,
      TcpLimits limits,
      UdpSockets udpSockets) {
    requireNonNull(responders, "responders");
    this.executor = net.executor();
    this.address = requireNonNull(wanted, "wanted");
    this.metrics = requireNonNull(metrics, "metrics");
    this.tcp =
        new TcpListener(
            net,
            () -> responders.apply(Protocol.TCP),
            transfers,
            null,
            metrics,
            requireNonNull(limits, "limits"));
    this.udpParts = new UdpParts(net, responders, transfers, metrics);
    this.udpSockets = requireNonNull(udpSockets, "udpSockets");
  }

  /** Binds; fails with {@link BindFailedException}. */
  @Override
  public CompletionStage<Void> open() {
    int tries = address.port() == 0 ? EPHEMERAL_TRIES : 1;
    // A look at the machine for the first time takes a while.
    return CompletableFuture.supplyAsync(() -> udpSockets.listener(udpParts), executor)
        .thenCompose(
            datagrams -> {
              udp = datagrams;
              CompletableFuture<Void> done = new CompletableFuture<>();
              open(datagrams, tries, done);
              return done;
            })
        .thenRun(
            () -> {
              metrics.connections(address.toString(), tcp::open);
              metrics.connectionsPending(address.toString(), tcp::pending);
            });
  }

  private void open(UdpListener datagrams, int triesLeft, CompletableFuture<Void> done) {
    HostPort wanted = address;
    tcp.bind(wanted)
        .thenCompose(
            bound -> {
              return datagrams.open(bound).thenAccept(all -> address = bound);
            })
        .whenComplete(
            (ok, failure) -> {
              if (failure == null) {
                done.complete(null);
              } else if (triesLeft > 1) {
                var unused = unbind().thenRun(() -> open(datagrams, triesLeft - 1, done));
              } else {
                done.completeExceptionally(
                    failure.getCause() == null ? failure : failure.getCause());
              }
            });
  }

  @Override
  public HostPort address() {
    return address;
  }

  @Override
  public CompletionStage<Void> close(Duration grace) {
    return unbind().thenCompose(done -> tcp.close(grace));
  }

  private CompletionStage<?> unbind() {
    UdpListener datagrams = udp;
    return (datagrams == null ? CompletableFuture.<Void>completedFuture(null) : datagrams.close())
        .thenCompose(done -> tcp.unbind());
  }
}
