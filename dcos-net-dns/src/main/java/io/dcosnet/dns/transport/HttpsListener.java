// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.TlsFiles;
import io.dcosnet.netty.http.HttpServer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * One address and port on which DNS is spoken over HTTPS (RFC 8484), HTTP/2 and HTTP/1.1. The
 * figures of its HTTP server carry the tag {@code server=dns-https}.
 *
 * <p><b>Thread-safe.</b>
 */
public final class HttpsListener implements Endpoint {

  /** Where clients expect it. */
  public static final int PORT = 443;

  private final HttpServer server;
  private final HostPort wanted;

  /**
   * A listener that is not open yet.
   *
   * @param wanted port 0 takes one that is free
   * @param path where the handler is mounted
   * @param maxBodyBytes the longest query
   */
  public HttpsListener(
      NetRuntime net,
      HostPort wanted,
      TlsFiles certificate,
      String path,
      HttpHandler handler,
      int maxBodyBytes,
      TcpLimits limits) {
    this.wanted = requireNonNull(wanted, "wanted");
    this.server =
        HttpServer.builder(net)
            .name("dns-https")
            .listen(wanted)
            .tls(certificate)
            .mount(path, handler, maxBodyBytes)
            .maxConnections(limits.maxConnections())
            .maxConnectionsPerClient(limits.maxConnectionsPerClient())
            .maxStreams(limits.maxPending())
            .requestTimeout(limits.handshake())
            .idleTimeout(limits.idle())
            .writeTimeout(limits.idle())
            .build();
  }

  @Override
  public CompletionStage<Void> open() {
    return server.start();
  }

  @Override
  public HostPort address() {
    return server.localAddresses().stream().findFirst().orElse(wanted);
  }

  @Override
  public CompletionStage<Void> close(Duration grace) {
    return server.stop(grace);
  }
}
