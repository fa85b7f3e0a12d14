// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.dns.records.Golden;
import io.dcosnet.sources.mesos.MesosState;
import io.dcosnet.sources.mesos.OperatorEvents;
import io.dcosnet.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DcosRecordsGoldenTest {

  @ParameterizedTest
  @ValueSource(strings = {"operator-api", "hello-overlay"})
  void givesTheRecordsThatDcosNetHasAfterARecordedStream(String stream) throws IOException {
    Path folder = Fixtures.find().resolve("mesos");
    MesosState recorded = OperatorEvents.read(folder.resolve("stream/" + stream + ".json"));
    String golden = Files.readString(folder.resolve("golden/" + stream + ".dcos-zone.json"));
    Map<String, List<String>> expected = Golden.zoneRecords(golden);
    ClusterState state = recorded.cluster();

    DcosListing bare = DcosRecords.list(state, DcosZoneConfig.builder().services(false).build());
    DcosListing full = DcosRecords.list(state, DcosZoneConfig.defaults());

    assertThat(recorded.rejections()).isEmpty();
    assertThat(expected).isNotEmpty();
    assertThat(lines(bare)).isEqualTo(expected);
    assertThat(lines(full)).isEqualTo(expected);
    assertThat(bare.srv()).isEmpty();
    assertThat(bare.hosts()).isEmpty();
    assertThat(full.srv()).isNotEmpty();
    assertThat(full.refused()).isEmpty();
    assertThat(full.collisions()).isEmpty();
  }

  private static Map<String, List<String>> lines(DcosListing listing) {
    Map<String, List<String>> lines = new TreeMap<>();
    listing.a().forEach((name, all) -> add(lines, name, "A ", all));
    listing.aaaa().forEach((name, all) -> add(lines, name, "AAAA ", all));
    return lines;
  }

  private static void add(
      Map<String, List<String>> lines, String name, String type, List<String> all) {
    all.forEach(one -> lines.computeIfAbsent(name, key -> new ArrayList<>()).add(type + one));
  }
}
