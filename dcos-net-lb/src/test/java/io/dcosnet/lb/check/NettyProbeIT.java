// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.check;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.check.Probe.Outcome;
import io.dcosnet.lb.check.Probe.Result;
import io.dcosnet.lb.check.Probe.Subject;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderWriter;
import io.dcosnet.lb.vip.Check;
import io.dcosnet.lb.vip.ServiceOptions.ProxyHeader;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NettyProbeIT {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final NetRuntime net = NetRuntime.create();
  private final Probe probe = new NettyProbe(net);
  private ServerSocket server;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    net.close();
  }

  @Test
  void isContentWithAConnectionOverTcp() {
    assertThat(tried(Check.TCP, ProxyHeader.NONE, PATIENCE).result()).isEqualTo(Result.GOOD);
  }

  @Test
  void findsThatNobodyListens() throws IOException {
    server.close();
    Outcome outcome = tried(Check.TCP, ProxyHeader.NONE, PATIENCE);
    assertThat(outcome.result()).isEqualTo(Result.BAD);
    assertThat(outcome.detail()).containsIgnoringCase("refused");
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK, GOOD",
    "HTTP/1.0 204, GOOD",
    "HTTP/1.1 302 Found, GOOD",
    "HTTP/1.1 404 Not Found, BAD",
    "HTTP/1.1 503 Service Unavailable, BAD",
    "SSH-2.0-x, BAD",
    "'', BAD"
  })
  void judgesByTheStatusOfAnAnswer(String line, Result expected) throws Exception {
    BlockingQueue<String> requests = serve(line + "\r\n");
    assertThat(tried(Check.http("/health?x=1"), ProxyHeader.NONE, PATIENCE).result())
        .isEqualTo(expected);
    assertThat(requests.poll(5, TimeUnit.SECONDS))
        .startsWith("GET /health?x=1 HTTP/1.1\r\nHost: 127.0.0.1:" + server.getLocalPort())
        .endsWith("Connection: close\r\n\r\n");
  }

  @Test
  void doesNotWaitForAnAnswerForEver() {
    Outcome outcome = tried(Check.http("/"), ProxyHeader.NONE, Duration.ofMillis(100));
    assertThat(outcome).isEqualTo(new Outcome(Result.BAD, "no answer in 100 ms"));
  }

  @Test
  void findsThatItWasHungUpOn() throws Exception {
    serve("");
    Outcome outcome = tried(Check.http("/"), ProxyHeader.NONE, PATIENCE);
    assertThat(outcome.result()).isEqualTo(Result.BAD);
    assertThat(outcome.detail()).contains("closed without an answer");
  }

  @Test
  void readsNoEndlessLine() throws Exception {
    serve("x".repeat(100_000));
    assertThat(tried(Check.http("/"), ProxyHeader.NONE, PATIENCE).detail()).startsWith("no HTTP");
  }

  @Test
  void tellsOnlyWhatPrints() throws Exception {
    serve("SSH\u001b[2J\rok\r\n");
    assertThat(tried(Check.http("/"), ProxyHeader.NONE, PATIENCE).detail())
        .isEqualTo("no HTTP: SSH?[2J?ok");
  }

  @Test
  void saysFirstThatItSpeaksForItselfWhereAHeaderIsExpected() throws Exception {
    BlockingQueue<String> requests = serve("HTTP/1.1 200 OK\r\n");
    tried(Check.http("/"), ProxyHeader.V1, PATIENCE);
    assertThat(requests.poll(5, TimeUnit.SECONDS)).startsWith("PROXY UNKNOWN\r\nGET / HTTP/1.1");
    tried(Check.http("/"), ProxyHeader.V2, PATIENCE);
    String local = new String(ProxyHeaderWriter.localV2(), US_ASCII);
    assertThat(requests.poll(5, TimeUnit.SECONDS)).startsWith(local + "GET / HTTP/1.1");
  }

  private Outcome tried(Check check, ProxyHeader header, Duration timeout) {
    HostPort endpoint = HostPort.parse("127.0.0.1:" + server.getLocalPort());
    CompletableFuture<Outcome> outcome =
        probe.probe(new Subject(endpoint, check, header), timeout).toCompletableFuture();
    return outcome.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** Answers each request with this and hangs up. */
  private BlockingQueue<String> serve(String answer) {
    BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    Thread thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                  byte[] request = new byte[4096];
                  int length = 0;
                  while (!new String(request, 0, length, US_ASCII).endsWith("\r\n\r\n")) {
                    int count = client.getInputStream().read(request, length, 4096 - length);
                    if (count < 0) {
                      break;
                    }
                    length += count;
                  }
                  requests.add(new String(request, 0, length, US_ASCII));
                  client.getOutputStream().write(answer.getBytes(US_ASCII));
                } catch (IOException e) {
                  // the client had enough, or the server is closed
                }
              }
            },
            "server");
    thread.setDaemon(true);
    thread.start();
    return requests;
  }
}
