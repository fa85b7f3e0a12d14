// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static io.dcosnet.gossip.Clusters.awaitState;
import static io.dcosnet.gossip.Clusters.awaitTogether;
import static io.dcosnet.gossip.Clusters.crash;
import static io.dcosnet.gossip.Clusters.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.key.KeyRingStatus;
import io.dcosnet.gossip.key.KeyRingStatus.Spread;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.seed.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class GossipClusterIT {

  @TempDir Path data;

  private final Clusters clusters = new Clusters();

  @AfterEach
  void stop() {
    clusters.close();
  }

  private List<GossipCluster> startAll(int count) {
    for (int i = 0; i < count; i++) {
      clusters.start();
    }
    awaitTogether(clusters.nodes);
    return clusters.nodes;
  }

  @Test
  void fiveNodesFindEachOtherFromOneSeed() {
    List<GossipCluster> nodes = startAll(5);

    get(nodes.get(4).joined());
    assertThat(nodes.get(4).membership().members())
        .extracting(member -> member.metadata().get("name"))
        .containsExactlyInAnyOrder("node-1", "node-2", "node-3", "node-4", "node-5");
    assertThat(clusters.metrics.count("dcosnet.gossip.faults")).isZero();
  }

  @Test
  void aCrashIsSeenByAllAndSaidWhy() {
    List<GossipCluster> nodes = startAll(5);
    NodeId gone = nodes.get(2).id();
    crash(nodes.get(2));
    for (GossipCluster node : List.of(nodes.get(0), nodes.get(1), nodes.get(3), nodes.get(4))) {
      awaitState(node, gone, State.DEAD);
    }

    assertThat(get(nodes.get(0).why(gone)))
        .extracting(step -> step.state())
        .startsWith(State.ALIVE)
        .contains(State.SUSPECT)
        .endsWith(State.DEAD);
    assertThat(nodes.get(0).reachability().isRoutable(gone)).isFalse();
    assertThat(nodes.get(0).reachability().filterRoutable(List.of(gone), id -> id))
        .containsExactly(gone);
    assertThat(
            nodes.get(0).reachability().filterRoutable(List.of(gone, nodes.get(1).id()), id -> id))
        .containsExactly(nodes.get(1).id());
  }

  @Test
  void whoLeavesIsSeenToLeave() {
    List<GossipCluster> nodes = startAll(3);
    NodeId gone = nodes.get(1).id();
    get(nodes.get(1).leave(Duration.ofSeconds(5)));

    assertThat(nodes.get(1).state()).isEqualTo(Lifecycle.State.STOPPED);
    awaitState(nodes.get(0), gone, State.LEFT);
    awaitState(nodes.get(2), gone, State.LEFT);
  }

  @Test
  void aRestartUnderTheSameIdentityBeatsItsDeath() {
    startAll(2);
    GossipCluster first = clusters.start(clusters.builder().data(data));
    NodeId id = first.id();
    awaitTogether(clusters.nodes);
    crash(first);
    awaitState(clusters.nodes.get(0), id, State.DEAD);
    GossipCluster second = clusters.start(clusters.builder().data(data));

    assertThat(second.id()).isEqualTo(id);
    awaitState(clusters.nodes.get(0), id, State.ALIVE);
    awaitState(clusters.nodes.get(1), id, State.ALIVE);
  }

  @Test
  void aRestartFindsTheClusterWithoutSeedsByTheMembersItKept() throws IOException {
    startAll(2);
    GossipCluster first = clusters.start(clusters.builder().data(data));
    awaitTogether(clusters.nodes);
    await().atMost(Clusters.PATIENCE).until(() -> Files.exists(data.resolve("gossip.members")));
    crash(first);
    NodeId id = first.id();
    GossipCluster second = clusters.start(clusters.builder().data(data).seeds(Seeds.none()));

    awaitState(second, clusters.nodes.get(0).id(), State.ALIVE);
    awaitState(clusters.nodes.get(1), id, State.ALIVE);
  }

  @Test
  void changedMetadataReachesOthers() {
    List<GossipCluster> nodes = startAll(3);
    nodes.get(0).metadata(Map.of("zone", "b"));

    await()
        .atMost(Clusters.PATIENCE)
        .until(
            () ->
                nodes.stream()
                    .map(node -> node.membership().byId(nodes.get(0).id()).orElseThrow())
                    .allMatch(member -> "b".equals(member.metadata().get("zone"))));
    assertThatThrownBy(() -> nodes.get(0).metadata(Map.of("k", "v".repeat(600))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> nodes.get(0).metadata(Map.of("name", "other")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void newsReachAllOthersOnce() {
    List<GossipCluster> nodes = startAll(4);
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    for (GossipCluster node : nodes) {
      node.broadcast()
          .listen("drill", Runnable::run, (from, payload) -> heard.add(payload.toUtf8()));
    }
    nodes.get(0).broadcast().send("drill", Bytes.utf8("all out"));

    await().atMost(Clusters.PATIENCE).until(() -> heard.size() == 3);
    await()
        .pollDelay(Duration.ofMillis(300))
        .untilAsserted(() -> assertThat(heard).hasSize(3).containsOnly("all out"));
  }

  @Test
  void eventsComeInOrderWithTheViewAlreadyThere() {
    List<GossipCluster> nodes = startAll(2);
    List<String> states = Collections.synchronizedList(new ArrayList<>());
    nodes
        .get(0)
        .onEvent(
            Runnable::run,
            event -> {
              if (event instanceof GossipEvent.MemberChanged change) {
                Member seen = nodes.get(0).membership().byId(change.id()).orElseThrow();
                states.add(change.before() + "-" + change.after());
                assertThat(seen.state()).isNotNull();
              }
            });
    crash(nodes.get(1));
    awaitState(nodes.get(0), nodes.get(1).id(), State.DEAD);

    await().until(() -> states.contains("SUSPECT-DEAD"));
    assertThat(states).startsWith("ALIVE-SUSPECT").endsWith("SUSPECT-DEAD");
  }

  @Test
  void aKeyIsUsedOnlyWhenAllHaveItAndThenByAll() {
    List<GossipCluster> nodes = startAll(3);
    KeyRing ring = nodes.get(0).keys().orElseThrow();
    ring.install(Clusters.key(2));
    await()
        .atMost(Clusters.PATIENCE)
        .untilAsserted(
            () -> assertThat(nodes).allMatch(node -> node.keys().orElseThrow().ids().contains(2)));
    onceAllowed(() -> ring.use(2));
    await()
        .atMost(Clusters.PATIENCE)
        .until(
            () -> nodes.stream().allMatch(node -> node.keys().orElseThrow().primary().id() == 2));
    onceAllowed(() -> ring.remove(1));
    GossipCluster late = clusters.start(clusters.builder().keys(KeyRing.of(Clusters.key(2))));

    awaitTogether(clusters.nodes);
    assertThat(late.membership().members()).hasSize(4);
  }

  @Test
  void eachStepOfARotationShowsInTheStatusAtEveryMember() {
    List<GossipCluster> nodes = startAll(2);
    KeyRing ring = nodes.get(0).keys().orElseThrow();
    KeyRing other = nodes.get(1).keys().orElseThrow();
    awaitStatus(nodes, new Spread(1, true, 2, 2));

    ring.install(Clusters.key(2));
    awaitStatus(nodes, new Spread(1, true, 2, 2), new Spread(2, false, 2, 0));

    other.use(2);
    awaitStatus(nodes, new Spread(1, false, 2, 0), new Spread(2, true, 2, 2));

    ring.remove(1);
    awaitStatus(nodes, new Spread(2, true, 2, 2));
  }

  private static void awaitStatus(List<GossipCluster> nodes, Spread... keys) {
    await()
        .atMost(Clusters.PATIENCE)
        .untilAsserted(
            () -> {
              for (GossipCluster node : nodes) {
                assertThat(node.keys().orElseThrow().status())
                    .isEqualTo(new KeyRingStatus(nodes.size(), List.of(keys)));
              }
            });
  }

  /** Refused until the others have told that they are ready. */
  private static void onceAllowed(Runnable step) {
    await()
        .atMost(Clusters.PATIENCE)
        .ignoreException(IllegalStateException.class)
        .until(
            () -> {
              step.run();
              return true;
            });
  }

  @Test
  void aKeyThatAMemberLacksIsNotUsed() {
    List<GossipCluster> nodes = startAll(2);
    KeyRing ring = nodes.get(0).keys().orElseThrow();
    // Whether it spread already or not, nobody has confirmed it in the same moment.
    ring.install(Clusters.key(3));

    assertThatThrownBy(() -> ring.use(3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("node-2");
  }

  @Test
  void anotherKeyOrLabelStaysOutside() {
    startAll(2);
    GossipCluster wrongKey = clusters.start(clusters.builder().keys(KeyRing.of(Clusters.key(9))));
    GossipCluster wrongLabel = clusters.start(clusters.builder().label("other"));
    await()
        .atMost(Clusters.PATIENCE)
        .until(
            () ->
                clusters.metrics.count("dcosnet.gossip.dropped", "reason", "key") > 0
                    && clusters.metrics.count("dcosnet.gossip.dropped", "reason", "label") > 0);

    assertThat(wrongKey.membership().members()).hasSize(1);
    assertThat(wrongLabel.membership().members()).hasSize(1);
    assertThat(clusters.nodes.get(0).membership().members()).hasSize(2);
    assertThat(wrongKey.joined().toCompletableFuture()).isNotDone();
  }

  @Test
  void aCopiedDataDirectoryMakesTheOlderProcessTakeANewIdentity() throws IOException {
    startAll(1);
    GossipCluster first = clusters.start(clusters.builder().data(data));
    NodeId id = first.id();
    awaitTogether(clusters.nodes);
    Path copy = Files.createDirectories(data.resolve("copy"));
    for (String name : List.of("node.id", "gossip.epoch", "gossip.epoch.copy")) {
      Files.copy(data.resolve(name), copy.resolve(name));
    }
    GossipCluster second = clusters.start(clusters.builder().data(copy));

    awaitTogether(clusters.nodes);
    assertThat(second.id()).isEqualTo(id);
    assertThat(first.id()).isNotEqualTo(id);
    assertThat(first.membership().local().id()).isEqualTo(first.id());
    await()
        .untilAsserted(
            () ->
                assertThat(Files.readString(data.resolve("node.id")).strip())
                    .isEqualTo(first.id().toString()));
  }

  @Test
  void aDirectoryIsForOneNodeAtATimeAndTheOtherChangesNothingInIt() throws IOException {
    GossipCluster first = clusters.start(clusters.builder().data(data));
    Path epoch = data.resolve("gossip.epoch");
    byte[] before = Files.readAllBytes(epoch);
    GossipCluster second = clusters.builder().data(data).build();

    assertThat(second.start().toCompletableFuture())
        .failsWithin(Clusters.PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("in use by this process (stop it first");
    assertThat(epoch).hasBinaryContent(before);
    Clusters.crash(first);
    assertThat(clusters.start(clusters.builder().data(data)).id()).isEqualTo(first.id());
  }

  @Test
  void aNodeThatMustNotChangeItsIdentityStopsWhenCloned() throws IOException {
    startAll(1);
    GossipCluster first = clusters.start(clusters.builder().data(data).stopWhenCloned());
    awaitTogether(clusters.nodes);
    NodeId id = first.id();
    Path copy = Files.createDirectories(data.resolve("copy"));
    for (String name : List.of("node.id", "gossip.epoch")) {
      Files.copy(data.resolve(name), copy.resolve(name));
    }
    clusters.start(clusters.builder().data(copy));

    await().atMost(Clusters.PATIENCE).until(() -> first.state() == Lifecycle.State.STOPPED);
    assertThat(Files.readString(data.resolve("node.id")).strip()).isEqualTo(id.toString());
  }

  @Test
  void theSnapshotForPeopleNamesMembersAndNoSecrets() {
    List<GossipCluster> nodes = startAll(2);
    String json = get(nodes.get(0).debugSnapshot());

    assertThat(json)
        .startsWith("{")
        .endsWith("}")
        .contains("\"name\":\"node-2\"", "\"state\":\"ALIVE\"", "\"keys\":\"1*\"")
        .contains(nodes.get(1).id().toString());
  }

  @Test
  void allProblemsAreToldTogether() {
    assertThatThrownBy(
            () ->
                GossipCluster.builder(clusters.net)
                    .name("no blanks")
                    .bind(HostPort.parse("0.0.0.0:7950"))
                    .label("")
                    .metadata(Map.of("k", "v".repeat(600)))
                    .build())
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.problems()).hasSize(5));
  }

  @Test
  void beforeTheStartAndAfterTheStopNothingIsServed() {
    GossipCluster node = clusters.builder().build();
    assertThatThrownBy(node::address).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(node::id).isInstanceOf(IllegalStateException.class);
    assertThat(node.membership().members()).isEmpty();
    assertThatThrownBy(() -> node.debugSnapshot().toCompletableFuture().join())
        .isInstanceOf(CompletionException.class);
    get(node.start());
    int port = node.address().port();
    get(node.stop(Duration.ZERO));

    assertThatThrownBy(() -> node.debugSnapshot().toCompletableFuture().join())
        .hasMessageContaining("does not run");
    // Meanwhile the system may have lent the port to somebody's connection.
    HostPort former = HostPort.parse("127.0.0.1:" + port);
    await()
        .atMost(Clusters.PATIENCE)
        .ignoreExceptions()
        .until(() -> clusters.start(clusters.builder().bind(former)).address().equals(former));
  }
}
