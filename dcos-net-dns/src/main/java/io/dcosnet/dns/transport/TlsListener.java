// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.answer.Front;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.transfer.TransferService;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.ReloadedTls;
import io.dcosnet.netty.TlsFiles;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One address and port on which DNS is spoken within TLS (RFC 7858). A changed certificate is shown
 * to the connections that come after it.
 *
 * <p><b>Thread-safe.</b>
 */
public final class TlsListener implements Endpoint {

  /** Where clients expect it. */
  public static final int PORT = 853;

  private final TcpListener tcp;
  private final ReloadedTls tls;
  private final DnsMetrics metrics;
  private volatile HostPort address;

  /**
   * A listener that is not open yet.
   *
   * @param wanted port 0 takes one that is free
   * @param fronts makes one for each event loop; for encrypted connections
   * @param transfers is asked before them; null when whole zones are not spoken about
   */
  public TlsListener(
      NetRuntime net,
      HostPort wanted,
      TlsFiles certificate,
      Supplier<? extends Front> fronts,
      @Nullable TransferService transfers,
      DnsMetrics metrics,
      TcpLimits limits) {
    this.address = requireNonNull(wanted, "wanted");
    this.tls = new ReloadedTls(net, certificate, List.of("dot"));
    this.metrics = requireNonNull(metrics, "metrics");
    this.tcp =
        new TcpListener(
            net,
            requireNonNull(fronts, "fronts"),
            transfers,
            tls::context,
            metrics,
            requireNonNull(limits, "limits"));
  }

  @Override
  public CompletionStage<Void> open() {
    return tls.open()
        .thenCompose(read -> tcp.bind(address))
        .thenAccept(
            bound -> {
              address = bound;
              metrics.tlsConnections(bound.toString(), tcp::open);
              metrics.connectionsPending(bound.toString(), tcp::pending);
            });
  }

  @Override
  public HostPort address() {
    return address;
  }

  @Override
  public CompletionStage<Void> close(Duration grace) {
    tls.close();
    return tcp.close(grace);
  }
}
