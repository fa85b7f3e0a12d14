// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.Transport;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server on unix sockets, as Docker and the CNI plug-in use it, on both transports. */
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // lines of HTTP end in CR LF
class UnixSocketIT {

  private static final HttpHandler WHO =
      request ->
          CompletableFuture.completedFuture(
              HttpResponse.text(200, request.path() + " " + request.remote()));

  @TempDir private Path folder;
  private Path path;
  private final List<NetRuntime> runtimes = new ArrayList<>();

  @BeforeEach
  void choosePath() {
    path = folder.resolve("api.sock");
  }

  @AfterEach
  void closeRuntimes() {
    runtimes.forEach(NetRuntime::close);
  }

  @ParameterizedTest
  @EnumSource
  void answersARequestLikeThatOfDockerd(Transport transport) throws Exception {
    start(transport, builder -> builder.listen(path));

    try (RawClient client = connect()) {
      for (int i = 0; i < 3; i++) {
        client.send(
            "POST /Plugin.Activate HTTP/1.1\r\nHost: \r\nUser-Agent: Go-http-client/1.1\r\n"
                + "Content-Length: 0\r\n"
                + "Accept: application/vnd.docker.plugins.v1.2+json\r\n\r\n");

        assertThat(client.response())
            .startsWith("HTTP/1.1 200 OK\n")
            .endsWith("\n\n/Plugin.Activate unix");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void listensOnTcpBesideIt(Transport transport) throws Exception {
    HttpServer server =
        start(transport, builder -> builder.listen(path).listen(HostPort.parse("127.0.0.1:0")));

    try (RawClient client = new RawClient(server.localAddress().toSocketAddress())) {
      client.send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");

      assertThat(client.response()).contains("/x 127.0.0.1:");
    }
  }

  @ParameterizedTest
  @EnumSource
  void letsOnlyThoseInWhomTheModeNames(Transport transport) throws Exception {
    Path shared = folder.resolve("shared.sock");
    start(
        transport,
        builder ->
            builder.listen(path).listen(shared, PosixFilePermissions.fromString("rw-rw----")));

    assertThat(mode(path)).isEqualTo("rw-------");
    assertThat(mode(shared)).isEqualTo("rw-rw----");
    assertThat(entries()).containsExactlyInAnyOrder(path, shared);
  }

  @ParameterizedTest
  @EnumSource
  void removesItsSocketWhenItStops(Transport transport) throws Exception {
    HttpServer server = start(transport, builder -> builder.listen(path));

    server.stop(Duration.ofSeconds(1)).toCompletableFuture().join();

    assertThat(entries()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void replacesASocketThatNobodyListensOn(Transport transport) throws Exception {
    leaveADeadSocket();

    start(transport, builder -> builder.listen(path));

    try (RawClient client = connect()) {
      client.send("GET /x HTTP/1.1\r\n\r\n");
      assertThat(client.response()).endsWith("/x unix");
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesASocketThatIsInUse(Transport transport) throws Exception {
    start(transport, builder -> builder.listen(path));

    assertThatThrownBy(() -> start(transport, builder -> builder.listen(path)))
        .isInstanceOf(DcosNetException.class)
        .hasMessageStartingWith("bind unix " + path + ": EADDRINUSE (");

    try (RawClient client = connect()) {
      client.send("GET /first HTTP/1.1\r\n\r\n");
      assertThat(client.response()).endsWith("/first unix");
    }
    assertThat(entries()).containsExactly(path);
  }

  @ParameterizedTest
  @EnumSource
  void neverReplacesAnotherKindOfFile(Transport transport) throws Exception {
    Files.writeString(path, "precious");

    assertThatThrownBy(() -> start(transport, builder -> builder.listen(path)))
        .isInstanceOf(DcosNetException.class)
        .hasMessageStartingWith("bind unix " + path + ": exists and is no socket");

    assertThat(path).hasContent("precious");
  }

  @ParameterizedTest
  @EnumSource
  void neverReplacesAPipe(Transport transport) throws Exception {
    Process mkfifo = new ProcessBuilder("mkfifo", path.toString()).start();
    Required.that(mkfifo.waitFor() == 0, "mkfifo");

    assertThatThrownBy(() -> start(transport, builder -> builder.listen(path)))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("is no socket");
  }

  @ParameterizedTest
  @EnumSource
  void namesAMissingFolder(Transport transport) {
    Path absent = folder.resolve("absent/api.sock");

    assertThatThrownBy(() -> start(transport, builder -> builder.listen(absent)))
        .isInstanceOf(DcosNetException.class)
        .hasMessage("bind unix " + absent + ": ENOENT (create the folder of the socket first)");
  }

  @ParameterizedTest
  @EnumSource
  void leavesTheSocketOfItsSuccessorAlone(Transport transport) throws Exception {
    HttpServer old = start(transport, builder -> builder.listen(path));
    Files.delete(path);
    start(transport, builder -> builder.listen(path));

    old.stop(Duration.ofSeconds(1)).toCompletableFuture().join();

    try (RawClient client = connect()) {
      client.send("GET /new HTTP/1.1\r\n\r\n");
      assertThat(client.response()).endsWith("/new unix");
    }
  }

  private interface Setting {
    HttpServer.Builder on(HttpServer.Builder builder);
  }

  private HttpServer start(Transport transport, Setting setting) {
    Required.that(transport.unavailableBecause().isEmpty(), "transport " + transport);
    NetRuntime net = NetRuntime.builder().ioThreads(1).transport(transport).build();
    runtimes.add(net);
    HttpServer server = setting.on(HttpServer.builder(net)).mount("/", WHO).build();
    net.startAll(server);
    return server;
  }

  private RawClient connect() {
    return new RawClient(UnixDomainSocketAddress.of(path));
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  /** As a process leaves it that was killed: closing does not remove the file. */
  private void leaveADeadSocket() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();
  }
}
