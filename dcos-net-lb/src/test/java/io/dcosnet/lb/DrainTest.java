// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static io.dcosnet.lb.vip.VipTasks.AGENT;
import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.onHost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipChange;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.FakeNetwork;
import io.dcosnet.testkit.FakeStores;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes: the first one publishes all tasks, all of them serve. */
class DrainTest {

  private static final NodeId ONE = node(1);
  private static final NodeId TWO = node(2);
  private static final NodeId THREE = node(3);
  private static final VipKey WEB_KEY = VipKey.named(Protocol.TCP, "web.marathon", 80);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Task WEB = onHost("web", AGENT, 31000, "/web:80", "/api:8080");
  private static final Task OTHER = onHost("other", AGENT, 31001, "/web:80");

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net =
      NetRuntime.builder().scheduler(time).metrics(metrics).random(new Random(1)).build();
  private final FakeStores stores = new FakeStores(time, new Random(2));
  private final FakeNetwork network = new FakeNetwork(time, new Random(3));
  private ClusterPublisher tasks = ClusterPublisher.create();
  private VipLoadBalancer one = started(publisher(ONE));
  private final VipLoadBalancer two = started(reader(TWO));
  private VipLoadBalancer three = started(reader(THREE));

  @BeforeEach
  void twoTasksRun() {
    publish(WEB, OTHER);
    time.advance(SECOND);
    assertThat(targets(three))
        .containsExactly("10.0.0.243:31000 1", "10.0.0.243:31000 1", "10.0.0.243:31001 1");
  }

  @Test
  void completesWhenEveryNodeSendsNothingNewThere() {
    CompletableFuture<DrainReport> drain = drain(one, WEB.key());
    time.advance(Duration.ofMillis(10));
    assertThat(drain).isCompleted();
    assertThat(drain.join().everywhere()).isTrue();
    assertThat(drain.join().applied()).containsExactly(ONE, TWO, THREE);
    assertThat(drain.join().places())
        .extracting(place -> place.key().toString())
        .containsExactly("tcp api.marathon:8080", "tcp web.marathon:80");
    for (VipLoadBalancer node : List.of(one, two, three)) {
      assertThat(targets(node))
          .containsExactly("10.0.0.243:31000 0", "10.0.0.243:31000 0", "10.0.0.243:31001 1");
    }
    assertThat(metrics.gauge("dcosnet.lb.drains")).isEqualTo(1);
  }

  @Test
  void canBeAskedForByANodeThatDoesNotPublishTheTask() {
    CompletableFuture<DrainReport> drain = drain(two, WEB.key());
    time.advance(Duration.ofMillis(10));
    assertThat(drain.join().applied()).containsExactly(ONE, TWO, THREE);
    assertThat(targets(one)).contains("10.0.0.243:31000 0").contains("10.0.0.243:31001 1");
  }

  @Test
  void keepsTheConnectionsOfWhatIsDrainedWithoutEnd() {
    begin(WEB.key());
    time.advance(Duration.ofMinutes(30));
    assertThat(three.table().services().values())
        .flatExtracting(service -> service.targets())
        .allMatch(target -> target.drainDeadlineNanos() == Target.NEVER);
  }

  @Test
  void takesClientsThatStickAwayAsWell() {
    assertThat(drain(one, WEB.key())).isNotNull();
    tasks.put(OTHER.toBuilder().state(TaskState.KILLING).build());
    time.advance(SECOND);
    assertThat(three.table().services().values())
        .flatExtracting(service -> service.targets())
        .extracting(target -> target.endpoint().port() + " " + target.state())
        .containsOnly("31000 DOWN", "31001 DRAINING");
  }

  @Test
  void cutsTheConnectionsOfWhatIsDrainedOnceItHasEnded() {
    begin(WEB.key());
    time.advance(SECOND);
    tasks.remove(WEB.key());
    time.advance(Duration.ofMillis(900));
    assertThat(targets(three)).contains("10.0.0.243:31000 0");
    time.advance(Duration.ofMillis(200));
    assertThat(targets(three)).containsExactly("10.0.0.243:31001 1");
  }

  @Test
  void namesTheNodesThatDidNotAnswerInTime() {
    stores.down(THREE);
    CompletableFuture<DrainReport> drain = drain(one, WEB.key());
    time.advance(Duration.ofMillis(4999));
    assertThat(drain).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(drain.join().laggards()).containsExactly(THREE);
    assertThat(drain.join().applied()).containsExactly(ONE, TWO);
    assertThat(metrics.count("dcosnet.lb.drain.laggards")).isEqualTo(1);
  }

  @Test
  void repeatsAnswersThatAreLost() {
    network.loss(0.7);
    CompletableFuture<DrainReport> drain = drain(one, WEB.key());
    time.advance(Duration.ofMillis(4999));
    assertThat(drain).isCompleted();
    assertThat(drain.join().everywhere()).isTrue();
    network.loss(0);
    time.advance(Duration.ofSeconds(10));
    long answers = metrics.count("dcosnet.lb.drain.answers");
    time.advance(Duration.ofMinutes(2));
    assertThat(metrics.count("dcosnet.lb.drain.answers")).isEqualTo(answers);
  }

  @Test
  void givesUpAnsweringSomebodyWhoIsNotHeardOfAnyMore() {
    begin(WEB.key());
    network.down(ONE, true);
    time.advance(Duration.ofSeconds(70));
    long answers = metrics.count("dcosnet.lb.drain.answers");
    time.advance(Duration.ofMinutes(2));
    assertThat(metrics.count("dcosnet.lb.drain.answers")).isEqualTo(answers).isGreaterThan(100);
  }

  @Test
  void doesNotWaitForANodeThatHasStopped() {
    three.stop(Duration.ZERO);
    time.advance(SECOND);
    CompletableFuture<DrainReport> drain = drain(one, WEB.key());
    time.advance(Duration.ofMillis(10));
    assertThat(drain.join().applied()).containsExactly(ONE, TWO);
  }

  @Test
  void holdsForNodesThatRestartOrComeLater() {
    begin(WEB.key());
    time.advance(SECOND);
    three.stop(Duration.ZERO);
    time.advance(SECOND);
    three = started(reader(THREE));
    assertThat(targets(three)).contains("10.0.0.243:31000 0").doesNotContain("10.0.0.243:31000 1");
  }

  @Test
  void outlivesARestartOfWhoeverDrains() {
    begin(WEB.key());
    time.advance(SECOND);
    one.stop(Duration.ZERO);
    time.advance(SECOND);
    tasks = ClusterPublisher.create();
    one = started(publisher(ONE));
    publish(WEB, OTHER);
    time.advance(Duration.ofMinutes(5));
    assertThat(targets(two)).contains("10.0.0.243:31000 0").doesNotContain("10.0.0.243:31000 1");
    CompletableFuture<DrainReport> again = drain(one, WEB.key());
    time.advance(Duration.ofMillis(10));
    assertThat(again.join().everywhere()).isTrue();
    time.advance(SECOND);
    assertThat(stores.node(TWO).view("lb/drains/")).hasSize(1);
  }

  @Test
  void doesNotHoldForTheNextTaskAtTheSamePlace() {
    begin(WEB.key());
    time.advance(SECOND);
    tasks.remove(WEB.key());
    tasks.put(onHost("web2", AGENT, 31000, "/web:80"));
    time.advance(SECOND);
    assertThat(targets(two)).contains("10.0.0.243:31000 1");
  }

  @Test
  void isForgottenAWhileAfterTheTaskHasEnded() {
    begin(WEB.key());
    time.advance(SECOND);
    tasks.remove(WEB.key());
    time.advance(Duration.ofSeconds(30));
    assertThat(stores.node(TWO).view("lb/drains/")).hasSize(1);
    time.advance(Duration.ofSeconds(60));
    assertThat(stores.node(TWO).view("lb/drains/")).isEmpty();
    assertThat(metrics.gauge("dcosnet.lb.drains")).isZero();
  }

  @Test
  void isTakenBackByUndrainOfTheNodeThatDrained() {
    begin(WEB.key());
    time.advance(SECOND);
    CompletableFuture<Void> undrain = one.undrain(WEB.key()).toCompletableFuture();
    time.advance(SECOND);
    assertThat(undrain).isCompleted();
    assertThat(targets(three)).containsOnlyOnce("10.0.0.243:31001 1").doesNotContain("31000 0");
    assertThat(stores.node(TWO).view("lb/drains/")).isEmpty();
  }

  @Test
  void isTakenBackByUndrainOfAnotherNodeAndCanBeMadeAnew() {
    begin(WEB.key());
    time.advance(SECOND);
    two.undrain(WEB.key());
    time.advance(SECOND);
    assertThat(targets(three)).contains("10.0.0.243:31000 1").doesNotContain("10.0.0.243:31000 0");
    CompletableFuture<DrainReport> again = drain(one, WEB.key());
    time.advance(SECOND);
    assertThat(again.join().everywhere()).isTrue();
    assertThat(targets(three)).contains("10.0.0.243:31000 0").doesNotContain("10.0.0.243:31000 1");
  }

  @Test
  void drainsOnePlaceAndLeavesTheOthersOfTheTask() {
    Place place =
        new Place(
            VipKey.named(Protocol.TCP, "api.marathon", 8080), HostPort.parse("10.0.0.243:31000"));
    CompletableFuture<DrainReport> drain =
        three.drain(place, Duration.ofSeconds(5)).toCompletableFuture();
    time.advance(SECOND);
    assertThat(drain.join().everywhere()).isTrue();
    assertThat(targets(one))
        .containsExactly("10.0.0.243:31000 0", "10.0.0.243:31000 1", "10.0.0.243:31001 1");
  }

  @Test
  void hasNothingToDoForATaskThatNobodyKnows() {
    CompletableFuture<DrainReport> drain = drain(one, new TaskKey("F1", "nobody"));
    time.runReady();
    assertThat(drain.join().places()).isEmpty();
    assertThat(stores.node(ONE).view("lb/drains/")).isEmpty();
  }

  @Test
  void drainsATaskThatIsNotWrittenYet() {
    Task fresh = onHost("fresh", AGENT, 31002, "/web:80");
    tasks.put(onHost("before", AGENT, 31003, "/web:80"));
    time.advance(Duration.ofMillis(1));
    tasks.put(fresh);
    time.runReady();
    assertThat(stores.node(ONE).view("lb/vips/")).hasSize(4);
    CompletableFuture<DrainReport> drain = drain(one, fresh.key());
    time.advance(SECOND);
    assertThat(drain.join().places()).hasSize(1);
    assertThat(targets(two)).contains("10.0.0.243:31002 0");
  }

  @Test
  void failsWhenTheStoreRefusesOrTheLoadBalancerStops() {
    stores.full(ONE, true);
    CompletableFuture<DrainReport> refused = drain(one, WEB.key());
    time.advance(SECOND);
    assertThatThrownBy(refused::join).hasMessageContaining("the store refused it");
    stores.full(ONE, false);
    network.down(THREE, true);
    CompletableFuture<DrainReport> stopped = drain(one, OTHER.key());
    time.advance(SECOND);
    one.stop(Duration.ZERO);
    time.advance(SECOND);
    assertThatThrownBy(stopped::join).hasMessageContaining("stopped");
    assertThatThrownBy(() -> drain(one, WEB.key(), Duration.ofHours(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: 0 to PT1M");
  }

  @Test
  void skipsDrainsThatItCannotRead() {
    for (String value :
        List.of("", "[]", "{\"tasks\":[]}", "{\"tasks\":[\"a\"],\"place\":\"x\"}")) {
      Bytes bytes = Bytes.copyOf(value.getBytes(StandardCharsets.UTF_8));
      stores.node(TWO).put("lb/drains/" + value.length() + "/" + TWO, bytes);
    }
    stores.node(TWO).put("lb/drains/x", Bytes.copyOf(new byte[0]));
    time.advance(SECOND);
    assertThat(metrics.count("dcosnet.lb.exchange.unreadable")).isEqualTo(15);
    CompletableFuture<DrainReport> drain = drain(one, WEB.key());
    time.advance(SECOND);
    assertThat(drain.join().everywhere()).isTrue();
  }

  @Test
  void measuresTheTimeFromATaskEventToEachDataPath() {
    stores.delay(Duration.ofMillis(40), Duration.ofMillis(40));
    int before = metrics.values("dcosnet.lb.converge.millis").size();
    tasks.put(onHost("fresh", AGENT, 31002, "/web:80"));
    time.advance(SECOND);
    List<Long> values = metrics.values("dcosnet.lb.converge.millis");
    assertThat(values.subList(before, values.size())).containsExactly(0L, 40L, 40L);
    CompletableFuture<List<VipChange>> asked = two.changes(WEB_KEY).toCompletableFuture();
    time.runReady();
    List<VipChange> changes = asked.join();
    VipChange last = changes.get(changes.size() - 1);
    assertThat(last.what()).isEqualTo("10.0.0.243:31002 UP weight 1");
    assertThat(last.why()).isEqualTo("back end written by " + ONE);
    assertThat(last.appliedMillis() - last.sourceMillis()).isEqualTo(40);
  }

  @Test
  void waitsForItsOwnDataPathOnlyWhereNodesCannotTalk() {
    one.stop(Duration.ZERO);
    time.advance(SECOND);
    tasks = ClusterPublisher.create();
    one =
        started(
            VipLoadBalancer.builder(net)
                .store(stores.node(ONE))
                .cluster(tasks)
                .dataPath(DataPaths.memory()));
    publish(WEB, OTHER);
    CompletableFuture<DrainReport> drain = drain(one, WEB.key());
    time.runReady();
    assertThat(drain.join().applied()).containsExactly(ONE);
    assertThat(drain.join().everywhere()).isTrue();
  }

  private void begin(TaskKey task) {
    one.drain(task);
  }

  private CompletableFuture<DrainReport> drain(VipLoadBalancer by, TaskKey task) {
    return drain(by, task, Duration.ofSeconds(5));
  }

  private static CompletableFuture<DrainReport> drain(
      VipLoadBalancer by, TaskKey task, Duration patience) {
    return by.drain(task, patience).toCompletableFuture();
  }

  private void publish(Task... running) {
    tasks.put(AGENT);
    tasks.put(MARATHON);
    for (Task task : running) {
      tasks.put(task);
    }
    time.runReady();
  }

  private VipLoadBalancer.Builder reader(NodeId id) {
    return VipLoadBalancer.builder(net)
        .store(stores.node(id))
        .messages(network.node(id))
        .dataPath(DataPaths.memory());
  }

  private VipLoadBalancer.Builder publisher(NodeId id) {
    return reader(id).cluster(tasks);
  }

  private VipLoadBalancer started(VipLoadBalancer.Builder builder) {
    VipLoadBalancer vips = builder.build();
    CompletableFuture<Void> start = vips.start().toCompletableFuture();
    time.advance(Duration.ofMillis(10));
    assertThat(start).isCompleted();
    return vips;
  }

  private static List<String> targets(VipLoadBalancer vips) {
    return vips.table().services().values().stream()
        .flatMap(service -> service.targets().stream())
        .map(target -> target.endpoint() + " " + target.weight())
        .sorted()
        .toList();
  }

  private static NodeId node(long number) {
    return new NodeId(new UUID(0, number));
  }
}
