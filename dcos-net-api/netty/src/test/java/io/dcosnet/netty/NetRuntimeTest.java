// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.StartStop;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NetRuntimeTest {

  private final List<String> steps = Collections.synchronizedList(new ArrayList<>());

  @Test
  void opensNothingBeforeFirstUse() {
    try (NetRuntime warm = NetRuntime.create()) {
      assertThat(warm.metrics()).isNotNull(); // classes and their jars are loaded now
    }
    Set<Thread> threadsBefore = liveThreads();
    int descriptorsBefore = descriptors();

    NetRuntime net = NetRuntime.create();

    assertThat(net.scheduler()).isNotNull();
    assertThat(net.executor()).isNotNull();
    assertThat(liveThreads()).isSubsetOf(threadsBefore);
    assertThat(descriptors()).isLessThanOrEqualTo(descriptorsBefore);
    net.close();
  }

  @Test
  void namesItsThreadsByWhatRunsThere() throws Exception {
    try (NetRuntime net = NetRuntime.builder().ioThreads(2).workThreads(1).build()) {
      CompletableFuture<String> work = new CompletableFuture<>();
      CompletableFuture<String> timer = new CompletableFuture<>();
      CompletableFuture<String> io1 = new CompletableFuture<>();
      CompletableFuture<String> io2 = new CompletableFuture<>();

      net.executor().execute(() -> work.complete(Thread.currentThread().getName()));
      net.scheduler().execute(() -> timer.complete(Thread.currentThread().getName()));
      net.eventLoops().execute(() -> io1.complete(Thread.currentThread().getName()));
      net.eventLoops().execute(() -> io2.complete(Thread.currentThread().getName()));

      assertThat(get(work)).isEqualTo("dcosnet-work-1");
      assertThat(get(timer)).isEqualTo("dcosnet-timer-1");
      assertThat(List.of(get(io1), get(io2)))
          .containsExactlyInAnyOrder("dcosnet-io-1", "dcosnet-io-2");
    }
  }

  @Test
  void closesWhatItMade() throws Exception {
    NetRuntime net = NetRuntime.builder().ioThreads(1).build();
    CompletableFuture<Thread> io = new CompletableFuture<>();
    CompletableFuture<Thread> timer = new CompletableFuture<>();
    CompletableFuture<Thread> work = new CompletableFuture<>();
    net.eventLoops().execute(() -> io.complete(Thread.currentThread()));
    net.scheduler().execute(() -> timer.complete(Thread.currentThread()));
    net.executor().execute(() -> work.complete(Thread.currentThread()));

    for (CompletableFuture<Thread> thread : List.of(io, timer, work)) {
      assertThat(get(thread).isAlive()).isTrue();
    }
    net.close();
    for (CompletableFuture<Thread> thread : List.of(io, timer, work)) {
      get(thread).join(5_000);
      assertThat(get(thread).isAlive()).isFalse();
    }
    assertThatThrownBy(net::eventLoops).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void leavesOpenWhatTheHostHandedIn() throws Exception {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    VirtualTime scheduler = new VirtualTime();
    List<Runnable> handed = new ArrayList<>();
    NetRuntime net =
        NetRuntime.builder().eventLoops(loops).scheduler(scheduler).executor(handed::add).build();

    assertThat(net.eventLoops()).isSameAs(loops);
    assertThat(net.transport()).isEqualTo(Transport.NIO);
    assertThat(net.time()).isSameAs(scheduler);
    net.executor().execute(() -> {});
    assertThat(handed).hasSize(1);
    net.close();

    assertThat(loops.isShuttingDown()).isFalse();
    assertThat(loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(5_000)).isTrue();
  }

  @Test
  void startsInOrderAndStopsInReverseOrderByClose() {
    NetRuntime net = NetRuntime.create();

    net.startAll(part("a"), part("b"));
    net.startAll(part("c"));
    net.close();
    net.close();

    assertThat(steps).containsExactly("+a", "+b", "+c", "-c", "-b", "-a");
  }

  @Test
  void stopsThePartsBeforeAFailedOneAndTellsItsReason() {
    try (NetRuntime net = NetRuntime.create()) {
      net.startAll(part("kept"));

      assertThatThrownBy(() -> net.startAll(part("a"), failing("no port left"), part("c")))
          .isInstanceOf(DcosNetException.class)
          .hasMessage("no port left");

      assertThat(steps).containsExactly("+kept", "+a", "-a");
    }
    assertThat(steps).containsExactly("+kept", "+a", "-a", "-kept");
  }

  @Test
  void closesTheRestWhenOnePartFailsToStop() {
    NetRuntime net = NetRuntime.create();
    net.startAll(part("a"));
    net.startAll(
        new StartStop(
            "bad",
            () -> CompletableFuture.completedFuture(null),
            grace -> CompletableFuture.failedFuture(new DcosNetException("stuck"))));

    assertThatThrownBy(net::close).isInstanceOf(DcosNetException.class);

    assertThat(steps).containsExactly("+a", "-a");
  }

  @Test
  void refusesToWaitOnItsOwnThreads() throws Exception {
    try (NetRuntime net = NetRuntime.create()) {
      CompletableFuture<Throwable> failure = new CompletableFuture<>();
      net.eventLoops()
          .execute(
              () -> {
                try {
                  net.startAll(part("a"));
                  failure.complete(new AssertionError("started"));
                } catch (IllegalStateException e) {
                  failure.complete(e);
                }
              });

      assertThat(get(failure)).hasMessageContaining("dcosnet-io-");
    }
  }

  @Test
  void canBeClosedFromItsOwnThreads() throws Exception {
    NetRuntime net = NetRuntime.create();
    EventLoopGroup loops = net.eventLoops();
    CompletableFuture<Boolean> closed = new CompletableFuture<>();

    net.executor()
        .execute(
            () ->
                net.scheduler()
                    .execute(
                        () ->
                            loops.execute(
                                () -> {
                                  net.close();
                                  closed.complete(true);
                                })));

    assertThat(get(closed)).isTrue();
    assertThat(loops.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void refusesPartsOnceClosed() {
    NetRuntime net = NetRuntime.create();
    net.close();

    assertThatThrownBy(() -> net.startAll(part("a"))).isInstanceOf(IllegalStateException.class);
    assertThat(steps).isEmpty();
  }

  @Test
  void refusesAndCountsBlockingWorkBeyondTheBound() throws Exception {
    RecordingMetrics metrics = new RecordingMetrics();
    CountDownLatch release = new CountDownLatch(1);
    try (NetRuntime net = NetRuntime.builder().workThreads(1).metrics(metrics).build()) {
      CountDownLatch busy = new CountDownLatch(1);
      net.executor()
          .execute(
              () -> {
                busy.countDown();
                await(release);
              });
      assertThat(busy.await(5, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < NetRuntime.MAX_WAITING_WORK; i++) {
        net.executor().execute(() -> {});
      }

      assertThatThrownBy(() -> net.executor().execute(() -> {}))
          .isInstanceOf(RejectedExecutionException.class);

      assertThat(metrics.count("dcosnet.netty.work.rejected")).isEqualTo(1);
      assertThat(metrics.gauge("dcosnet.netty.work.waiting"))
          .isEqualTo(NetRuntime.MAX_WAITING_WORK);
      release.countDown();
    }
  }

  @Test
  void namesAllProblemsOfItsConfigurationAtOnce() throws Exception {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    NetRuntime.Builder builder =
        NetRuntime.builder()
            .ioThreads(0)
            .workThreads(-1)
            .eventLoops(loops)
            .transport(Transport.NIO);

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("ioThreads: 0", "workThreads: -1", "transport: NIO");
    assertThat(loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(5_000)).isTrue();
  }

  private Lifecycle part(String name) {
    return new StartStop(
        name,
        () -> {
          steps.add("+" + name);
          return CompletableFuture.completedFuture(null);
        },
        grace -> {
          steps.add("-" + name);
          return CompletableFuture.completedFuture(null);
        });
  }

  private static Lifecycle failing(String reason) {
    return new StartStop(
        "failing",
        () -> CompletableFuture.failedFuture(new DcosNetException(reason)),
        grace -> CompletableFuture.completedFuture(null));
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(5, TimeUnit.SECONDS);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Without those that the JVM or the test engine begin at will. */
  private static Set<Thread> liveThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("dcosnet-"))
        .collect(Collectors.toSet());
  }

  /** Open files of this process, 0 where the system does not tell. */
  private static int descriptors() {
    String[] open = new File("/proc/self/fd").list();
    return open == null ? 0 : (int) Arrays.stream(open).count();
  }
}
