// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.SystemScheduler;
import io.dcosnet.sources.SourceFailure;
import io.dcosnet.testkit.Fixtures;
import io.dcosnet.testkit.RecordingMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MesosAgentSourceIT {

  private static final String SELF =
      "{'type':'GET_AGENT','get_agent':{'agent_info':{'id':{'value':'S1'},'hostname':"
          + "'192.0.2.1','port':5051}}}";

  private final SystemScheduler scheduler = SystemScheduler.create("test");
  private final ExecutorService executor = Executors.newFixedThreadPool(3);
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final FakeMaster process = new FakeMaster();
  private final List<Lifecycle> opened = new ArrayList<>();
  private volatile byte[] state = States.json(state(FakeEvents.task("web.1", "S1")));
  private volatile byte[] self = States.json(SELF);
  private volatile int stateStatus = 200;
  private volatile int selfStatus = 200;

  private static String state(String tasks) {
    return "{'type':'GET_STATE','get_state':{'get_tasks':{'launched_tasks':["
        + tasks
        + "]},'get_frameworks':{'frameworks':[{'framework_info':{'name':'marathon','id':{'value':"
        + "'F1'}}}]}}}";
  }

  private MesosAgentSource.Builder builder() {
    process.answers(
        exchange -> {
          String call =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          boolean ofState = call.contains("GET_STATE");
          byte[] body = ofState ? state : self;
          exchange.sendResponseHeaders(ofState ? stateStatus : selfStatus, body.length);
          exchange.getResponseBody().write(body);
        });
    return MesosAgentSource.builder(process.uri(), scheduler, executor, new Random(7))
        .metrics(metrics)
        .interval(Duration.ofMillis(50));
  }

  private MesosAgentSource start(MesosAgentSource.Builder builder) {
    MesosAgentSource source = builder.build();
    opened.add(source);
    source.start().toCompletableFuture().join();
    return source;
  }

  @AfterEach
  void close() {
    opened.forEach(Lifecycle::close);
    scheduler.close();
    executor.shutdownNow();
    process.close();
  }

  /** Long enough for a machine that has much else to do. */
  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

  private static List<String> tasks(MesosAgentSource source) {
    return source.cluster().tasks().stream().map(Task::id).toList();
  }

  private static Agent agent(MesosAgentSource source) {
    return source.cluster().agents().iterator().next();
  }

  private static String failure(MesosAgentSource source) {
    return source.lastFailure().map(SourceFailure::reason).orElse("");
  }

  private long reads(String result) {
    return metrics.count("dcosnet.sources.reads", "source", "mesos-agent", "result", result);
  }

  @Test
  void knowsTheAgentItsTasksAndTheirFrameworks() {
    MesosAgentSource source = start(builder());

    await().until(source::ready);
    assertThat(tasks(source)).containsExactly("web.1");
    assertThat(agent(source)).isEqualTo(Agent.at("S1", IpAddress.parse("192.0.2.1")));
    assertThat(source.cluster().framework("F1").orElseThrow().name()).isEqualTo("marathon");
    assertThat(process.asked).allSatisfy(uri -> assertThat(uri).hasToString("/api/v1"));
  }

  @Test
  void followsWhatTheAgentRunsAndReadsNothingTwice() {
    MesosAgentSource source = start(builder());
    await().until(() -> reads("same") >= 2);
    assertThat(reads("changed")).isEqualTo(1);

    state =
        States.json(state(FakeEvents.task("web.2", "S1") + "," + FakeEvents.task("web.3", "S1")));

    await().until(() -> tasks(source).equals(List.of("web.2", "web.3")));
    assertThat(reads("changed")).isEqualTo(2);
  }

  @Test
  void changesNothingWhenACallFails() {
    MesosAgentSource source = start(builder());
    await().until(source::ready);

    stateStatus = 503;
    await().until(() -> failure(source).contains("answered 503"));
    assertThat(tasks(source)).containsExactly("web.1");

    state = "{'type'".getBytes(StandardCharsets.UTF_8);
    stateStatus = 200;
    await().until(() -> failure(source).contains("answer: not JSON"));
    assertThat(tasks(source)).containsExactly("web.1");

    state = States.json(state(FakeEvents.task("web.2", "S1")));
    await().until(() -> source.lastFailure().isEmpty());
    await().until(() -> tasks(source).equals(List.of("web.2")));
  }

  @Test
  void takesAnotherAnswerForNoState() {
    state = States.json(SELF);

    MesosAgentSource source = start(builder());

    await().until(() -> failure(source).contains("answer: GET_AGENT without a state"));
    assertThat(source.ready()).isFalse();
  }

  @Test
  void saysWhenNobodyListens() {
    MesosAgentSource.Builder builder = builder();
    process.close();

    MesosAgentSource source = start(builder);

    await().until(() -> failure(source).contains("cannot connect"));
  }

  @Test
  void isWhereItWasTold() {
    self = States.json(SELF.replace("192.0.2.1", "node.example.org"));

    MesosAgentSource source = start(builder().address(IpAddress.parse("192.0.2.77")));

    await().until(source::ready);
    assertThat(agent(source).addresses()).hasToString("[192.0.2.77]");
    assertThat(source.rejections()).isEmpty();
  }

  @Test
  void toleratesAnAgentThatDoesNotTellOfItself() {
    selfStatus = 501;

    MesosAgentSource source = start(builder());

    await().until(source::ready);
    assertThat(tasks(source)).containsExactly("web.1");
    assertThat(source.cluster().agents()).isEmpty();
  }

  @Test
  void doesNotTakeARefusalForAnOldAgent() {
    selfStatus = 401;

    MesosAgentSource source = start(builder().authorization(() -> "token=wrong"));

    await().until(() -> failure(source).contains("answered 401 (give credentials"));
    assertThat(source.ready()).isFalse();
    assertThat(process.credentials).contains("token=wrong");
  }

  @Test
  void refusesAnAnswerOverTheBound() {
    MesosAgentSource source = start(builder().maxBytes(50));

    await().until(() -> failure(source).contains("the body has more than 50 bytes"));
  }

  @Test
  void readsWhatRealAgentsAnswer() throws IOException {
    state =
        Files.readAllBytes(Fixtures.find().resolve("mesos/stream").resolve("dns-hostname.json"));
    self = States.json(SELF.replace("S1", "d0a07cf9-7424-426b-b138-2be9d07b8e62-S4"));

    MesosAgentSource source = start(builder());

    await().until(source::ready);
    assertThat(source.cluster().tasks()).extracting(Task::name).containsExactly("test");
    assertThat(agent(source).addresses()).hasToString("[127.0.0.1]");
    assertThat(agent(source).region()).isEqualTo("aws/us-east-1");
  }

  @Test
  void stopsBetweenTwoCalls() {
    MesosAgentSource source = start(builder());
    await().until(source::ready);

    source.close();

    assertThat(source.state()).isEqualTo(Lifecycle.State.STOPPED);
  }
}
