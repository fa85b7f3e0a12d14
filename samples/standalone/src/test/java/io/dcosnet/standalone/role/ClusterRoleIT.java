// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static io.dcosnet.standalone.role.FakeMesos.agent;
import static io.dcosnet.standalone.role.FakeMesos.agentInfo;
import static io.dcosnet.standalone.role.FakeMesos.agentRemoved;
import static io.dcosnet.standalone.role.FakeMesos.task;
import static io.dcosnet.standalone.role.FakeMesos.taskAdded;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.LauncherProcess;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The roles while masters, agents and ZooKeeper come and go; asked by the real dig. */
class ClusterRoleIT {

  private static final String WEB = "web.marathon.mesos";
  private static final String DB = "db.marathon.mesos";
  private static final String NOBODY = "nobody.marathon.mesos";
  private static final String S1 = agent("S1", "192.0.2.1");
  private static final String S2 = agent("S2", "192.0.2.2");

  @TempDir Path folder;
  private RunningNode node;

  @BeforeEach
  void prepare() throws IOException {
    Required.that(Files.isExecutable(Path.of("/usr/bin/dig")), "dig");
    node = new RunningNode(folder);
  }

  /** Long enough for a machine that has much else to do. */
  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

  private static String masters(FakeMesos... masters) {
    StringBuilder urls = new StringBuilder();
    for (FakeMesos master : masters) {
      urls.append(urls.isEmpty() ? "" : ", ").append('"').append(master.url()).append('"');
    }
    return "masters: [" + urls + "]";
  }

  private void hasAddress(String name, String address) {
    await().untilAsserted(() -> assertThat(node.addresses(name)).containsExactly(address));
  }

  private void hasRcode(String name, String rcode) {
    await().untilAsserted(() -> assertThat(node.rcode(name)).isEqualTo(rcode));
  }

  private void knowsFailure(int source, String reason) {
    await()
        .untilAsserted(
            () -> assertThat(node.source(source).at("/failure/reason").asText()).contains(reason));
  }

  @Test
  void namesFollowEventsAndOutliveTheirMaster() throws IOException {
    FakeMesos one = new FakeMesos().leads(S1, "", task("web", "S1"));
    try (one;
        FakeMesos two = new FakeMesos()) {
      two.follows(one);
      try (LauncherProcess master = node.start("master", "{" + masters(two, one) + "}")) {
        master.until("ready"::equals);
        hasAddress(WEB, "192.0.2.1");
        hasAddress("leader.mesos", "127.0.0.1");
        assertThat(node.rcode(NOBODY)).isEqualTo("NXDOMAIN");
        assertThat(node.source(0).path("kind").asText()).isEqualTo("stream");
        assertThat(node.source(0).path("polling").asBoolean()).isFalse();

        one.tells(taskAdded("db", "S1"));
        hasAddress(DB, "192.0.2.1");
        one.tells(taskAdded("lost", "S7"));
        await()
            .untilAsserted(
                () ->
                    assertThat(node.get("/v1/metrics/mesos_listener"))
                        .contains("is_leader 1\n")
                        .contains("messages_total 3\n")
                        .contains("tasks_total 3\n")
                        .contains("waiting_tasks_total 1\n")
                        .containsPattern("\nbytes_total [1-9]"));

        one.close(); // the other one goes on sending to it
        await().until(() -> node.source(0).at("/failure/inARow").asInt() > 0);
        assertThat(node.addresses(WEB)).containsExactly("192.0.2.1");
        assertThat(node.addresses(DB)).containsExactly("192.0.2.1");
        assertThat(node.ready()).isTrue();

        // The new one has heard of no agent yet; of S9 nobody knows what runs there.
        two.leads("", agentInfo("S1", "192.0.2.1") + "," + agentInfo("S9", "192.0.2.9"), "");
        await()
            .until(() -> node.source(0).path("leader").asText().equals("127.0.0.1:" + two.port()));
        hasRcode(NOBODY, "SERVFAIL");
        assertThat(node.addresses(WEB)).containsExactly("192.0.2.1");
        assertThat(node.addresses(DB)).containsExactly("192.0.2.1");

        two.tells(agentRemoved("S9"));
        hasRcode(NOBODY, "NXDOMAIN");
        assertThat(node.addresses(WEB)).containsExactly("192.0.2.1");
        assertThat(master.endBy("TERM")).isEqualTo(143);
      }
    }
  }

  @Test
  void aNodeThatStartsWhileAllMastersAreDownTellsWhatItKnew() throws IOException {
    int port;
    try (FakeMesos mesos = new FakeMesos().leads(S1, "", task("web", "S1"))) {
      port = mesos.port();
      try (LauncherProcess master = node.start("master", "{" + masters(mesos) + "}")) {
        master.until("ready"::equals);
        hasAddress(WEB, "192.0.2.1");
        await()
            .untilAsserted(
                () ->
                    assertThat(node.get("/metrics"))
                        .containsPattern("dcosnet_sources_saved_writes_total [1-9]"));
        assertThat(master.endBy("KILL")).as("a crash, without any goodbye").isEqualTo(137);
      }
    }
    String sources = "{masters: [\"http://127.0.0.1:" + port + "\"]}";
    try (LauncherProcess master = node.start("master", sources)) {
      master.until("ready"::equals);

      assertThat(node.addresses(WEB)).containsExactly("192.0.2.1");
      assertThat(node.rcode(NOBODY)).isEqualTo("SERVFAIL");
      assertThat(node.source(0).has("staleSeconds")).isTrue();
      CommandRun shown = CommandRun.of("status", "--admin", node.adminUrl());
      assertThat(shown.out()).contains("known from the disk since ");

      try (FakeMesos back = new FakeMesos(port)) {
        back.leads(S2, "", task("db", "S2"));
        hasAddress(DB, "192.0.2.2");
        assertThat(node.addresses(WEB)).isEmpty();
        assertThat(node.rcode(NOBODY)).isEqualTo("NXDOMAIN");
        assertThat(node.source(0).has("staleSeconds")).isFalse();
      }
    }
  }

  @Test
  void keepsNothingUnlessItMay() throws IOException {
    try (FakeMesos mesos = new FakeMesos().leads(S1, "", task("web", "S1"));
        LauncherProcess master = node.start("master", "{persist: false, " + masters(mesos) + "}")) {
      master.until("ready"::equals);
      hasAddress(WEB, "192.0.2.1");
      assertThat(master.endBy("TERM")).isEqualTo(143);
    }

    assertThat(folder.resolve("data/node.id")).exists();
    assertThat(folder.resolve("data/state")).doesNotExist();
  }

  @Test
  void anAgentAnswersForItsOwnTasksWithoutAnyMaster() throws IOException {
    FakeMesos beside = new FakeMesos().runs("S1", "127.0.0.1", task("web", "S1"));
    String sources = "{agent: {url: \"" + beside.url() + "\", refresh: 100ms}}";
    try (beside) {
      try (LauncherProcess agent = node.start("agent", sources)) {
        agent.until("ready"::equals);
        hasAddress(WEB, "127.0.0.1");
        assertThat(node.rcode(NOBODY)).as("others may run it").isEqualTo("SERVFAIL");

        beside.runs("S1", "127.0.0.1", task("web", "S1") + "," + task("db", "S1"));
        hasAddress(DB, "127.0.0.1");
        beside.close();
        await().until(() -> node.source(0).at("/failure/inARow").asInt() > 1);
        assertThat(node.addresses(WEB)).containsExactly("127.0.0.1");
        assertThat(agent.endBy("TERM")).isEqualTo(143);
      }
    }
    try (LauncherProcess agent = node.start("agent", sources)) {
      agent.until("ready"::equals);

      assertThat(node.addresses(WEB)).containsExactly("127.0.0.1");
      assertThat(node.addresses(DB)).containsExactly("127.0.0.1");
      assertThat(node.source(0).has("staleSeconds")).isTrue();
    }
  }

  @Test
  void anAgentKnowsItsOwnTasksBeforeAndBesideTheMasters() throws IOException {
    try (FakeMesos beside = new FakeMesos().runs("S1", "127.0.0.1", task("web", "S1"));
        FakeMesos mesos = new FakeMesos()) {
      String sources =
          "{" + masters(mesos) + ", agent: {url: \"" + beside.url() + "\", refresh: 100ms}}";
      try (LauncherProcess agent = node.start("agent", sources)) {
        agent.until("ready"::equals);
        hasAddress(WEB, "127.0.0.1");
        assertThat(node.rcode(DB)).isEqualTo("SERVFAIL");

        // The master has not heard yet that a task on S1 is gone.
        mesos.leads(
            agent("S1", "127.0.0.1") + "," + S2,
            "",
            task("web", "S1") + "," + task("old", "S1") + "," + task("db", "S2"));
        hasAddress(DB, "192.0.2.2");
        assertThat(node.addresses(WEB)).containsExactly("127.0.0.1");
        assertThat(node.rcode("old.marathon.mesos")).isEqualTo("NXDOMAIN");
        assertThat(node.source(1).path("kind").asText()).isEqualTo("agent");
        assertThat(node.source(1).path("tasks").asInt()).isEqualTo(1);
      }
    }
  }

  @Test
  void followsTheElectionInZooKeeper() throws Exception {
    try (TestingServer zooKeeper =
            new TestingServer(new InstanceSpec(null, -1, -1, -1, true, -1, 250, -1), true);
        CuratorFramework election =
            CuratorFrameworkFactory.newClient(
                zooKeeper.getConnectString(), new RetryNTimes(100, 100));
        FakeMesos one = new FakeMesos().leads(S1, "", task("web", "S1"));
        FakeMesos two = new FakeMesos().leads(S1, "", task("web", "S1"))) {
      election.start();
      enters(one, 1, election);
      enters(two, 2, election);
      String sources =
          "{zk: \"zk://" + zooKeeper.getConnectString() + "/mesos\", detectionTimeout: 1s}";
      try (LauncherProcess master = node.start("master", sources)) {
        master.until("ready"::equals);
        leaderIs("127.0.0.1:" + one.port());
        hasAddress(WEB, "192.0.2.1");

        two.leads(S1 + "," + S2, "", task("web", "S1") + "," + task("db", "S2"));
        leaves(1, election);
        leaderIs("127.0.0.1:" + two.port());
        hasAddress(DB, "192.0.2.2");

        leaves(2, election);
        await()
            .untilAsserted(
                () ->
                    assertThat(node.source(0).path("problem").asText())
                        .contains("no leading master for"));
        assertThat(node.ready()).as("what is known stays answered").isTrue();
        assertThat(node.addresses(WEB)).containsExactly("192.0.2.1");
        assertThat(node.get("/metrics")).contains("dcosnet_zookeeper_connected 1");
        assertThat(master.endBy("TERM")).isEqualTo(143);
      }
    }
  }

  private void leaderIs(String endpoint) {
    await()
        .untilAsserted(
            () -> assertThat(node.source(0).path("leader").asText()).isEqualTo(endpoint));
  }

  private static void enters(FakeMesos master, int sequence, CuratorFramework election)
      throws Exception {
    String info =
        "{\"address\":{\"ip\":\"127.0.0.1\",\"port\":%d,\"hostname\":\"m\"}}"
            .formatted(master.port());
    election
        .create()
        .creatingParentsIfNeeded()
        .forPath(path(sequence), info.getBytes(StandardCharsets.UTF_8));
  }

  private static void leaves(int sequence, CuratorFramework election) throws Exception {
    election.delete().forPath(path(sequence));
  }

  private static String path(int sequence) {
    return "/mesos/json.info_%010d".formatted(sequence);
  }

  @Test
  void showsItsCredentialsAndSaysWhenTheyAreRefused() throws IOException {
    String good = Base64.getEncoder().encodeToString("node:right".getBytes(StandardCharsets.UTF_8));
    try (FakeMesos mesos = new FakeMesos().leads(S1, "", task("web", "S1"))) {
      mesos.wants("Basic " + good);
      String sources = "{" + masters(mesos) + ", authentication: {basicFile: credentials.json}}";
      credentials("wrong");
      try (LauncherProcess master = node.start("master", sources)) {
        knowsFailure(0, "401");

        assertThat(node.source(0).path("ready").asBoolean()).isFalse();
        assertThat(node.source(0).toString()).doesNotContain("wrong");
        assertThat(node.get("/config")).doesNotContain("wrong");
        assertThat(master.endBy("TERM")).isEqualTo(143);
      }
      credentials("right");
      try (LauncherProcess master = node.start("master", sources)) {
        master.until("ready"::equals);
        hasAddress(WEB, "192.0.2.1");
      }
    }
  }

  private void credentials(String secret) throws IOException {
    Files.writeString(
        folder.resolve("credentials.json"),
        "{\"principal\": \"node\", \"secret\": \"" + secret + "\"}");
  }
}
