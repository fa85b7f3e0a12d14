// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.netty.NetRuntime;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpServerTest {

  private static final HostPort ANY_PORT = HostPort.parse("127.0.0.1:0");
  private static final HttpHandler ANY =
      request -> CompletableFuture.completedFuture(HttpResponse.text(200, ""));

  @TempDir private Path folder;

  @Test
  void opensNothingBeforeItStarts() {
    long threads = ourThreads();
    try (NetRuntime net = NetRuntime.create()) {
      HttpServer server =
          HttpServer.builder(net)
              .listen(ANY_PORT)
              .listen(folder.resolve("api.sock"))
              .mount("/", ANY)
              .build();

      assertThat(ourThreads()).isEqualTo(threads);
      assertThat(folder).isEmptyDirectory();
      assertThatThrownBy(server::localAddress).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void canBeStoppedWithoutEverStarting() {
    try (NetRuntime net = NetRuntime.create()) {
      HttpServer server = HttpServer.builder(net).listen(ANY_PORT).build();

      server.close();

      assertThat(server.state()).isEqualTo(HttpServer.State.STOPPED);
      assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void stopsEvenWhenTheHostHasClosedItsEventLoopsBefore() throws Exception {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try (NetRuntime net = NetRuntime.builder().eventLoops(loops).build()) {
      HttpServer server = HttpServer.builder(net).listen(ANY_PORT).mount("/", ANY).build();
      net.startAll(server);
      try (RawClient client = new RawClient(server.localAddress().toSocketAddress())) {
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(client.response()).startsWith("HTTP/1.1 200 OK\n");

        assertThat(loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(5_000)).isTrue();

        server.stop(Duration.ofSeconds(1)).toCompletableFuture().get(5, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void namesAllProblemsOfItsConfigurationAtOnce() {
    try (NetRuntime net = NetRuntime.create()) {
      HttpServer.Builder builder =
          HttpServer.builder(net)
              .mount("v1", ANY)
              .mount("/v2/", ANY)
              .mount("/a/../b", ANY)
              .mount("/x?y", ANY)
              .mount("/twice", ANY)
              .mount("/twice", ANY)
              .maxConnections(0)
              .maxHeaderBytes(10)
              .maxBodyBytes(-1)
              .idleTimeout(Duration.ZERO)
              .requestTimeout(Duration.ofSeconds(-1))
              .writeTimeout(Duration.ofDays(400))
              .heartbeat(Duration.ZERO);

      assertThatThrownBy(builder::build)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(
              "mount: v1 (",
              "mount: /v2/ (",
              "mount: /a/../b (",
              "mount: /x?y (",
              "mount: /twice twice",
              "listen: nothing",
              "maxConnections: 0",
              "maxHeaderBytes: 10",
              "maxBodyBytes: -1",
              "idleTimeout: PT0S",
              "requestTimeout: PT-1S",
              "writeTimeout: PT9600H",
              "heartbeat: PT0S");
    }
  }

  private static long ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("dcosnet-"))
        .count();
  }
}
