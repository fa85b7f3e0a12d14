// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.ports;
import static io.dcosnet.lb.vip.VipTasks.running;
import static io.dcosnet.lb.vip.VipTasks.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Locality;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VipOptionsTest {

  private static final NodeId ONE = new NodeId(new UUID(0, 1));
  private static final NodeId TWO = new NodeId(new UUID(0, 2));

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net = NetRuntime.builder().scheduler(time).metrics(metrics).build();
  private final ClusterPublisher tasks = ClusterPublisher.create();
  private final LocalStore store = LocalStore.of(ONE, time, metrics);
  private final Agent first = agent("A1", "192.0.2.1", "a");
  private final Agent second = agent("A2", "192.0.2.2", "b");

  @AfterEach
  void close() {
    net.close();
  }

  private static Agent agent(String id, String address, String zone) {
    return new Agent(id, id, List.of(IpAddress.parse(address)), 5051, true, Map.of(), "eu", zone);
  }

  private VipLoadBalancer started(VipLoadBalancer.Builder builder) {
    VipLoadBalancer vips = builder.build();
    vips.start();
    time.runReady();
    return vips;
  }

  private VipLoadBalancer.Builder on(Agent agent, LocalStore over) {
    return VipLoadBalancer.builder(net)
        .cluster(tasks)
        .store(over)
        .nodeAddress(agent.addresses().get(0))
        .dataPath(DataPaths.memory());
  }

  private void run(String name, Agent agent, Map<String, String> options) {
    Labels labels = Labels.NONE.with("VIP_0", "/web:80");
    for (Map.Entry<String, String> option : options.entrySet()) {
      labels = labels.with(option.getKey(), option.getValue());
    }
    tasks.put(
        task(name)
            .runningOn(agent)
            .discovery(ports(new Discovery.Port(31000, "", "tcp", labels)))
            .status(running(null, agent.addresses().get(0).toString()))
            .build());
  }

  private void cluster() {
    tasks.put(MARATHON);
    tasks.put(first);
    tasks.put(second);
  }

  private static Service only(VipLoadBalancer vips) {
    assertThat(vips.table().services()).hasSize(1);
    return vips.table().services().values().iterator().next();
  }

  private static List<String> weights(VipLoadBalancer vips) {
    return only(vips).targets().stream().map(t -> t.endpoint() + " " + t.weight()).toList();
  }

  @Test
  void bringsTheOptionsOfLabelsToEveryNode() {
    VipLoadBalancer one = started(on(first, store));
    VipLoadBalancer two = started(on(second, store.forNode(TWO)));
    cluster();
    run("a", first, Map.of("VIP_POLICY_0", "maglev", "VIP_AFFINITY_0", "60"));
    time.runReady();
    assertThat(only(one).options().policy()).isEqualTo(Policy.MAGLEV);
    assertThat(only(two).options()).isEqualTo(only(one).options());
    assertThat(only(two).options().affinity()).hasSeconds(60);
  }

  @Test
  void tellsOfOptionsThatDoNotCount() {
    VipLoadBalancer one = started(on(first, store));
    VipLoadBalancer two = started(on(second, store.forNode(TWO)));
    cluster();
    run("a", first, Map.of("VIP_POLICY_0", "maglev", "VIP_PROXY_0", "v9"));
    run("b", second, Map.of("VIP_POLICY_0", "random"));
    time.runReady();
    assertThat(only(one).options().policy()).isEqualTo(Policy.MAGLEV);
    assertThat(only(two).options()).isEqualTo(only(one).options());
    assertThat(one.rejections())
        .extracting(Rejection::code)
        .containsExactlyInAnyOrder("VIP_BAD_OPTION", "VIP_OPTION_CONFLICT");
    assertThat(metrics.count("dcosnet.lb.rejected", "reason", "VIP_BAD_OPTION")).isEqualTo(1);
  }

  @Test
  void prefersTheOwnNodeWithAWordOfTheHost() {
    ServiceOptions near = ServiceOptions.DEFAULTS.with(Locality.PREFER_NODE);
    VipLoadBalancer one = started(on(first, store).defaults(near));
    VipLoadBalancer two = started(on(second, store.forNode(TWO)).defaults(near));
    cluster();
    run("a", first, Map.of());
    run("b", second, Map.of());
    time.runReady();
    assertThat(weights(one)).containsExactly("192.0.2.1:31000 1", "192.0.2.2:31000 0");
    assertThat(weights(two)).containsExactly("192.0.2.1:31000 0", "192.0.2.2:31000 1");
    tasks.remove(task("a").build().key());
    time.advance(Duration.ofMillis(200));
    assertThat(weights(one)).contains("192.0.2.2:31000 1");
  }

  @Test
  void learnsTheOwnZoneFromTheAgentAndFollowsIt() {
    VipLoadBalancer one = started(on(first, store));
    started(on(second, store.forNode(TWO)));
    cluster();
    run("a", first, Map.of("VIP_LOCALITY_0", "prefer-zone"));
    run("b", second, Map.of("VIP_LOCALITY_0", "prefer-zone"));
    time.runReady();
    assertThat(weights(one)).containsExactly("192.0.2.1:31000 1", "192.0.2.2:31000 0");
    tasks.put(agent("A1", "192.0.2.1", "b"));
    time.advance(Duration.ofMillis(200));
    assertThat(weights(one)).containsExactly("192.0.2.1:31000 1", "192.0.2.2:31000 1");
  }

  @Test
  void believesTheHostOnItsZone() {
    VipLoadBalancer one = started(on(first, store).zone("eu/b"));
    started(on(second, store.forNode(TWO)));
    cluster();
    run("a", first, Map.of("VIP_LOCALITY_0", "prefer-zone"));
    run("b", second, Map.of("VIP_LOCALITY_0", "prefer-zone"));
    time.runReady();
    assertThat(weights(one)).containsExactly("192.0.2.1:31000 0", "192.0.2.2:31000 1");
  }
}
