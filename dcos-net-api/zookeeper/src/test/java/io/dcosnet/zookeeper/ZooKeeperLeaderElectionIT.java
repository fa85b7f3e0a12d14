// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.spi.Leadership;
import io.dcosnet.testkit.RecordingMetrics;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a lead when ZooKeeper or the session goes. */
class ZooKeeperLeaderElectionIT {

  private static final URI ONE = URI.create("http://192.0.2.1:62080");
  private static final URI TWO = URI.create("http://192.0.2.2:62080");
  private static final String PATH = "/dcos-net/overlay/leader";

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final List<AutoCloseable> open = new ArrayList<>();
  private TestingServer server;

  @BeforeEach
  void startServer() throws Exception {
    server = new TestingServer();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable part : open) {
      part.close();
    }
    server.close();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20));
  }

  private ZooKeeperLeaderElection.Builder builder(URI address) {
    return ZooKeeperLeaderElection.builder(
            ZooKeeperUrl.parse("zk://" + server.getConnectString() + PATH), address)
        .sessionTimeout(Duration.ofSeconds(30)); // a busy machine must not end one
  }

  private ZooKeeperLeaderElection started(ZooKeeperLeaderElection candidate) {
    open.add(candidate);
    candidate.start().toCompletableFuture().join();
    return candidate;
  }

  @Test
  void doesNotLeadWithoutAConnectionAndLeadsInANewTermAfterwards() throws Exception {
    ZooKeeperLeaderElection candidate = started(builder(ONE).metrics(metrics).build());
    List<Leadership> told = new CopyOnWriteArrayList<>();
    candidate.subscribe(Runnable::run, told::add);
    await().until(() -> candidate.leadership().leads());
    assertThat(metrics.gauge("dcosnet.zookeeper.election.leads")).isEqualTo(1);

    server.stop();
    await().until(() -> !candidate.leadership().leads());
    assertThat(candidate.leadership()).isEqualTo(new Leadership(1, false, null));
    assertThat(metrics.gauge("dcosnet.zookeeper.election.leads")).isZero();
    server.restart();

    await().until(() -> candidate.leadership().equals(new Leadership(2, true, ONE)));
    assertThat(metrics.count("dcosnet.zookeeper.election.elections")).isEqualTo(2);
    await().until(() -> told.contains(new Leadership(2, true, ONE)));
    assertThat(told).contains(new Leadership(1, true, ONE), new Leadership(1, false, null));
  }

  @Test
  void knowsTheLeaderWhileZooKeeperIsAway() throws Exception {
    ZooKeeperLeaderElection leader = started(builder(ONE).build());
    await().until(() -> leader.leadership().leads());
    ZooKeeperLeaderElection follower = started(builder(TWO).build());
    await().until(() -> ONE.equals(follower.leadership().leader()));

    server.stop();
    await().until(() -> !follower.isConnected());

    assertThat(follower.leadership()).isEqualTo(new Leadership(0, false, ONE));
  }

  @Test
  void leadsAgainAfterItsSessionWasLost() throws Exception {
    ZooKeeperLeaderElection candidate = started(builder(ONE).build());
    await().until(() -> candidate.leadership().leads());

    candidate.session().getZookeeperClient().getZooKeeper().getTestable().injectSessionExpiration();

    await().until(() -> candidate.leadership().equals(new Leadership(2, true, ONE)));
  }

  @Test
  void nobodyElseMayTouchWhatIsElectedWithCredentials() throws Exception {
    String at = "zk://masters:secret@" + server.getConnectString() + PATH;
    ZooKeeperLeaderElection candidate =
        started(ZooKeeperLeaderElection.builder(ZooKeeperUrl.parse(at), ONE).build());
    await().until(() -> candidate.leadership().leads());
    String user = DigestAuthenticationProvider.generateDigest("masters:secret");

    var session = candidate.session();
    List<String> nodes = session.getChildren().forPath(PATH);
    assertThat(nodes).isNotEmpty();
    for (String path : List.of(PATH, PATH + "/" + nodes.get(0))) {
      assertThat(session.getACL().forPath(path))
          .as(path)
          .containsExactly(new ACL(ZooDefs.Perms.ALL, new Id("digest", user)));
    }
  }

  @Test
  void takesNoAddressFromANodeThatHoldsNone() throws Exception {
    try (CuratorFramework shell =
        CuratorFrameworkFactory.newClient(server.getConnectString(), new RetryNTimes(9, 100))) {
      shell.start();
      String first = PATH + "/_c_0-latch-0000000000";
      shell.create().creatingParentsIfNeeded().forPath(first, "no address {".getBytes(UTF_8));
      shell.create().forPath(PATH + "/readme", "http://192.0.2.9".getBytes(UTF_8));
      ZooKeeperLeaderElection candidate = started(builder(ONE).build());
      await().until(() -> shell.getChildren().forPath(PATH).size() == 3);
      assertThat(candidate.leadership()).isEqualTo(Leadership.NONE);

      shell.delete().forPath(first);

      await().until(() -> candidate.leadership().leads());
    }
  }

  @Test
  void mayBeClosedByTheListenerThatIsTold() {
    ZooKeeperLeaderElection candidate = builder(ONE).build();
    candidate.subscribe(
        Runnable::run,
        known -> {
          if (known.leads()) {
            candidate.close();
          }
        });
    started(candidate);

    await().until(() -> candidate.state() == Lifecycle.State.STOPPED);
    assertThat(candidate.leadership()).isEqualTo(new Leadership(1, false, null));
  }

  @Test
  void opensNothingBeforeItStartsAndLeavesNoThread() {
    await().until(() -> ourThreads().isEmpty()); // those of other tests end now
    ZooKeeperLeaderElection never = builder(ONE).build();
    assertThat(ourThreads()).isEmpty();
    never.close();
    ZooKeeperLeaderElection candidate = started(builder(ONE).build());
    await().until(() -> candidate.leadership().leads());
    assertThat(ourThreads()).isNotEmpty();

    candidate.close();

    await().until(() -> ourThreads().isEmpty());
  }

  @Test
  void refusesWhatCannotWork() {
    assertThatThrownBy(() -> builder(ONE).sessionTimeout(Duration.ZERO).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sessionTimeout");
    assertThatThrownBy(() -> builder(URI.create("http://" + "x".repeat(2048))).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2055 bytes");
    assertThatThrownBy(
            () -> ZooKeeperLeaderElection.builder(ZooKeeperUrl.parse("zk://h/"), ONE).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("path");
  }

  private static List<String> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("dcosnet-zookeeper"))
        .toList();
  }
}
