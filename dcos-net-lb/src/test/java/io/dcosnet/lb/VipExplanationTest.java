// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static io.dcosnet.lb.vip.VipTasks.AGENT;
import static io.dcosnet.lb.vip.VipTasks.MARATHON;
import static io.dcosnet.lb.vip.VipTasks.onHost;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipExplanation.Chance;
import io.dcosnet.lb.VipExplanation.Elsewhere;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.MemoryDataPath;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Locality;
import io.dcosnet.lb.vip.VipChange;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.FakeNetwork;
import io.dcosnet.testkit.FakeStores;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Three nodes: the first one publishes all tasks, all of them serve. */
class VipExplanationTest {

  private static final NodeId ONE = node(1);
  private static final NodeId TWO = node(2);
  private static final NodeId THREE = node(3);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final VipKey NGINX = VipKey.named(Protocol.TCP, "nginx.marathon", 80);
  private static final Task WEB = onHost("web", AGENT, 31000, "/nginx:80");

  private final VirtualTime time = new VirtualTime();
  private final NetRuntime net =
      NetRuntime.builder()
          .scheduler(time)
          .metrics(new RecordingMetrics())
          .random(new Random(1))
          .build();
  private final FakeStores stores = new FakeStores(time, new Random(2));
  private final FakeNetwork network = new FakeNetwork(time, new Random(3));
  private final ClusterPublisher tasks = ClusterPublisher.create();
  private final VipLoadBalancer one = started(on(ONE).cluster(tasks));
  private final VipLoadBalancer two = started(on(TWO));

  private static NodeId node(int number) {
    return new NodeId(new UUID(0, number));
  }

  private VipLoadBalancer.Builder on(NodeId id) {
    return VipLoadBalancer.builder(net)
        .store(stores.node(id))
        .messages(network.node(id))
        .dataPath(DataPaths.memory());
  }

  private VipLoadBalancer started(VipLoadBalancer.Builder builder) {
    VipLoadBalancer vips = builder.build();
    CompletableFuture<Void> start = vips.start().toCompletableFuture();
    time.advance(Duration.ofMillis(10));
    assertThat(start).isCompleted();
    return vips;
  }

  private void run(Task... all) {
    tasks.put(AGENT);
    tasks.put(MARATHON);
    for (Task task : all) {
      tasks.put(task);
    }
    time.advance(SECOND);
  }

  private VipExplanation explain(VipLoadBalancer vips, VipKey key) {
    CompletableFuture<VipExplanation> asked = vips.inspect().explain(key).toCompletableFuture();
    time.advance(Duration.ofSeconds(2));
    assertThat(asked).isCompleted();
    return asked.join();
  }

  @Test
  void followsAVipFromTheLabelToTheDataPath() {
    run(WEB);
    VipExplanation explained = explain(one, NGINX);
    assertThat(explained.works()).isTrue();
    assertThat(explained.verdict())
        .isEqualTo("serving at 11.127.55.81:80: 1 of 1 back ends get new connections");
    assertThat(explained.fqdn()).isEqualTo("nginx.marathon.l4lb.thisdcos.directory");
    assertThat(explained.published()).extracting(p -> p.task().taskId()).containsExactly("web");
    assertThat(explained.told()).extracting(t -> t.writer()).containsExactly(ONE);
    assertThat(explained.naming().get(0).claimants()).containsExactly(ONE);
    assertThat(explained.advice()).isEmpty();
    assertThat(explained.toText().lines())
        .anyMatch(line -> line.equals("tcp nginx.marathon:80 (" + explained.fqdn() + ")"))
        .anyMatch(
            line -> line.equals("  task     web: 10.0.0.243:31000 up weight 1 on node 10.0.0.243"))
        .anyMatch(line -> line.startsWith("  told     10.0.0.243:31000 up weight 1 on node "))
        .anyMatch(line -> line.startsWith("  address  11.127.55.81, claimed since 2026-01-01T"))
        .anyMatch(line -> line.startsWith("  service  tcp 11.127.55.81:80 serving, "))
        .anyMatch(line -> line.equals("  target   10.0.0.243:31000 up weight 1"))
        .anyMatch(line -> line.matches("  change   .* as back end written by .*"))
        .noneMatch(line -> line.startsWith("  try"));
    assertThat(explained.toJson().toUtf8())
        .startsWith("{\"protocol\":\"tcp\",\"name\":\"nginx.marathon\",\"address\":null,")
        .contains("\"works\":true")
        .contains("\"task\":\"web\"")
        .contains("\"tableWeight\":1,\"nearWeight\":1,\"effectiveWeight\":1")
        .endsWith("\"advice\":[]}");
  }

  @Test
  void tellsWhenOtherNodesHadTheLastChange() {
    stores.delay(Duration.ofMillis(40), Duration.ofMillis(40));
    run(WEB);
    VipExplanation explained = explain(one, NGINX);
    assertThat(explained.elsewhere()).extracting(Elsewhere::node).containsExactly(TWO);
    Elsewhere other = explained.elsewhere().get(0);
    VipChange here = explained.changes().get(explained.changes().size() - 1);
    VipChange there = other.changes().get(other.changes().size() - 1);
    assertThat(there.what()).isEqualTo(here.what());
    assertThat(there.appliedMillis() - here.appliedMillis()).isEqualTo(40);
    assertThat(explained.toText()).contains("  node     2026-").contains("" + TWO);
  }

  @Test
  void tellsWhichNodesDidNotAnswer() {
    VipLoadBalancer three = started(on(THREE));
    run(WEB);
    network.down(THREE, true);
    VipExplanation explained = explain(one, NGINX);
    assertThat(explained.elsewhere()).extracting(Elsewhere::node).containsExactly(TWO, THREE);
    assertThat(explained.elsewhere().get(0).problem()).isEmpty();
    assertThat(explained.elsewhere().get(1).problem()).isNotEmpty();
    assertThat(explained.advice()).anyMatch(line -> line.startsWith("node " + THREE));
    assertThat(explained.works()).isTrue();
    assertThat(three.state()).isNotNull();
  }

  @Test
  void doesNotPromiseConnectionsWhereNobodyListens() {
    MemoryDataPath path = new MemoryDataPath();
    path.refuse(
        new Frontend(Protocol.TCP, HostPort.parse("11.127.55.81:80")),
        ApplyReport.State.BIND_FAILED,
        "somebody else listens there");
    VipLoadBalancer three = started(on(THREE).dataPath(anyNet -> path));
    run(WEB);
    VipExplanation explained = explain(three, NGINX);
    assertThat(explained.works()).isFalse();
    assertThat(explained.verdict())
        .isEqualTo("bind-failed at 11.127.55.81:80: not served on this node");
  }

  @Test
  void saysThatAllIsDrained() {
    run(WEB);
    CompletableFuture<DrainReport> drain = two.drain(WEB.key()).toCompletableFuture();
    time.advance(SECOND);
    assertThat(drain).isCompleted();
    VipExplanation explained = explain(two, NGINX);
    assertThat(explained.works()).isFalse();
    assertThat(explained.told().get(0).drained()).isTrue();
    assertThat(explained.advice())
        .containsExactly("all back ends are drained: undrain one, or start another");
    assertThat(explained.verdict()).endsWith("0 of 1 back ends get new connections");
  }

  @Test
  void pointsToAVipThatMayBeMeant() {
    run(WEB);
    VipExplanation port = explain(one, VipKey.named(Protocol.TCP, "nginx.marathon", 8080));
    assertThat(port.verdict()).startsWith("no node tells of a back end");
    assertThat(port.advice()).first().asString().contains("[tcp nginx.marathon:80]");
    VipExplanation framework = explain(one, VipKey.named(Protocol.TCP, "nginx.metronome", 80));
    assertThat(framework.advice()).first().asString().contains("[tcp nginx.marathon:80]");
    VipExplanation unknown = explain(one, VipKey.named(Protocol.TCP, "other.marathon", 80));
    assertThat(unknown.advice()).first().asString().contains("a VIP label for it");
  }

  @Test
  void pointsToTheLabelThatWasLeftOut() {
    run(onHost("bad", AGENT, 31000, "/shop:99999"));
    VipExplanation explained = explain(one, VipKey.named(Protocol.TCP, "shop.marathon", 99));
    assertThat(explained.refused()).extracting(r -> r.code()).containsExactly("VIP_BAD_PORT");
    assertThat(explained.advice()).contains("mend the labels that are left out above");
    assertThat(explained.toText()).contains("  left out label bad VIP_0: VIP_BAD_PORT");
  }

  @Test
  void listsNoLabelsThatMeanOtherVips() {
    run(
        WEB,
        onHost("bad", AGENT, 31000, "/shop:99999"),
        onHost("worse", AGENT, 31001, "/web-port:x"),
        onHost("big", AGENT, 31002, "/Port:1x"));
    VipExplanation unknown = explain(one, VipKey.named(Protocol.TCP, "port.marathon", 80));
    assertThat(unknown.refused()).extracting(r -> r.subject()).containsExactly("big VIP_0");
    VipExplanation letter = explain(one, VipKey.named(Protocol.TCP, "o.marathon", 80));
    assertThat(letter.refused()).isEmpty();
  }

  @Test
  void showsWhatNearnessMakesOfWeights() {
    VipLoadBalancer near =
        started(
            on(THREE)
                .nodeAddress(IpAddress.parse("10.0.0.2"))
                .defaults(ServiceOptions.DEFAULTS.with(Locality.STRICT_NODE)));
    run(WEB);
    VipExplanation explained = explain(near, NGINX);
    Chance chance = explained.serving().get(0).chances().get(0);
    assertThat(chance.table()).isEqualTo(1);
    assertThat(chance.near()).isZero();
    assertThat(explained.toText()).contains("weight 1 → 0 by nearness");
    assertThat(explained.advice()).anyMatch(line -> line.contains("wants none from elsewhere"));
  }

  @Test
  void explainsAVipThatIsOnItsWayOut() {
    run(WEB);
    tasks.remove(WEB.key());
    time.advance(SECOND);
    VipExplanation explained = explain(one, NGINX);
    assertThat(explained.verdict()).startsWith("its last back end is gone");
    assertThat(explained.changes()).isNotEmpty();
  }

  @Test
  void showsForeignTextWithoutWhatMovesACursor() {
    Task odd = onHost("web\u001b[2J", AGENT, 31000, "/nginx:80");
    run(odd);
    VipExplanation explained = explain(one, NGINX);
    assertThat(explained.toText()).contains("web?[2J").doesNotContain("\u001b");
    assertThat(List.of(explained.toJson().toUtf8())).noneMatch(json -> json.contains("\u001b"));
  }

  @Test
  void answersWhenNodesCannotTalk() {
    VipLoadBalancer alone =
        started(
            VipLoadBalancer.builder(net).store(stores.node(THREE)).dataPath(DataPaths.memory()));
    run(WEB);
    assertThat(explain(alone, NGINX).elsewhere()).isEmpty();
  }
}
