// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static io.dcosnet.lb.vip.VipTasks.AGENT;
import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.onHost;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.lb.datapath.MemoryDataPath;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.FakeStores;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Three nodes that carry traffic to three back ends, one of which fails for two of them. */
class SharedEjectionTest {

  private static final HostPort BAD = HostPort.parse("10.0.0.243:31000");

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net =
      NetRuntime.builder().scheduler(time).metrics(metrics).random(new Random(1)).build();
  private final FakeStores stores = new FakeStores(time, new Random(2));
  private final ClusterPublisher tasks = ClusterPublisher.create();
  private final List<MemoryDataPath> paths = new ArrayList<>();
  private final List<VipLoadBalancer> balancers = new ArrayList<>();
  private final List<Suspicion> suspicions = new ArrayList<>();

  @Test
  void tellsTheHostOfABackEndThatManyEjectedAndTakesItOutNowhereElse() {
    for (int i = 0; i < 3; i++) {
      MemoryDataPath path = new MemoryDataPath();
      paths.add(path);
      balancers.add(
          VipLoadBalancer.builder(net)
              .cluster(tasks)
              .store(stores.node(id(i)))
              .dataPath(DataPaths.of(path))
              .onSuspect(i == 0 ? suspicions::add : suspicion -> {})
              .build());
      assertThat(balancers.get(i).start()).isNotNull();
    }
    tasks.put(AGENT);
    tasks.put(MARATHON);
    for (int port = 31000; port < 31003; port++) {
      tasks.put(onHost("web-" + port, AGENT, port, "/web:80"));
    }
    time.advance(Duration.ofSeconds(1));

    fail(1);
    fail(2);
    time.advance(Duration.ofMillis(100));
    paths.get(0).traffic().connected(frontend(), BAD, 1000);
    time.advance(Duration.ofSeconds(12));
    assertThat(suspicions).hasSize(1);
    assertThat(suspicions.get(0).place().endpoint()).isEqualTo(BAD);
    assertThat(suspicions.get(0).ejectedBy()).containsExactly(id(1), id(2));
    assertThat(suspicions.get(0).trustedBy()).containsExactly(id(0));
    assertThat(weightOfBad(0)).isEqualTo(1);
    assertThat(weightOfBad(1)).isZero();
    assertThat(metrics.gauge("dcosnet.lb.suspects")).isEqualTo(1);
  }

  private void fail(int number) {
    for (int i = 0; i < 5; i++) {
      paths.get(number).traffic().failed(frontend(), BAD, Failure.REFUSED);
    }
  }

  private Frontend frontend() {
    return balancers.get(0).table().services().keySet().iterator().next();
  }

  private int weightOfBad(int number) {
    return balancers.get(number).table().services().values().stream()
        .flatMap(service -> service.targets().stream())
        .filter(target -> target.endpoint().equals(BAD))
        .mapToInt(Target::weight)
        .sum();
  }

  private static NodeId id(int number) {
    return new NodeId(new UUID(0, number + 1));
  }
}
