// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static io.dcosnet.sources.mesos.FakeEvents.ON_S1;
import static io.dcosnet.sources.mesos.FakeEvents.added;
import static io.dcosnet.sources.mesos.FakeEvents.agent;
import static io.dcosnet.sources.mesos.FakeEvents.subscribed;
import static io.dcosnet.sources.mesos.FakeEvents.task;
import static io.dcosnet.sources.mesos.FakeEvents.updated;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.api.spi.SystemScheduler;
import io.dcosnet.sources.HostResolver;
import io.dcosnet.sources.SourceFailure;
import io.dcosnet.testkit.RecordingMetrics;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MesosStreamSourceIT {

  private static final String IGNORED = "dcosnet.sources.stream.ignored";
  private static final String ONE_TASK = subscribed(ON_S1, "", task("web.1", "S1"));

  private final SystemScheduler scheduler = SystemScheduler.create("test");
  private final ExecutorService executor = Executors.newFixedThreadPool(3);
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final FakeMaster first = new FakeMaster();
  private final FakeMaster second = new FakeMaster();
  private final FakeEvents events = new FakeEvents(ONE_TASK);
  private final FakeEvents others = new FakeEvents(ONE_TASK);
  private final List<Lifecycle> opened = new ArrayList<>();

  private MesosStreamSource.Builder builder() {
    return MesosStreamSource.builder(scheduler, executor, new Random(7)).metrics(metrics);
  }

  private MesosStreamSource start(MesosStreamSource.Builder builder) {
    MesosStreamSource source = builder.build();
    opened.add(source);
    source.start().toCompletableFuture().join();
    return source;
  }

  private MesosStreamSource follow() {
    first.answers(events);
    MesosStreamSource source = start(builder().master(first.uri()));
    await().until(source::ready);
    return source;
  }

  @AfterEach
  void close() {
    opened.forEach(Lifecycle::close);
    events.streams.forEach(FakeEvents.Stream::close);
    others.streams.forEach(FakeEvents.Stream::close);
    scheduler.close();
    executor.shutdownNow();
    first.close();
    second.close();
  }

  /** Long enough for a machine that has much else to do. */
  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

  private static List<String> tasks(MesosStreamSource source) {
    return source.cluster().tasks().stream().map(Task::id).toList();
  }

  private static String failure(MesosStreamSource source) {
    return source.lastFailure().map(SourceFailure::reason).orElse("");
  }

  private long ends(String reason) {
    return metrics.count("dcosnet.sources.stream.ends", "reason", reason);
  }

  @Test
  void subscribesAtAMaster() {
    MesosStreamSource source = follow();

    assertThat(tasks(source)).containsExactly("web.1");
    assertThat(events.calls).containsExactly("POST {\"type\":\"SUBSCRIBE\"}");
    assertThat(first.asked.get(0)).hasToString("/api/v1");
    assertThat(source.lastFailure()).isEmpty();
    assertThat(source.cluster().masters().leader())
        .isEqualTo(new Master(new HostPort(IpAddress.LOOPBACK_IPV4, first.port()), ""));
  }

  @Test
  void followsEventsAndTellsWhatEachOfThemChanged() throws IOException {
    List<ClusterUpdate> updates = new CopyOnWriteArrayList<>();
    MesosStreamSource source = follow();
    source.subscribe(executor, updates::add);
    await().until(() -> updates.size() == 1);

    events.last().send(added("web.2", "S1"));
    await().until(() -> updates.size() == 2);
    events.last().send(updated("web.1", "TASK_FINISHED"));
    await().until(() -> updates.size() == 3);

    assertThat(tasks(source)).containsExactly("web.2");
    assertThat(updates.get(1).sinceNanos()).isNotEqualTo(ClusterUpdate.NO_TIME);
    assertThat(updates.get(2).change().tasks())
        .singleElement()
        .satisfies(change -> assertThat(change.after()).isNull());
    assertThat(metrics.count("dcosnet.sources.stream.events", "type", "task_added")).isEqualTo(1);
    assertThat(metrics.count("dcosnet.sources.stream.bytes")).isPositive();
  }

  @Test
  void readsEventsThatComeByteByByte() throws IOException {
    MesosStreamSource source = follow();
    byte[] record = FakeEvents.record(added("web.2", "S1"));

    for (byte one : record) {
      events.last().sendBytes(new byte[] {one});
    }

    await().until(() -> tasks(source).size() == 2);
  }

  @Test
  void reconnectsWhenNoSignOfLifeComes() {
    events.beginWith(subscribed(ON_S1, "", task("web.1", "S1"), 0.05));
    MesosStreamSource source = follow();

    await().until(() -> events.streams.size() >= 2);

    assertThat(tasks(source)).containsExactly("web.1");
    assertThat(ends("silent")).isPositive();
  }

  @Test
  void staysWhileHeartbeatsCome() throws IOException {
    events.beginWith(subscribed(ON_S1, "", task("web.1", "S1"), 2));
    MesosStreamSource source = follow();

    for (int i = 0; i < 5; i++) {
      events.last().send("{'type':'HEARTBEAT'}");
    }

    await().until(() -> metrics.count("dcosnet.sources.stream.events", "type", "heartbeat") == 5);
    assertThat(events.streams).hasSize(1);
    assertThat(source.lastFailure()).isEmpty();
  }

  @Test
  void keepsWhatItKnowsAndBeginsAnewWhenBytesAreNoRecords() throws IOException {
    MesosStreamSource source = follow();
    events.beginWith("");

    events.last().sendBytes("no length".getBytes(StandardCharsets.UTF_8));

    await().until(() -> events.streams.size() >= 2);
    assertThat(failure(source))
        .isEqualTo(
            first.uri()
                + "/api/v1: 'n' in a length (expected: digits, then LF) at byte "
                + FakeEvents.record(ONE_TASK).length);
    assertThat(tasks(source)).containsExactly("web.1");
    assertThat(ends("framing")).isEqualTo(1);

    events.last().send(subscribed(ON_S1, "", task("web.3", "S1")));
    await().until(() -> tasks(source).equals(List.of("web.3")));
    await().until(() -> source.lastFailure().isEmpty());
  }

  @Test
  void beginsAnewAfterARecordThatIsTooLong() throws IOException {
    first.answers(events);
    MesosStreamSource source =
        start(builder().master(first.uri()).maxRecordBytes(FakeEvents.record(ONE_TASK).length));
    await().until(source::ready);
    events.beginWith("");

    events.last().sendBytes("99999\n".getBytes(StandardCharsets.UTF_8));

    await().until(() -> failure(source).contains("a record of more than"));
    assertThat(tasks(source)).containsExactly("web.1");
  }

  @Test
  void beginsAnewAfterARecordThatIsNoEvent() throws IOException {
    MesosStreamSource source = follow();
    events.beginWith("");

    events.last().send("{'type':'HEARTBEAT'");

    await().until(() -> failure(source).contains("event: ends in the middle"));
    await().until(() -> events.streams.size() >= 2);
    assertThat(tasks(source)).containsExactly("web.1");
    assertThat(ends("event")).isEqualTo(1);
  }

  @Test
  void refusesAStreamThatBeginsWithoutASnapshot() {
    events.beginWith("{'type':'HEARTBEAT'}");
    first.answers(events);

    MesosStreamSource source = start(builder().master(first.uri()));

    await()
        .until(() -> failure(source).contains("begins with HEARTBEAT (expected: SUBSCRIBED with"));
    assertThat(source.ready()).isFalse();
  }

  @Test
  void goesOnAfterEventsThatItDoesNotKnowOrCannotUse() throws IOException {
    MesosStreamSource source = follow();

    events
        .last()
        .send("{'type':'NEWER','newer':{}}", "{'type':'TASK_ADDED'}", added("web.2", "S1"));

    await().until(() -> tasks(source).size() == 2);
    assertThat(events.streams).hasSize(1);
    assertThat(source.rejections()).extracting(Rejection::code).containsExactly("EVENT_NO_BODY");
    assertThat(metrics.count(IGNORED, "reason", "unknown_type")).isEqualTo(1);
    assertThat(metrics.count(IGNORED, "reason", "refused")).isEqualTo(1);
  }

  @Test
  void fetchesASnapshotWhenAnEventSpeaksOfAnUnknownTask() throws IOException {
    MesosStreamSource source = follow();
    events.beginWith(subscribed(ON_S1, "", task("web.1", "S1") + "," + task("lost", "S1")));

    events.last().send(updated("lost", "TASK_RUNNING"), updated("lost", "TASK_RUNNING"));

    await().until(() -> tasks(source).size() == 2);
    assertThat(events.streams).hasSize(2);
    assertThat(ends("resync")).isEqualTo(1);
    assertThat(source.lastFailure()).isEmpty();
  }

  @Test
  void fetchesASnapshotAlsoWhenEventsOvertakeTheResponseThatTheyComeWith() {
    LateResponse late = new LateResponse(scheduler, () -> !events.calls.isEmpty());
    events.beginWith(ONE_TASK, updated("lost", "TASK_RUNNING"));
    MesosStreamSource source =
        start(
            MesosStreamSource.builder(late, executor, new Random(7))
                .metrics(metrics)
                .master(first.uri()));
    first.answers(events); // only now, so that nothing of the start is held back
    await().until(late::isHeld);
    await().until(() -> metrics.count(IGNORED, "reason", "unknown_task") == 1);
    await().until(() -> events.streams.size() == 1);

    events.beginWith(subscribed(ON_S1, "", task("web.1", "S1") + "," + task("lost", "S1")));
    late.release();

    await().until(() -> tasks(source).size() == 2);
    assertThat(ends("resync")).isEqualTo(1);
  }

  @Test
  void forgetsNoWishForASnapshotOverTheOneOfAnEndedStream() throws IOException {
    MesosStreamSource source = follow();
    String late = task("web.1", "S1") + "," + task("lost", "S1");

    events.last().send(updated("lost", "TASK_RUNNING"));
    await().until(() -> metrics.count(IGNORED, "reason", "unknown_task") == 1);
    events.last().close(); // before the snapshot that was wanted can be fetched
    await().until(() -> events.streams.size() == 2);
    events.beginWith(subscribed(ON_S1, "", late));
    events.last().send(updated("lost", "TASK_RUNNING"));

    await().until(() -> tasks(source).size() == 2);
    assertThat(ends("resync")).isEqualTo(1);
  }

  @Test
  void followsRedirectsToTheLeaderWithTheSameCall() {
    first.redirects("//127.0.0.1:" + second.port() + "/api/v1");
    second.answers(others);

    MesosStreamSource source = start(builder().master(first.uri()));

    await().until(source::ready);
    assertThat(others.calls).containsExactly("POST {\"type\":\"SUBSCRIBE\"}");
    assertThat(source.cluster().masters().leader())
        .isEqualTo(new Master(new HostPort(IpAddress.LOOPBACK_IPV4, second.port()), ""));
  }

  @Test
  void sendsCredentialsOnlyWhereTheyBelong() {
    first.redirects("//127.0.0.1:" + second.port() + "/api/v1");
    second.answers(others);

    MesosStreamSource source =
        start(builder().master(first.uri()).authorization(() -> "token=secret"));

    await().until(source::ready);
    assertThat(first.credentials).containsOnly("token=secret");
    assertThat(second.credentials).containsOnly("");
  }

  @Test
  void asksTheNextMasterWhenOneHasNoLeader() {
    second.answers(others);

    MesosStreamSource source = start(builder().master(first.uri()).master(second.uri()));

    await().until(source::ready);
    assertThat(source.cluster().masters().all()).hasSize(2);
  }

  @Test
  void saysWhyNoMasterAccepts() {
    MesosStreamSource source = start(builder().master(first.uri()).master(second.uri()));

    await().until(() -> source.lastFailure().isPresent());

    assertThat(failure(source))
        .contains("http://127.0.0.1:" + first.port() + "/api/v1 answered 503 (no leader yet?)")
        .contains("http://127.0.0.1:" + second.port() + "/api/v1 answered 503");
    assertThat(ends("refused")).isPositive();
  }

  @Test
  void takesAPageToLogInForNoStream() {
    events.contentType("text/html");
    events.beginWith("");
    first.answers(events);

    MesosStreamSource source = start(builder().master(first.uri()));

    await().until(() -> failure(source).contains("answered text/html"));
    assertThat(source.ready()).isFalse();
  }

  @Test
  void keepsWhatRunsOnAgentsThatANewLeaderDoesNotKnowYet() throws IOException {
    String both = ON_S1 + "," + agent("S3", "192.0.2.3");
    events.beginWith(subscribed(both, "", task("web.1", "S1") + "," + task("web.3", "S3")));
    others.beginWith(subscribed(ON_S1, "{'id':{'value':'S3'}}", task("web.1", "S1")));
    second.answers(others);
    first.answers(events);
    MesosStreamSource source = start(builder().master(first.uri()));
    await().until(source::ready);

    first.redirects("//127.0.0.1:" + second.port());
    events.last().close();

    await().until(() -> others.streams.size() == 1);
    await().until(() -> source.lastFailure().isEmpty());
    assertThat(tasks(source)).containsExactly("web.1", "web.3");
    assertThat(source.cluster().agent("S3")).isPresent();
    assertThat(source.cluster().masters().awaited()).isEmpty();
    assertThat(metrics.gauge("dcosnet.sources.stream.awaited")).isEqualTo(1);

    others.last().send("{'type':'AGENT_REMOVED','agent_removed':{'agent_id':{'value':'S3'}}}");

    await().until(() -> tasks(source).equals(List.of("web.1")));
    assertThat(metrics.gauge("dcosnet.sources.stream.awaited")).isZero();
  }

  @Test
  void publishesAtOnceWhatIsKnownAndNamesTheAgentsThatAreNot() {
    events.beginWith(subscribed(ON_S1, "{'id':{'value':'S3'}}", task("web.1", "S1")));

    MesosStreamSource source = follow();

    assertThat(tasks(source)).containsExactly("web.1");
    assertThat(source.cluster().masters().awaited()).containsExactly("S3");
  }

  @Test
  void givesAgentsUpWhenTheGraceIsOver() {
    events.beginWith(subscribed(ON_S1, "{'id':{'value':'S3'}}", task("web.1", "S1")));
    first.answers(events);

    MesosStreamSource source =
        start(builder().master(first.uri()).electionGrace(Duration.ofSeconds(1)));

    await().until(source::ready);
    await().until(() -> source.cluster().masters().awaited().isEmpty());
    assertThat(events.streams).hasSize(1);
  }

  @Test
  void findsAgentsByTheirHostNamesWithoutWaiting() {
    Map<String, List<IpAddress>> names = new ConcurrentHashMap<>();
    HostResolver hosts =
        HostResolver.create(scheduler, executor, host -> names.getOrDefault(host, List.of()));
    names.put("node.example.org", List.of(IpAddress.parse("192.0.2.9")));
    events.beginWith(subscribed(agent("S1", "node.example.org"), "", task("web.1", "S1")));
    first.answers(events);

    MesosStreamSource source = start(builder().master(first.uri()).hosts(hosts));

    await()
        .until(
            () ->
                source
                    .cluster()
                    .agent("S1")
                    .map(agent -> agent.addresses().toString())
                    .orElse("")
                    .equals("[192.0.2.9]"));
    assertThat(source.rejections()).isEmpty();
    assertThat(events.streams).hasSize(1);
  }

  @Test
  void learnsWhereSchedulersListen() throws IOException {
    events.summary("{'slaves':[{}],'frameworks':[{'id':'F1','pid':'s@192.0.2.4:15101'}]}");
    MesosStreamSource source = follow();

    await().until(() -> framework(source).port() == 15101);
    assertThat(framework(source).addresses()).hasToString("[192.0.2.4]");
    assertThat(first.asked).extracting(URI::getPath).contains("/master/state-summary");

    events.summary("{'frameworks':[{'id':'F1','pid':'s@192.0.2.5:15102'}]}");
    events
        .last()
        .send(
            "{'type':'FRAMEWORK_UPDATED','framework_updated':{'framework':{'framework_info':"
                + "{'name':'marathon','id':{'value':'F1'}}}}}");

    await().until(() -> framework(source).port() == 15102);
    assertThat(source.lastFailure()).isEmpty();
  }

  private static Framework framework(MesosStreamSource source) {
    return source.cluster().framework("F1").orElseThrow();
  }

  @Test
  void asksTheDetectedLeaderAndGoesOnToTheNextOne() {
    FakeDetector detector = new FakeDetector();
    first.answers(events);
    second.answers(others);
    others.beginWith(subscribed(ON_S1, "", task("web.2", "S1")));

    MesosStreamSource source = start(builder().detector(detector));
    await().until(() -> failure(source).equals("no master is known yet"));

    detector.leads(first.port());
    await().until(() -> tasks(source).equals(List.of("web.1")));

    detector.leads(second.port());
    await().until(() -> tasks(source).equals(List.of("web.2")));
    assertThat(ends("leader")).isEqualTo(1);
    assertThat(source.lastFailure()).isEmpty();
    assertThat(source.cluster().masters().leader()).isEqualTo(detector.masters().leader());

    detector.leads(second.port());
    assertThat(others.streams).hasSize(1);
  }

  @Test
  void namesTheDetectedLeaderAlsoBeforeItHasAStream() {
    FakeDetector detector = new FakeDetector();
    detector.leads(first.port());
    first.answers(events);
    MesosStreamSource source = start(builder().detector(detector));
    await().until(source::ready);

    detector.leads(second.port()); // which is still recovering

    await()
        .untilAsserted(
            () ->
                assertThat(source.cluster().masters().leader())
                    .isEqualTo(detector.masters().leader()));
    assertThat(tasks(source)).containsExactly("web.1");
  }

  @Test
  void namesTheMasterThatSendsEventsWhenTheDetectorIsLate() {
    FakeDetector detector = new FakeDetector();
    detector.leads(first.port());
    first.redirects("//127.0.0.1:" + second.port() + "/api/v1");
    second.answers(others);

    MesosStreamSource source = start(builder().detector(detector));

    await().until(source::ready);
    assertThat(source.cluster().masters().leader())
        .isEqualTo(new Master(new HostPort(IpAddress.LOOPBACK_IPV4, second.port()), ""));
  }

  private static final class FakeDetector implements MasterDetector {
    private final List<Consumer<Masters>> listeners = new CopyOnWriteArrayList<>();
    private volatile Masters masters = Masters.NONE;

    void leads(int port) {
      HostPort at = new HostPort(IpAddress.LOOPBACK_IPV4, port);
      Master leader = new Master(at, "m" + port + ".example.org");
      masters = new Masters(List.of(leader), leader);
      listeners.forEach(listener -> listener.accept(masters));
    }

    @Override
    public Masters masters() {
      return masters;
    }

    @Override
    public Subscription subscribe(Executor executor, Consumer<Masters> listener) {
      Consumer<Masters> handedOver = now -> executor.execute(() -> listener.accept(now));
      listeners.add(handedOver);
      handedOver.accept(masters);
      return () -> listeners.remove(handedOver);
    }
  }

  @Test
  void stopsInTheMiddleOfAStream() {
    MesosStreamSource source = follow();

    source.close();

    assertThat(source.state()).isEqualTo(Lifecycle.State.STOPPED);
    assertThat(tasks(source)).containsExactly("web.1");
    assertThat(ends("closed")).isZero();
  }

  @Test
  void worksWithASingleThread() throws IOException {
    ExecutorService single = Executors.newSingleThreadExecutor();
    first.answers(events);
    MesosStreamSource source =
        start(MesosStreamSource.builder(scheduler, single, new Random(7)).master(first.uri()));

    await().until(source::ready);
    events.last().send(added("web.2", "S1"));

    await().until(() -> tasks(source).size() == 2);
    source.close();
    single.shutdownNow();
  }
}
