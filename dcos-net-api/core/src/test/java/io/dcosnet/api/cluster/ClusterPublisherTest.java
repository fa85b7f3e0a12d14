// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.App;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClusterPublisherTest {

  private static final Task WEB = Task.named("web").runningOn("S1").build();
  private static final Task DB = Task.named("db").runningOn("S1").build();

  private final ClusterPublisher publisher = ClusterPublisher.create();
  private final List<ClusterUpdate> updates = new ArrayList<>();
  private final Deque<Runnable> queue = new ArrayDeque<>();

  private void runQueue() {
    while (!queue.isEmpty()) {
      queue.remove().run();
    }
  }

  @Test
  void isNotReadyUntilItIsTold() {
    assertThat(publisher.ready()).isFalse();
    publisher.subscribe(Runnable::run, updates::add);
    assertThat(updates).isEmpty();

    publisher.put(WEB);

    assertThat(publisher.ready()).isTrue();
    assertThat(updates)
        .containsExactly(
            new ClusterUpdate(
                ClusterState.EMPTY,
                ClusterState.EMPTY.with(WEB),
                ClusterChange.ofTask(Change.added(WEB))));
  }

  @Test
  void isReadyWithAnEmptyClusterToo() {
    publisher.subscribe(Runnable::run, updates::add);

    publisher.replace(ClusterState.EMPTY, List.of());
    publisher.replace(ClusterState.EMPTY, List.of());

    assertThat(publisher.ready()).isTrue();
    assertThat(updates).hasSize(1);
    assertThat(updates.get(0).change().isEmpty()).isTrue();
  }

  @Test
  void tellsALateListenerOneUpdateFromNothing() {
    publisher.put(WEB);
    publisher.put(DB);

    publisher.subscribe(Runnable::run, updates::add);

    assertThat(updates).hasSize(1);
    assertThat(updates.get(0).before()).isEqualTo(ClusterState.EMPTY);
    assertThat(updates.get(0).after()).isEqualTo(publisher.cluster());
    assertThat(updates.get(0).change().tasks()).hasSize(2);
  }

  @Test
  void tellsNobodyWhenNothingChanges() {
    publisher.put(WEB);
    publisher.subscribe(Runnable::run, updates::add);
    updates.clear();

    publisher.put(WEB.toBuilder().build());
    publisher.put(Masters.NONE);
    publisher.remove(DB.key());
    publisher.removeAgent("S1");
    publisher.apply(ClusterChange.NONE);

    assertThat(updates).isEmpty();
  }

  @Test
  void mergesABurstIntoOneUpdate() {
    publisher.subscribe(queue::add, updates::add);
    for (int i = 0; i < 10_000; i++) {
      publisher.put(Task.named("t" + i).build());
    }
    for (int i = 1; i < 10_000; i++) {
      publisher.remove(Task.named("t" + i).build().key());
    }

    assertThat(queue).hasSize(1);
    runQueue();

    assertThat(updates).hasSize(1);
    assertThat(updates.get(0).change().tasks())
        .containsExactly(Change.added(Task.named("t0").build()));
  }

  @Test
  void mergesABurstInLinearTime() {
    publisher.subscribe(work -> {}, updates::add);

    for (int i = 0; i < 200_000; i++) {
      publisher.put(Task.named("t" + i).build());
    }

    assertThat(publisher.cluster().tasks()).hasSize(200_000);
  }

  @Test
  void tellsNothingOfWhatWasUndoneMeanwhile() {
    publisher.put(WEB);
    publisher.subscribe(queue::add, updates::add);
    runQueue();
    updates.clear();

    publisher.put(DB);
    publisher.remove(DB.key());
    runQueue();

    assertThat(updates).isEmpty();
  }

  @Test
  void updatesFollowEachOther() {
    publisher.subscribe(queue::add, updates::add);
    for (int i = 0; i < 50; i++) {
      publisher.put(Task.named("t" + i % 7).runningOn("S" + i).build());
      publisher.put(Framework.named("F", "name" + i));
      if (i % 3 == 0) {
        runQueue();
      }
    }
    runQueue();

    ClusterState told = ClusterState.EMPTY;
    for (ClusterUpdate update : updates) {
      assertThat(update.before()).isEqualTo(told);
      assertThat(update.before().apply(update.change())).isEqualTo(update.after());
      told = update.after();
    }
    assertThat(told).isEqualTo(publisher.cluster());
  }

  @Test
  void correctsAChangeThatStartsFromSomethingElse() {
    publisher.put(WEB);
    publisher.subscribe(Runnable::run, updates::add);
    updates.clear();
    Task moved = WEB.toBuilder().runningOn("S2").build();

    publisher.apply(
        new ClusterChange(
            List.of(Change.added(moved), Change.removed(DB)), List.of(), List.of(), null));

    assertThat(updates).hasSize(1);
    assertThat(updates.get(0).change().tasks()).containsExactly(new Change<>(WEB, moved));
  }

  @Test
  void replacesAWholeStateAndTellsTheDifference() {
    Agent agent = Agent.at("S1", IpAddress.parse("192.0.2.1"));
    Rejection refused = new Rejection("task", "t", "TASK_NO_AGENT", "x");
    publisher.put(WEB);
    publisher.put(agent);
    publisher.subscribe(Runnable::run, updates::add);
    updates.clear();

    publisher.replace(ClusterState.EMPTY.with(DB).with(agent), List.of(refused));

    assertThat(publisher.rejections()).containsExactly(refused);
    assertThat(updates.get(0).change().tasks())
        .containsExactlyInAnyOrder(Change.removed(WEB), Change.added(DB));
    assertThat(updates.get(0).change().agents()).isEmpty();
  }

  @Test
  void keepsTheObjectsThatAReplacementRepeats() {
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      tasks.add(Task.named("t" + i).build());
    }
    publisher.replace(ClusterState.of(tasks, List.of(), List.of(), Masters.NONE), List.of());
    List<Task> again = tasks.stream().map(task -> task.toBuilder().build()).toList();

    publisher.replace(
        ClusterState.of(again, List.of(), List.of(), Masters.NONE).with(WEB), List.of());

    assertThat(publisher.cluster().task(tasks.get(7).key()).orElseThrow()).isSameAs(tasks.get(7));
    assertThat(publisher.cluster().task(WEB.key())).contains(WEB);
  }

  @Test
  void tellsOfAppsAndFrameworksThatComeAndGo() {
    publisher.put(App.named("/web").build());
    publisher.put(Framework.named("F", "marathon"));
    publisher.put(Agent.at("S1", IpAddress.parse("192.0.2.1")));
    publisher.subscribe(Runnable::run, updates::add);

    publisher.removeApp("/web");
    publisher.removeFramework("F");
    publisher.removeAgent("S1");

    assertThat(publisher.cluster()).isEqualTo(ClusterState.EMPTY);
    assertThat(updates).hasSize(4);
  }

  @Test
  void deliversToTheOthersWhenAListenerOrAnExecutorFails() {
    AtomicInteger refusals = new AtomicInteger(1);
    Executor refusing =
        work -> {
          if (refusals.getAndDecrement() > 0) {
            throw new RejectedExecutionException("full");
          }
          work.run();
        };
    List<ClusterUpdate> late = new ArrayList<>();
    List<ClusterUpdate> failing = new ArrayList<>();
    publisher.subscribe(
        Runnable::run,
        update -> {
          failing.add(update);
          throw new IllegalStateException("listener");
        });
    publisher.subscribe(refusing, late::add);
    publisher.subscribe(Runnable::run, updates::add);

    publisher.put(WEB);
    publisher.put(DB);

    assertThat(updates).hasSize(2);
    assertThat(failing).hasSize(2);
    assertThat(late).hasSize(1);
    assertThat(late.get(0).change().tasks()).hasSize(2);
  }

  @Test
  void stopsTellingAfterClose() {
    Subscription subscription = publisher.subscribe(queue::add, updates::add);
    publisher.put(WEB);

    subscription.close();
    subscription.close();
    runQueue();
    publisher.put(DB);
    runQueue();

    assertThat(updates).isEmpty();
  }

  @Test
  void aListenerMayCloseItselfAndPublish() {
    List<Subscription> own = new ArrayList<>();
    own.add(
        publisher.subscribe(
            queue::add,
            update -> {
              updates.add(update);
              publisher.put(DB);
              own.get(0).close();
            }));

    publisher.put(WEB);
    runQueue();

    assertThat(updates).hasSize(1);
    assertThat(publisher.cluster().tasks()).hasSize(2);
  }

  @Test
  void givesTheExecutorBackBetweenUpdates() {
    publisher.subscribe(
        queue::add,
        update -> {
          updates.add(update);
          if (updates.size() < 3) {
            publisher.put(Task.named("more" + updates.size()).build());
          }
        });

    publisher.put(WEB);
    queue.remove().run();

    assertThat(updates).hasSize(1);
    assertThat(queue).hasSize(1);
    runQueue();
    assertThat(updates).hasSize(3);
  }

  @Test
  void neverOverlapsAndEndsAtTheNewestStateUnderConcurrency() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(6);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    List<ClusterUpdate> seen = new ArrayList<>(); // guarded by the promise under test
    try {
      publisher.subscribe(
          pool,
          update -> {
            if (inside.incrementAndGet() > 1) {
              overlaps.incrementAndGet();
            }
            seen.add(update);
            inside.decrementAndGet();
          });
      CountDownLatch writers = new CountDownLatch(3);
      for (int writer = 0; writer < 3; writer++) {
        int own = writer;
        pool.execute(
            () -> {
              for (int i = 0; i < 500; i++) {
                publisher.put(Task.named("w" + own + "-" + i % 20).runningOn("S" + i).build());
              }
              writers.countDown();
            });
      }
      assertThat(writers.await(30, TimeUnit.SECONDS)).isTrue();
      CountDownLatch told = new CountDownLatch(1);
      Subscription last = publisher.subscribe(pool, update -> told.countDown());
      assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
      last.close();
    } finally {
      pool.shutdown();
      assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(overlaps).hasValue(0);
    ClusterState state = ClusterState.EMPTY;
    for (ClusterUpdate update : seen) {
      assertThat(update.before()).isEqualTo(state);
      state = update.after();
    }
    assertThat(state).isEqualTo(publisher.cluster());
  }
}
