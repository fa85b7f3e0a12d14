// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpResponse.Event;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.TlsFiles;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.Required;
import io.dcosnet.testkit.TestCertificate;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Http2IT {

  @TempDir private static Path folder;
  private static TestCertificate certificate;
  private static SSLContext trust;

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net =
      NetRuntime.builder().scheduler(time).metrics(metrics).ioThreads(2).build();
  private final Map<String, CompletableFuture<io.dcosnet.api.http.HttpResponse>> waiting =
      new ConcurrentHashMap<>();
  private final SubmissionPublisher<Event> events = new SubmissionPublisher<>();
  private @Nullable HttpServer server;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = TestCertificate.make(folder, "h2");
    trust = certificate.client();
  }

  @AfterEach
  void close() {
    events.close();
    net.close();
  }

  private HttpServer start() {
    return start(HttpServer.builder(net));
  }

  private HttpServer start(HttpServer.Builder builder) {
    HttpHandler echo =
        request ->
            CompletableFuture.completedFuture(
                io.dcosnet.api.http.HttpResponse.of(
                    200, Map.of("x-method", request.method()), request.body()));
    HttpHandler later =
        request -> {
          CompletableFuture<io.dcosnet.api.http.HttpResponse> answer = new CompletableFuture<>();
          waiting.put(request.parameter("n").orElseThrow(), answer);
          return answer;
        };
    HttpServer https =
        builder
            .listen(HostPort.parse("127.0.0.1:0"))
            .tls(new TlsFiles(certificate.chain(), certificate.key()))
            .mount("/echo", echo, 3_000_000)
            .mount("/later", later)
            .mount(
                "/events",
                request ->
                    CompletableFuture.completedFuture(
                        io.dcosnet.api.http.HttpResponse.events(events)))
            .mount("/small", echo, 10)
            .build();
    net.startAll(https);
    server = https;
    return https;
  }

  @Test
  void carriesLargeBodiesBothWaysOverHttp2() throws Exception {
    start();
    String body = "0123456789".repeat(200_000);

    HttpResponse<String> answer = client().send(post("/echo", body), BodyHandlers.ofString());

    assertThat(answer.version()).isEqualTo(Version.HTTP_2);
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.headers().firstValue("x-method")).hasValue("POST");
    assertThat(answer.headers().firstValue("connection")).isEmpty();
  }

  @Test
  void stillSpeaksHttp11() throws Exception {
    start();
    HttpClient old = HttpClient.newBuilder().sslContext(trust).version(Version.HTTP_1_1).build();

    HttpResponse<String> answer = old.send(post("/echo", "old"), BodyHandlers.ofString());

    assertThat(answer.version()).isEqualTo(Version.HTTP_1_1);
    assertThat(answer.body()).isEqualTo("old");
  }

  @Test
  void answersManyRequestsOfOneConnectionInAnyOrder() throws Exception {
    start();
    HttpClient client = client();
    client.send(post("/echo", "first"), BodyHandlers.discarding());
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(client.sendAsync(get("/later?n=" + i), BodyHandlers.ofString()));
    }
    await().until(() -> waiting.size() == 50);
    assertThat(connections()).isEqualTo(1);

    for (int i = 49; i >= 0; i--) {
      CompletableFuture<io.dcosnet.api.http.HttpResponse> one = waiting.remove("" + i);
      assertThat(one).isNotNull();
      one.complete(io.dcosnet.api.http.HttpResponse.text(200, "answer " + i));
      assertThat(answers.get(i).get(10, TimeUnit.SECONDS).body()).isEqualTo("answer " + i);
    }
  }

  @Test
  void refusesABodyThatIsTooLargeAndGoesOn() throws Exception {
    start();
    HttpClient client = client();

    assertThat(client.send(post("/small", "x".repeat(11)), BodyHandlers.ofString()).statusCode())
        .isEqualTo(413);
    assertThat(client.send(get("/nothing"), BodyHandlers.ofString()).statusCode()).isEqualTo(404);
    assertThat(client.send(post("/small", "x".repeat(10)), BodyHandlers.ofString()).body())
        .hasSize(10);
    assertThat(connections()).isEqualTo(1);
  }

  @Test
  void streamsEvents() throws Exception {
    start();
    CompletableFuture<String> two = new CompletableFuture<>();
    StringBuilder seen = new StringBuilder();
    var unused =
        client()
            .sendAsync(
                get("/events"),
                BodyHandlers.ofByteArrayConsumer(
                    part -> {
                      seen.append(new String(part.orElse(new byte[0]), UTF_8));
                      if (seen.toString().contains("second")) {
                        two.complete(seen.toString());
                      }
                    }));
    await().until(events::hasSubscribers);
    events.submit(new Event("", "first"));
    events.submit(new Event("", "second"));

    assertThat(two.get(10, TimeUnit.SECONDS)).contains("data: first", "data: second");
  }

  @Test
  void stopsAfterTheAnswersUnderWay() throws Exception {
    HttpServer https = start();
    CompletableFuture<HttpResponse<String>> answer =
        client().sendAsync(get("/later?n=1"), BodyHandlers.ofString());
    await().until(() -> waiting.size() == 1);

    CompletableFuture<Void> stopped = https.stop(Duration.ofSeconds(60)).toCompletableFuture();
    waiting.values().forEach(one -> one.complete(io.dcosnet.api.http.HttpResponse.text(200, "ok")));

    assertThat(answer.get(10, TimeUnit.SECONDS).body()).isEqualTo("ok");
    assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void endsIdleConnectionsAndHandshakesThatTakeTooLong() throws Exception {
    HttpServer https = start(HttpServer.builder(net).idleTimeout(Duration.ofSeconds(20)));
    client().send(post("/echo", "first"), BodyHandlers.discarding());
    try (RawClient silent = new RawClient(https.localAddress().toSocketAddress())) {
      await().until(() -> connections() == 2);
      time.advance(Duration.ofSeconds(22));
      await().until(() -> connections() == 1);
      time.advance(Duration.ofSeconds(10));
      await().until(() -> connections() == 0);
      assertThat(silent.rest()).isEmpty();
    }
  }

  @Test
  void turnsAwayMoreConnectionsOfAClientThanAllowed() throws Exception {
    HttpServer https = start(HttpServer.builder(net).maxConnectionsPerClient(1));
    HttpClient first = client();
    first.send(post("/echo", "first"), BodyHandlers.discarding());

    assertThatThrownBy(() -> client().send(get("/echo"), BodyHandlers.discarding()))
        .isInstanceOf(IOException.class);
    assertThat(first.send(post("/echo", "again"), BodyHandlers.ofString()).body())
        .isEqualTo("again");
    assertThat(https.localAddress().port()).isPositive();
  }

  @Test
  void cutsAClientThatTakesBackRequestsWithoutEnd() throws Exception {
    HttpServer https = start();
    SSLSocket socket =
        (SSLSocket)
            trust
                .getSocketFactory()
                .createSocket(
                    https.localAddress().address().toInetAddress(), https.localAddress().port());
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(10_000);
    try (socket) {
      socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(UTF_8));
      socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}); // SETTINGS
      assertThatThrownBy(
              () -> {
                for (int stream = 1; stream < 2_001; stream += 2) {
                  socket.getOutputStream().write(headers(stream));
                  socket.getOutputStream().write(reset(stream));
                }
                while (socket.getInputStream().read() >= 0) {
                  // GOAWAY and the end
                }
                throw new IOException("ended");
              })
          .isInstanceOf(IOException.class);
    }
    await().until(() -> connections() == 0);
    assertThat(client().send(post("/echo", "x"), BodyHandlers.ofString()).body()).isEqualTo("x");
  }

  /** GET https://x/later?n=1 in HPACK without any table. */
  private static byte[] headers(int stream) {
    byte[] path = "/later?n=1".getBytes(UTF_8);
    byte[] block = new byte[2 + 2 + path.length + 3];
    block[0] = (byte) 0x82; // :method GET
    block[1] = (byte) 0x87; // :scheme https
    block[2] = 0x04; // :path, not indexed
    block[3] = (byte) path.length;
    System.arraycopy(path, 0, block, 4, path.length);
    block[4 + path.length] = 0x01; // :authority, not indexed
    block[5 + path.length] = 1;
    block[6 + path.length] = 'x';
    return frame(1, 5, stream, block);
  }

  private static byte[] reset(int stream) {
    return frame(3, 0, stream, new byte[] {0, 0, 0, 8});
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    byte[] frame = new byte[9 + payload.length];
    frame[2] = (byte) payload.length;
    frame[3] = (byte) type;
    frame[4] = (byte) flags;
    frame[7] = (byte) (stream >>> 8);
    frame[8] = (byte) stream;
    System.arraycopy(payload, 0, frame, 9, payload.length);
    return frame;
  }

  @Test
  void servesCurl() throws Exception {
    Required.program("curl", "curl");
    HttpServer https = start();
    Process curl =
        new ProcessBuilder(
                "curl",
                "-s",
                "--http2",
                "--cacert",
                certificate.chain().toString(),
                "--data",
                "from curl",
                "-w",
                " over %{http_version}",
                "https://" + https.localAddress() + "/echo")
            .redirectErrorStream(true)
            .start();

    assertThat(new String(curl.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("from curl over 2");
  }

  private HttpClient client() {
    return HttpClient.newBuilder()
        .sslContext(trust)
        .version(Version.HTTP_2)
        .executor(Executors.newCachedThreadPool(daemon()))
        .build();
  }

  private static java.util.concurrent.ThreadFactory daemon() {
    return work -> {
      Thread thread = new Thread(work, "http-client");
      thread.setDaemon(true);
      return thread;
    };
  }

  private URI uri(String path) {
    assertThat(server).isNotNull();
    return URI.create("https://" + server.localAddress() + path);
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(uri(path)).build();
  }

  private HttpRequest post(String path, String body) {
    return HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body)).build();
  }

  private long connections() {
    return metrics.gauge(HttpMetrics.CONNECTIONS, "server", "http");
  }
}
