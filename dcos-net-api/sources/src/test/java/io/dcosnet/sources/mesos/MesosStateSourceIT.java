// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static io.dcosnet.sources.mesos.States.task;
import static io.dcosnet.sources.mesos.States.withTasks;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.SystemScheduler;
import io.dcosnet.sources.HostResolver;
import io.dcosnet.sources.SourceFailure;
import io.dcosnet.testkit.RecordingMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MesosStateSourceIT {

  private static final String ONE_TASK = withTasks(task("web.1", ""));

  private final SystemScheduler scheduler = SystemScheduler.create("test");
  private final ExecutorService executor = Executors.newFixedThreadPool(3);
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final FakeMaster first = new FakeMaster();
  private final FakeMaster second = new FakeMaster();
  private final List<Lifecycle> opened = new ArrayList<>();

  private MesosStateSource.Builder builder() {
    return MesosStateSource.builder(scheduler, executor, new Random(7))
        .metrics(metrics)
        .refresh(Duration.ofMillis(100));
  }

  private MesosStateSource start(MesosStateSource.Builder builder) {
    MesosStateSource source = builder.build();
    opened.add(source);
    source.start().toCompletableFuture().join();
    return source;
  }

  @AfterEach
  void close() {
    opened.forEach(Lifecycle::close);
    scheduler.close();
    executor.shutdownNow();
    first.close();
    second.close();
  }

  /** Long enough for a machine that has much else to do. */
  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

  private static List<String> tasks(MesosStateSource source) {
    return source.cluster().tasks().stream().map(Task::id).toList();
  }

  private static String failure(MesosStateSource source) {
    return source.lastFailure().map(SourceFailure::reason).orElse("");
  }

  @Test
  void readsTheStateOfAMaster() {
    first.serves(ONE_TASK);

    MesosStateSource source = start(builder().master(first.uri()));

    await().until(source::ready);
    assertThat(tasks(source)).containsExactly("web.1");
    assertThat(source.lastFailure()).isEmpty();
    assertThat(first.asked.get(0)).hasToString("/master/state");
  }

  @Test
  void asksForThePathThatItWasGiven() {
    first.serves(ONE_TASK);

    MesosStateSource source = start(builder().master(first.uri().resolve("/mesos/state.json?x=1")));

    await().until(source::ready);
    assertThat(first.asked.get(0)).hasToString("/mesos/state.json?x=1");
  }

  @Test
  void opensNothingBeforeItStarts() {
    first.serves(ONE_TASK);
    MesosStateSource source = builder().master(first.uri()).build();

    source.close();

    assertThat(source.state()).isEqualTo(Lifecycle.State.STOPPED);
    assertThat(first.asked).isEmpty();
  }

  @Test
  void followsTheStateAndTellsWhatChanged() {
    List<ClusterUpdate> updates = new CopyOnWriteArrayList<>();
    first.serves(ONE_TASK);
    MesosStateSource source = start(builder().master(first.uri()));
    source.subscribe(executor, updates::add);
    await().until(() -> updates.size() == 1);

    first.serves(withTasks(task("web.1", ""), task("web.2", "")));

    await().until(() -> updates.size() == 2);
    assertThat(updates.get(1).change().tasks())
        .singleElement()
        .satisfies(change -> assertThat(change.latest().id()).isEqualTo("web.2"));
  }

  @Test
  void readsContentThatItKnowsNoSecondTime() {
    first.serves(ONE_TASK);
    MesosStateSource source = start(builder().master(first.uri()));

    await().until(() -> first.asked.size() >= 4);

    assertThat(metrics.count("dcosnet.sources.reads", "source", "mesos", "result", "changed"))
        .isEqualTo(1);
    assertThat(metrics.count("dcosnet.sources.reads", "source", "mesos", "result", "same"))
        .isPositive();
    assertThat(source.ready()).isTrue();
  }

  @Test
  void readsCompressedStates() {
    first.servesCompressed(States.resource("syn-wide.json"));

    MesosStateSource source = start(builder().master(first.uri()));

    await().until(source::ready);
    assertThat(source.cluster().tasks()).hasSize(400);
  }

  @Test
  void followsRedirectsToTheLeaderAndStaysThere() {
    first.redirects("//127.0.0.1:" + second.port() + "/master/state");
    second.serves(ONE_TASK);

    MesosStateSource source = start(builder().master(first.uri()));

    await().until(() -> second.asked.size() >= 3);
    assertThat(tasks(source)).containsExactly("web.1");
    assertThat(first.asked).hasSize(1);
  }

  @Test
  void addsThePathToARedirectThatHasNone() {
    first.redirects("//127.0.0.1:" + second.port());
    second.serves(ONE_TASK);

    MesosStateSource source = start(builder().master(first.uri().resolve("/master/state?a=b")));

    await().until(source::ready);
    assertThat(second.asked.get(0)).hasToString("/master/state?a=b");
  }

  @Test
  void givesUpOnRedirectsWithoutEnd() {
    first.redirects("//127.0.0.1:" + second.port() + "/master/state");
    second.redirects("//127.0.0.1:" + first.port() + "/master/state");

    MesosStateSource source = start(builder().master(first.uri()).refresh(Duration.ofMinutes(1)));

    await().until(() -> failure(source).contains("redirects, after 3 others did"));
    assertThat(source.ready()).isFalse();
  }

  @Test
  void saysWhereARedirectCannotBeFollowed() {
    first.redirects("http://not_a_host:5050/");

    MesosStateSource source = start(builder().master(first.uri()));

    await().until(() -> failure(source).contains("cannot be asked"));
  }

  @Test
  void asksTheLeaderThatAFollowerNames() {
    try (FakeMaster leader = new FakeMaster(loopback(2), first.port())) {
      leader.serves(
          "{'leader':'master@127.0.0.2:5050','pid':'master@127.0.0.2:5050','slaves':["
              + States.AGENT
              + "]}");
      first.serves("{'leader':'master@127.0.0.2:5050','pid':'master@127.0.0.1:5050'}");

      MesosStateSource source = start(builder().master(first.uri()));

      await().until(source::ready);
      assertThat(source.cluster().agents()).hasSize(1);
      assertThat(leader.asked).isNotEmpty();
    }
  }

  @Test
  void publishesNothingOfAFollowerWhoseLeaderCannotBeAsked() {
    first.serves(ONE_TASK);
    MesosStateSource source = start(builder().master(first.uri()));
    await().until(source::ready);

    first.serves("{'leader':'master@127.0.0.9:5050','pid':'master@127.0.0.1:5050'}");

    await().until(() -> source.lastFailure().isPresent());
    assertThat(tasks(source)).containsExactly("web.1");
  }

  @Test
  void takesAStateThatDoesNotSayWhoWroteItAsItIs() {
    first.serves(ONE_TASK); // its leader is an address that nobody has

    MesosStateSource source = start(builder().master(first.uri()));

    await().until(source::ready);
    assertThat(source.cluster().masters().leader())
        .isEqualTo(new Master(HostPort.parse("192.0.2.5:5050"), ""));
  }

  @Test
  void goesToTheNextMasterWhenOneFailsAndFollowsAChangeOfTheLeader() {
    first.serves(ONE_TASK);
    MesosStateSource source = start(builder().master(first.uri()).master(second.uri()));
    await().until(source::ready);

    first.close();
    second.serves(withTasks(task("web.1", ""), task("new", "")));

    await().until(() -> tasks(source).contains("new"));
    assertThat(source.lastFailure()).isEmpty();
  }

  @Test
  void listsTheMastersThatItWasGiven() {
    first.serves(ONE_TASK);

    MesosStateSource source =
        start(builder().master(first.uri()).master(URI.create("http://localhost:5051")));

    await().until(source::ready);
    assertThat(source.cluster().masters().all())
        .extracting(Master::endpoint)
        .containsExactly(
            HostPort.parse("127.0.0.1:" + first.port()), HostPort.parse("127.0.0.1:5051"));
  }

  @Test
  void keepsWhatItKnowsWhileMastersFail() {
    first.serves(ONE_TASK);
    MesosStateSource source = start(builder().master(first.uri()).master(second.uri()));
    await().until(source::ready);

    first.answers(exchange -> FakeMaster.send(exchange, 503, "No leader elected"));
    await().until(() -> failure(source).contains("answered 503 (no leader yet?): No leader"));
    first.answers(exchange -> FakeMaster.send(exchange, 200, "<html>Log in</html>"));
    await().until(() -> failure(source).contains("not JSON"));
    first.serves("{'slaves':[]}");
    await().until(() -> failure(source).contains("no leader"));
    first.answers(exchange -> FakeMaster.send(exchange, 500, ""));
    await().until(() -> failure(source).contains("answered 500"));

    assertThat(tasks(source)).containsExactly("web.1");
    assertThat(source.lastFailure()).get().extracting(SourceFailure::inARow).isNotEqualTo(0);
    first.serves(withTasks(task("web.2", "")));
    await().until(() -> tasks(source).contains("web.2"));
    assertThat(source.lastFailure()).isEmpty();
  }

  @Test
  void refusesABodyThatIsCutOff() {
    byte[] body = States.json(ONE_TASK);
    first.answers(
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body, 0, body.length / 2);
          exchange.getResponseBody().flush();
        });

    MesosStateSource source = start(builder().master(first.uri()));

    await().until(() -> source.lastFailure().isPresent());
    assertThat(source.ready()).isFalse();
  }

  @Test
  void refusesADocumentThatIsCutOffInAWholeBody() {
    first.answers(exchange -> FakeMaster.send(exchange, 200, "{\"leader\":\"master@192.0"));

    MesosStateSource source = start(builder().master(first.uri()));

    await().until(() -> failure(source).contains("ends in the middle"));
  }

  @Test
  void endsABodyThatTakesTooLong() throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    first.answers(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try {
            for (int i = 0; i < 600; i++) { // half a minute, one byte at a time
              exchange.getResponseBody().write(' ');
              exchange.getResponseBody().flush();
              new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            ended.countDown();
          }
        });

    MesosStateSource source =
        start(
            builder()
                .master(first.uri())
                .timeout(Duration.ofMillis(300))
                .refresh(Duration.ofMinutes(1)));

    await().until(() -> failure(source).contains("no whole answer within PT0.3S"));
    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void refusesABodyOverTheBoundPackedOrNot() {
    byte[] large = States.resource("syn-wide.json");
    first.serves(new String(large, StandardCharsets.UTF_8));
    second.servesCompressed(large);

    MesosStateSource plain = start(builder().master(first.uri()).maxBytes(100_000));
    MesosStateSource packed = start(builder().master(second.uri()).maxBytes(100_000));

    await().until(() -> failure(plain).contains("more than 100000 bytes"));
    await().until(() -> failure(packed).contains("more than 100000 bytes"));
  }

  @Test
  void refusesAnEncodingThatIsNoneAndGarbageThatClaimsToBePacked() {
    first.answers(
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          FakeMaster.send(exchange, 200, "not packed");
        });
    second.answers(
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "br");
          FakeMaster.send(exchange, 200, "?");
        });

    MesosStateSource source = start(builder().master(first.uri()).master(second.uri()));

    await().until(() -> failure(source).contains("gzip") && failure(source).contains("br was"));
  }

  @Test
  void sendsCredentialsToConfiguredMastersOnly() {
    first.redirects("//127.0.0.1:" + second.port() + "/master/state");
    second.serves(ONE_TASK);
    MesosStateSource source =
        start(builder().master(first.uri()).authorization(() -> "token=secret"));

    await().until(source::ready);

    assertThat(first.credentials).containsOnly("token=secret");
    assertThat(second.credentials).containsOnly("");
  }

  @Test
  void sendsCredentialsToHostsThatAreTrusted() {
    first.redirects("//127.0.0.1:" + second.port() + "/master/state");
    second.serves(ONE_TASK);
    MesosStateSource source =
        start(
            builder()
                .master(first.uri())
                .trustedHost("127.0.0.1:" + second.port())
                .authorization(() -> "token=secret"));

    await().until(source::ready);

    assertThat(second.credentials).containsOnly("token=secret");
  }

  @Test
  void rewritesWhereARedirectLeads() {
    first.redirects("//master.internal.example.org:5050/master/state");
    second.serves(ONE_TASK);

    MesosStateSource source =
        start(builder().master(first.uri()).rewrite(uri -> second.uri().resolve(uri.getRawPath())));

    await().until(source::ready);
    assertThat(second.asked).isNotEmpty();
  }

  @Test
  void retriesSoonerThanTheNextRegularRead() {
    MesosStateSource source = start(builder().master(first.uri()).refresh(Duration.ofHours(1)));
    await().until(() -> source.lastFailure().isPresent());

    first.serves(ONE_TASK);

    await().until(source::ready);
  }

  @Test
  void readsAtOnceWhenAsked() {
    first.serves(ONE_TASK);
    MesosStateSource source = start(builder().master(first.uri()).refresh(Duration.ofHours(1)));
    await().until(source::ready);

    first.serves(withTasks(task("web.2", "")));
    source.refreshNow();

    await().until(() -> tasks(source).contains("web.2"));
  }

  @Test
  void publishesAtOnceAndAgainWhenAHostHasGotItsAddress() {
    CountDownLatch answered = new CountDownLatch(1);
    HostResolver hosts =
        HostResolver.create(
            scheduler,
            executor,
            host -> {
              try {
                answered.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              return List.of(IpAddress.parse("192.0.2.77"));
            });
    first.serves(States.with("{'id':'S1','pid':'slave(1)@node1.example.org:5051'}", ""));

    MesosStateSource source = start(builder().master(first.uri()).hosts(hosts));

    await().until(source::ready);
    assertThat(source.cluster().agent("S1").orElseThrow().addresses()).isEmpty();
    assertThat(source.rejections())
        .anySatisfy(rejection -> assertThat(rejection.code()).isEqualTo("HOST_UNRESOLVED"));
    answered.countDown();
    await()
        .untilAsserted(
            () ->
                assertThat(source.cluster().agent("S1").orElseThrow().addresses())
                    .containsExactly(IpAddress.parse("192.0.2.77")));
    await().until(() -> source.rejections().isEmpty());
  }

  @Test
  void keepsTasksOfAgentsThatANewLeaderStillWaitsFor() {
    String agents = States.AGENT + ",{'id':'S2','pid':'slave(1)@192.0.2.2:5051'}";
    String moved = task("web.2", "").replace("'S1'", "'S2'");
    first.serves(
        States.with(
            agents, "{'id':'F1','name':'m','tasks':[" + task("web.1", "") + "," + moved + "]}"));
    MesosStateSource source = start(builder().master(first.uri()));
    await().until(source::ready);
    assertThat(tasks(source)).containsExactly("web.1", "web.2");

    first.serves(
        "{'leader':'master@192.0.2.6:5050','recovered_slaves':[{'id':'S2'}],'slaves':["
            + States.AGENT
            + "],'frameworks':[{'id':'F1','name':'m','tasks':["
            + task("web.3", "")
            + "]}]}");
    await().until(() -> tasks(source).contains("web.3"));
    assertThat(tasks(source)).containsExactly("web.2", "web.3");

    first.serves(States.with(agents, "{'id':'F1','name':'m','tasks':[" + task("web.3", "") + "]}"));
    await().until(() -> tasks(source).equals(List.of("web.3")));
  }

  @Test
  void stopsInTheMiddleOfARequest() {
    CountDownLatch asked = new CountDownLatch(1);
    first.answers(
        exchange -> {
          asked.countDown();
          try {
            new CountDownLatch(1).await(30, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    MesosStateSource source = start(builder().master(first.uri()));
    await().until(() -> asked.getCount() == 0);

    source.close();

    assertThat(source.state()).isEqualTo(Lifecycle.State.STOPPED);
    assertThat(source.lastFailure()).isEmpty();
  }

  @Test
  void worksWithASingleThread() {
    ExecutorService one = Executors.newSingleThreadExecutor();
    try {
      first.redirects("//127.0.0.1:" + second.port() + "/master/state");
      second.servesCompressed(States.resource("syn-medium.json"));

      MesosStateSource source =
          start(
              MesosStateSource.builder(scheduler, one, new Random(7))
                  .master(first.uri())
                  .refresh(Duration.ofMillis(50)));

      await().until(() -> second.asked.size() >= 3);
      assertThat(source.cluster().tasks()).hasSize(80);
    } finally {
      one.shutdownNow();
    }
  }

  private static InetAddress loopback(int last) {
    return IpAddress.parse("127.0.0." + last).toInetAddress();
  }
}
