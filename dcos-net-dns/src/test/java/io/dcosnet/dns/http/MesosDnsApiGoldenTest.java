// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.dns.records.Golden;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.testkit.Fixtures;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.Required;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MesosDnsApiGoldenTest {

  @ParameterizedTest
  @CsvSource({
    "syn-small, default", "syn-small, dcos", "syn-small, rfc952", "syn-small, docker-first",
    "syn-medium, default", "syn-medium, dcos", "syn-medium, rfc952", "syn-medium, docker-first",
    "syn-wide, default", "syn-wide, dcos", "syn-wide, rfc952", "syn-wide, docker-first"
  })
  void answersAsTheOriginalForAwkwardNames(String state, String config) throws IOException {
    check(
        unzip("/mesos/state/" + state + ".json.gz"),
        unzip("/mesos/golden/" + state + "." + config + ".json.gz"));
  }

  @Test
  void answersAsTheOriginalForEveryRecordedState() throws IOException {
    Path folder = Fixtures.find().resolve("mesos");
    List<Path> goldens = goldens(folder);
    Required.that(goldens.size() >= 40, "fixtures: " + goldens.size() + " goldens (expected: 40)");
    for (Path golden : goldens) {
      String state = golden.getFileName().toString().replaceFirst("\\..*", ".json");
      check(Files.readAllBytes(folder.resolve("state").resolve(state)), Files.readAllBytes(golden));
    }
  }

  private static List<Path> goldens(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("golden"))) {
      return files.filter(file -> !file.toString().endsWith(".dcos-zone.json")).sorted().toList();
    }
  }

  private static void check(byte[] state, byte[] expected) {
    Golden golden = new Golden(new String(expected, UTF_8));
    MesosZone zone = zone(Golden.state(state), golden);
    MesosDnsApi api = MesosDnsApi.builder(zone, Runnable::run).build();

    assertThat(golden.compareTransfer(get(api, "/v1/axfr"))).isEmpty();
    assertThat(golden.compareEnumeration(get(api, "/v1/enumerate"))).isEmpty();
  }

  private static MesosZone zone(ClusterState state, Golden golden) {
    ClusterPublisher cluster = ClusterPublisher.create();
    cluster.replace(state, List.of());
    MesosZone zone = MesosZone.of(cluster, golden.config());
    Subscription unused =
        zone.follow(
            new Zone.Surroundings(Runnable::run, new VirtualTime().time(), new RecordingMetrics()));
    return zone;
  }

  private static String get(MesosDnsApi api, String path) {
    HttpResponse response = api.handle(HttpRequest.get(path)).toCompletableFuture().join();
    assertThat(response.status()).isEqualTo(200);
    return response.body().toUtf8();
  }

  private static byte[] unzip(String resource) throws IOException {
    InputStream stream = MesosDnsApiGoldenTest.class.getResourceAsStream(resource);
    try (InputStream in = new GZIPInputStream(Objects.requireNonNull(stream, resource))) {
      return in.readAllBytes();
    }
  }
}
