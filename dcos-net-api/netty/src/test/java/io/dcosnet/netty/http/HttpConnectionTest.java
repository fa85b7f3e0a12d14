// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.http.HttpResponse.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol on one connection, in memory and on virtual time. */
@SuppressWarnings("StringConcatToTextBlock") // lines of HTTP end in CR LF
class HttpConnectionTest {

  private static final String SECRET = "zebra";
  private static final HttpHandler ECHO =
      request ->
          now(
              HttpResponse.text(
                  200, request.method() + " " + request.path() + " " + request.body().toUtf8()));

  private final List<HttpRequest> seen = new ArrayList<>();
  private final Map<String, CompletableFuture<HttpResponse>> open = new LinkedHashMap<>();

  /** Answers when the test says so. */
  private final HttpHandler later =
      request -> {
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        open.put(request.path(), answer);
        return answer;
      };

  @Test
  void answersOneRequestAfterTheOther() {
    ConnectionBench bench = ConnectionBench.tcp(ECHO);

    bench.send(ConnectionBench.get("/app/1"));
    assertThat(bench.take()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nGET /app/1 ");
    bench.send(ConnectionBench.get("/app/2"));

    assertThat(bench.take()).endsWith("\r\n\r\nGET /app/2 ");
    assertThat(bench.isOpen()).isTrue();
    assertThat(bench.metrics.count("dcosnet.http.requests", "server", "bench", "status", "2xx"))
        .isEqualTo(2);
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() {
    ConnectionBench bench = ConnectionBench.tcp(later);

    bench.send(
        ConnectionBench.get("/app/1") + ConnectionBench.get("/app/2") + ConnectionBench.get("/no"));
    assertThat(open).containsOnlyKeys("/app/1");
    assertThat(bench.take()).isEmpty();
    answer("/app/1", "one");
    assertThat(bench.take()).endsWith("\r\n\r\none");
    assertThat(open).containsOnlyKeys("/app/1", "/app/2");
    answer("/app/2", "two");

    assertThat(bench.take()).contains("\r\n\r\ntwoHTTP/1.1 404 Not Found\r\n");
  }

  @Test
  void takesARequestInAnyNumberOfPieces() {
    ConnectionBench bench = ConnectionBench.tcp(ECHO);
    String request = "POST /app HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";

    for (int i = 0; i < request.length(); i++) {
      bench.send(request.substring(i, i + 1));
    }

    assertThat(bench.take()).endsWith("POST /app hello");
  }

  @Test
  void joinsChunks() {
    ConnectionBench bench = ConnectionBench.tcp(ECHO);

    bench.send(
        "PUT /app HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nTrailer: x\r\n\r\n");

    assertThat(bench.take()).endsWith("PUT /app abcde");
  }

  @Test
  void givesHandlersADecodedRequest() {
    ConnectionBench bench = ConnectionBench.tcp(recording());

    bench.send(
        "POST /app/caf%C3%A9?b=2&a=1&b=3 HTTP/1.1\r\nHost: x\r\nX-One: 1\r\nx-one: 2\r\n"
            + "Content-Length: 2\r\n\r\nok");

    HttpRequest request = seen.get(0);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/app/café");
    assertThat(request.query())
        .containsEntry("b", List.of("2", "3"))
        .containsEntry("a", List.of("1"));
    assertThat(request.headers()).containsEntry("x-one", List.of("1", "2"));
    assertThat(request.body()).isEqualTo(Bytes.utf8("ok"));
  }

  @Test
  void answersHeadWithTheLengthAlone() {
    ConnectionBench bench = ConnectionBench.tcp(ECHO);

    bench.send("HEAD /app HTTP/1.1\r\nHost: x\r\n\r\n");

    assertThat(bench.take()).contains("\r\ncontent-length: 9\r\n").endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1, keep-alive, true",
    "HTTP/1.1, close, false",
    "HTTP/1.0, keep-alive, true",
    "HTTP/1.0, close, false"
  })
  void keepsTheConnectionAsTheClientWants(String version, String connection, boolean stays) {
    ConnectionBench bench = ConnectionBench.tcp(ECHO);

    bench.send("GET /app " + version + "\r\nHost: x\r\nConnection: " + connection + "\r\n\r\n");

    assertThat(bench.take()).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(bench.isOpen()).isEqualTo(stays);
  }

  static Stream<Arguments> badRequests() {
    String host = "Host: x\r\n";
    return Stream.of(
        Arguments.of(400, "zebra\r\n\r\n"),
        Arguments.of(400, "GET /app/zebra\r\n\r\n"),
        Arguments.of(400, "GET /app/zebra HTTP/1.1\r\n\r\n"),
        Arguments.of(400, "GET /app/zebra HTTP/1.1\r\nHost:\r\n\r\n"),
        Arguments.of(400, "GET /app/zebra HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        Arguments.of(400, "GET /app/zebra%zz HTTP/1.1\r\n" + host + "\r\n"),
        Arguments.of(400, "GET /app/../zebra HTTP/1.1\r\n" + host + "\r\n"),
        Arguments.of(400, "GET app/zebra HTTP/1.1\r\n" + host + "\r\n"),
        Arguments.of(400, "OPTIONS * HTTP/1.1\r\n" + host + "\r\n"),
        Arguments.of(400, "GET /app HTTP/1.1\r\n" + host + "zebra\r\n\r\n"),
        Arguments.of(400, "GET /app HTTP/1.1\r\n" + host + "zebra : 1\r\n\r\n"),
        Arguments.of(400, "GET /app HTTP/1.1\r\n" + host + "ze\0bra: 1\r\n\r\n"),
        Arguments.of(400, "GET /app HTTP/1.1\n" + "Host: x\n\n"),
        Arguments.of(400, "POST /app HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n"),
        Arguments.of(400, "POST /app HTTP/1.1\r\n" + host + "Content-Length: +1\r\n\r\nz"),
        Arguments.of(400, "POST /app HTTP/1.1\r\n" + host + "Content-Length: 0x1\r\n\r\nz"),
        Arguments.of(
            400,
            "POST /app HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nzz"),
        Arguments.of(
            400,
            "POST /app HTTP/1.1\r\n"
                + host
                + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Arguments.of(
            400, "POST /app HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Arguments.of(
            400, "POST /app HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzebra\r\n"),
        Arguments.of(
            413, "POST /app HTTP/1.1\r\n" + host + "Content-Length: 1001\r\n\r\n" + SECRET),
        Arguments.of(
            413,
            "POST /app HTTP/1.1\r\n"
                + host
                + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n"
                + "z".repeat(1001)),
        Arguments.of(414, "GET /app/" + SECRET.repeat(60) + " HTTP/1.1\r\n" + host + "\r\n"),
        Arguments.of(417, "GET /app HTTP/1.1\r\n" + host + "Expect: zebra\r\n\r\n"),
        Arguments.of(431, "GET /app HTTP/1.1\r\n" + host + "a: " + SECRET.repeat(300) + "\r\n\r\n"),
        Arguments.of(431, "GET /app HTTP/1.1\r\n" + host + "a: b\r\n".repeat(300) + "\r\n"),
        Arguments.of(501, "zebra /app HTTP/1.1\r\n" + host + "\r\n"),
        Arguments.of(501, "get /app HTTP/1.1\r\n" + host + "\r\n"),
        Arguments.of(501, "TRACE /app HTTP/1.1\r\n" + host + "\r\n"),
        Arguments.of(501, "CONNECT zebra:443 HTTP/1.1\r\n" + host + "\r\n"),
        Arguments.of(
            501, "POST /app HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n"),
        Arguments.of(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Arguments.of(505, "GET /app HTTP/3.0\r\n" + host + "\r\n"));
  }

  @ParameterizedTest
  @MethodSource("badRequests")
  void refusesBadRequestsWithoutEchoingThem(int status, String request) {
    ConnectionBench bench = ConnectionBench.tcp(recording());

    bench.send(request + ConnectionBench.get("/app/smuggled"));

    String answer = bench.take();
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("\r\nconnection: close\r\n");
    assertThat(answer).doesNotContain(SECRET);
    assertThat(answer.split("HTTP/1.1 ", -1)).as("answers").hasSize(2);
    assertThat(seen).as("requests that reached the handler").isEmpty();
    assertThat(bench.isOpen()).isFalse();
    assertThat(bench.metrics.counts().keySet())
        .anyMatch(figure -> figure.startsWith("dcosnet.http.requests.refused{"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Host:\r\n", "Host: anything\r\n"})
  void toleratesAnyHostOnUnixSockets(String host) {
    ConnectionBench bench = ConnectionBench.unix(recording());

    bench.send("POST /app/Plugin.Activate HTTP/1.1\r\n" + host + "Content-Length: 0\r\n\r\n");

    assertThat(bench.take()).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(seen).extracting(HttpRequest::remote).containsExactly("unix");
  }

  @Test
  void answersUnknownPathsAndGoesOn() {
    ConnectionBench bench = ConnectionBench.tcp(ECHO);

    bench.send("POST /zebra HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    assertThat(bench.take()).startsWith("HTTP/1.1 404 Not Found\r\n").doesNotContain(SECRET);
    bench.send(ConnectionBench.get("/app"));

    assertThat(bench.take()).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @Test
  void invitesABodyThatMayCome() {
    ConnectionBench bench = ConnectionBench.tcp(ECHO);

    bench.send("PUT /app HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    assertThat(bench.take()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    bench.send("ok");

    assertThat(bench.take()).endsWith("PUT /app ok");
  }

  @ParameterizedTest
  @CsvSource({"/app, 1001, 413", "/absent, 2, 404"})
  void doesNotInviteABodyInVain(String path, int length, int status) {
    ConnectionBench bench = ConnectionBench.tcp(ECHO);

    bench.send(
        "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n"
            .formatted(path, length));

    assertThat(bench.take()).startsWith("HTTP/1.1 " + status + " ");
  }

  static Stream<HttpHandler> failingHandlers() {
    return Stream.of(
        request -> {
          throw new IllegalStateException(SECRET);
        },
        request -> {
          throw new StackOverflowError(SECRET);
        },
        request -> CompletableFuture.failedFuture(new IllegalStateException(SECRET)),
        request -> now(HttpResponse.of(200, Map.of("a", "b\r\nc: " + SECRET), Bytes.EMPTY)),
        request -> now(HttpResponse.text(99, SECRET)),
        HttpConnectionTest::nullStage,
        HttpConnectionTest::nullResponse);
  }

  @ParameterizedTest
  @MethodSource("failingHandlers")
  void answers500WithoutDetailsWhenAHandlerFails(HttpHandler failing) {
    ConnectionBench bench = ConnectionBench.tcp(failing);

    bench.send(ConnectionBench.get("/app"));

    assertThat(bench.take())
        .startsWith("HTTP/1.1 500 Internal Server Error\r\n")
        .endsWith("\r\n\r\ninternal error\n")
        .doesNotContain(SECRET);
    assertThat(bench.isOpen()).isTrue();
    assertThat(bench.metrics.count("dcosnet.http.handler.failures", "server", "bench")).isOne();
  }

  @Test
  void writesALargeBodyOnlyAsFastAsTheClientReads() {
    String body = "0123456789".repeat(200_000);
    ConnectionBench bench = ConnectionBench.tcp(request -> now(HttpResponse.text(200, body)));

    bench.stopReading();
    bench.send(ConnectionBench.get("/app"));
    assertThat(bench.pendingBytes()).isBetween(1L, 4L * Output.PIECE);
    bench.readOn();

    assertThat(bench.take()).endsWith("\r\n\r\n" + body);
    bench.send(ConnectionBench.get("/app"));
    assertThat(bench.take()).contains("\r\ncontent-length: 2000000\r\n").endsWith(body);
  }

  @Test
  void takesNoMoreRequestsWhileAnswersPileUp() {
    String body = "x".repeat(10_000);
    ConnectionBench bench =
        ConnectionBench.tcp(
            request -> {
              seen.add(request);
              return now(HttpResponse.text(200, body));
            });

    bench.stopReading();
    bench.send(ConnectionBench.get("/app").repeat(100));
    assertThat(seen).hasSizeBetween(2, 20);
    bench.readOn();

    assertThat(seen).hasSize(100);
    assertThat(bench.take().split("HTTP/1.1 200", -1)).hasSize(101);
  }

  @Test
  void closesAnIdleConnection() {
    ConnectionBench bench = ConnectionBench.tcp(ECHO);
    bench.send(ConnectionBench.get("/app"));
    bench.take();

    bench.pass(Duration.ofSeconds(74));
    assertThat(bench.isOpen()).isTrue();
    bench.pass(Duration.ofSeconds(2));

    assertThat(bench.isOpen()).isFalse();
    assertThat(bench.take()).isEmpty();
    assertThat(bench.metrics.count("dcosnet.http.connections.timed_out", "server", "bench"))
        .isOne();
  }

  @Test
  void givesASlowHeadNoMoreTimeForEachByte() {
    ConnectionBench bench = ConnectionBench.tcp(ECHO);

    bench.send("GET /app HTTP/1.1\r\nHost: x\r\n");
    for (int second = 0; second < 29; second++) {
      bench.send("a: b\r\n");
      bench.pass(Duration.ofSeconds(1));
      assertThat(bench.isOpen()).isTrue();
    }
    bench.pass(Duration.ofSeconds(2));

    assertThat(bench.take()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
    assertThat(bench.isOpen()).isFalse();
  }

  @Test
  void givesASlowBodyNoMoreTimeForEachByte() {
    ConnectionBench bench = ConnectionBench.tcp(recording());

    bench.send("POST /app HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n");
    for (int second = 0; second < 29; second++) {
      bench.send("z");
      bench.pass(Duration.ofSeconds(1));
    }
    bench.pass(Duration.ofSeconds(2));

    assertThat(bench.take()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
    assertThat(seen).isEmpty();
  }

  @Test
  void givesABodyThatFollowsAnotherRequestNoMoreTime() {
    ConnectionBench bench = ConnectionBench.tcp(later);
    bench.send(
        ConnectionBench.get("/app/1")
            + "PUT /app/2 HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
    answer("/app/1", "one");
    assertThat(bench.take()).endsWith("one");

    bench.pass(Duration.ofSeconds(31));

    assertThat(bench.take()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
  }

  @Test
  void givesHandlersAllTheTimeTheyNeed() {
    ConnectionBench bench = ConnectionBench.tcp(later);

    bench.send(ConnectionBench.get("/app/slow"));
    bench.pass(Duration.ofMinutes(10));
    answer("/app/slow", "at last");

    assertThat(bench.take()).endsWith("at last");
  }

  @Test
  void givesUpAClientThatTakesNothingOfItsAnswer() {
    String body = "x".repeat(2_000_000);
    ConnectionBench bench = ConnectionBench.tcp(request -> now(HttpResponse.text(200, body)));
    bench.stopReading();
    bench.send(ConnectionBench.get("/app"));

    bench.pass(Duration.ofSeconds(15));
    assertThat(bench.isOpen()).isTrue();
    bench.pass(Duration.ofSeconds(20));

    assertThat(bench.isOpen()).isFalse();
  }

  @Test
  void bearsAClientThatReadsSlowly() {
    String body = "x".repeat(2_000_000);
    ConnectionBench bench = ConnectionBench.tcp(request -> now(HttpResponse.text(200, body)));
    bench.stopReading();
    bench.send(ConnectionBench.get("/app"));
    for (int i = 0; i < 3; i++) {
      bench.pass(Duration.ofSeconds(15));
      assertThat(bench.isOpen()).isTrue();
      bench.readOneByte();
    }

    bench.readOn();

    assertThat(bench.take()).endsWith(body);
  }

  @Test
  void streamsEventsAndKeepsAQuietStreamAlive() {
    SubmissionPublisher<Event> events = new SubmissionPublisher<>(Runnable::run, 16);
    ConnectionBench bench = ConnectionBench.tcp(request -> now(HttpResponse.events(events)));

    bench.send(ConnectionBench.get("/app"));
    assertThat(bench.take())
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("\r\ncontent-type: text/event-stream\r\n");
    events.submit(new Event("change", "{}"));
    assertThat(bench.take()).isEqualTo("18\r\nevent: change\ndata: {}\n\n\r\n");
    bench.pass(Duration.ofSeconds(16));
    assertThat(bench.take()).isEqualTo("3\r\n:\n\n\r\n");
    bench.pass(Duration.ofSeconds(13));
    assertThat(bench.take()).isEmpty();
    events.close();

    assertThat(bench.take()).isEqualTo("0\r\n\r\n");
    bench.send(ConnectionBench.get("/nowhere"));
    assertThat(bench.take()).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void cancelsTheStreamWhenTheClientLeaves() {
    SubmissionPublisher<Event> events = new SubmissionPublisher<>(Runnable::run, 16);
    ConnectionBench bench = ConnectionBench.tcp(request -> now(HttpResponse.events(events)));
    bench.send(ConnectionBench.get("/app"));
    bench.take();
    assertThat(events.getNumberOfSubscribers()).isOne();
    assertThat(bench.metrics.gauge("dcosnet.http.streams", "server", "bench")).isOne();

    bench.endInput();

    assertThat(bench.isOpen()).isFalse();
    assertThat(events.getNumberOfSubscribers()).isZero();
    assertThat(bench.metrics.gauge("dcosnet.http.streams", "server", "bench")).isZero();
  }

  @Test
  void cutsAStreamWhosePublisherFails() {
    SubmissionPublisher<Event> events = new SubmissionPublisher<>(Runnable::run, 16);
    ConnectionBench bench = ConnectionBench.tcp(request -> now(HttpResponse.events(events)));
    bench.send(ConnectionBench.get("/app"));
    bench.take();

    events.closeExceptionally(new IllegalStateException(SECRET));

    assertThat(bench.take()).doesNotContain("0\r\n\r\n").doesNotContain(SECRET);
    assertThat(bench.isOpen()).isFalse();
  }

  @Test
  void cutsAStreamWhosePublisherThrows() {
    Flow.Publisher<Event> broken =
        subscriber -> {
          throw new IllegalStateException(SECRET);
        };
    ConnectionBench bench = ConnectionBench.tcp(request -> now(HttpResponse.events(broken)));

    bench.send(ConnectionBench.get("/app"));

    assertThat(bench.take()).doesNotContain(SECRET);
    assertThat(bench.isOpen()).isFalse();
  }

  @Test
  void leavesOutAnEventThatWouldForgeFields() {
    SubmissionPublisher<Event> events = new SubmissionPublisher<>(Runnable::run, 16);
    ConnectionBench bench = ConnectionBench.tcp(request -> now(HttpResponse.events(events)));
    bench.send(ConnectionBench.get("/app"));
    bench.take();

    events.submit(new Event("a\nb", ""));
    events.submit(new Event("", "kept"));

    assertThat(bench.take()).isEqualTo("c\r\ndata: kept\n\n\r\n");
  }

  @Test
  void answersEverythingThatCameBeforeTheClientClosedItsHalf() {
    ConnectionBench bench = ConnectionBench.tcp(later);
    bench.send(ConnectionBench.get("/app/1") + ConnectionBench.get("/app/2"));

    bench.endInput();
    answer("/app/1", "one");
    assertThat(bench.take()).contains("one").doesNotContain("connection: close");
    assertThat(bench.isOpen()).isTrue();
    answer("/app/2", "two");

    assertThat(bench.take()).contains("\r\nconnection: close\r\n").endsWith("two");
    assertThat(bench.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET /app HTTP/1.1\r\nHost",
        "POST /app HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhell",
        "POST /app HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
      })
  void closesWhenTheClientEndsBeforeItsRequest(String part) {
    ConnectionBench bench = ConnectionBench.tcp(recording());
    bench.send(part);

    bench.endInput();

    assertThat(seen).isEmpty();
    assertThat(bench.isOpen()).isFalse();
  }

  @Test
  void deliversWhatWasAnsweredBeforeTheClientEndedWithinARequest() {
    ConnectionBench bench = ConnectionBench.tcp(ECHO);
    bench.stopReading();
    bench.send(
        ConnectionBench.get("/app/1")
            + "PUT /app HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
    bench.endInput();
    assertThat(bench.isOpen()).isTrue();
    bench.readOn();

    assertThat(bench.take()).endsWith("GET /app/1 ");
    assertThat(bench.isOpen()).isFalse();
  }

  @Test
  void forgetsAClientEvenWhenItsPublisherDoesNotLetGo() {
    Flow.Publisher<Event> clinging =
        subscriber ->
            subscriber.onSubscribe(
                new Flow.Subscription() {
                  @Override
                  public void request(long n) {}

                  @Override
                  public void cancel() {
                    throw new IllegalStateException("clinging");
                  }
                });
    ConnectionBench bench = ConnectionBench.tcp(request -> now(HttpResponse.events(clinging)));
    bench.send(ConnectionBench.get("/app"));
    bench.take();

    bench.leave();

    assertThat(bench.metrics.gauge("dcosnet.http.connections", "server", "bench")).isZero();
    assertThat(bench.metrics.gauge("dcosnet.http.streams", "server", "bench")).isZero();
  }

  @Test
  void forgetsAnAnswerThatComesAfterTheClientHasGone() {
    ConnectionBench bench = ConnectionBench.tcp(later);
    bench.send(ConnectionBench.get("/app/1"));

    bench.leave();
    answer("/app/1", "too late");

    assertThat(bench.take()).isEmpty();
    assertThat(bench.metrics.gauge("dcosnet.http.connections", "server", "bench")).isZero();
  }

  @Test
  void endsIdleConnectionsAndStreamsWhenTheServerStops() {
    ConnectionBench idle = ConnectionBench.tcp(ECHO);
    SubmissionPublisher<Event> events = new SubmissionPublisher<>(Runnable::run, 16);
    ConnectionBench stream = ConnectionBench.tcp(request -> now(HttpResponse.events(events)));
    stream.send(ConnectionBench.get("/app"));
    stream.take();

    var idleEnd = idle.server.drain().toCompletableFuture();
    var streamEnd = stream.server.drain().toCompletableFuture();

    assertThat(idle.isOpen()).isFalse();
    assertThat(stream.take()).isEqualTo("0\r\n\r\n");
    assertThat(stream.isOpen()).isFalse();
    assertThat(events.getNumberOfSubscribers()).isZero();
    assertThat(idleEnd).isDone();
    assertThat(streamEnd).isDone();
  }

  @Test
  void finishesTheAnswerUnderWayWhenTheServerStops() {
    ConnectionBench bench = ConnectionBench.tcp(later);
    bench.send(ConnectionBench.get("/app/1") + ConnectionBench.get("/app/2"));

    var end = bench.server.drain().toCompletableFuture();
    assertThat(bench.isOpen()).isTrue();
    assertThat(end).isNotDone();
    answer("/app/1", "one");

    assertThat(bench.take()).contains("\r\nconnection: close\r\n").endsWith("one");
    assertThat(bench.isOpen()).isFalse();
    assertThat(open).containsOnlyKeys("/app/1");
    assertThat(end).isDone();
  }

  @Test
  void cutsWhatIsStillOpenAtTheEndOfTheGrace() {
    ConnectionBench bench = ConnectionBench.tcp(later);
    bench.send(ConnectionBench.get("/app/1"));

    var end = bench.server.drain().toCompletableFuture();
    bench.server.cut();

    assertThat(bench.isOpen()).isFalse();
    assertThat(end).isDone();
  }

  private void answer(String path, String text) {
    requireNonNull(open.get(path)).complete(HttpResponse.text(200, text));
  }

  private HttpHandler recording() {
    return request -> {
      seen.add(request);
      return now(HttpResponse.text(200, "seen"));
    };
  }

  private static CompletableFuture<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }

  @SuppressWarnings("NullAway") // what a handler written without checks can do
  private static CompletableFuture<HttpResponse> nullStage(HttpRequest request) {
    return null;
  }

  @SuppressWarnings("NullAway")
  private static CompletableFuture<HttpResponse> nullResponse(HttpRequest request) {
    return CompletableFuture.completedFuture(null);
  }
}
