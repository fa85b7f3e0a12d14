// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.testkit.Fixtures;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MesosRecordsGoldenTest {

  @ParameterizedTest
  @CsvSource({
    "syn-small, default", "syn-small, dcos", "syn-small, rfc952", "syn-small, docker-first",
    "syn-medium, default", "syn-medium, dcos", "syn-medium, rfc952", "syn-medium, docker-first",
    "syn-wide, default", "syn-wide, dcos", "syn-wide, rfc952", "syn-wide, docker-first"
  })
  void givesTheRecordsOfTheOriginalForAwkwardNames(String state, String config) throws IOException {
    check(
        unzip("/mesos/state/" + state + ".json.gz"),
        unzip("/mesos/golden/" + state + "." + config + ".json.gz"));
  }

  @Test
  void givesTheRecordsOfTheOriginalForEveryRecordedState() throws IOException {
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
    ClusterState cluster = Golden.state(state);

    RecordListing listing = MesosRecords.list(cluster, golden.config());

    assertThat(golden.compare(listing)).isEmpty();
    Map<String, @Nullable Object> head = new TreeMap<>(JsonTree.object(listing.toAxfrJson(0)));
    head.remove("Records");
    head.remove("RefreshSeconds");
    assertThat(head).isEqualTo(golden.head());
  }

  private static byte[] unzip(String resource) throws IOException {
    InputStream stream = MesosRecordsGoldenTest.class.getResourceAsStream(resource);
    try (InputStream in = new GZIPInputStream(Objects.requireNonNull(stream, resource))) {
      return in.readAllBytes();
    }
  }
}
