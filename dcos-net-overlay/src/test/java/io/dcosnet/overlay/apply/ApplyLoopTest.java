// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostObject;
import io.dcosnet.overlay.host.HostReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The thread around passes that are made up. */
class ApplyLoopTest {

  private static final HostFault FAULT =
      new HostFault(HostObject.ROUTE, "route", Optional.empty(), Optional.empty(), "EINVAL", "no");

  private final MadeUp passes = new MadeUp();
  private final ApplyLoop loop =
      new ApplyLoop(TimeSource.system(), new Random(1), Duration.ofMinutes(5), passes);

  /** Does nothing, but remembers. */
  private static final class MadeUp implements ApplyLoop.Passes {
    final List<String> calls = new CopyOnWriteArrayList<>();
    final List<DesiredState> states = new CopyOnWriteArrayList<>();
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile boolean failing;
    volatile boolean failingToTell;
    volatile int changed;
    volatile List<HostFault> faults = List.of();

    @Override
    public void open() {
      calls.add("open");
    }

    @Override
    public HostReport pass(DesiredState state, boolean read, boolean readFilters) {
      states.add(state);
      try {
        assertThat(gate.await(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      calls.add("pass" + (read ? " reads" : "") + (readFilters ? " filters" : ""));
      if (failing) {
        throw new KernelException("list links", Errno.ENOBUFS);
      }
      return new HostReport(state, 0, changed, 0, read, faults, OptionalInt.empty());
    }

    @Override
    public void done(HostReport report, long tookNanos) {
      calls.add("done");
    }

    @Override
    public void failed() {
      calls.add("failed");
      if (failingToTell) {
        throw new IllegalStateException("metrics");
      }
    }

    @Override
    public void close(boolean leaveInPlace) {
      calls.add(leaveInPlace ? "left" : "removed");
    }
  }

  @AfterEach
  void stop() throws Exception {
    passes.gate.countDown();
    passes.failing = false;
    CompletionStage<Boolean> stopped = loop.stop(true).thenApply(nothing -> true);
    boolean unused = done(stopped);
  }

  private static <T> T done(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void statesThatWaitAreSkippedForTheNewest() throws Exception {
    passes.gate = new CountDownLatch(1);
    CompletionStage<HostReport> first = loop.apply(Plans.vxlan(1, 1));
    await().until(() -> passes.states.size() == 1);
    CompletionStage<HostReport> second = loop.apply(Plans.vxlan(1, 2));
    CompletionStage<HostReport> third = loop.apply(Plans.vxlan(1, 3));

    passes.gate.countDown();

    assertThat(done(first).state()).isEqualTo(Plans.vxlan(1, 1));
    assertThat(done(second).state()).isEqualTo(Plans.vxlan(1, 3));
    assertThat(done(third).state()).isEqualTo(Plans.vxlan(1, 3));
    assertThat(passes.calls).containsExactly("open", "pass", "done", "pass", "done");
  }

  @Test
  void newsOfTheKernelCallForAComparison() throws Exception {
    var unused = done(loop.apply(Plans.vxlan(1, 1)));

    loop.repair();
    await().until(() -> passes.calls.contains("pass reads"));
    loop.repairFilters();
    await().until(() -> passes.calls.contains("pass filters"));
  }

  @Test
  void nothingIsComparedBeforeTheFirstState() throws Exception {
    loop.repair();
    var unused = done(loop.apply(Plans.vxlan(1, 1)));

    assertThat(passes.calls).containsExactly("open", "pass reads", "done");
  }

  @Test
  void aKernelThatCannotBeAskedIsToldAndAskedAgain() throws Exception {
    passes.failing = true;
    CompletionStage<HostReport> refused = loop.apply(Plans.vxlan(1, 1));
    assertThatThrownBy(() -> done(refused)).hasCauseInstanceOf(KernelException.class);
    passes.failing = false;

    await().until(() -> passes.calls.contains("done"));
    assertThat(passes.calls).containsSubsequence("open", "pass", "failed", "done");
  }

  @Test
  void somebodyWhoAlwaysChangesThingsBackIsAnsweredEverLater() throws Exception {
    VirtualNanos time = new VirtualNanos();
    ApplyLoop busy = new ApplyLoop(time, new Random(1), Duration.ofHours(9), passes);
    var unused = done(busy.apply(Plans.vxlan(1, 1)));
    passes.changed = 1;

    // Ten come at once; the next one is due after 200 ms, 400 ms and so on.
    for (int i = 1; i <= 10; i++) {
      int expected = i + 1;
      time.nanos.addAndGet(Duration.ofMillis(100).toNanos());
      busy.repair();
      await().until(() -> passes.states.size() == expected);
    }
    busy.repair();
    time.nanos.addAndGet(Duration.ofMillis(100).toNanos());
    busy.repair();
    await().until(() -> passes.states.size() == 12);
    time.nanos.addAndGet(Duration.ofMillis(100).toNanos());
    busy.repair();
    assertThat(done(busy.apply(Plans.vxlan(1, 2))).state()).isEqualTo(Plans.vxlan(1, 2));
    assertThat(passes.states).hasSize(13); // the new state came first, and no repair before it

    CompletionStage<Boolean> stopped = busy.stop(true).thenApply(nothing -> true);
    boolean unusedEnd = done(stopped);
  }

  @Test
  void repairsThatAreFarApartAreNoQuarrelHoweverManyStatesCome() throws Exception {
    VirtualNanos time = new VirtualNanos();
    ApplyLoop calm = new ApplyLoop(time, new Random(1), Duration.ofHours(9), passes);
    var unused = done(calm.apply(Plans.vxlan(1, 1)));

    for (int i = 1; i <= 13; i++) {
      int expected = 3 * i;
      passes.changed = 0;
      for (int state = 0; state < 2; state++) {
        time.nanos.addAndGet(Duration.ofSeconds(40).toNanos());
        var unusedState = done(calm.apply(Plans.vxlan(1, 1)));
      }
      passes.changed = 1;
      time.nanos.addAndGet(Duration.ofMillis(100).toNanos());
      calm.repair(); // done at once, or never as this clock stands still
      await().until(() -> passes.states.size() == 1 + expected);
    }

    CompletionStage<Boolean> stopped = calm.stop(true).thenApply(nothing -> true);
    boolean unusedEnd = done(stopped);
  }

  @Test
  void newStatesDoNotPutOffARetry() throws Exception {
    VirtualNanos time = new VirtualNanos();
    ApplyLoop faulty = new ApplyLoop(time, new Random(1), Duration.ofHours(9), passes);
    passes.faults = List.of(FAULT);
    for (int i = 0; i < 10; i++) {
      var unused = done(faulty.apply(Plans.vxlan(1, 1)));
      time.nanos.addAndGet(Duration.ofMillis(50).toNanos());
    }
    time.nanos.addAndGet(Duration.ofMillis(500).toNanos());
    var unused = done(faulty.apply(Plans.vxlan(1, 2)));

    assertThat(passes.calls).filteredOn("pass reads filters"::equals).hasSize(1);

    CompletionStage<Boolean> stopped = faulty.stop(true).thenApply(nothing -> true);
    boolean unusedEnd = done(stopped);
  }

  @Test
  void aHostThatCannotCountFailuresDoesNotEndTheThread() throws Exception {
    passes.failing = true;
    passes.failingToTell = true;
    CompletionStage<HostReport> refused = loop.apply(Plans.vxlan(1, 1));
    assertThatThrownBy(() -> done(refused)).hasCauseInstanceOf(KernelException.class);
    passes.failing = false;

    assertThat(done(loop.apply(Plans.vxlan(1, 2))).state()).isEqualTo(Plans.vxlan(1, 2));
  }

  private static final class VirtualNanos implements TimeSource {
    final AtomicLong nanos = new AtomicLong();

    @Override
    public long nanos() {
      return nanos.get();
    }

    @Override
    public long wallMillis() {
      return 0;
    }
  }

  @Test
  void whatFailedIsTriedAgain() throws Exception {
    passes.faults = List.of(FAULT);
    var unused = done(loop.apply(Plans.vxlan(1, 1)));
    passes.faults = List.of();

    await().until(() -> passes.calls.contains("pass reads filters"));
    assertThat(passes.states).hasSize(2);
  }

  @Test
  void whatNoTimeHealsIsNotTriedAgain() throws Exception {
    VirtualNanos time = new VirtualNanos();
    ApplyLoop patient = new ApplyLoop(time, new Random(1), Duration.ofHours(9), passes);
    passes.faults =
        List.of(
            new HostFault(
                HostObject.ROUTE, "routes", Optional.empty(), Optional.empty(), "FAMILY", "no"));
    var unused = done(patient.apply(Plans.vxlan(1, 1)));
    time.nanos.addAndGet(Duration.ofSeconds(90).toNanos());
    var unusedToo = done(patient.apply(Plans.vxlan(1, 1)));

    assertThat(passes.calls).filteredOn(call -> call.startsWith("pass")).containsOnly("pass");
    CompletionStage<Boolean> stopped = patient.stop(true).thenApply(nothing -> true);
    boolean unusedEnd = done(stopped);
  }

  @Test
  void whatWaitsIsRefusedWhenItStops() throws Exception {
    passes.gate = new CountDownLatch(1);
    CompletionStage<HostReport> first = loop.apply(Plans.vxlan(1, 1));
    await().until(() -> passes.states.size() == 1);
    CompletionStage<HostReport> waiting = loop.apply(Plans.vxlan(1, 2));
    CompletableFuture<Boolean> stopped =
        loop.stop(false).thenApply(nothing -> true).toCompletableFuture();
    passes.gate.countDown();

    assertThat(done(stopped)).isTrue();
    assertThat(done(first).state()).isEqualTo(Plans.vxlan(1, 1));
    assertThatThrownBy(() -> done(waiting))
        .hasCauseInstanceOf(KernelException.class)
        .hasMessageContaining("the network was stopped");
    assertThatThrownBy(() -> done(loop.apply(Plans.vxlan(1, 3))))
        .hasCauseInstanceOf(KernelException.class);
    assertThat(passes.calls).endsWith("removed");
  }

  @Test
  void itCanStopBeforeItBegan() throws Exception {
    CompletionStage<Boolean> stopped = loop.stop(true).thenApply(nothing -> true);

    assertThat(done(stopped)).isTrue();
    assertThat(passes.calls).containsExactly("left");
  }
}
