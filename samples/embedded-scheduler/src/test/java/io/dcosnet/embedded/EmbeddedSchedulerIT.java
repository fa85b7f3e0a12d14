// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.vip.VipDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedSchedulerIT {

  private final EmbeddedScheduler scheduler = new EmbeddedScheduler();
  private HttpServer one;
  private HttpServer two;

  @BeforeEach
  void runTwoTasksOfOneService() throws IOException {
    one = Main.task("one");
    two = Main.task("two");
    scheduler.start();
    scheduler.running("web", "web.1", one.getAddress().getPort(), "/web:80");
    scheduler.running("web", "web.2", two.getAddress().getPort(), "/web:80");
  }

  @AfterEach
  void stop() {
    scheduler.close();
    one.stop(0);
    two.stop(0);
  }

  @Test
  void connectionsToTheVirtualAddressTakeTurnsBetweenTheTasks() {
    await().until(() -> scheduler.vips().snapshot().entry("web.marathon").isPresent());
    VipDirectory.Entry web = scheduler.vips().snapshot().entry("web.marathon").orElseThrow();
    HostPort vip =
        new HostPort(Objects.requireNonNull(web.ipv4()), web.services().iterator().next().port());

    await()
        .untilAsserted(
            () -> {
              List<String> answers = IntStream.range(0, 6).mapToObj(n -> get(vip)).toList();
              assertThat(answers).containsOnly("one", "two");
              assertThat(answers.stream().filter("one"::equals)).hasSize(3);
            });
  }

  @Test
  void servesDnsOnceItIsStarted() {
    assertThat(scheduler.dns().port()).isPositive();
  }

  private static String get(HostPort vip) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create("http://" + vip + "/").toURL().openConnection();
      connection.setRequestProperty("Connection", "close");
      try (InputStream body = connection.getInputStream()) {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      return e.toString();
    }
  }
}
