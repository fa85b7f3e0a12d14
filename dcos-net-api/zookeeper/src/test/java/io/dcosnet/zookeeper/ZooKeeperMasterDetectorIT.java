// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real server of ZooKeeper in this process. */
class ZooKeeperMasterDetectorIT {

  private static final Master ONE = master(1);
  private static final Master TWO = master(2);
  private static final Master THREE = master(3);

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private TestingServer server;
  private CuratorFramework masters;
  private @Nullable ZooKeeperMasterDetector detector;

  @BeforeEach
  void startServer() throws Exception {
    server = server(-1);
    masters = client();
  }

  @AfterEach
  void close() throws Exception {
    if (detector != null) {
      detector.close();
    }
    masters.close();
    server.close();
  }

  /** One that lets sessions be short. */
  private static TestingServer server(int port) throws Exception {
    return new TestingServer(new InstanceSpec(null, port, -1, -1, true, -1, 250, -1), true);
  }

  private CuratorFramework client() {
    CuratorFramework client =
        CuratorFrameworkFactory.newClient(server.getConnectString(), new RetryNTimes(100, 100));
    client.start();
    return client;
  }

  private static Master master(int number) {
    return new Master(HostPort.parse("192.0.2." + number + ":5050"), "m" + number);
  }

  private static byte[] info(Master master) {
    return "{\"address\":{\"ip\":\"%s\",\"port\":5050,\"hostname\":\"%s\"}}"
        .formatted(master.endpoint().address(), master.hostname())
        .getBytes(UTF_8);
  }

  private static String node(int sequence) {
    return "/mesos/json.info_%010d".formatted(sequence);
  }

  private void enters(int sequence, Master master) throws Exception {
    masters.create().creatingParentsIfNeeded().forPath(node(sequence), info(master));
  }

  private void leaves(int sequence) throws Exception {
    masters.delete().forPath(node(sequence));
  }

  private ZooKeeperMasterDetector start(String credentials) {
    ZooKeeperUrl url =
        ZooKeeperUrl.parse("zk://" + credentials + server.getConnectString() + "/mesos");
    ZooKeeperMasterDetector started =
        ZooKeeperMasterDetector.builder(url, time)
            .sessionTimeout(Duration.ofSeconds(1))
            .metrics(metrics)
            .build();
    detector = started;
    started.start().toCompletableFuture().join();
    return started;
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20));
  }

  private static void awaitMasters(
      ZooKeeperMasterDetector detector, @Nullable Master leader, Master... all) {
    await()
        .untilAsserted(
            () -> assertThat(detector.masters()).isEqualTo(new Masters(List.of(all), leader)));
  }

  @Test
  void followsTheElection() throws Exception {
    enters(5, TWO);
    enters(9, ONE);
    masters.create().forPath("/mesos/log_replicas", "not of a master".getBytes(UTF_8));
    ZooKeeperMasterDetector detector = start("");
    List<Masters> told = new CopyOnWriteArrayList<>();
    awaitMasters(detector, TWO, ONE, TWO);
    detector.subscribe(Runnable::run, told::add);

    enters(12, THREE);
    awaitMasters(detector, TWO, ONE, TWO, THREE);
    leaves(5);
    awaitMasters(detector, ONE, ONE, THREE);

    await().until(() -> told.size() == 3);
    assertThat(told.get(2)).isEqualTo(new Masters(List.of(ONE, THREE), ONE));
    assertThat(detector.lastFailure()).isEmpty();
    assertThat(metrics.count("dcosnet.zookeeper.leader.changes")).isEqualTo(2);
    assertThat(metrics.gauge("dcosnet.zookeeper.connected")).isEqualTo(1);
  }

  @Test
  void waitsForAPathThatIsNotThereYetAndMakesNone() throws Exception {
    ZooKeeperMasterDetector detector = start("");
    await().until(() -> detector.lastFailure().orElse("").contains("there is no /mesos"));
    assertThat(masters.checkExists().forPath("/mesos")).isNull();

    enters(1, ONE);

    awaitMasters(detector, ONE, ONE);
    await().until(() -> detector.lastFailure().isEmpty());
  }

  @Test
  void keepsTheListWhenAllNodesAreGone() throws Exception {
    enters(1, ONE);
    ZooKeeperMasterDetector detector = start("");
    awaitMasters(detector, ONE, ONE);

    leaves(1);

    awaitMasters(detector, null, ONE);
  }

  @Test
  void keepsWhatIsKnownWhileTheServerIsAwayAndGoesOnAfterItsRestart() throws Exception {
    enters(1, ONE);
    enters(2, TWO);
    ZooKeeperMasterDetector detector = start("");
    awaitMasters(detector, ONE, ONE, TWO);

    server.stop();
    await().until(() -> !detector.isConnected());
    assertThat(detector.lastFailure()).hasValueSatisfying(why -> assertThat(why).contains("lost"));
    assertThat(detector.masters().leader()).isEqualTo(ONE);
    assertThat(metrics.gauge("dcosnet.zookeeper.connected")).isZero();

    server.restart();
    leaves(1);
    awaitMasters(detector, TWO, TWO);
    await().until(() -> detector.lastFailure().isEmpty());
  }

  @Test
  void followsAServerThatKnowsNothingOfTheSessionAnyMore() throws Exception {
    enters(1, ONE);
    enters(2, TWO);
    ZooKeeperMasterDetector detector = start("");
    awaitMasters(detector, ONE, ONE, TWO);
    int port = server.getPort();

    masters.close();
    server.close();
    server = server(port); // of the same address, with other data
    masters = client();
    awaitMasters(detector, null, ONE, TWO);
    enters(1, THREE);

    awaitMasters(detector, THREE, THREE);
  }

  @Test
  void countsNodesThatCannotBeReadAndFollowsTheRest() throws Exception {
    masters.create().creatingParentsIfNeeded().forPath(node(1), "{oops".getBytes(UTF_8));
    enters(2, TWO);
    ZooKeeperMasterDetector detector = start("");
    awaitMasters(detector, null, TWO);
    assertThat(detector.lastFailure())
        .hasValueSatisfying(why -> assertThat(why).contains("json.info_0000000001", "not JSON"));
    assertThat(metrics.count("dcosnet.zookeeper.nodes.unreadable")).isEqualTo(1);

    leaves(1);

    awaitMasters(detector, TWO, TWO);
    assertThat(detector.lastFailure()).isEmpty();
  }

  @Test
  void readsWhatOnlyTheRightUserMayRead() throws Exception {
    Id user = new Id("digest", DigestAuthenticationProvider.generateDigest("mesos:secret"));
    List<ACL> closed = List.of(new ACL(ZooDefs.Perms.ALL, user));
    masters.create().withACL(closed).forPath("/mesos");
    CuratorFramework owner =
        CuratorFrameworkFactory.builder()
            .connectString(server.getConnectString())
            .retryPolicy(new RetryNTimes(100, 100))
            .authorization("digest", "mesos:secret".getBytes(UTF_8))
            .build();
    try (owner) {
      owner.start();
      owner.create().withACL(closed).forPath(node(1), info(ONE));
    }

    try (ZooKeeperMasterDetector stranger = start("mesos:wrong@")) {
      await().until(() -> stranger.lastFailure().orElse("").contains("may not read /mesos"));
      assertThat(stranger.masters()).isEqualTo(Masters.NONE);
      assertThat(stranger.lastFailure().orElse("")).doesNotContain("wrong");
    }
    awaitMasters(start("mesos:secret@"), ONE, ONE);
  }

  @Test
  void hasAProblemOnlyAfterTheTimeForDetection() {
    ZooKeeperMasterDetector detector = start("");
    await().until(detector::isConnected);

    time.advance(Duration.ofSeconds(29));
    assertThat(detector.problem()).isEmpty();
    time.advance(Duration.ofSeconds(2));

    assertThat(detector.problem())
        .hasValueSatisfying(why -> assertThat(why).contains("no leading master for 31 s"));
  }

  @Test
  void opensNothingBeforeItStartsAndLeavesNoThread() {
    ZooKeeperMasterDetector never =
        ZooKeeperMasterDetector.builder(ZooKeeperUrl.parse("zk://192.0.2.1/mesos"), time).build();
    never.close();
    assertThat(never.state()).isEqualTo(Lifecycle.State.STOPPED);
    ZooKeeperMasterDetector detector = start("");
    await().until(detector::isConnected);
    assertThat(ourThreads()).isNotEmpty();

    detector.close();

    await().until(() -> ourThreads().isEmpty());
  }

  private static List<String> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("dcosnet-zookeeper"))
        .toList();
  }
}
