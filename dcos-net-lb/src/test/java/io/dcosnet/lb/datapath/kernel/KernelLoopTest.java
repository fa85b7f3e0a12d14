// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.kernel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KernelLoopTest {

  private static final Duration LONG = Duration.ofHours(1);

  private final TimeSource time = TimeSource.system();
  private final Work work = new Work();
  private KernelLoop loop = new KernelLoop("test", time, LONG, work);

  @AfterEach
  void stop() throws Exception {
    work.permits.release(1_000);
    done(loop.stop(true, Duration.ZERO));
  }

  /** What was asked of the kernel, in order. */
  private static final class Work implements KernelWork {
    final LinkedBlockingQueue<String> calls = new LinkedBlockingQueue<>();
    final Semaphore permits = new Semaphore(1_000);
    final Semaphore watches = new Semaphore(0);
    final AtomicLong open = new AtomicLong();
    volatile @Nullable RuntimeException failure;
    volatile Map<Frontend, Outcome> outcomes = Map.of();
    volatile boolean comparesByItself;
    volatile @Nullable Thread thread;

    @Override
    public ApplyReport apply(VipTable table, boolean readBack) {
      thread = Thread.currentThread();
      calls.add((readBack ? "compare " : "change ") + port(table));
      permits.acquireUninterruptibly();
      RuntimeException thrown = failure;
      if (thrown != null) {
        throw thrown;
      }
      return new ApplyReport(table, outcomes);
    }

    @Override
    public boolean comparesByItself() {
      return comparesByItself;
    }

    @Override
    public boolean watch() {
      watches.release();
      return false;
    }

    @Override
    public void withdraw() {
      calls.add("withdraw");
      RuntimeException thrown = failure;
      if (thrown != null) {
        throw thrown;
      }
    }

    @Override
    public long open() {
      return open.get();
    }

    @Override
    public void close(boolean leaveInPlace) {
      calls.add(leaveInPlace ? "leave" : "remove");
    }

    String next() throws InterruptedException {
      String call = calls.poll(10, TimeUnit.SECONDS);
      return call == null ? "nothing" : call;
    }
  }

  private static int port(VipTable table) {
    return table.services().keySet().stream().mapToInt(f -> f.endpoint().port()).sum();
  }

  private static VipTable table(int port, Target... targets) {
    return VipTable.of(
        List.of(
            new Service(
                VipKey.named(Protocol.TCP, "web.marathon", port),
                new Frontend(Protocol.TCP, HostPort.parse("192.0.2.1:" + port)),
                List.of(targets))));
  }

  private static <T> T done(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void theFirstTableIsComparedAndLaterOnesAreChanges() throws Exception {
    VipTable first = table(1);
    assertThat(done(loop.apply(first)).table()).isSameAs(first);
    done(loop.apply(table(2)));
    done(loop.apply(table(3)));

    assertThat(work.calls).containsExactly("compare 1", "change 2", "change 3");
    Thread thread = requireNonNull(work.thread);
    assertThat(thread.getName()).isEqualTo("dcosnet-test");
    assertThat(thread.isDaemon()).isTrue();
  }

  @Test
  void tablesThatWaitAreSkippedForTheNewest() throws Exception {
    done(loop.apply(table(1)));
    work.permits.drainPermits();
    List<CompletableFuture<ApplyReport>> stages = new ArrayList<>();
    stages.add(loop.apply(table(2)).toCompletableFuture());
    await().until(() -> work.calls.size() == 2);
    VipTable newest = table(9);
    stages.add(loop.apply(table(3)).toCompletableFuture());
    stages.add(loop.apply(table(4)).toCompletableFuture());
    stages.add(loop.apply(newest).toCompletableFuture());
    assertThat(stages).noneMatch(CompletableFuture::isDone);
    work.permits.release(100);

    assertThat(port(done(stages.get(0)).table())).isEqualTo(2);
    for (CompletableFuture<ApplyReport> stage : stages.subList(1, 4)) {
      assertThat(done(stage).table()).isSameAs(newest);
    }
    assertThat(work.calls).containsExactly("compare 1", "change 2", "change 9");
  }

  @Test
  void damageIsRepairedAtOnce() throws Exception {
    done(loop.apply(table(1)));
    loop.repair();
    assertThat(work.next()).isEqualTo("compare 1");
    assertThat(work.next()).isEqualTo("compare 1");
    done(loop.apply(table(2)));
    assertThat(work.next()).isEqualTo("change 2");
  }

  @Test
  void whoeverDamagesAllTheTimeDoesNotKeepItBusyAllTheTime() throws Exception {
    done(loop.apply(table(1)));
    long begun = time.nanos();
    while (work.calls.size() < 6) {
      loop.repair();
    }
    assertThat(Duration.ofNanos(time.nanos() - begun)).isGreaterThan(Duration.ofMillis(400));
  }

  @Test
  void damageThatIsToldBeforeTheFirstTableWaitsForIt() throws Exception {
    loop.repair();
    done(loop.apply(table(1)));
    assertThat(work.calls).containsExactly("compare 1");
  }

  @Test
  void looksNowAndThenWithoutBeingTold() throws Exception {
    loop = new KernelLoop("test", time, Duration.ofMillis(50), work);
    done(loop.apply(table(1)));
    for (int i = 0; i < 4; i++) {
      assertThat(work.next()).isEqualTo("compare 1");
    }
  }

  @Test
  void whoComparesByItselfIsLookedAfterAndNeverAskedToCompareAll() throws Exception {
    work.comparesByItself = true;
    loop = new KernelLoop("test", time, Duration.ofMillis(10), work);
    done(loop.apply(table(1)));
    work.watches.acquire(20);
    assertThat(work.calls).containsExactly("compare 1");
    loop.repair();
    assertThat(work.next()).isEqualTo("compare 1");
    assertThat(work.next()).as("damage").isEqualTo("compare 1");
  }

  @Test
  void tellsWhenSomethingElseBecomesOfATableThanWasReported() throws Exception {
    Semaphore told = new Semaphore(0);
    Subscription subscription = loop.onChange(told::release);
    Subscription second =
        loop.onChange(
            () -> {
              throw new IllegalStateException("thrown by a listener of KernelLoopTest");
            });
    Frontend web = new Frontend(Protocol.TCP, HostPort.parse("192.0.2.1:1"));
    work.outcomes = Map.of(web, new Outcome(State.FAILED, null, "no space"));
    done(loop.apply(table(1)));
    work.outcomes = Map.of(web, Outcome.serving(web.endpoint()));
    loop.repair();
    assertThat(told.tryAcquire(10, TimeUnit.SECONDS)).isTrue();

    loop.repair();
    await().until(() -> work.calls.size() == 3);
    work.outcomes = Map.of();
    done(loop.apply(table(1)));
    assertThat(told.availablePermits()).as("the same, or reported").isZero();
    subscription.close();
    second.close();
    work.outcomes = Map.of(web, Outcome.serving(web.endpoint()));
    loop.repair();
    await().until(() -> work.calls.size() == 5);
    done(loop.apply(table(2)));
    assertThat(told.availablePermits()).as("nobody listens").isZero();
  }

  @Test
  void wakesWhenADrainRunsOut() throws Exception {
    long deadline = time.nanos() + Duration.ofMillis(200).toNanos();
    HostPort backend = HostPort.parse("192.0.2.7:80");
    Target draining = new Target(backend, Backend.State.DRAINING, 0, deadline);
    Target endless = new Target(backend, Backend.State.DRAINING, 0, Target.NEVER);
    done(loop.apply(table(1, draining)));
    assertThat(work.next()).isEqualTo("compare 1");

    assertThat(work.next()).isEqualTo("change 1");
    assertThat(time.nanos() - deadline).isNotNegative();
    done(loop.apply(table(2, draining)));
    done(loop.apply(table(3, endless)));
    assertThat(work.calls).as("what is over wakes nobody").containsExactly("change 2", "change 3");
  }

  @Test
  void aDeadlineThatComesDuringAPassIsNotForgotten() throws Exception {
    done(loop.apply(VipTable.EMPTY));
    work.permits.drainPermits();
    long deadline = time.nanos() + Duration.ofMillis(100).toNanos();
    HostPort backend = HostPort.parse("192.0.2.7:80");
    var stage = loop.apply(table(1, new Target(backend, Backend.State.DRAINING, 0, deadline)));
    await().until(() -> time.nanos() - deadline > 0);
    work.permits.release(100);
    done(stage);
    await().until(() -> work.calls.size() == 3);
    assertThat(work.calls).containsExactly("compare 0", "change 1", "change 1");
  }

  @Test
  void aFailureIsToldAndTriedAgainByComparing() throws Exception {
    done(loop.apply(table(1)));
    work.failure = new IllegalStateException("refused by KernelLoopTest");
    assertThatThrownBy(() -> done(loop.apply(table(2))))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("refused by KernelLoopTest");
    work.failure = null;
    assertThat(work.next()).isEqualTo("compare 1");
    assertThat(work.next()).isEqualTo("change 2");
    assertThat(work.next()).as("without a new table").isEqualTo("compare 2");
    done(loop.apply(table(3)));
    assertThat(work.next()).isEqualTo("change 3");
  }

  @Test
  void anEndWaitsForWhatIsOpenUntilItsGraceIsOver() throws Exception {
    work.open.set(1);
    done(loop.apply(table(1)));
    var stopped = loop.stop(false, Duration.ofMinutes(5)).toCompletableFuture();
    await().until(() -> work.calls.size() == 2);
    assertThat(stopped).isNotDone();
    work.open.set(0);
    done(stopped);
    assertThat(work.calls).containsExactly("compare 1", "withdraw", "remove");
    assertThatThrownBy(() -> done(loop.apply(table(2))))
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void anotherStopBringsTheCutNearerAndNeverPutsItOff() throws Exception {
    work.open.set(1);
    done(loop.apply(table(1)));
    var patient = loop.stop(false, Duration.ofMinutes(5)).toCompletableFuture();
    await().until(() -> work.calls.contains("withdraw"));
    var endless = loop.stop(false, LONG).toCompletableFuture();
    assertThat(List.of(patient, endless)).noneMatch(CompletableFuture::isDone);

    done(loop.stop(true, Duration.ZERO));

    done(patient);
    done(endless);
    assertThat(work.calls)
        .as("what was to be removed is not left by a later word")
        .containsExactly("compare 1", "withdraw", "remove");
  }

  @Test
  void anEndWithoutGraceRemovesAtOnce() throws Exception {
    work.open.set(1);
    done(loop.apply(table(1)));
    done(loop.stop(false, Duration.ZERO));
    assertThat(work.calls).containsExactly("compare 1", "withdraw", "remove");
  }

  @Test
  void whatCannotBeWithdrawnIsRemovedAllTheSame() throws Exception {
    done(loop.apply(table(1)));
    work.failure = new IllegalStateException("no such table");
    done(loop.stop(false, LONG));
    assertThat(work.calls).containsExactly("compare 1", "withdraw", "remove");
  }

  @Test
  void whatIsLeftInPlaceIsNotTouched() throws Exception {
    work.open.set(1);
    done(loop.apply(table(1)));
    done(loop.stop(true, Duration.ofMinutes(5)));
    done(loop.stop(false, Duration.ZERO));
    assertThat(work.calls).containsExactly("compare 1", "leave");
  }

  @Test
  void endsWithoutEverHavingHadATable() throws Exception {
    done(loop.stop(false, Duration.ofMinutes(5)));
    assertThat(work.calls).containsExactly("remove");
  }

  @Test
  void aTableThatWaitsAtTheEndIsRefused() throws Exception {
    work.permits.drainPermits();
    var underWay = loop.apply(table(1)).toCompletableFuture();
    await().until(() -> work.calls.size() == 1);
    var waiting = loop.apply(table(2)).toCompletableFuture();
    var stopped = loop.stop(true, Duration.ZERO).toCompletableFuture();
    work.permits.release(100);
    done(stopped);
    assertThat(port(done(underWay).table())).isEqualTo(1);
    assertThatThrownBy(() -> done(waiting)).hasCauseInstanceOf(IllegalStateException.class);
    assertThat(work.calls).containsExactly("compare 1", "leave");
  }
}
