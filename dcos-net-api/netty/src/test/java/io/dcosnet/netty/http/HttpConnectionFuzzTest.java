// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Whatever a client sends, in whatever pieces: an answer, silence or the end, and nothing else. */
class HttpConnectionFuzzTest {

  private static final HttpHandler ECHO =
      request ->
          CompletableFuture.completedFuture(HttpResponse.of(200, "text/plain", request.path()));

  @FuzzTest(maxDuration = "60s")
  void survivesAnyInput(FuzzedDataProvider data) {
    ConnectionBench bench = ConnectionBench.tcp(ECHO);
    while (data.remainingBytes() > 0 && bench.isOpen()) {
      bench.send(
          new String(data.consumeBytes(data.consumeInt(1, 200)), StandardCharsets.ISO_8859_1));
    }
    String answers = bench.take();
    bench.pass(Duration.ofSeconds(80));

    assertThat(answers + bench.take()).matches("(?s)|HTTP/1\\.1 [1-5][0-9][0-9] .*");
    assertThat(bench.isOpen()).as("open after all timeouts").isFalse();
    assertThat(bench.metrics.gauge("dcosnet.http.connections", "server", "bench")).isZero();
    assertThat(bench.metrics.count("dcosnet.http.handler.failures", "server", "bench")).isZero();
  }
}
