// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.api.store.DurableStore.Batch;
import io.dcosnet.api.store.DurableStore.Check;
import io.dcosnet.api.store.DurableStore.Committed;
import io.dcosnet.api.store.DurableStore.Fenced;
import io.dcosnet.api.store.DurableStore.Outcome;
import io.dcosnet.api.store.DurableStore.Snapshot;
import io.dcosnet.api.store.DurableStore.Unknown;
import io.dcosnet.api.store.DurableStore.Versioned;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingCluster;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three servers, of which the leading one dies while masters write. */
class ZooKeeperFailoverIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final List<AutoCloseable> open = new ArrayList<>();
  private TestingCluster servers;

  @BeforeEach
  void startServers() throws Exception {
    servers = ServersInThisProcess.three();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable part : open) {
      part.close();
    }
    servers.close();
  }

  private ZooKeeperUrl url(String path) {
    return ZooKeeperUrl.parse("zk://" + servers.getConnectString() + path);
  }

  private ZooKeeperDurableStore open() {
    ZooKeeperDurableStore store =
        ZooKeeperDurableStore.builder(url("/dcos-net/overlay/test"))
            .sessionTimeout(Duration.ofSeconds(5))
            .patience(PATIENCE)
            .open();
    open.add(store);
    return store;
  }

  private static <T> T done(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    assertThat(future).succeedsWithin(PATIENCE);
    return future.join();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
  }

  private InstanceSpec killLeader() throws Exception {
    await().until(() -> ServersInThisProcess.leaderOf(servers).isPresent());
    InstanceSpec leader = ServersInThisProcess.leaderOf(servers).orElseThrow();
    assertThat(servers.killServer(leader)).isTrue();
    return leader;
  }

  /** A master that gives each of its numbers out once, and reads again when it is in doubt. */
  private static final class Master {
    final Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
    final AtomicInteger doubts = new AtomicInteger();
    final AtomicInteger foundWritten = new AtomicInteger();
    final AtomicInteger foundMissing = new AtomicInteger();
    private final DurableStore store;
    private final long token;
    private long counterRevision;

    Master(DurableStore store, long token) {
      this.store = store;
      this.token = token;
    }

    /** Number {@code i} and the count of all, in one transaction that demands what was before. */
    private Batch batch(int i) {
      return new Batch(
          token,
          List.of(new Check(key(i), DurableStore.ABSENT), new Check("counter", counterRevision)),
          Map.of(key(i), Bytes.utf8("" + i), "counter", Bytes.utf8("" + i)),
          Set.of());
    }

    static String key(int i) {
      return "agents/%06d".formatted(i);
    }

    void giveOut(int i) {
      Outcome outcome = done(store.commit(batch(i)));
      if (outcome instanceof Committed committed) {
        counterRevision = committed.revision();
        acknowledged.add(i);
      } else {
        assertThat(outcome).isInstanceOf(Unknown.class);
        doubts.incrementAndGet();
        resolve(i);
      }
    }

    private void resolve(int i) {
      Snapshot snapshot = done(store.load());
      Versioned counter = snapshot.entries().get("counter");
      counterRevision = counter == null ? DurableStore.ABSENT : counter.revision();
      if (snapshot.entries().containsKey(key(i))) {
        foundWritten.incrementAndGet();
        acknowledged.add(i);
      } else {
        foundMissing.incrementAndGet();
        giveOut(i);
      }
    }
  }

  @Test
  void losesAndDoublesNothingWhenTheLeadingServerDiesAmidTransactions() throws Exception {
    ZooKeeperDurableStore store = open();
    Master master = new Master(store, done(store.newEpoch()));
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger next = new AtomicInteger();
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              while (!enough.get()) {
                master.giveOut(next.incrementAndGet());
              }
            });

    for (int round = 0; round < 3; round++) {
      int before = master.acknowledged.size();
      await().until(() -> writing.isDone() || master.acknowledged.size() > before + 100);
      InstanceSpec dead = killLeader();
      int after = master.acknowledged.size();
      await().until(() -> writing.isDone() || master.acknowledged.size() > after + 100);
      assertThat(servers.restartServer(dead)).isTrue();
    }
    enough.set(true);
    assertThat(writing).succeedsWithin(PATIENCE);

    assertThat(master.doubts).hasPositiveValue();
    assertThat(master.doubts.get())
        .isEqualTo(master.foundWritten.get() + master.foundMissing.get());
    Snapshot snapshot = done(open().load());
    Set<String> expected = new TreeSet<>();
    for (int i = 1; i <= next.get(); i++) {
      assertThat(master.acknowledged).contains(i);
      expected.add(Master.key(i));
    }
    expected.add("counter");
    assertThat(snapshot.entries().navigableKeySet()).isEqualTo(expected);
    assertThat(snapshot.entries().get("counter"))
        .isEqualTo(new Versioned(Bytes.utf8("" + next.get()), snapshot.revision()));
  }

  /** Each takes over from the other again and again; what the former wrote is there, once. */
  @Test
  void letsOneMasterWriteAtATimeWhileServersDie() throws Exception {
    ZooKeeperDurableStore one = open();
    ZooKeeperDurableStore two = open();
    int next = 0;
    for (int round = 0; round < 4; round++) {
      ZooKeeperDurableStore leader = round % 2 == 0 ? one : two;
      ZooKeeperDurableStore former = round % 2 == 0 ? two : one;
      Snapshot seen = done(former.load());
      InstanceSpec dead = round % 2 == 1 ? killLeader() : null;
      long token = done(leader.newEpoch());
      Snapshot snapshot = done(leader.load());
      assertThat(snapshot.epoch()).isEqualTo(token);
      assertThat(snapshot.entries()).containsAllEntriesOf(seen.entries());
      Master master = new Master(leader, token);
      for (int i = 0; i < 20; i++) {
        next++;
        master.resolve(next);
      }

      done(former.load());
      Batch stale = new Batch(seen.epoch(), List.of(), Map.of("stale", Bytes.utf8("x")), Set.of());
      await()
          .until(
              () -> {
                Outcome outcome = done(former.commit(stale));
                if (outcome instanceof Unknown) {
                  done(former.load());
                  return false;
                }
                assertThat(outcome).isEqualTo(new Fenced(token));
                return true;
              });
      if (dead != null) {
        assertThat(servers.restartServer(dead)).isTrue();
      }
    }

    Snapshot end = done(open().load());
    assertThat(end.entries()).hasSize(next + 1);
    assertThat(end.entries()).doesNotContainKey("stale");
    assertThat(end.entries().get("counter"))
        .isEqualTo(new Versioned(Bytes.utf8("" + next), end.revision()));
  }

  @Test
  void electsAgainWhenTheLeadingServerDies() throws Exception {
    ZooKeeperLeaderElection one = candidate("http://192.0.2.1:62080");
    await().until(() -> one.leadership().leads());
    ZooKeeperLeaderElection two = candidate("http://192.0.2.2:62080");
    await().until(() -> two.leadership().leader() != null);

    InstanceSpec dead = killLeader();

    await().until(() -> one.leadership().leads() ^ two.leadership().leads());
    assertThat(servers.restartServer(dead)).isTrue();
    // All follow the same one, wherever it went.
    await()
        .untilAsserted(
            () -> {
              assertThat(one.leadership().leads() ^ two.leadership().leads()).isTrue();
              assertThat(one.leadership().leader()).isEqualTo(two.leadership().leader());
            });
  }

  private ZooKeeperLeaderElection candidate(String address) {
    ZooKeeperLeaderElection candidate =
        ZooKeeperLeaderElection.builder(url("/dcos-net/overlay/leader"), URI.create(address))
            .sessionTimeout(Duration.ofSeconds(5))
            .build();
    open.add(candidate);
    done(candidate.start());
    return candidate;
  }
}
