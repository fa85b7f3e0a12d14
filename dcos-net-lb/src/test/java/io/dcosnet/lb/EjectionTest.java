// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static io.dcosnet.lb.vip.VipTasks.AGENT;
import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.onHost;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.MemoryDataPath;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.health.HealthRules;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Locality;
import io.dcosnet.lb.vip.VipChange;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** From what the data path tells to the table that it gets. */
class EjectionTest {

  private static final Agent OTHER = Agent.at("A2", IpAddress.parse("10.0.0.2"));
  private static final HostPort NEAR = HostPort.parse("10.0.0.243:31001");
  private static final HostPort NEAR_TOO = HostPort.parse("10.0.0.243:31002");
  private static final HostPort FAR = HostPort.parse("10.0.0.2:31003");

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net = NetRuntime.builder().scheduler(time).metrics(metrics).build();
  private final ClusterPublisher tasks = ClusterPublisher.create();
  private final LocalStore store = LocalStore.of(new NodeId(new UUID(0, 1)), time, metrics);
  private final MemoryDataPath path = new MemoryDataPath();

  @Test
  void anEjectionReachesTheDataPathAtOnce() {
    started(Locality.NONE, HealthRules.defaults());
    fail(NEAR, 5);
    assertThat(weights()).containsExactly(1, 1, 1);
    time.runReady();
    assertThat(weights()).containsExactly(1, 0, 1);
    assertThat(metrics.count("dcosnet.lb.ejections", "cause", "consecutive_failures")).isEqualTo(1);
    assertThat(metrics.gauge("dcosnet.lb.ejected")).isEqualTo(1);
  }

  @Test
  void itComesBackThroughATrialByItself() {
    started(Locality.NONE, HealthRules.builder().jitterPercent(0).build());
    fail(NEAR, 5);
    time.runReady();
    time.advance(Duration.ofSeconds(30).minusNanos(1));
    assertThat(weights()).containsExactly(1, 0, 1);
    time.advance(Duration.ofNanos(1));
    assertThat(target(NEAR).weight()).isEqualTo(1);
    assertThat(target(NEAR).maxConnections()).isEqualTo(1);
    path.traffic().connected(frontend(), NEAR, 1000);
    path.traffic().served(frontend(), NEAR);
    time.runReady();
    assertThat(target(NEAR).maxConnections()).isEqualTo(ServiceOptions.UNLIMITED);
    assertThat(metrics.gauge("dcosnet.lb.ejected")).isZero();
  }

  @Test
  void farOnesMakeUpForNearOnesThatAreEjected() {
    started(Locality.PREFER_NODE, HealthRules.builder().maxEjectionPercent(70).build());
    assertThat(target(FAR).weight()).as("while all are well").isZero();
    fail(NEAR, 5);
    time.runReady();
    assertThat(target(NEAR).weight()).isZero();
    assertThat(target(NEAR_TOO).weight()).as("7 of 10, as half of 1.4").isEqualTo(1000);
    assertThat(target(FAR).weight()).isEqualTo(429);
  }

  @Test
  void theOnlyOneThatCountsIsNotEjectedThoughThereAreOthersElsewhere() {
    VipLoadBalancer vips = started(Locality.STRICT_NODE, HealthRules.defaults());
    tasks.remove(
        tasks.cluster().tasks().stream()
            .filter(task -> task.name().equals("b"))
            .findFirst()
            .orElseThrow()
            .key());
    time.advance(Duration.ofSeconds(60));
    fail(NEAR, 9);
    time.runReady();
    assertThat(target(NEAR).weight()).isEqualTo(1);
    assertThat(target(FAR).weight()).isZero();
    assertThat(vips.health().distrusted()).isEmpty();
  }

  @Test
  void tellsWhyInTheChangesOfTheVip() {
    VipLoadBalancer vips = started(Locality.NONE, HealthRules.defaults());
    fail(NEAR, 5);
    time.runReady();
    VipKey key = path.table().services().values().iterator().next().key();
    CompletableFuture<List<VipChange>> changes = vips.changes(key).toCompletableFuture();
    time.runReady();
    assertThat(changes.join())
        .last()
        .satisfies(
            change -> {
              assertThat(change.what()).contains("10.0.0.243:31001 UP weight 0");
              assertThat(change.why()).isEqualTo("ejected 10.0.0.243:31001: consecutive_failures");
            });
  }

  @Test
  void countsVipsOfWhichTooMuchIsEjected() {
    started(Locality.NONE, HealthRules.builder().maxEjectionPercent(100).build());
    fail(NEAR, 5);
    fail(FAR, 5);
    time.runReady();
    assertThat(weights()).containsExactly(1, 1, 1);
    assertThat(metrics.gauge("dcosnet.lb.panic.vips")).isEqualTo(1);
  }

  @Test
  void leavesNothingBehind() {
    VipLoadBalancer vips = started(Locality.NONE, HealthRules.defaults());
    fail(NEAR, 5);
    time.runReady();
    CompletableFuture<Void> stop = vips.stop(Duration.ZERO).toCompletableFuture();
    time.runReady();
    assertThat(stop).isCompleted();
    fail(FAR, 5);
    time.runReady();
    assertThat(time.pending()).isZero();
  }

  private VipLoadBalancer started(Locality locality, HealthRules rules) {
    VipLoadBalancer vips =
        VipLoadBalancer.builder(net)
            .cluster(tasks)
            .store(store)
            .nodeAddress(AGENT.addresses().get(0))
            .publishing(VipLoadBalancer.Publishing.ALL_TASKS)
            .defaults(ServiceOptions.DEFAULTS.with(locality))
            .health(rules)
            .dataPath(DataPaths.of(path))
            .build();
    CompletableFuture<Void> start = vips.start().toCompletableFuture();
    tasks.put(AGENT);
    tasks.put(OTHER);
    tasks.put(MARATHON);
    tasks.put(onHost("a", AGENT, 31001, "/web:80"));
    tasks.put(onHost("b", AGENT, 31002, "/web:80"));
    tasks.put(onHost("c", OTHER, 31003, "/web:80"));
    time.runReady();
    assertThat(start).isCompleted();
    return vips;
  }

  private Frontend frontend() {
    return path.table().services().keySet().iterator().next();
  }

  private void fail(HostPort backend, int times) {
    for (int i = 0; i < times; i++) {
      path.traffic().failed(frontend(), backend, Failure.REFUSED);
    }
  }

  private List<Integer> weights() {
    return targets().stream().map(Target::weight).toList();
  }

  private Target target(HostPort backend) {
    return targets().stream().filter(t -> t.endpoint().equals(backend)).findFirst().orElseThrow();
  }

  private List<Target> targets() {
    Service service = path.table().services().values().iterator().next();
    return service.targets();
  }
}
