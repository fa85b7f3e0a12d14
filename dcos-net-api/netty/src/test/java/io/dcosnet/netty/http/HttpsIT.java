// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.TlsContexts;
import io.dcosnet.netty.Transport;
import io.dcosnet.testkit.Required;
import io.dcosnet.testkit.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server behind TLS, with certificates that the JDK makes for the test. */
@Timeout(60)
class HttpsIT {

  private static final HttpHandler ECHO =
      request -> CompletableFuture.completedFuture(HttpResponse.text(200, request.body().toUtf8()));

  @TempDir private static Path folder;
  private static TestCertificate server;
  private static TestCertificate client;

  private @Nullable NetRuntime net;

  @BeforeAll
  static void makeCertificates() throws Exception {
    server = TestCertificate.make(folder, "server");
    client = TestCertificate.make(folder, "client");
  }

  @AfterEach
  void closeRuntime() {
    if (net != null) {
      net.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void carriesLargeBodiesBothWays(Transport transport) throws Exception {
    HttpServer https = start(transport, false);
    String body = "0123456789".repeat(100_000);

    assertThat(post(https, client.clientOf(server), body)).isEqualTo(body);
  }

  @ParameterizedTest
  @EnumSource
  void refusesClientsThatItDoesNotKnow(Transport transport) throws Exception {
    HttpServer https = start(transport, true);
    TestCertificate stranger = TestCertificate.make(folder, "stranger" + transport);

    assertThat(post(https, client.clientOf(server), "known")).isEqualTo("known");
    SSLContext unknown = stranger.clientOf(server);
    assertThatThrownBy(() -> post(https, unknown, "unknown")).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @EnumSource
  void doesNotAnswerPlainText(Transport transport) throws Exception {
    HttpServer https = start(transport, false);

    try (RawClient plain = new RawClient(https.localAddress().toSocketAddress())) {
      plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

      assertThat(plain.rest()).doesNotContain("HTTP/1.1");
    }
  }

  /** Closing with unread octets would reset the connection, and the answer might go with it. */
  @ParameterizedTest
  @EnumSource
  void takesWhatARefusedClientStillSends(Transport transport) throws Exception {
    HttpServer https = start(transport, false);

    try (Socket socket =
        client
            .clientOf(server)
            .getSocketFactory()
            .createSocket("127.0.0.1", https.localAddress().port())) {
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      out.write(
          "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n".getBytes(UTF_8));
      String answer = new String(in.readNBytes("HTTP/1.1 413".length()), UTF_8);
      for (int piece = 0; piece < 100; piece++) {
        out.write(new byte[1000]);
      }

      assertThat(answer).isEqualTo("HTTP/1.1 413");
      assertThat(new String(in.readAllBytes(), UTF_8)).contains("larger than allowed");
    }
  }

  @Test
  void namesTheFileThatIsMissing() {
    Path absent = folder.resolve("absent.key");

    assertThatThrownBy(() -> TlsContexts.server(server.chain(), absent))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("private key " + absent + " cannot be read");
  }

  @Test
  void namesTheFilesThatAreNoPem() throws Exception {
    Path garbage = Files.writeString(folder.resolve("garbage.key"), "no PEM at all");

    assertThatThrownBy(() -> TlsContexts.server(server.chain(), garbage))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContainingAll(garbage.toString(), "PKCS#8");
    assertThatThrownBy(() -> TlsContexts.server(garbage, server.key()))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining(garbage.toString());
  }

  private HttpServer start(Transport transport, boolean mutual) {
    Required.that(transport.unavailableBecause().isEmpty(), "transport " + transport);
    NetRuntime runtime = NetRuntime.builder().ioThreads(2).transport(transport).build();
    net = runtime;
    HttpServer https =
        HttpServer.builder(runtime)
            .listen(HostPort.parse("127.0.0.1:0"))
            .tls(
                mutual
                    ? TlsContexts.mutualServer(server.chain(), server.key(), client.chain())
                    : TlsContexts.server(server.chain(), server.key()))
            .mount("/", ECHO)
            .build();
    runtime.startAll(https);
    return https;
  }

  private static String post(HttpServer https, SSLContext tls, String body)
      throws IOException, InterruptedException {
    HttpClient http =
        HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + https.localAddress() + "/"))
            .POST(BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString()).body();
  }
}
