// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store of real nodes that start again on the same disk. */
class GossipStoreOnDiskIT {

  @TempDir private Path directory;
  private final Clusters clusters = new Clusters();

  @AfterEach
  void stop() {
    clusters.close();
  }

  private GossipCluster start(String name) {
    return clusters.start(
        clusters
            .builder()
            .name(name)
            .data(directory.resolve(name))
            .store(StoreSettings.local().withSync(Sync.EACH)));
  }

  private static void put(GossipCluster node, String key, String value) {
    Clusters.get(node.store().put(key, Bytes.utf8(value)));
  }

  private static List<String> values(GossipCluster node) {
    return node.store().view("").values().stream().map(entry -> entry.value().toUtf8()).toList();
  }

  private List<String> setAside(String name) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(name))) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(file -> file.startsWith("kv."))
          .toList();
    }
  }

  @Test
  void aLoneNodeFindsItsEntriesAgainAndWhatItDeletedStaysDeleted() throws IOException {
    GossipCluster node = start("node-1");
    for (int i = 0; i < 50; i++) {
      put(node, "key/" + i, "value");
    }
    for (int i = 0; i < 49; i++) {
      Clusters.get(node.store().delete("key/" + i));
    }
    Clusters.crash(node);
    node = start("node-1");

    assertThat(node.store().view("")).containsOnlyKeys("key/49");
    put(node, "key/49", "again");
    assertThat(values(node)).containsExactly("again");
    assertThat(setAside("node-1")).isEmpty();
  }

  @Test
  void aNodeWhoseStoreIsDamagedGetsAllFromTheOthers() throws IOException {
    GossipCluster first = start("node-1");
    GossipCluster second = start("node-2");
    Clusters.awaitTogether(List.of(first, second));
    put(first, "a", "1");
    put(second, "b", "2");
    await().atMost(Clusters.PATIENCE).until(() -> values(second).size() == 2);
    Clusters.crash(second);
    Files.write(directory.resolve("node-2/kv/log-000000000000000001"), new byte[64]);
    GossipCluster again = start("node-2");

    await()
        .atMost(Clusters.PATIENCE)
        .untilAsserted(() -> assertThat(values(again)).containsExactly("1", "2"));
    assertThat(setAside("node-2")).singleElement().asString().startsWith("kv.damaged-");
    put(again, "b", "3");
    await()
        .atMost(Clusters.PATIENCE)
        .untilAsserted(() -> assertThat(values(first)).containsExactly("1", "3"));
  }

  @Test
  void twoNodesOnOneDirectoryAreToldSo() {
    start("node-1");

    assertThatThrownBy(() -> start("node-1"))
        .hasRootCauseInstanceOf(DcosNetException.class)
        .hasStackTraceContaining("in use by this process");
    assertThat(clusters.nodes).hasSize(1);
  }

  @Test
  void aStoreIsClosedWhenItsNodeCannotStart() {
    GossipCluster node = start("node-1");
    GossipCluster.Builder onTheSamePort =
        clusters
            .builder()
            .name("node-2")
            .bind(node.address())
            .data(directory.resolve("node-2"))
            .store(StoreSettings.local());
    GossipCluster failing = onTheSamePort.build();
    assertThat(failing.start().toCompletableFuture()).failsWithin(Duration.ofSeconds(20));

    assertThat(values(start("node-2"))).isEmpty();
  }
}
