// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static io.dcosnet.sources.mesos.FakeEvents.ON_S1;
import static io.dcosnet.sources.mesos.FakeEvents.added;
import static io.dcosnet.sources.mesos.FakeEvents.subscribed;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.SystemScheduler;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.sources.SourceFailure;
import io.dcosnet.testkit.RecordingMetrics;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MesosSourceIT {

  private static final String STATE = States.withTasks(States.task("web.1", ""));

  private final SystemScheduler system = SystemScheduler.create("test");
  private final ExecutorService executor = Executors.newFixedThreadPool(3);
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final FakeMaster master = new FakeMaster();
  private final FakeEvents events =
      new FakeEvents(subscribed(ON_S1, "", FakeEvents.task("web.1", "S1")));
  private final List<Lifecycle> opened = new ArrayList<>();
  private volatile boolean streams;

  /** The minutes until the next attempt at a stream pass in no time. */
  private final Scheduler impatient =
      new Scheduler() {
        @Override
        public TimeSource time() {
          return system.time();
        }

        @Override
        public Timer schedule(Duration delay, Runnable work) {
          boolean minutes = delay.compareTo(EventStreaming.UNSUPPORTED_RETRY.dividedBy(2)) > 0;
          return system.schedule(minutes ? Duration.ofMillis(200) : delay, work);
        }

        @Override
        public void execute(Runnable work) {
          system.execute(work);
        }
      };

  private MesosSource start(URI uri, Scheduler scheduler) {
    MesosSource source =
        MesosSource.builder(scheduler, executor, new Random(7))
            .master(uri)
            .metrics(metrics)
            .refresh(Duration.ofMillis(100))
            .build();
    opened.add(source);
    source.start().toCompletableFuture().join();
    return source;
  }

  /** Answers reads of the state, and calls of the API as long as {@link #streams} says. */
  private void serve(int withoutStream) {
    byte[] state = States.json(STATE);
    master.answers(
        exchange -> {
          if (exchange.getRequestURI().getPath().endsWith("/master/state")) {
            exchange.sendResponseHeaders(200, state.length);
            exchange.getResponseBody().write(state);
          } else if (streams) {
            events.to(exchange);
          } else {
            FakeMaster.send(exchange, withoutStream, "what?");
          }
        });
  }

  @AfterEach
  void close() {
    opened.forEach(Lifecycle::close);
    events.streams.forEach(FakeEvents.Stream::close);
    system.close();
    executor.shutdownNow();
    master.close();
  }

  /** Long enough for a machine that has much else to do. */
  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

  private static List<String> tasks(MesosSource source) {
    return source.cluster().tasks().stream().map(Task::id).toList();
  }

  private static String failure(MesosSource source) {
    return source.lastFailure().map(SourceFailure::reason).orElse("");
  }

  @Test
  void followsTheStreamWhereThereIsOne() throws Exception {
    streams = true;
    serve(404);

    MesosSource source = start(master.uri(), system);

    await().until(source::ready);
    events.last().send(added("web.2", "S1"));
    await().until(() -> tasks(source).size() == 2);
    assertThat(source.isPolling()).isFalse();
    assertThat(source.lastFailure()).isEmpty();
    assertThat(master.asked).extracting(URI::getPath).doesNotContain("/master/state");
  }

  @Test
  void pollsTheStateOfMastersThatHaveNoStream() {
    serve(404);

    MesosSource source = start(master.uri(), system);

    await().until(source::ready);
    assertThat(tasks(source)).containsExactly("web.1");
    assertThat(source.isPolling()).isTrue();
    assertThat(failure(source)).contains("/api/v1 answered 404: what?");
    await().until(() -> master.asked.size() > 3);
  }

  @Test
  void asksBelowThePathThatItWasGiven() {
    serve(501);

    MesosSource source = start(master.uri().resolve("/mesos"), system);

    await().until(source::ready);
    assertThat(master.asked)
        .extracting(URI::getPath)
        .contains("/mesos/api/v1", "/mesos/master/state");
  }

  @Test
  void goesBackToTheStreamWhenThereIsOneAgain() throws Exception {
    List<ClusterUpdate> updates = new CopyOnWriteArrayList<>();
    serve(405);
    MesosSource source = start(master.uri(), impatient);
    await().until(source::ready);
    source.subscribe(executor, updates::add);

    streams = true;

    await().until(() -> !source.isPolling());
    events.last().send(added("web.2", "S1"));
    await().until(() -> tasks(source).size() == 2);
    assertThat(source.lastFailure()).isEmpty();
    assertThat(updates).allSatisfy(update -> assertThat(update.after().tasks()).isNotEmpty());
    assertThat(
            metrics.count("dcosnet.sources.reads", "source", "mesos-stream", "result", "changed"))
        .isEqualTo(1);
  }

  @Test
  void doesNotPollMastersThatMerelyFail() {
    serve(503);

    MesosSource source = start(master.uri(), system);

    await().until(() -> master.asked.size() >= 3);
    assertThat(source.isPolling()).isFalse();
    assertThat(failure(source)).contains("no leader yet?");
  }

  @Test
  void stopsBothWays() {
    serve(404);
    MesosSource source = start(master.uri(), system);
    await().until(source::ready);

    source.close();

    assertThat(source.state()).isEqualTo(Lifecycle.State.STOPPED);
    assertThat(source.isPolling()).isFalse();
    assertThat(tasks(source)).containsExactly("web.1");
  }
}
