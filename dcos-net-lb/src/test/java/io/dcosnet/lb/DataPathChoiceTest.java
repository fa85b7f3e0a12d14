// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static io.dcosnet.lb.vip.VipTasks.AGENT;
import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.onHost;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.Considered;
import io.dcosnet.lb.datapath.Considered.Fate;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.MemoryDataPath;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.http.LbApi;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A load balancer on a machine that allows this path, and not that one. */
class DataPathChoiceTest {

  private static final IpAddress STAND_IN = IpAddress.parse("127.65.0.1");
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final VirtualTime time = new VirtualTime();
  private final NetRuntime net =
      NetRuntime.builder().scheduler(time).executor(time).metrics(new RecordingMetrics()).build();
  private final ClusterPublisher tasks = ClusterPublisher.create();

  /** In memory; what it lacks is told, and clients find its services where it says. */
  private record Path(String name, String lack, MemoryDataPath memory, boolean standsIn)
      implements DataPath {

    static Path of(String name, String lack) {
      return new Path(name, lack, new MemoryDataPath(), name.equals("userspace"));
    }

    @Override
    public Capabilities probe() {
      return lack.isEmpty() ? memory.probe() : new Capabilities(false, lack, Set.of(), false);
    }

    @Override
    public CompletionStage<ApplyReport> apply(VipTable table) {
      return memory.apply(table).thenApply(this::where);
    }

    private ApplyReport where(ApplyReport report) {
      if (!standsIn) {
        return report;
      }
      Map<VipTable.Frontend, Outcome> services = new HashMap<>();
      report
          .services()
          .keySet()
          .forEach(
              one ->
                  services.put(
                      one, Outcome.serving(new HostPort(STAND_IN, one.endpoint().port()))));
      return new ApplyReport(report.table(), services);
    }

    @Override
    public Subscription observe(TrafficObserver observer) {
      return memory.observe(observer);
    }

    @Override
    public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
      return memory.stop(leaveInPlace, grace);
    }
  }

  private static DataPathChoice.Builder machine(String socket, String nftables) {
    return DataPathChoice.builder()
        .routes(false) // those are of the machine, which a test leaves alone
        .offer("socket", runtime -> Path.of("socket", socket))
        .offer("nftables", runtime -> Path.of("nftables", nftables))
        .offer("ipvs", runtime -> Path.of("ipvs", "no ip_vs"))
        .offer("userspace", runtime -> Path.of("userspace", ""));
  }

  private VipLoadBalancer started(DataPathChoice choice) {
    VipLoadBalancer vips =
        VipLoadBalancer.builder(net)
            .cluster(tasks)
            .store(LocalStore.of(new NodeId(new UUID(0, 1)), time, new RecordingMetrics()))
            .dataPath(choice)
            .build();
    CompletableFuture<Void> start = vips.start().toCompletableFuture();
    time.runReady();
    start.join();
    tasks.put(AGENT);
    tasks.put(MARATHON);
    tasks.put(onHost("web", AGENT, 31000, "/nginx:80"));
    time.advance(Duration.ofMillis(200));
    return vips;
  }

  private static IpAddress address(VipLoadBalancer vips) {
    return requireNonNull(
        requireNonNull(vips.directory().snapshot().byName().get("nginx.marathon")).ipv4());
  }

  @Test
  void theBestIsTakenAndTheRestIsExplained() {
    DataPathChoice choice = machine("bpf: EPERM", "").build();
    VipLoadBalancer vips = started(choice);

    DataPathStatus status = vips.inspect().dataPath();

    assertThat(choice.name()).isEqualTo("nftables");
    assertThat(status.name()).isEqualTo("nftables");
    assertThat(status.considered())
        .extracting(Considered::name, Considered::fate)
        .containsExactly(
            tuple("socket-nftables", Fate.UNUSABLE),
            tuple("nftables", Fate.CARRIES),
            tuple("ipvs", Fate.SPARE),
            tuple("userspace", Fate.SPARE));
    assertThat(document(vips))
        .contains("\"name\":\"nftables\"")
        .contains(
            "{\"name\":\"socket-nftables\",\"fate\":\"unusable\",\"reason\":\"socket: bpf: EPERM");
  }

  private String document(VipLoadBalancer vips) {
    var answer =
        new LbApi(vips.inspect(), time, "")
            .handle(
                new HttpRequest("GET", "/v1/lb/datapath", Map.of(), Map.of(), Bytes.EMPTY, "local"))
            .toCompletableFuture();
    time.runReady();
    return answer.join().body().toUtf8();
  }

  @Test
  void namesFollowASwitchAtOnce() {
    DataPathChoice choice = machine("", "").preferred(List.of("userspace")).build();
    VipLoadBalancer vips = started(choice);
    assertThat(address(vips)).isEqualTo(STAND_IN);

    var switched = choice.switchTo("nftables", GRACE).toCompletableFuture();
    time.runReady();

    assertThat(switched.join().from()).isEqualTo("userspace");
    assertThat(address(vips)).isEqualTo(IpAddress.parse("11.127.55.81"));
    assertThat(vips.inspect().dataPath().name()).isEqualTo("nftables");
    assertThat(requireNonNull(vips.inspect().dataPath().probe()).detail())
        .isEqualTo("remembers tables");
  }

  @Test
  void aPathThatWasAskedForAndDoesNotWorkKeepsTheNodeFromStarting() {
    DataPathChoice choice =
        machine("", "add table: EPERM (run as root)").preferred(List.of("nftables")).build();
    VipLoadBalancer vips =
        VipLoadBalancer.builder(net)
            .store(LocalStore.of(new NodeId(new UUID(0, 1)), time, new RecordingMetrics()))
            .dataPath(choice)
            .build();
    CompletableFuture<Void> start = vips.start().toCompletableFuture();
    time.runReady();
    assertThatThrownBy(start::join)
        .isInstanceOf(CompletionException.class)
        .hasRootCauseInstanceOf(DcosNetException.class)
        .hasMessageContaining("nftables: add table: EPERM (run as root)");
  }

  @Test
  void isForOneLoadBalancerAndSaysWhatItIsNotOffered() {
    DataPathChoice choice = machine("", "").build();
    assertThatThrownBy(() -> choice.switchTo("nftables", GRACE))
        .isInstanceOf(IllegalStateException.class);
    assertThat(choice.considered()).isEmpty();
    assertThat(choice.name()).isEqualTo("auto");
    choice.create(net);
    assertThatThrownBy(() -> choice.create(net)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> DataPathChoice.builder().offer("a-b", DataPaths.memory()))
        .isInstanceOf(IllegalArgumentException.class);
    DataPathChoice wrong = DataPathChoice.builder().preferred(List.of("pigeon")).build();
    assertThatThrownBy(() -> wrong.create(net))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pigeon");
  }
}
