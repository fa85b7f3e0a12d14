// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static io.dcosnet.sources.mesos.States.task;
import static io.dcosnet.sources.mesos.States.withTasks;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.MasterPublisher;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.SystemScheduler;
import io.dcosnet.sources.SourceFailure;
import io.dcosnet.sources.auth.FakeLogin;
import io.dcosnet.sources.auth.ServiceAccount;
import io.dcosnet.sources.auth.ServiceAccountKey;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which master is asked, and what is known right after an election. */
class MesosStateDetectionIT {

  private static final String ONE_TASK = withTasks(task("web.1", ""));
  private static final Master ELSEWHERE = new Master(HostPort.parse("192.0.2.5:5050"), "");

  /** A new leader that waits for agent S2. */
  private static final String WAITING =
      ONE_TASK.replace("{'leader'", "{'recovered_slaves':[{'id':'S2'}],'leader'");

  private final SystemScheduler scheduler = SystemScheduler.create("test");
  private final ExecutorService executor = Executors.newFixedThreadPool(3);
  private final MasterPublisher detector = MasterPublisher.create();
  private final FakeMaster first = new FakeMaster();
  private final FakeMaster second = new FakeMaster();
  private @Nullable MesosStateSource started;

  private MesosStateSource.Builder builder() {
    return MesosStateSource.builder(scheduler, executor, new Random(7))
        .refresh(Duration.ofMillis(100));
  }

  private MesosStateSource start(MesosStateSource.Builder builder) {
    MesosStateSource source = builder.build();
    started = source;
    source.start().toCompletableFuture().join();
    return source;
  }

  @AfterEach
  void close() {
    if (started != null) {
      started.close();
    }
    scheduler.close();
    executor.shutdownNow();
    first.close();
    second.close();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

  private static Master at(FakeMaster master) {
    return new Master(HostPort.parse("127.0.0.1:" + master.port()), "m");
  }

  private static List<String> tasks(MesosStateSource source) {
    return source.cluster().tasks().stream().map(Task::id).toList();
  }

  @Test
  void asksTheDetectedLeaderAndListsTheDetectedMasters() {
    first.serves(ONE_TASK);
    detector.put(new Masters(List.of(at(second), at(first)), at(first)));

    MesosStateSource source = start(builder().detector(detector));

    await().until(source::ready);
    assertThat(first.asked.get(0)).hasToString("/master/state");
    assertThat(second.asked).isEmpty();
    assertThat(source.cluster().masters())
        .isEqualTo(new Masters(List.of(at(second), at(first)), ELSEWHERE));
  }

  @Test
  void asksTheLeaderAsTheConfiguredMastersAre() {
    second.serves(ONE_TASK);
    detector.put(new Masters(List.of(at(second)), at(second)));

    MesosStateSource source =
        start(builder().master(first.uri().resolve("/mesos/state?x=1")).detector(detector));

    await().until(source::ready);
    assertThat(second.asked.get(0)).hasToString("/mesos/state?x=1");
    assertThat(source.cluster().masters().all()).extracting(Master::endpoint).hasSize(2);
  }

  @Test
  void asksANewLeaderAtOnceThoughTheOldOneHangs() {
    CountDownLatch over = new CountDownLatch(1);
    first.answers(
        exchange -> {
          try {
            over.await(30, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    second.serves(ONE_TASK);
    detector.put(new Masters(List.of(at(first)), at(first)));
    MesosStateSource source = start(builder().detector(detector).refresh(Duration.ofHours(1)));
    await().until(() -> first.asked.size() == 1);

    detector.put(new Masters(List.of(at(first), at(second)), at(second)));

    await().until(source::ready);
    assertThat(over.getCount()).isEqualTo(1);
    assertThat(source.lastFailure()).isEmpty();
    over.countDown();
  }

  @Test
  void asksTheOthersWhileNobodyIsDetected() {
    first.serves(ONE_TASK);

    MesosStateSource source = start(builder().master(first.uri()).detector(detector));

    await().until(source::ready);
  }

  @Test
  void waitsUntilAMasterIsKnown() {
    first.serves(ONE_TASK);
    MesosStateSource source = start(builder().detector(detector).refresh(Duration.ofHours(1)));
    await()
        .until(
            () ->
                source
                    .lastFailure()
                    .map(SourceFailure::reason)
                    .orElse("")
                    .contains("no master is known yet"));

    detector.put(new Masters(List.of(at(first)), at(first)));

    await().until(source::ready);
  }

  @Test
  void listsNewMastersWithoutReadingAgain() {
    first.serves(ONE_TASK);
    detector.put(new Masters(List.of(at(first)), at(first)));
    MesosStateSource source = start(builder().detector(detector).refresh(Duration.ofHours(1)));
    await().until(source::ready);

    detector.put(new Masters(List.of(at(first), at(second)), at(first)));

    await().until(() -> source.cluster().masters().all().size() == 2);
    assertThat(first.asked).hasSize(1);
  }

  @Test
  void sendsCredentialsToDetectedMasters() {
    first.serves(ONE_TASK);
    detector.put(new Masters(List.of(at(first)), at(first)));

    MesosStateSource source =
        start(builder().detector(detector).authorization(() -> "token=secret"));

    await().until(source::ready);
    assertThat(first.credentials).containsOnly("token=secret");
  }

  @Test
  void namesTheAgentsOfWhichNothingIsKnownUntilTheyAreBack() {
    first.serves(WAITING);
    MesosStateSource source = start(builder().master(first.uri()));
    await().until(source::ready);
    assertThat(source.cluster().masters().awaited()).containsExactly("S2");

    first.serves(ONE_TASK);

    await().until(() -> source.cluster().masters().awaited().isEmpty());
  }

  @Test
  void waitsNoLongerThanTheGraceThoughTheStateStaysTheSame() {
    first.serves(WAITING);
    MesosStateSource source =
        start(builder().master(first.uri()).electionGrace(Duration.ofSeconds(1)));
    await().until(source::ready);
    assertThat(source.cluster().masters().awaited()).containsExactly("S2");

    await().until(() -> source.cluster().masters().awaited().isEmpty());
  }

  @Test
  void waitsForNobodyWhoseTasksAreKept() {
    first.serves(
        States.with(
            States.AGENT + ",{'id':'S2','pid':'slave(1)@192.0.2.2:5051'}",
            "{'id':'F1','name':'m','tasks':[" + task("web.2", "").replace("'S1'", "'S2'") + "]}"));
    MesosStateSource source = start(builder().master(first.uri()));
    await().until(source::ready);

    first.serves(WAITING);

    await().until(() -> tasks(source).equals(List.of("web.1", "web.2")));
    assertThat(source.cluster().masters().awaited()).isEmpty();
  }

  @Test
  void renewsATokenThatAMasterRejects() {
    try (FakeLogin login = new FakeLogin()) {
      first.answers(
          exchange -> {
            boolean good = first.credentials.get(first.credentials.size() - 1).equals("token=t2");
            byte[] state = States.json(ONE_TASK);
            exchange.sendResponseHeaders(good ? 200 : 401, good ? state.length : -1);
            exchange.getResponseBody().write(good ? state : new byte[0]);
          });

      MesosStateSource source =
          start(
              builder()
                  .master(first.uri())
                  .refresh(Duration.ofHours(1))
                  .authorization(ServiceAccount.of(login.key(), scheduler.time(), executor)));

      await().until(source::ready);
      assertThat(first.credentials).containsExactly("token=t1", "token=t2");
      assertThat(source.lastFailure()).isEmpty();
    }
  }

  @Test
  void tellsWhyThereIsNoToken() {
    try (FakeLogin login = new FakeLogin();
        FakeLogin other = FakeLogin.withOtherKey()) {
      ServiceAccountKey wrong = other.key().withLoginEndpoint(login.key().loginEndpoint());
      MesosStateSource source =
          start(
              builder()
                  .master(first.uri())
                  .refresh(Duration.ofHours(1))
                  .authorization(ServiceAccount.of(wrong, scheduler.time(), executor)));

      await().until(() -> source.lastFailure().isPresent());
      assertThat(source.lastFailure().orElseThrow().reason()).contains("login of dns", "401");
      assertThat(first.asked).isEmpty();
    }
  }
}
