// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.seed.SeedProvider;
import io.dcosnet.gossip.seed.Seeds;
import io.dcosnet.lb.DrainReport;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EmbeddedNodeIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  // Two builds on one machine must not listen on the same addresses.
  private static final int RANGES = 80 + (int) (ProcessHandle.current().pid() % 80) * 2;

  private final GossipKey key = GossipKey.generate(1, new SecureRandom());

  @Test
  void aServiceOfOneNodeIsReachedFromTheOther() throws IOException {
    HttpServer task = Main.task("one");
    try (EmbeddedNode first = node("127.0.0.1", Seeds.none(), range(0))) {
      first.start();
      try (EmbeddedNode second = node("127.0.0.2", Seeds.of(first.gossip()), range(1))) {
        second.start();
        first.running("web", "web.1", task.getAddress().getPort(), "/web:80");

        await()
            .atMost(PATIENCE)
            .until(() -> second.vips().snapshot().entry("web.marathon").isPresent());
        VipDirectory.Entry web = second.vips().snapshot().entry("web.marathon").orElseThrow();
        HostPort vip =
            new HostPort(
                Objects.requireNonNull(web.ipv4()), web.services().iterator().next().port());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(get(vip)).isEqualTo("one"));
      }
    } finally {
      task.stop(0);
    }
  }

  @Test
  void aTaskThatIsAboutToEndGetsNothingNewFromAnyNode() throws IOException {
    HttpServer stays = Main.task("stays");
    HttpServer ends = Main.task("ends");
    try (EmbeddedNode first = node("127.0.0.1", Seeds.none(), range(0))) {
      first.start();
      try (EmbeddedNode second = node("127.0.0.2", Seeds.of(first.gossip()), range(1))) {
        second.start();
        first.running("web", "web.1", stays.getAddress().getPort(), "/web:80");
        first.running("web", "web.2", ends.getAddress().getPort(), "/web:80");
        await().atMost(PATIENCE).until(() -> place(second).isPresent());
        HostPort vip = place(second).orElseThrow();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(get(vip)).isEqualTo("ends"));

        DrainReport report = first.ending("web.2").toCompletableFuture().join();

        assertThat(report.everywhere()).isTrue();
        assertThat(report.applied()).hasSize(2);
        for (int i = 0; i < 10; i++) {
          assertThat(get(vip)).isEqualTo("stays");
        }
      }
    } finally {
      stays.stop(0);
      ends.stop(0);
    }
  }

  private static Optional<HostPort> place(EmbeddedNode node) {
    return node.vips()
        .snapshot()
        .entry("web.marathon")
        .map(
            web ->
                new HostPort(
                    Objects.requireNonNull(web.ipv4()), web.services().iterator().next().port()));
  }

  @Test
  void anEntryOfTheSchedulerIsReadOnTheOtherNode() {
    try (EmbeddedNode first = node("127.0.0.1", Seeds.none(), range(0))) {
      first.start();
      try (EmbeddedNode second = node("127.0.0.2", Seeds.of(first.gossip()), range(1))) {
        second.start();

        first.store().put("quota/team-a", Bytes.utf8("12")).toCompletableFuture().join();

        await().atMost(PATIENCE).until(() -> second.store().view("quota/").size() == 1);
        Entry entry = second.store().view("quota/").firstEntry().getValue();
        assertThat(entry.value()).isEqualTo(Bytes.utf8("12"));
        assertThat(entry.owner()).isEqualTo(first.store().localNode());
      }
    }
  }

  private static String range(int node) {
    return "127." + (RANGES + node) + ".0.0/16";
  }

  private EmbeddedNode node(String address, SeedProvider seeds, String range) {
    return new EmbeddedNode(IpAddress.parse(address), seeds, key, Cidr.parse(range));
  }

  private static String get(HostPort vip) throws IOException {
    URLConnection request = URI.create("http://" + vip + "/").toURL().openConnection();
    request.setRequestProperty("Connection", "close"); // or the next one would go the same way
    try (InputStream body = request.getInputStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
