// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static io.dcosnet.lb.vip.VipTasks.AGENT;
import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.onHost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.MemoryDataPath;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.vip.VipAddresses;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.lb.vip.VipTasks;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class VipLoadBalancerTest {

  private static final NodeId ONE = new NodeId(new UUID(0, 1));
  private static final NodeId TWO = new NodeId(new UUID(0, 2));
  private static final Agent OTHER = Agent.at("A2", IpAddress.parse("10.0.0.2"));

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net = NetRuntime.builder().scheduler(time).metrics(metrics).build();
  private final ClusterPublisher tasks = ClusterPublisher.create();
  private final LocalStore store = LocalStore.of(ONE, time, metrics);

  @Test
  void givesALabelledTaskAnAddress() {
    VipLoadBalancer vips = started(scheduler(store));
    publishCluster();
    tasks.put(onHost("web", AGENT, 31000, "/nginx:80"));
    time.runReady();
    assertThat(vips.directory().snapshot().byName())
        .containsOnlyKeys("nginx.marathon")
        .containsValue(
            new VipDirectory.Entry(
                "nginx.marathon",
                IpAddress.parse("11.127.55.81"),
                null,
                Set.of(new VipDirectory.Service(Protocol.TCP, 80))));
    assertThat(targets(vips)).containsExactly("10.0.0.243:31000 1");
    assertThat(vips.report().services()).hasSize(1);
    assertThat(metrics.gauge("dcosnet.lb.vips")).isEqualTo(1);
    assertThat(metrics.gauge("dcosnet.lb.backends")).isEqualTo(1);
  }

  @Test
  void letsEachNodeSpeakForItsOwnTasksAndServeAll() {
    VipLoadBalancer one = started(agent(store, AGENT));
    VipLoadBalancer two = started(agent(store.forNode(TWO), OTHER));
    publishCluster();
    tasks.put(onHost("a", AGENT, 31001, "/web:80"));
    tasks.put(onHost("b", OTHER, 31002, "/web:80"));
    time.runReady();
    assertThat(targets(one)).containsExactlyInAnyOrder("10.0.0.2:31002 1", "10.0.0.243:31001 1");
    assertThat(targets(two)).isEqualTo(targets(one));
    assertThat(store.view("lb/vips/").values())
        .extracting(entry -> entry.owner())
        .containsExactlyInAnyOrder(ONE, TWO);
  }

  // F6
  @Test
  void leavesOutTheBackEndsOfADeadNodeUnlessAllAreDead() {
    VipLoadBalancer one = started(agent(store, AGENT));
    started(agent(store.forNode(TWO), OTHER));
    publishCluster();
    tasks.put(onHost("a", AGENT, 31001, "/web:80"));
    tasks.put(onHost("b", OTHER, 31002, "/web:80"));
    time.runReady();
    store.ownerState(TWO, OwnerState.DEAD);
    time.runReady();
    assertThat(targets(one)).containsExactlyInAnyOrder("10.0.0.2:31002 0", "10.0.0.243:31001 1");
    store.ownerState(ONE, OwnerState.DEAD);
    time.runReady();
    assertThat(targets(one)).containsExactlyInAnyOrder("10.0.0.2:31002 1", "10.0.0.243:31001 1");
    assertThat(metrics.gauge("dcosnet.lb.unreachable.vips")).isEqualTo(1);
    store.ownerState(ONE, OwnerState.ALIVE);
    store.ownerState(TWO, OwnerState.ALIVE);
    time.runReady();
    assertThat(targets(one)).containsExactlyInAnyOrder("10.0.0.2:31002 1", "10.0.0.243:31001 1");
    assertThat(metrics.gauge("dcosnet.lb.unreachable.vips")).isZero();
  }

  @Test
  void servesWhateverListenersDo() {
    VipLoadBalancer vips = started(scheduler(store));
    var unused =
        vips.inspect()
            .onChange(
                Runnable::run,
                () -> {
                  throw new IllegalStateException("as the test says");
                });
    boolean[] full = {false};
    List<String> names = new ArrayList<>();
    var unusedToo =
        vips.directory()
            .subscribe(
                work -> {
                  if (full[0]) {
                    throw new RejectedExecutionException("full");
                  }
                  time.execute(work);
                },
                (now, changes) -> names.add(now.byName().keySet().toString()));
    publishCluster();
    time.runReady();
    full[0] = true;
    tasks.put(onHost("a", AGENT, 31000, "/a:80"));
    time.runReady();
    assertThat(vips.report().services()).hasSize(1);
    full[0] = false;
    tasks.put(onHost("b", AGENT, 31001, "/b:80"));
    time.advance(Duration.ofSeconds(1));
    assertThat(vips.report().services()).hasSize(2);
    assertThat(names.get(names.size() - 1)).contains("a.marathon", "b.marathon");
  }

  @Test
  void announcesANameOnlyOnceTheDataPathServesIt() {
    HeldDataPath path = new HeldDataPath();
    path.released = false;
    VipLoadBalancer vips = scheduler(store).dataPath(DataPaths.of(path)).build();
    CompletableFuture<Void> start = vips.start().toCompletableFuture();
    publishCluster();
    tasks.put(onHost("web", AGENT, 31000, "/web:80"));
    time.runReady();
    assertThat(start).isNotDone();
    assertThat(vips.directory().snapshot().byName()).isEmpty();
    path.release();
    time.runReady();
    assertThat(start).isCompleted();
    assertThat(vips.directory().snapshot().byName()).containsOnlyKeys("web.marathon");
  }

  @Test
  void forgetsANameAtOnceAndServesItUntilDnsHasForgottenToo() {
    VipLoadBalancer vips = started(scheduler(store));
    publishCluster();
    Task web = onHost("web", AGENT, 31000, "/web:80");
    tasks.put(web);
    time.runReady();
    tasks.remove(web.key());
    time.advance(Duration.ofMillis(100));
    assertThat(vips.directory().snapshot().byName()).isEmpty();
    assertThat(targets(vips)).containsExactly("10.0.0.243:31000 0");
    time.advance(Duration.ofSeconds(1));
    assertThat(targets(vips)).as("its task has ended").isEmpty();
    time.advance(Duration.ofMillis(4800));
    assertThat(vips.table().services()).hasSize(1);
    time.advance(Duration.ofMillis(200));
    assertThat(vips.table().services()).isEmpty();
    assertThat(store.view("lb/vips/")).isEmpty();
  }

  @Test
  void tellsListenersOfEveryName() {
    VipLoadBalancer vips = started(scheduler(store));
    List<String> seen = new ArrayList<>();
    VipDirectory.Listener listener =
        (after, changes) -> {
          for (Change<VipDirectory.Entry> change : changes) {
            seen.add((change.after() == null ? "-" : "+") + change.latest().name());
          }
          seen.add("=" + after.byName().size());
        };
    Subscription subscription = vips.directory().subscribe(time, listener);
    time.runReady();
    publishCluster();
    Task web = onHost("web", AGENT, 31000, "/web:80");
    tasks.put(web);
    time.advance(Duration.ofSeconds(1));
    tasks.remove(web.key());
    time.advance(Duration.ofSeconds(1));
    subscription.close();
    tasks.put(web);
    time.advance(Duration.ofSeconds(1));
    assertThat(seen).containsExactly("=0", "+web.marathon", "=1", "-web.marathon", "=0");
  }

  @Test
  void writesAChangeWithinFiftyMillisecondsAndServesItWithinAHundred() {
    VipLoadBalancer vips = started(scheduler(store));
    publishCluster();
    time.advance(Duration.ofSeconds(1));
    tasks.put(onHost("web", AGENT, 31000, "/web:80"));
    time.advance(Duration.ofMillis(50));
    assertThat(store.view("lb/vips/")).hasSize(1);
    assertThat(targets(vips)).hasSize(1);
    tasks.put(onHost("web", AGENT, 31000, "/web:80").toBuilder().state(TaskState.KILLING).build());
    time.advance(Duration.ofMillis(100));
    assertThat(targets(vips)).containsExactly("10.0.0.243:31000 0");
  }

  @Test
  void reportsAndCountsWhatItRefuses() {
    VipLoadBalancer vips = started(scheduler(store));
    publishCluster();
    tasks.put(onHost("web", AGENT, 31000, "web:x", "/web:80"));
    tasks.put(onHost("loop", Agent.at("A9", IpAddress.parse("11.0.0.9")), 1, "/loop:80"));
    tasks.put(Agent.at("A9", IpAddress.parse("11.0.0.9")));
    time.advance(Duration.ofSeconds(1));
    assertThat(vips.rejections())
        .extracting(Rejection::code)
        .containsExactlyInAnyOrder("VIP_BAD_PORT", "BACKEND_IS_VIP");
    assertThat(metrics.count("dcosnet.lb.rejected", "reason", "VIP_BAD_PORT")).isEqualTo(1);
    assertThat(metrics.count("dcosnet.lb.rejected", "reason", "BACKEND_IS_VIP")).isEqualTo(1);
    time.advance(Duration.ofSeconds(60));
    assertThat(metrics.count("dcosnet.lb.rejected", "reason", "VIP_BAD_PORT")).isEqualTo(1);
  }

  @Test
  void publishesEveryOtherChangeWhileATaskHasNoAddress() {
    VipLoadBalancer vips = started(scheduler(store));
    publishCluster();
    tasks.put(
        VipTasks.task("lost")
            .discovery(VipTasks.ports(VipTasks.port(80, "tcp", "container", "/lost:80")))
            .status(VipTasks.running(null))
            .build());
    tasks.put(onHost("web", AGENT, 31000, "/web:80"));
    time.advance(Duration.ofSeconds(1));
    tasks.put(onHost("api", AGENT, 31001, "/api:80"));
    time.advance(Duration.ofSeconds(1));
    assertThat(vips.directory().snapshot().byName())
        .containsOnlyKeys("web.marathon", "api.marathon");
    assertThat(vips.rejections()).isEmpty(); // nothing is wrong with the label
    assertThat(metrics.count("dcosnet.lb.rejected", "reason", "VIP_NO_BACKEND")).isEqualTo(1);
  }

  @Test
  void dropsAnUnreachableTaskAfterItsGrace() {
    VipLoadBalancer vips = started(scheduler(store).unreachableGrace(Duration.ofSeconds(60)));
    publishCluster();
    Task web = onHost("web", AGENT, 31000, "/web:80");
    tasks.put(web.toBuilder().state(TaskState.UNREACHABLE).build());
    time.advance(Duration.ofSeconds(59));
    assertThat(targets(vips)).containsExactly("10.0.0.243:31000 1");
    time.advance(Duration.ofSeconds(2));
    assertThat(targets(vips)).containsExactly("10.0.0.243:31000 0");
    time.advance(Duration.ofSeconds(29));
    assertThat(targets(vips)).as("it may run on").containsExactly("10.0.0.243:31000 0");
    time.advance(Duration.ofSeconds(2));
    assertThat(targets(vips)).isEmpty();
    assertThat(store.view("lb/vips/")).isEmpty();
  }

  @Test
  void drainsThePlaceThatARunningTaskLeavesUntilItEnds() {
    VipLoadBalancer vips = started(scheduler(store));
    publishCluster();
    tasks.put(onHost("web", AGENT, 31000, "/web:80"));
    time.advance(Duration.ofSeconds(1));
    Task moved = onHost("web", AGENT, 31001, "/web:80");
    tasks.put(moved);
    time.advance(Duration.ofSeconds(10));
    assertThat(targets(vips)).containsExactly("10.0.0.243:31000 0", "10.0.0.243:31001 1");
    tasks.remove(moved.key());
    time.advance(Duration.ofMillis(200));
    assertThat(store.view("lb/vips/")).isEmpty();
  }

  @Test
  void keepsWhatAnEarlierRunWroteUntilItsSourceIsReady() {
    VipLoadBalancer first = started(scheduler(store));
    publishCluster();
    tasks.put(onHost("web", AGENT, 31000, "/web:80"));
    time.advance(Duration.ofSeconds(1));
    stop(first);
    assertThat(store.view("lb/vips/")).hasSize(1);

    ClusterPublisher later = ClusterPublisher.create();
    VipLoadBalancer second = started(scheduler(store).cluster(later));
    time.advance(Duration.ofSeconds(60));
    assertThat(targets(second)).containsExactly("10.0.0.243:31000 1");
    later.put(MARATHON);
    time.advance(Duration.ofSeconds(1));
    assertThat(store.view("lb/vips/")).isEmpty();
  }

  @Test
  void appliesTheTableAgainNowAndThen() {
    HeldDataPath path = new HeldDataPath();
    started(scheduler(store).dataPath(DataPaths.of(path)));
    int applied = path.tables.size();
    time.advance(Duration.ofSeconds(30));
    assertThat(path.tables).hasSize(applied + 3);
  }

  @Test
  void followsTheVipsWithoutTasksOfItsOwn() {
    VipLoadBalancer reader =
        started(
            VipLoadBalancer.builder(net).store(store.forNode(TWO)).dataPath(DataPaths.memory()));
    started(scheduler(store));
    publishCluster();
    tasks.put(onHost("web", AGENT, 31000, "/web:80"));
    time.runReady();
    assertThat(targets(reader)).hasSize(1);
  }

  @Test
  void failsToStartWhereTheDataPathCannotWork() {
    HeldDataPath path = new HeldDataPath();
    path.usable = false;
    VipLoadBalancer vips = scheduler(store).dataPath(DataPaths.of(path)).build();
    CompletableFuture<Void> start = vips.start().toCompletableFuture();
    time.runReady();
    assertThatThrownBy(start::join).hasMessageContaining("no such kernel");
    assertThat(vips.state()).isEqualTo(Lifecycle.State.FAILED);
    assertThat(path.stopped).isTrue();
  }

  @Test
  void stopsForGood() {
    VipLoadBalancer vips = started(scheduler(store));
    publishCluster();
    tasks.put(onHost("web", AGENT, 31000, "/web:80"));
    time.runReady();
    stop(vips);
    assertThat(vips.state()).isEqualTo(Lifecycle.State.STOPPED);
    assertThat(vips.directory().snapshot().byName()).isEmpty();
    tasks.put(onHost("other", AGENT, 31001, "/other:80"));
    time.advance(Duration.ofSeconds(60));
    assertThat(store.view("lb/vips/")).hasSize(1);
    assertThat(time.pending()).isZero();
  }

  @Test
  void listsAllProblemsOfItsConfiguration() {
    VipLoadBalancer.Builder bad =
        VipLoadBalancer.builder(net)
            .publishing(VipLoadBalancer.Publishing.OWN_TASKS)
            .nameGrace(Duration.ofSeconds(-1))
            .addressQuarantine(Duration.ofSeconds(-1));
    assertThatThrownBy(bad::build)
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(4));
  }

  private VipLoadBalancer.Builder scheduler(LocalStore over) {
    return VipLoadBalancer.builder(net)
        .cluster(tasks)
        .store(over)
        .addresses(VipAddresses.defaults())
        .dataPath(DataPaths.memory());
  }

  private VipLoadBalancer.Builder agent(LocalStore over, Agent agent) {
    return scheduler(over).nodeAddress(agent.addresses().get(0));
  }

  private VipLoadBalancer started(VipLoadBalancer.Builder builder) {
    VipLoadBalancer vips = builder.build();
    CompletableFuture<Void> start = vips.start().toCompletableFuture();
    time.runReady();
    assertThat(start).isCompleted();
    return vips;
  }

  private void stop(VipLoadBalancer vips) {
    CompletableFuture<Void> stop = vips.stop(Duration.ZERO).toCompletableFuture();
    time.runReady();
    assertThat(stop).isCompleted();
  }

  private void publishCluster() {
    tasks.put(AGENT);
    tasks.put(OTHER);
    tasks.put(MARATHON);
    time.runReady();
  }

  private static List<String> targets(VipLoadBalancer vips) {
    return vips.table().services().values().stream()
        .flatMap(service -> service.targets().stream())
        .map(VipLoadBalancerTest::shown)
        .sorted()
        .toList();
  }

  private static String shown(Target target) {
    return target.endpoint() + " " + target.weight();
  }

  /** A data path that holds back its reports until it is told, from the first one on. */
  private static final class HeldDataPath implements DataPath {
    final List<VipTable> tables = new ArrayList<>();
    private final MemoryDataPath memory = new MemoryDataPath();
    private final List<Runnable> held = new ArrayList<>();
    private boolean released = true;
    private boolean usable = true;
    private boolean stopped;

    @Override
    public String name() {
      return "held";
    }

    @Override
    public Capabilities probe() {
      return new Capabilities(usable, "no such kernel", Set.of(), false);
    }

    @Override
    public CompletionStage<ApplyReport> apply(VipTable table) {
      tables.add(table);
      CompletableFuture<ApplyReport> report = new CompletableFuture<>();
      Runnable done = () -> memory.apply(table).thenAccept(report::complete);
      if (released) {
        done.run();
      } else {
        held.add(done);
      }
      return report;
    }

    void release() {
      released = true;
      held.forEach(Runnable::run);
    }

    @Override
    public Subscription observe(TrafficObserver observer) {
      return () -> {};
    }

    @Override
    public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
      stopped = true;
      return CompletableFuture.completedStage(null);
    }
  }
}
