// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.http.HttpResponse.Event;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.Transport;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server over real sockets, on both transports. */
@Timeout(60)
class HttpServerIT {

  private static final HostPort ANY_PORT = HostPort.parse("127.0.0.1:0");
  private static final HttpHandler ECHO =
      request -> now(HttpResponse.text(200, request.path() + " " + request.body().toUtf8()));

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final List<NetRuntime> runtimes = new ArrayList<>();

  @AfterEach
  void closeRuntimes() {
    runtimes.forEach(NetRuntime::close);
  }

  @ParameterizedTest
  @EnumSource
  void servesManyRequestsOfTheJdkClientAtOnce(Transport transport) {
    HttpServer server = start(builder(transport).mount("/echo", ECHO));
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      String body = i + "x".repeat(i * 10);
      answers.add(
          client
              .sendAsync(
                  java.net.http.HttpRequest.newBuilder(uri(server, "/echo/" + i))
                      .POST(BodyPublishers.ofString(body))
                      .build(),
                  BodyHandlers.ofString())
              .thenApply(response -> response.statusCode() + " " + response.body()));
    }

    for (int i = 0; i < 500; i++) {
      assertThat(answers.get(i).join()).isEqualTo("200 /echo/" + i + " " + i + "x".repeat(i * 10));
    }
    assertThat(metrics.count("dcosnet.http.requests", "server", "test", "status", "2xx"))
        .isEqualTo(500);
  }

  @ParameterizedTest
  @EnumSource
  void carriesBodiesUpToTheLimitBothWays(Transport transport) throws Exception {
    HttpServer server = start(builder(transport).mount("/echo", ECHO, 3_000_000));
    String body = "0123456789".repeat(300_000);

    var response =
        HttpClient.newHttpClient()
            .send(
                java.net.http.HttpRequest.newBuilder(uri(server, "/echo"))
                    .PUT(BodyPublishers.ofString(body))
                    .build(),
                BodyHandlers.ofString());

    assertThat(response.body()).isEqualTo("/echo " + body);
  }

  @ParameterizedTest
  @EnumSource
  void answersPipelinedRequestsInOrder(Transport transport) throws Exception {
    NetRuntime net = runtime(transport);
    HttpHandler slowFirst = // the later in the pipeline, the sooner it would be ready
        request -> {
          CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
          long delay = 20 - Long.parseLong(request.path().substring(3));
          var unused =
              net.scheduler()
                  .schedule(
                      Duration.ofMillis(delay),
                      () -> answer.complete(HttpResponse.text(200, request.path())));
          return answer;
        };
    HttpServer server = start(builder(net).mount("/a", slowFirst));
    StringBuilder pipeline = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      pipeline.append("GET /a/%d HTTP/1.1\r\nHost: x\r\n\r\n".formatted(i));
    }

    try (RawClient client = connect(server)) {
      client.send(pipeline.toString());

      for (int i = 0; i < 20; i++) {
        assertThat(client.response()).startsWith("HTTP/1.1 200 OK\n").endsWith("\n\n/a/" + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void cutsOffSlowSenders(Transport transport) throws Exception {
    HttpServer server =
        start(builder(transport).requestTimeout(Duration.ofMillis(500)).mount("/", ECHO));

    try (RawClient client = connect(server)) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");

      assertThat(client.rest()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void closesIdleConnections(Transport transport) throws Exception {
    HttpServer server =
        start(builder(transport).idleTimeout(Duration.ofMillis(300)).mount("/", ECHO));

    try (RawClient client = connect(server)) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 OK\n");

      assertThat(client.rest()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void letsAClientThatSendsTooMuchReadTheReason(Transport transport) throws Exception {
    HttpServer server = start(builder(transport).mount("/", ECHO));

    try (RawClient client = connect(server)) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + "a".repeat(1_000_000) + "\r\n\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 431 ");
    }
    try (RawClient client = connect(server)) {
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n");
      client.send("b".repeat(1_000_000));
      assertThat(client.rest()).startsWith("HTTP/1.1 413 ");
    }
  }

  @ParameterizedTest
  @EnumSource
  void answersAClientThatHasClosedItsHalf(Transport transport) throws Exception {
    NetRuntime net = runtime(transport);
    HttpHandler later =
        request -> {
          CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
          var unused =
              net.scheduler()
                  .schedule(
                      Duration.ofMillis(50),
                      () -> answer.complete(HttpResponse.text(200, request.path())));
          return answer;
        };
    HttpServer server = start(builder(net).mount("/", later));

    try (RawClient client = connect(server)) {
      client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
      client.endOutput();

      assertThat(client.response()).endsWith("\n\n/1");
      assertThat(client.response()).endsWith("\n\n/2");
      assertThat(client.rest()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void sendsEventsNoFasterThanTheClientReads(Transport transport) throws Exception {
    Counting source = new Counting(20_000, "x".repeat(1000));
    HttpServer server =
        start(builder(transport).mount("/events", r -> now(HttpResponse.events(source))));

    try (RawClient client = connect(server)) {
      client.send("GET /events HTTP/1.0\r\n\r\n"); // without chunks, to read plain lines
      String line = client.line();
      while (!line.isEmpty()) {
        line = client.line();
      }
      AtomicLong last = new AtomicLong();
      await()
          .during(Duration.ofMillis(300))
          .until(() -> last.getAndSet(source.given.get()) == source.given.get());
      // what fits into the kernel's buffers and a window, far from all 20 MB
      assertThat(source.given.get()).isBetween(1L, 15_000L);

      for (int i = 0; i < 20_000; i++) {
        assertThat(client.line()).startsWith("data: " + i + " ");
        assertThat(client.line()).isEmpty();
      }
      assertThat(client.rest()).isEmpty();
    }
    assertThat(metrics.count("dcosnet.http.events", "server", "test")).isEqualTo(20_000);
  }

  @ParameterizedTest
  @EnumSource
  void cancelsTheStreamOfAClientThatLeaves(Transport transport) throws Exception {
    Counting source = new Counting(0, "");
    HttpServer server =
        start(builder(transport).mount("/events", r -> now(HttpResponse.events(source))));

    try (RawClient client = connect(server)) {
      client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.line()).isEqualTo("HTTP/1.1 200 OK");
    }

    await().untilTrue(source.cancelled);
    assertThat(metrics.gauge("dcosnet.http.streams", "server", "test")).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void findsAClientOfAQuietStreamThatVanishedByItsHeartbeat(Transport transport) throws Exception {
    Counting source = new Counting(0, "");
    HttpServer server =
        start(
            builder(transport)
                .heartbeat(Duration.ofMillis(100))
                .mount("/events", r -> now(HttpResponse.events(source))));

    try (RawClient client = connect(server)) {
      client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
      String line = client.line();
      while (!line.equals(":")) {
        line = client.line();
      }
    }

    await().untilTrue(source.cancelled);
  }

  @ParameterizedTest
  @EnumSource
  void closesConnectionsBeyondTheLimit(Transport transport) throws Exception {
    HttpServer server = start(builder(transport).maxConnections(2).mount("/", ECHO));

    try (RawClient first = connect(server);
        RawClient second = connect(server)) {
      first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      second.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(first.response()).startsWith("HTTP/1.1 200 OK\n");
      assertThat(second.response()).startsWith("HTTP/1.1 200 OK\n");

      try (RawClient third = connect(server)) {
        assertThat(third.rest()).isEmpty();
      }
      assertThat(metrics.count("dcosnet.http.connections.refused", "server", "test")).isOne();
    }
    await().until(() -> metrics.gauge("dcosnet.http.connections", "server", "test") == 0);
    try (RawClient again = connect(server)) {
      again.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(again.response()).startsWith("HTTP/1.1 200 OK\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void finishesWhatIsUnderWayWhenItStops(Transport transport) throws Exception {
    CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
    CompletableFuture<Void> asked = new CompletableFuture<>();
    HttpServer server =
        start(
            builder(transport)
                .mount("/idle", ECHO)
                .mount(
                    "/slow",
                    request -> {
                      asked.complete(null);
                      return answer;
                    }));

    try (RawClient busy = connect(server);
        RawClient idle = connect(server)) {
      idle.send("GET /idle HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(idle.response()).startsWith("HTTP/1.1 200 OK\n");
      busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
      asked.get(5, TimeUnit.SECONDS);
      HostPort address = server.localAddress();

      var stopped = server.stop(Duration.ofSeconds(20)).toCompletableFuture();

      assertThat(idle.rest()).isEmpty();
      await().until(() -> !accepts(address));
      assertThat(stopped).isNotDone();
      answer.complete(HttpResponse.text(200, "in time"));
      assertThat(busy.response()).contains("connection: close\n").endsWith("in time");
      stopped.get(5, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @EnumSource
  void cutsWhatIsUnderWayAtTheEndOfTheGrace(Transport transport) throws Exception {
    HttpServer server = start(builder(transport).mount("/", request -> new CompletableFuture<>()));

    try (RawClient client = connect(server)) {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      await().until(() -> metrics.gauge("dcosnet.http.connections", "server", "test") == 1);

      server.stop(Duration.ofMillis(50)).toCompletableFuture().get(5, TimeUnit.SECONDS);

      assertThatThrownBy(client::response).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void opensAllAddressesOrNone(Transport transport) {
    HttpServer first = start(builder(transport).mount("/", ECHO));
    HostPort taken = first.localAddress();
    NetRuntime net = runtime(transport);
    HttpServer second = builder(net).listen(taken).mount("/", ECHO).build();

    assertThatThrownBy(() -> net.startAll(second))
        .isInstanceOf(DcosNetException.class)
        .hasMessage(
            "bind tcp " + taken + ": EADDRINUSE (stop what listens there, or choose another port)");

    assertThat(second.state()).isEqualTo(HttpServer.State.FAILED);
    assertThatThrownBy(second::localAddress).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @EnumSource
  void freesItsAddressBeforeAStopIsComplete(Transport transport) {
    NetRuntime net = runtime(transport);
    HttpServer first = builder(net).build();
    net.startAll(first);
    HostPort address = first.localAddress();
    first.close();

    for (int i = 0; i < 50; i++) {
      HttpServer next = HttpServer.builder(net).listen(address).build();
      next.start().toCompletableFuture().join();
      next.close();
    }
  }

  private static boolean accepts(HostPort address) {
    try {
      new RawClient(address.toSocketAddress()).close();
      return true;
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private NetRuntime runtime(Transport transport) {
    Required.that(transport.unavailableBecause().isEmpty(), "transport " + transport);
    NetRuntime net =
        NetRuntime.builder().ioThreads(2).transport(transport).metrics(metrics).build();
    runtimes.add(net);
    return net;
  }

  private HttpServer.Builder builder(Transport transport) {
    return builder(runtime(transport));
  }

  private static HttpServer.Builder builder(NetRuntime net) {
    return HttpServer.builder(net).name("test").listen(ANY_PORT);
  }

  private HttpServer start(HttpServer.Builder builder) {
    HttpServer server = builder.build();
    runtimes.get(runtimes.size() - 1).startAll(server);
    return server;
  }

  private static RawClient connect(HttpServer server) {
    return new RawClient(server.localAddress().toSocketAddress());
  }

  private static URI uri(HttpServer server, String path) {
    return URI.create("http://" + server.localAddress() + path);
  }

  private static CompletableFuture<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }

  /** Gives numbered events exactly as far as it is asked, on the thread that asks. */
  private static final class Counting implements Flow.Publisher<Event> {
    final AtomicLong given = new AtomicLong();
    final AtomicBoolean cancelled = new AtomicBoolean();
    private final int count;
    private final String filling;

    /**
     * @param count 0 for a stream that stays quiet
     */
    Counting(int count, String filling) {
      this.count = count;
      this.filling = filling;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Event> subscriber) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long n) {
              for (long i = 0; i < n && given.get() < count; i++) {
                subscriber.onNext(new Event("", given.getAndIncrement() + " " + filling));
              }
              if (count > 0 && given.get() == count) {
                subscriber.onComplete();
              }
            }

            @Override
            public void cancel() {
              cancelled.set(true);
            }
          });
    }
  }
}
