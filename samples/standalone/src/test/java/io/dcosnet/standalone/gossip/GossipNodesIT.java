// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members in processes of their own, which share nothing but sockets and a key. */
class GossipNodesIT {

  private static final int NODES = 5;

  /** Long, since the machine that runs the test may have other things to do. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final List<NodeProcess> nodes = new ArrayList<>();
  private List<Integer> ports = List.of();
  private Path key = Path.of("none");

  @BeforeEach
  void start() throws IOException {
    ports = Ports.free(NODES);
    key = Files.writeString(folder.resolve("key"), CommandRun.of("gossip", "key").out());
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    for (int i = 0; i < NODES; i++) {
      nodes.add(node(i));
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(nodes).allMatch(this::knowsAll));
  }

  private NodeProcess node(int index) throws IOException {
    return NodeProcess.start(
        "n" + index,
        "--bind",
        "127.0.0.1:" + ports.get(index),
        "--seeds",
        "127.0.0.1:" + ports.get(0),
        "--key-file",
        key.toString(),
        "--data",
        folder.resolve("n" + index).toString(),
        "--metadata",
        "number=" + index);
  }

  private boolean knowsAll(NodeProcess node) {
    return nodes.stream()
        .filter(other -> other != node)
        .allMatch(other -> node.nanosOf("alive", other.name()).isPresent());
  }

  @AfterEach
  void end() {
    nodes.forEach(node -> node.signal("CONT"));
    nodes.forEach(NodeProcess::close);
  }

  @Test
  void knowEachOtherWithinAnInstantOfTheLastStart() {
    long lastReady =
        nodes.stream()
            .mapToLong(node -> firstNanos(node, "ready", node.name()))
            .max()
            .orElseThrow();
    long lastKnown =
        nodes.stream()
            .flatMap(
                node ->
                    nodes.stream()
                        .filter(other -> other != node)
                        .map(other -> firstNanos(node, "alive", other.name())))
            .mapToLong(Long::longValue)
            .max()
            .orElseThrow();

    report("all know each other after the last is ready", lastKnown - lastReady);
    assertThat(Duration.ofNanos(lastKnown - lastReady)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void allNoticeAKilledProcessSoonAndItsReturn() throws IOException {
    await().atMost(PATIENCE).until(() -> nodes.stream().allMatch(GossipNodesIT::isLinked));
    NodeProcess victim = nodes.remove(3);
    long killed = System.nanoTime();
    victim.signal("KILL");

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(nodes)
                    .allMatch(node -> node.nanosOf("dead", victim.name()).isPresent()));
    long known =
        nodes.stream()
            .mapToLong(node -> firstNanos(node, "dead", victim.name()))
            .max()
            .orElseThrow();
    report("all know of a killed process", known - killed);
    assertThat(Duration.ofNanos(known - killed))
        .as("sooner than the shortest suspicion of a member that only does not answer")
        .isLessThan(Duration.ofSeconds(4));
    assertThat(nodes)
        .as("nobody else was taken for dead")
        .allMatch(node -> node.lines("dead").count() == 1);

    nodes.add(node(3));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(nodes)
                    .filteredOn(node -> !node.name().equals(victim.name()))
                    .allMatch(node -> aliveAgain(node, victim.name())));
    assertThat(ids(victim.name())).as("it is the same member as before").hasSize(1);
  }

  /** The links that show a crash are made within a second or two of the join. */
  private static boolean isLinked(NodeProcess node) {
    node.command("debug");
    return node.lines("debug").anyMatch(line -> line.at("/state/links").asInt() >= 2);
  }

  private static boolean aliveAgain(NodeProcess node, String name) {
    List<String> states =
        node.lines().stream()
            .filter(line -> line.path("member").asText().equals(name))
            .map(line -> line.path("event").asText())
            .toList();
    return states.lastIndexOf("alive") > states.lastIndexOf("dead");
  }

  private List<String> ids(String name) {
    return nodes.stream()
        .flatMap(node -> node.lines("alive"))
        .filter(line -> line.path("member").asText().equals(name))
        .map(line -> line.path("id").asText())
        .distinct()
        .toList();
  }

  @Test
  void nobodyIsDeadWhoOnlyStandsStillForThreeSeconds() {
    NodeProcess paused = nodes.get(4);

    paused.signal("STOP");
    await().pollDelay(3, TimeUnit.SECONDS).atMost(PATIENCE).until(() -> true);
    paused.signal("CONT");
    // Who was under suspicion has objected by then, or its time is over.
    await().pollDelay(6, TimeUnit.SECONDS).atMost(PATIENCE).until(() -> true);

    assertThat(nodes).allMatch(node -> node.lines("dead").findAny().isEmpty());
    nodes.get(0).command("members");
    JsonNode members = answer(nodes.get(0), "members");
    assertThat(members.path("members"))
        .hasSize(NODES)
        .allMatch(member -> member.path("state").asText().equals("alive"));
  }

  @Test
  void takeCommandsAndLeaveInOrder() {
    NodeProcess first = nodes.get(0);
    NodeProcess last = nodes.get(4);
    last.command("listen news");
    answer(last, "listen");

    first.command("send n4 news  two  blanks ");
    assertThat(answer(last, "message").path("text").asText()).isEqualTo("two  blanks");
    assertThat(answer(last, "message").path("member").asText()).isEqualTo("n0");
    assertThat(answer(first, "sent").path("member").asText()).isEqualTo("n4");
    first.command("broadcast news to all");
    assertThat(answer(last, "broadcast").path("text").asText()).isEqualTo("to all");
    first.command("keys");
    assertThat(answer(first, "keys").path("primary").asInt()).isEqualTo(1);
    first.command("why n4");
    assertThat(answer(first, "why").path("steps")).isNotEmpty();
    first.command("counts");
    assertThat(answer(first, "counts").at("/figures/probes").isMissingNode()).isFalse();
    first.command("debug");
    assertThat(answer(first, "debug").at("/state/dropped").isObject()).isTrue();
    first.command("jump");
    assertThat(answer(first, "error").path("reason").asText())
        .startsWith("jump: unknown (expected: members, ")
        .contains("put KEY TEXT");

    last.command("leave");

    assertThat(last.exit()).isZero();
    assertThat(last.lines("left")).as("said once").hasSize(1);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(nodes.subList(0, 4))
                    .allMatch(node -> node.nanosOf("left", "n4").isPresent()));
    nodes.get(3).signal("TERM");
    assertThat(nodes.get(3).exit()).isEqualTo(143);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(nodes.subList(0, 3))
                    .allMatch(node -> node.nanosOf("left", "n3").isPresent()));
    assertThat(nodes.subList(0, 3)).allMatch(node -> node.lines("dead").findAny().isEmpty());
  }

  @Test
  void shareKeysThatOutliveTheKillOfTheirWriter() throws IOException {
    NodeProcess writer = nodes.get(1);
    NodeProcess reader = nodes.get(2);
    reader.command("watch demo/");
    answer(reader, "watch");

    writer.command("put demo/a two  blanks");
    long written = System.nanoTime();
    JsonNode value = answer(reader, "value");
    report("a write is known to another process", value.path("nanos").asLong() - written);
    assertThat(value.path("key").asText()).isEqualTo("demo/a");
    assertThat(value.path("value").asText()).isEqualTo("two  blanks");
    assertThat(value.path("owner").asText()).isEqualTo("n1");
    assertThat(value.path("version")).isEqualTo(answer(writer, "put").path("version"));
    writer.command("seen demo/a 10");
    assertThat(answer(writer, "seen").path("laggards")).isEmpty();
    writer.command("history demo/a");
    assertThat(answer(writer, "history").path("text").asText())
        .contains("written by this node")
        .contains("have it");
    writer.command("crdt add hits 5");
    reader.command("crdt add hits 2");
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              nodes.get(4).command("crdt get hits");
              return nodes.get(4).lines("crdt").anyMatch(line -> line.path("value").asInt() == 7);
            });
    writer.command("put demo/a " + "x".repeat(70_000));
    assertThat(answer(writer, "error").path("reason").asText()).contains("value");

    writer.signal("KILL");
    assertThat(writer.exit()).isEqualTo(137);
    nodes.set(1, node(1));
    nodes.get(1).command("get demo/a");
    assertThat(answer(nodes.get(1), "value").path("value").asText()).isEqualTo("two  blanks");
    nodes.get(1).command("del demo/a");
    assertThat(answer(reader, "removed").path("key").asText()).isEqualTo("demo/a");
    nodes.get(1).command("get demo/a");
    await()
        .atMost(PATIENCE)
        .until(() -> nodes.get(1).lines("value").anyMatch(line -> line.path("value").isNull()));
  }

  /** The first line of a kind, once it is there. */
  private static JsonNode answer(NodeProcess node, String event) {
    await().atMost(PATIENCE).until(() -> node.lines(event).findAny().isPresent());
    return node.lines(event).findFirst().orElseThrow();
  }

  private static long firstNanos(NodeProcess node, String event, String member) {
    return node.nanosOf(event, member).orElseThrow();
  }

  /** For who wants to know; what must hold is asserted loosely, for machines under load. */
  private static void report(String what, long nanos) {
    System.out.println(what + ": " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms");
  }
}
