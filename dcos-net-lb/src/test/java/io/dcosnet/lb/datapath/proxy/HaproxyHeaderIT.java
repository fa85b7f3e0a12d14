// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Locality;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.netty.Transport;
import io.dcosnet.testkit.Required;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HAProxy before and behind a VIP: both sides of the PROXY protocol against somebody else's. */
@Timeout(60)
class HaproxyHeaderIT {

  /** What a request gets as its answer: who HAProxy believes that talks to whom. */
  private static final String CONFIG =
      """
      global
        log stderr local0 notice
      defaults
        timeout connect 5s
        timeout client 20s
        timeout server 20s
      listen before
        mode tcp
        bind %s
        server vip %s %s
      frontend behind
        mode http
        bind %s accept-proxy
        http-request return status 200 content-type text/plain lf-string "%%[src]:%%[src_port] %%[dst]:%%[dst_port]"
      """;

  @TempDir Path folder;
  private @Nullable PathRig running;
  private @Nullable Process haproxy;

  @BeforeEach
  void requireHaproxy() {
    Required.program("haproxy", "haproxy");
  }

  @AfterEach
  void close() throws Exception {
    if (haproxy != null) {
      haproxy.destroy();
      assertThat(haproxy.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    if (running != null) {
      running.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "EPOLL, send-proxy, V1",
    "EPOLL, send-proxy, V2",
    "EPOLL, send-proxy-v2, V1",
    "EPOLL, send-proxy-v2, V2",
    "EPOLL, send-proxy-v2 proxy-v2-options crc32c, V2",
    "NIO, send-proxy-v2 proxy-v2-options crc32c, V2",
  })
  void seesTheClientThroughBoth(
      Transport transport, String toVip, ServiceOptions.ProxyHeader version) throws Exception {
    assumeThat(transport.unavailableBecause()).isEmpty();
    ProxyConfig.Builder config =
        ProxyConfig.builder()
            .acceptProxyHeaderFrom(Set.of(Cidr.parse("127.0.0.0/8")))
            .proxyHeaderChecksum(true);
    PathRig rig = new PathRig(transport, config);
    running = rig;
    HostPort before = PathRig.freePlace(IpAddress.LOOPBACK_IPV4);
    HostPort behind = PathRig.freePlace(IpAddress.LOOPBACK_IPV4);
    start(CONFIG.formatted(before, rig.place, toVip, behind), before);
    rig.apply(
        Protocol.TCP,
        new ServiceOptions(
            Policy.ROUND_ROBIN,
            Duration.ZERO,
            Locality.NONE,
            version,
            ServiceOptions.UNLIMITED,
            ServiceOptions.UNLIMITED),
        behind);
    for (int i = 0; i < 20; i++) {
      try (Socket socket = new Socket()) {
        socket.setSoTimeout(10_000);
        socket.connect(before.toSocketAddress(), 5_000);
        socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(UTF_8));
        String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
        Object client = HostPort.of((InetSocketAddress) socket.getLocalSocketAddress());
        assertThat(answer).startsWith("HTTP/1.1 200").endsWith(client + " " + rig.vip);
      }
    }
    assertThat(rig.metrics.count("dcosnet.lb.connections")).isEqualTo(20);
  }

  private void start(String config, HostPort listens) throws IOException {
    Path file = Files.writeString(folder.resolve("haproxy.cfg"), config);
    File log = folder.resolve("haproxy.log").toFile();
    Process started =
        new ProcessBuilder("haproxy", "-db", "-f", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    haproxy = started;
    await()
        .ignoreExceptionsInstanceOf(ConnectException.class)
        .untilAsserted(
            () -> {
              assertThat(started.isAlive()).as("haproxy: %s", Files.readString(log.toPath()))
                  .isTrue();
              try (Socket socket = new Socket()) {
                socket.connect(listens.toSocketAddress(), 1_000);
              }
            });
  }
}
