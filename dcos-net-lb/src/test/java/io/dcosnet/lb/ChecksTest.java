// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.check.CheckRules;
import io.dcosnet.lb.check.Probe.Outcome;
import io.dcosnet.lb.check.Probe.Result;
import io.dcosnet.lb.exchange.Verdicts;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.Check;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.testkit.FakeStores;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Six nodes of which three try the one back end. */
class ChecksTest {

  private static final VipKey KEY = VipKey.named(Protocol.TCP, "web.marathon", 80);
  private static final HostPort ENDPOINT = HostPort.parse("192.0.2.1:31000");
  private static final Place WEB = new Place(KEY, ENDPOINT);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final FakeStores stores = new FakeStores(time, new Random(1));
  private final List<Checks> nodes = new ArrayList<>();
  private final List<Set<Place>> told = new ArrayList<>();
  private final int[] tries = new int[6];
  private final Set<NodeId> live = new TreeSet<>();
  private final Set<Integer> seeingItBad = new TreeSet<>();

  @BeforeEach
  void sixNodesFollow() {
    for (int i = 0; i < 6; i++) {
      int number = i;
      live.add(id(i));
      Checks node =
          new Checks(
              CheckRules.DEFAULTS,
              (subject, timeout) -> {
                tries[number]++;
                Result result = seeingItBad.contains(number) ? Result.BAD : Result.GOOD;
                return CompletableFuture.completedStage(new Outcome(result, ""));
              },
              stores.node(id(i)),
              () -> live,
              time,
              new Random(i),
              new LbMetrics(metrics),
              places -> {
                if (number == 0) {
                  told.add(places);
                }
              });
      nodes.add(node);
      node.open();
    }
    follow(table(Check.TCP, Backend.State.UP));
    time.advance(MINUTE);
    assertThat(checking()).hasSize(3);
  }

  @Test
  void takesABackEndForDownWhenMostOfThoseThatTryItSaySo() {
    List<Integer> checkers = List.copyOf(checking());
    seeingItBad.add(checkers.get(0));
    time.advance(MINUTE);
    assertThat(nodes).noneMatch(node -> node.isDown(WEB));
    seeingItBad.add(checkers.get(1));
    time.advance(MINUTE);
    assertThat(nodes).allMatch(node -> node.isDown(WEB));
    assertThat(told).containsExactly(Set.of(WEB));
    assertThat(metrics.gauge("dcosnet.lb.checked.down")).isEqualTo(1);
    follow(table(Check.TCP, Backend.State.DRAINING)); // as it is out now
    seeingItBad.clear();
    time.advance(MINUTE);
    assertThat(nodes).noneMatch(node -> node.isDown(WEB));
    assertThat(told).hasSize(2);
    time.advance(MINUTE);
    assertThat(stores.node(id(0)).view("lb/checked/")).isEmpty();
  }

  @Test
  void doesNotHeedNodesThatAreNotToTryIt() {
    for (int i = 0; i < 6; i++) {
      if (!checking().contains(i)) {
        Verdicts stranger =
            new Verdicts(
                Verdicts.CHECKED,
                stores.node(id(i)),
                time,
                new LbMetrics(new RecordingMetrics()),
                places -> {});
        stranger.open();
        stranger.say(WEB, false);
      }
    }
    time.advance(MINUTE);
    assertThat(stores.node(id(0)).view("lb/checked/")).hasSize(3);
    assertThat(nodes).noneMatch(node -> node.isDown(WEB));
  }

  @Test
  void letsOthersTakeOverFromWhoDies() {
    List<Integer> checkers = List.copyOf(checking());
    seeingItBad.addAll(List.of(0, 1, 2, 3, 4, 5));
    live.remove(id(checkers.get(0)));
    live.remove(id(checkers.get(1)));
    nodes.get(checkers.get(0)).close();
    nodes.get(checkers.get(1)).close();
    follow(table(Check.TCP, Backend.State.UP));
    time.advance(MINUTE);
    assertThat(checking()).hasSize(5);
    assertThat(stores.node(id(0)).view("lb/checked/")).hasSize(3);
  }

  @Test
  void triesNothingThatNobodyAskedForAndForgetsWhatItFound() {
    seeingItBad.addAll(List.of(0, 1, 2, 3, 4, 5));
    time.advance(MINUTE);
    assertThat(nodes).allMatch(node -> node.isDown(WEB));
    follow(table(Check.NONE, Backend.State.UP));
    time.advance(Duration.ofSeconds(2));
    int[] before = tries.clone();
    time.advance(MINUTE);
    assertThat(tries).isEqualTo(before);
    assertThat(nodes).noneMatch(node -> node.isDown(WEB));
  }

  @Test
  void leavesAloneWhatDrainsForAnotherReason() {
    follow(table(Check.TCP, Backend.State.DRAINING));
    int[] before = tries.clone();
    time.advance(MINUTE);
    assertThat(tries).isEqualTo(before);
  }

  private void follow(VipTable table) {
    nodes.forEach(node -> node.follow(table));
    time.runReady();
  }

  private Set<Integer> checking() {
    Set<Integer> checking = new TreeSet<>();
    for (int i = 0; i < tries.length; i++) {
      if (tries[i] > 0) {
        checking.add(i);
      }
    }
    return checking;
  }

  private static VipTable table(Check check, Backend.State state) {
    Target target = new Target(ENDPOINT, state, state == Backend.State.UP ? 1 : 0, Target.NEVER);
    Frontend frontend = new Frontend(Protocol.TCP, HostPort.parse("198.51.100.1:80"));
    return VipTable.of(
        List.of(new Service(KEY, frontend, ServiceOptions.DEFAULTS.with(check), List.of(target))));
  }

  private static NodeId id(int number) {
    return new NodeId(new UUID(0, number + 1));
  }
}
