// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.Dig;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three agents in processes of their own, each with its own Mesos agent; no master, and nothing
 * shared but gossip.
 */
@TestInstance(Lifecycle.PER_CLASS)
class VipProcessesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration FAILURES_STOP = Duration.ofSeconds(2);
  private static final int CLIENTS = 16;
  private static final String NAME = "web.marathon";
  private static final int PORT = 8080;
  private static final Map<String, String> VIP = Map.of("VIP_0", "/web:" + PORT);
  private static final Set<String> ALL = Set.of("web.1", "web.2", "web.3");

  private List<VipNode> nodes = List.of();
  private List<String> seeds = List.of();

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    Required.that(Files.isExecutable(Path.of(Dig.program())), "dig");
    nodes = VipNode.cluster(3, folder);
    seeds = nodes.stream().map(node -> '"' + node.gossip() + '"').toList();
    for (VipNode node : nodes) {
      node.runs(VIP);
      node.start(seeds);
    }
    nodes.forEach(VipNode::awaitReady);
  }

  @AfterAll
  void stop() {
    nodes.forEach(VipNode::close);
  }

  @BeforeEach
  void everyNodeReachesEveryTask() {
    nodes.forEach(node -> reaches(node, NAME, ALL));
  }

  /** Waits until the tasks that answer at the VIP are these. */
  private static void reaches(VipNode node, String vip, Set<String> tasks) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(answering(node, vip)).isEqualTo(tasks));
  }

  /** What comes of some questions to a VIP on a node, the same one again and again left out. */
  private static Set<String> answering(VipNode node, String vip) {
    Set<String> answers = new TreeSet<>();
    List<String> addresses = node.addresses(vip);
    for (int i = 0; i < 2 * ALL.size() && !addresses.isEmpty(); i++) {
      answers.add(VipNode.ask(addresses.get(0), PORT));
    }
    return answers;
  }

  @Test
  void aVipAnswersOnAllThoughEachKnowsItsOwnTasksOnly() {
    Set<String> offsets = new HashSet<>();
    for (VipNode node : nodes) {
      String address = node.addresses(NAME).get(0);
      assertThat(node.listenRange().contains(IpAddress.parse(address))).as(address).isTrue();
      offsets.add(address.replaceFirst("127\\.\\d+\\.", ""));
    }
    assertThat(offsets).as("one virtual address stands behind all").hasSize(1);
    assertThat(nodes.get(0).status().path("backends").path("up").asInt()).isEqualTo(3);
    assertThat(CommandRun.of("status", "--admin", nodes.get(0).adminUrl()).out())
        .contains("vips in user space at addresses of " + nodes.get(0).listenRange() + ": as lb.")
        .contains("1 vips, 1 names, back ends: 3 up");
  }

  @Test
  void dnsTellsThePortsOfAVipAndTheNameOfItsAddress() {
    String name = NAME + ".l4lb.thisdcos.directory";
    for (VipNode node : nodes) {
      String address = node.addresses(NAME).get(0);

      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(node.dig("-x", address)).containsExactly(name + "."));
      assertThat(node.dig("_" + PORT + "._tcp." + name, "SRV"))
          .containsExactly("0 0 " + PORT + " " + name + ".");
      assertThat(node.dig("_http._tcp." + name, "SRV"))
          .containsExactly("0 0 " + PORT + " " + name + ".");
      assertThat(node.dig(name, "TXT"))
          .containsExactly("\"proto=tcp\" \"port=" + PORT + "\" \"name=http\"");
      assertThat(node.dig(NAME + ".dclb.thisdcos.directory", "A")).containsExactly(address);
      assertThat(node.dig(name, "AAAA")).isEmpty();
    }
  }

  @Test
  void labelsOfRunningTasksMakeVipsAndEndThem() {
    VipNode other = nodes.get(2);
    nodes.get(0).runs(Map.of("VIP_0", "/web:" + PORT, "VIP_1", "/late:" + PORT));
    reaches(other, "late.marathon", Set.of("web.1"));

    nodes.get(0).runs(Map.of("VIP_1", "/late:" + PORT, "VIP_0", "no port"));
    reaches(other, NAME, Set.of("web.2", "web.3"));
    await().atMost(PATIENCE).until(() -> nodes.get(0).status().path("rejected").asInt() == 1);
    assertThat(nodes.get(0).status().at("/rejections/0/code").asText()).isEqualTo("VIP_NO_PORT");

    nodes.get(0).runsNothing();
    await().atMost(PATIENCE).until(() -> other.addresses("late.marathon").isEmpty());

    nodes.get(0).runs(VIP);
    reaches(other, NAME, ALL);
  }

  @Test
  void anAgentThatStartsAgainHasItsBackEndsAndTheNameItsAddress() throws IOException {
    VipNode restarted = nodes.get(1);
    List<String> before = nodes.stream().flatMap(node -> node.addresses(NAME).stream()).toList();

    assertThat(restarted.endBy("TERM")).isEqualTo(143);
    reaches(nodes.get(0), NAME, Set.of("web.1", "web.3"));

    restarted.start(seeds);
    restarted.awaitReady();
    nodes.forEach(node -> reaches(node, NAME, ALL));
    assertThat(nodes.stream().flatMap(node -> node.addresses(NAME).stream())).isEqualTo(before);
  }

  @Test
  void failedRequestsStopSoonAfterAnAgentIsKilled() throws IOException {
    VipNode victim = nodes.get(2);
    List<VipNode> others = nodes.subList(0, 2);
    try (Clients clients = new Clients()) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.ask(others.get(i % others.size()).addresses(NAME).get(0), PORT);
      }
      await().atMost(PATIENCE).until(() -> clients.finished() > 100 * CLIENTS);
      assertThat(clients.failures()).as("while all is well").isEmpty();

      victim.task().fallSilent(); // or connections would be refused, and tried elsewhere
      assertThat(victim.endBy("KILL")).isEqualTo(137);
      long killed = System.nanoTime();
      Instant end = Instant.now();
      await()
          .atMost(PATIENCE)
          .until(() -> clients.mostBehind() - killed > 2 * FAILURES_STOP.toNanos());

      assertThat(clients.failures())
          .as(
              "the silent task was asked, and then no more; killed before %s, %s",
              end, others.get(0).whyDead(victim))
          .isNotEmpty()
          .extracting(failure -> Duration.ofNanos(failure.askedNanos() - killed))
          .allSatisfy(after -> assertThat(after).isLessThan(FAILURES_STOP));
    } finally {
      victim.task().recover();
      victim.start(seeds);
      victim.awaitReady();
    }
  }
}
