// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.App;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.edge.EdgeExplanation;
import io.dcosnet.lb.edge.EdgeOptions;
import io.dcosnet.lb.edge.EdgeOptions.Precedence;
import io.dcosnet.lb.edge.EdgeRequest;
import io.dcosnet.lb.edge.TestEdge;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Many apps that want the same few hosts and paths, in all ways that labels know: what the model
 * explains is what the real HAProxy does.
 */
class RandomAppsTrafficIT {

  private static final int APPS = 60;
  private static final int REQUESTS = 250;
  private static final String HASH = "$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.";

  private static final List<String> HOSTS =
      List.of("a.example.org", "b.example.org", "*.example.org", "c.example.net", "*.example.net");
  private static final List<String> PATHS =
      List.of(
          "",
          "",
          "/",
          "/api",
          "/api/",
          "/api/v2",
          "-i /API",
          "-i /Api/V2",
          "/x /api/v2/y",
          "/%7Eu");
  private static final List<String> ASKED =
      List.of(
          "/",
          "/api",
          "/api/",
          "/apix",
          "/API/v2",
          "/api/v2",
          "/api/v2/y?q=/x",
          "/x",
          "/Api/v2x",
          "/%7Eu/a",
          "//api",
          "/api%2fv2");
  private static final List<String> NAMES =
      List.of(
          "a.example.org",
          "B.example.org",
          "d.example.org",
          "c.example.net",
          "e.example.net",
          "a.example.org:80",
          "e.e.example.org",
          "a|b",
          "example.org",
          ".example.org");

  @TempDir Path folder;

  @BeforeEach
  void askForHaproxy() {
    Required.program("haproxy", "haproxy");
  }

  @ParameterizedTest
  @CsvSource({
    "1, MARATHON_LB, false, false",
    "2, MARATHON_LB, true, false",
    "3, MARATHON_LB, true, true",
    "4, LONGEST_PREFIX, false, false",
    "5, LONGEST_PREFIX, true, true",
  })
  void doesWhatTheModelExplains(long seed, Precedence precedence, boolean files, boolean maps)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<Integer> free = FreePorts.find(2 * APPS);
    List<App> apps = new ArrayList<>();
    for (int i = 0; i < APPS; i++) {
      apps.add(app(i, free.get(2 * i), free.get(2 * i + 1), random));
    }
    EdgeOptions.Builder options =
        EdgeOptions.forGroups("external").precedence(precedence).maps(maps);

    List<String> different = new ArrayList<>();
    try (EdgeUnderTest edge =
        EdgeUnderTest.start(
            folder, options, apps, place -> files ? place.withFolder(folder.toString()) : place)) {
      for (int i = 0; i < REQUESTS; i++) {
        EdgeRequest request = request(random);
        EdgeExplanation explained = edge.model().explain(request);
        RunningHaproxy.Answer answer = edge.send(request);
        String expected = explained.status() + " " + server(explained) + location(explained);
        String seen =
            answer.status()
                + " "
                + (answer.status().equals("200") ? answer.server() : "")
                + answer.location();
        if (!seen.equals(expected)) {
          different.add(request + ": seen " + seen + " but " + explained);
        }
      }
    }

    assertThat(different).as("seed " + seed).isEmpty();
  }

  private static App app(int number, int servicePort, int taskPort, SplittableRandom random) {
    List<String> labels = new ArrayList<>();
    String host = one(HOSTS, random);
    labels.addAll(
        List.of("0_VHOST", random.nextInt(4) == 0 ? host + "," + one(HOSTS, random) : host));
    String path = one(PATHS, random);
    if (!path.isEmpty()) {
      labels.addAll(List.of("0_PATH", path));
    }
    if (random.nextInt(3) == 0) {
      labels.addAll(List.of("0_BACKEND_WEIGHT", Integer.toString(random.nextInt(-2, 4))));
    }
    if (random.nextInt(12) == 0) {
      labels.addAll(List.of("0_REDIRECT_TO_HTTPS", "true"));
    }
    if (random.nextInt(12) == 0) {
      labels.addAll(List.of("0_AUTH", "realm " + number + ":ann:" + HASH));
    }
    if (random.nextInt(8) == 0) {
      labels.addAll(List.of("0_HTTP_BACKEND_REDIR", "/landing%20page"));
    }
    return TestEdge.web(
        "/app-" + number, servicePort, "127.93.0.1:" + taskPort, labels.toArray(new String[0]));
  }

  private static EdgeRequest request(SplittableRandom random) {
    String host = one(NAMES, random);
    String path = one(ASKED, random);
    EdgeRequest request =
        random.nextInt(3) == 0
            ? EdgeRequest.https(host, path).withSni("edge")
            : EdgeRequest.http(host, path);
    return random.nextInt(3) == 0
        ? request.with("Authorization", "Basic YW5uOnNlY3JldA==") // ann:secret
        : request;
  }

  private static String server(EdgeExplanation explained) {
    return String.join(" ", explained.servers().stream().map(HostPort::toString).toList());
  }

  private static String location(EdgeExplanation explained) {
    return Objects.requireNonNullElse(explained.location(), "");
  }

  private static String one(List<String> of, SplittableRandom random) {
    return of.get(random.nextInt(of.size()));
  }
}
