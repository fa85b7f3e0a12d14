// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.api.store.DurableStore.Batch;
import io.dcosnet.api.store.DurableStore.Check;
import io.dcosnet.api.store.DurableStore.Committed;
import io.dcosnet.api.store.DurableStore.Conflict;
import io.dcosnet.api.store.DurableStore.Fenced;
import io.dcosnet.api.store.DurableStore.Outcome;
import io.dcosnet.api.store.DurableStore.Snapshot;
import io.dcosnet.api.store.DurableStore.Unknown;
import io.dcosnet.api.store.DurableStore.Versioned;
import io.dcosnet.testkit.RecordingMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.data.Stat;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** What is special of this store, against one server. */
class ZooKeeperDurableStoreIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ROOT = "/dcos-net/overlay/test";

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final List<AutoCloseable> open = new ArrayList<>();
  private TestingServer server;
  private CuratorFramework shell;

  @BeforeEach
  void startServer() throws Exception {
    server = new TestingServer();
    shell = CuratorFrameworkFactory.newClient(server.getConnectString(), new RetryNTimes(100, 100));
    shell.start();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable part : open) {
      part.close();
    }
    shell.close();
    server.close();
  }

  private ZooKeeperDurableStore.Builder builder(String credentials) {
    return ZooKeeperDurableStore.builder(
            ZooKeeperUrl.parse("zk://" + credentials + server.getConnectString() + ROOT))
        .sessionTimeout(Duration.ofSeconds(30)) // a busy machine must not end one
        .metrics(metrics);
  }

  private ZooKeeperDurableStore opened(ZooKeeperDurableStore.Builder builder) {
    ZooKeeperDurableStore store = builder.open();
    open.add(store);
    return store;
  }

  private ZooKeeperDurableStore open() {
    return opened(builder(""));
  }

  private static <T> T done(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    assertThat(future).succeedsWithin(PATIENCE);
    return future.join();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
  }

  private static Batch put(long fence, String key, String value, Check... checks) {
    return new Batch(fence, List.of(checks), Map.of(key, Bytes.utf8(value)), Set.of());
  }

  private static long committed(DurableStore store, Batch batch) {
    Outcome outcome = done(store.commit(batch));
    assertThat(outcome).isInstanceOf(Committed.class);
    return ((Committed) outcome).revision();
  }

  private static Map<String, String> texts(Snapshot snapshot) {
    Map<String, String> texts = new HashMap<>();
    snapshot.entries().forEach((key, entry) -> texts.put(key, entry.value().toUtf8()));
    return texts;
  }

  private String text(String node) throws Exception {
    return new String(shell.getData().forPath(ROOT + node), UTF_8);
  }

  @Test
  void standsInTheTreeAsTheDocumentShowsIt() throws Exception {
    ZooKeeperDurableStore store = open();
    long token = done(store.newEpoch());
    long revision = committed(store, put(token, "agents/7b1e", "{}"));
    committed(store, put(token, "config", "c"));

    assertThat(text("/format")).isEqualTo("1");
    assertThat(text("/epoch")).isEqualTo("1");
    assertThat(text("/revision")).isEqualTo("1");
    assertThat(text("/keys/agents/~f1/7b1e")).isEqualTo("{}");
    assertThat(text("/keys/~78/config")).isEqualTo("c");
    Stat stat = shell.checkExists().forPath(ROOT + "/keys/agents/~f1/7b1e");
    assertThat(stat.getMzxid()).isEqualTo(revision);
  }

  @Test
  void keepsAFormerLeaderInAnotherProcessFromWriting() {
    ZooKeeperDurableStore former = open();
    long first = done(former.newEpoch());
    long revision = committed(former, put(first, "a", "1"));
    ZooKeeperDurableStore leader = open();
    long second = done(leader.newEpoch());
    assertThat(second).isEqualTo(first + 1);

    assertThat(done(former.commit(put(first, "a", "2")))).isEqualTo(new Fenced(second));
    assertThat(done(former.commit(put(first, "b", "2")))).isEqualTo(new Fenced(second));

    Snapshot snapshot = done(leader.load());
    assertThat(texts(snapshot)).isEqualTo(Map.of("a", "1"));
    assertThat(snapshot.revision()).isEqualTo(revision);
    committed(leader, put(second, "a", "3", new Check("a", revision)));
    assertThat(texts(done(former.load()))).isEqualTo(Map.of("a", "3"));
  }

  @Test
  void neverLosesACountOfTwoProcessesThatWriteAtOnce() throws Exception {
    ZooKeeperDurableStore one = open();
    ZooKeeperDurableStore two = open();
    Thread other = new Thread(() -> count(two, 30));
    other.start();
    count(one, 30);
    other.join();

    assertThat(texts(done(open().load()))).isEqualTo(Map.of("counter", "60"));
  }

  private static void count(DurableStore store, int times) {
    for (int i = 0; i < times; ) {
      var now = done(store.load()).entries().get("counter");
      int value = now == null ? 0 : Integer.parseInt(now.value().toUtf8());
      Check check = new Check("counter", now == null ? DurableStore.ABSENT : now.revision());
      Outcome outcome = done(store.commit(put(0, "counter", "" + (value + 1), check)));
      if (outcome instanceof Committed) {
        i++;
      } else {
        assertThat(outcome).isEqualTo(new Conflict("counter"));
      }
    }
  }

  @Test
  void judgesByWhatAnotherProcessHasWritten() {
    ZooKeeperDurableStore one = open();
    ZooKeeperDurableStore two = open();
    long revision = committed(one, put(0, "a", "1"));

    assertThat(done(two.commit(put(0, "a", "2", new Check("a", DurableStore.ABSENT)))))
        .isEqualTo(new Conflict("a"));
    committed(two, put(0, "a", "2", new Check("a", revision)));
    assertThat(done(one.commit(put(0, "a", "3", new Check("a", revision)))))
        .isEqualTo(new Conflict("a"));
    committed(one, put(0, "b", "3", new Check("b", DurableStore.ABSENT)));

    assertThat(texts(done(two.load()))).isEqualTo(Map.of("a", "2", "b", "3"));
  }

  /** Its node has the same version as the first one; only its revision tells them apart. */
  @Test
  void takesAKeyThatWentAndCameAgainForAnotherOne() {
    ZooKeeperDurableStore one = open();
    ZooKeeperDurableStore two = open();
    long revision = committed(one, put(0, "a", "1"));
    committed(two, new Batch(0, List.of(), Map.of(), Set.of("a")));
    committed(two, put(0, "a", "1"));

    assertThat(done(one.commit(put(0, "b", "1", new Check("a", revision)))))
        .isEqualTo(new Conflict("a"));
    assertThat(texts(done(one.load()))).isEqualTo(Map.of("a", "1"));
  }

  @Test
  void doesNotOverwriteWhatSomebodyChangedByHand() throws Exception {
    ZooKeeperDurableStore store = open();
    long revision = committed(store, put(0, "agents/1", "ours"));
    String path = new KeyLayout(ROOT + "/keys").path("agents/1");
    shell.setData().forPath(path, "theirs".getBytes(UTF_8));

    assertThat(done(store.commit(put(0, "agents/1", "new", new Check("agents/1", revision)))))
        .isEqualTo(new Conflict("agents/1"));

    assertThat(texts(done(store.load()))).isEqualTo(Map.of("agents/1", "theirs"));
    assertThat(metrics.count("dcosnet.zookeeper.store.overtaken", "store", "zookeeper"))
        .isEqualTo(1);
  }

  @Test
  void makesADirectoryAgainThatSomebodyRemoved() throws Exception {
    ZooKeeperDurableStore store = open();
    committed(store, put(0, "agents/1", "1"));
    shell.delete().deletingChildrenIfNeeded().forPath(ROOT + "/keys/agents");

    committed(store, put(0, "agents/2", "2"));

    assertThat(texts(done(store.load()))).isEqualTo(Map.of("agents/2", "2"));
  }

  @Test
  void leavesNodesAloneThatAreNoKeys() throws Exception {
    ZooKeeperDurableStore store = open();
    committed(store, put(0, "a/1", "1"));
    String directory = ROOT + "/keys/a/~00";
    shell.create().orSetData().creatingParentsIfNeeded().forPath(directory);
    shell.create().forPath(directory + "/of somebody else", "x".getBytes(UTF_8));
    shell.create().forPath(ROOT + "/keys/note", "no shard".getBytes(UTF_8));

    assertThat(texts(done(store.load()))).isEqualTo(Map.of("a/1", "1"));
    assertThat(metrics.count("dcosnet.zookeeper.store.foreign", "store", "zookeeper")).isEqualTo(1);
    assertThat(shell.checkExists().forPath(directory + "/of somebody else")).isNotNull();
  }

  @Test
  void takesNothingAfterALostConnectionUntilItIsLoaded() throws Exception {
    ZooKeeperDurableStore store = open();
    long token = done(store.newEpoch());
    committed(store, put(token, "a", "1"));

    server.stop();
    await().until(() -> !store.isConnected());
    assertThat(done(store.commit(put(token, "b", "1")))).isInstanceOf(Unknown.class);
    server.restart();
    await().until(store::isConnected);

    assertThat(done(store.commit(put(token, "b", "1"))))
        .isInstanceOfSatisfying(
            Unknown.class, unknown -> assertThat(unknown.reason()).contains("load again"));
    assertThat(texts(done(store.load()))).isEqualTo(Map.of("a", "1"));
    committed(store, put(token, "b", "2"));
    assertThat(texts(done(store.load()))).isEqualTo(Map.of("a", "1", "b", "2"));
  }

  @Test
  void takesNothingAfterALostSessionUntilItIsLoaded() throws Exception {
    ZooKeeperDurableStore store = open();
    long token = done(store.newEpoch());
    committed(store, put(token, "a", "1"));

    store.session().getZookeeperClient().getZooKeeper().getTestable().injectSessionExpiration();
    await().until(() -> done(store.commit(put(token, "a", "1"))) instanceof Unknown);

    Snapshot snapshot = done(store.load());
    assertThat(texts(snapshot)).isEqualTo(Map.of("a", "1"));
    assertThat(snapshot.epoch()).isEqualTo(token);
    Versioned a = requireNonNull(snapshot.entries().get("a"));
    committed(store, put(token, "a", "2", new Check("a", a.revision())));
  }

  /** What a leader has on its way when its connection breaks must not appear later. */
  @Test
  void letsNothingOfAnOldConnectionThroughOnceItIsLoaded() throws Exception {
    ZooKeeperDurableStore store = open();
    long token = done(store.newEpoch());
    committed(store, put(token, "a", "1"));
    Stat before = shell.checkExists().forPath(ROOT + "/epoch");

    server.stop();
    await().until(() -> !store.isConnected());
    server.restart();
    Snapshot snapshot = done(store.load());

    // Every transaction demands this version; the token is the same one.
    Stat after = shell.checkExists().forPath(ROOT + "/epoch");
    assertThat(after.getVersion()).isEqualTo(before.getVersion() + 1);
    assertThat(snapshot.epoch()).isEqualTo(token);
    ZooKeeperDurableStore other = open();
    committed(other, put(token, "b", "1"));
  }

  @Test
  void goesOnTryingToLoadWhileTheServerComesUp() throws Exception {
    ZooKeeperDurableStore store = open();
    committed(store, put(0, "a", "1"));
    server.stop();
    await().until(() -> !store.isConnected());

    CompletionStage<Snapshot> loading = store.load();
    CompletionStage<Long> token = store.newEpoch();
    server.restart();

    assertThat(texts(done(loading))).isEqualTo(Map.of("a", "1"));
    assertThat(done(token)).isPositive();
  }

  @Test
  void saysWhyItCannotBeLoaded() throws Exception {
    ZooKeeperDurableStore store = opened(builder("").patience(Duration.ofMillis(1)));
    done(store.load());
    server.stop();
    await().until(() -> !store.isConnected());

    assertThat(store.load().toCompletableFuture())
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .withCauseInstanceOf(DcosNetException.class)
        .withMessageContaining(ROOT)
        .withMessageContaining("majority");
  }

  @Test
  void mayBeUsedOnlyWithTheRightPassword() {
    ZooKeeperDurableStore owner = opened(builder("dcos:secret@"));
    committed(owner, put(0, "a", "1"));
    ZooKeeperDurableStore stranger = opened(builder("dcos:wrong@"));

    assertThat(stranger.load().toCompletableFuture())
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .withCauseInstanceOf(DcosNetException.class)
        .withMessageContaining("user:password");
    assertThat(stranger.commit(put(0, "a", "2")).toCompletableFuture())
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .withCauseInstanceOf(DcosNetException.class);
    assertThat(texts(done(opened(builder("dcos:secret@")).load()))).isEqualTo(Map.of("a", "1"));
  }

  @Test
  void mayBeReadByAllWhenThatIsWanted() throws Exception {
    ZooKeeperDurableStore owner = opened(builder("dcos:secret@").readableByAll(true));
    committed(owner, put(0, "a", "1"));

    assertThat(text("/keys/~30/a")).isEqualTo("1");
    assertThatThrownBy(() -> shell.setData().forPath(ROOT + "/keys/~30/a", new byte[0]))
        .hasMessageContaining("NoAuth");
  }

  @Test
  void doesNotTouchAStoreOfANewerProgram() throws Exception {
    shell.create().creatingParentsIfNeeded().forPath(ROOT + "/format", "2".getBytes(UTF_8));
    ZooKeeperDurableStore store = open();

    assertThat(store.load().toCompletableFuture())
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .withMessageContaining("format '2' (expected: 1");
    assertThat(store.commit(put(0, "a", "1")).toCompletableFuture())
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .withMessageContaining("format");
    assertThat(shell.getChildren().forPath(ROOT)).containsExactly("format");
  }

  @Test
  void refusesATransactionThatServersWouldCutTheConnectionFor() {
    ZooKeeperDurableStore store = open();
    Map<String, Bytes> many = new HashMap<>();
    for (int i = 0; i < 6000; i++) {
      many.put("agents/" + i, Bytes.EMPTY);
    }

    assertThatThrownBy(() -> store.commit(new Batch(0, List.of(), many, Set.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one request of ZooKeeper");
    many.keySet().removeIf(key -> key.length() > "agents/999".length());
    Outcome outcome = done(store.commit(new Batch(0, List.of(), many, Set.of())));
    assertThat(outcome).isInstanceOf(Committed.class);
    assertThat(done(store.load()).entries()).hasSize(1000);
  }

  /** The largest that is let through must be one that a server with its usual limit takes. */
  @Test
  void letsNoTransactionThroughThatIsTooLargeForAServer() {
    ZooKeeperDurableStore store = open();
    int low = 0;
    int high = ZooKeeperDurableStore.DEFAULT_MAX_REQUEST_BYTES;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (fits(store, middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    assertThat(low).isGreaterThan(store.maxBatchBytes());

    Bytes largest = Bytes.copyOf(new byte[low]);
    Outcome outcome = done(store.commit(new Batch(0, List.of(), Map.of("a", largest), Set.of())));

    assertThat(outcome).isInstanceOf(Committed.class);
    assertThat(done(store.load()).entries().get("a"))
        .extracting(Versioned::value)
        .isEqualTo(largest);
  }

  private static boolean fits(ZooKeeperDurableStore store, int bytes) {
    Bytes value = Bytes.copyOf(new byte[bytes]);
    Check check = new Check("a", 7); // holds for nobody
    try {
      var unused = store.commit(new Batch(0, List.of(check), Map.of("a", value), Set.of()));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Test
  void readsTenThousandAgents(TestReporter reporter) {
    ZooKeeperDurableStore store = open();
    long token = done(store.newEpoch());
    long begun = System.nanoTime();
    List<CompletionStage<Outcome>> outcomes = new ArrayList<>();
    for (int first = 0; first < 10_000; first += 250) {
      Map<String, Bytes> puts = new HashMap<>();
      for (int i = first; i < first + 250; i++) {
        puts.put("agents/%08d-0000-4000-8000-%012d".formatted(i, i), Bytes.copyOf(new byte[300]));
        puts.put("vtep/44.128.%d.%d".formatted(i / 250, i % 250), Bytes.copyOf(new byte[36]));
        puts.put("vtep6/fd01:a::%x".formatted(i), Bytes.copyOf(new byte[36]));
        puts.put(
            "subnets/dcos/9.%d.%d.0-24".formatted(i / 250, i % 250), Bytes.copyOf(new byte[36]));
      }
      outcomes.add(store.commit(new Batch(token, List.of(), puts, Set.of())));
    }
    outcomes.forEach(outcome -> assertThat(done(outcome)).isInstanceOf(Committed.class));
    long written = System.nanoTime();
    Snapshot first = done(store.load());
    long read = System.nanoTime();
    Snapshot second = done(open().load());
    long again = System.nanoTime();

    assertThat(first.entries()).hasSize(40_000);
    assertThat(second).isEqualTo(first);
    reporter.publishEntry(
        "10 000 agents",
        "written in %d ms, read in %d ms, by another process in %d ms"
            .formatted(
                (written - begun) / 1_000_000,
                (read - written) / 1_000_000,
                (again - read) / 1_000_000));
  }

  @Test
  void opensNoThreadBeforeItIsOpenAndLeavesNone() {
    await().until(() -> ourThreads().isEmpty()); // those of other tests end now
    ZooKeeperDurableStore.Builder builder = builder("").name("threads");
    assertThat(ourThreads()).isEmpty();

    ZooKeeperDurableStore store = builder.open();
    done(store.load());
    assertThat(ourThreads()).isNotEmpty();
    store.close();

    await().until(() -> ourThreads().isEmpty());
  }

  @Test
  void isClosedByOneWhoWaitsForIt() {
    ZooKeeperDurableStore store = open();
    CompletionStage<Outcome> first = store.commit(put(0, "a", "1"));
    CompletionStage<Void> closed = first.thenAccept(outcome -> store.close());

    done(closed);

    await().until(() -> ourThreads().isEmpty());
    assertThat(texts(done(open().load()))).isEqualTo(Map.of("a", "1"));
  }

  @Test
  void endsWhatWasHandedInBeforeItWasClosed() {
    ZooKeeperDurableStore store = open();
    List<CompletionStage<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      outcomes.add(store.commit(put(0, "key " + i, "" + i)));
    }
    store.close();

    outcomes.forEach(outcome -> assertThat(done(outcome)).isInstanceOf(Committed.class));
    assertThat(done(open().load()).entries()).hasSize(50);
  }

  private static List<String> ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("dcosnet-zookeeper"))
        .toList();
  }
}
