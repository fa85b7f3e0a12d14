// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.MemoryDataPath;
import io.dcosnet.lb.internal.LbMetrics;
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
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Six nodes that use one back end, or do not. */
class SuspectsTest {

  private static final VipKey KEY = VipKey.named(Protocol.TCP, "web.marathon", 80);
  private static final HostPort ENDPOINT = HostPort.parse("192.0.2.1:31000");
  private static final Frontend FRONTEND =
      new Frontend(Protocol.TCP, HostPort.parse("198.51.100.1:80"));
  private static final Place WEB = new Place(KEY, ENDPOINT);
  private static final VipTable TABLE =
      VipTable.of(List.of(new Service(KEY, FRONTEND, List.of(Target.up(ENDPOINT, 1)))));

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final FakeStores stores = new FakeStores(time, new Random(1));
  private final List<Suspects> nodes = new ArrayList<>();
  private final List<MemoryDataPath> paths = new ArrayList<>();
  private final List<Suspicion> told = new ArrayList<>();

  @BeforeEach
  void sixNodesServe() {
    for (int i = 0; i < 6; i++) {
      MemoryDataPath path = new MemoryDataPath();
      int number = i;
      Suspects node =
          new Suspects(
              stores.node(id(i)),
              time,
              () -> TABLE,
              suspicion -> {
                if (number == 0) {
                  told.add(suspicion);
                }
                throw new IllegalStateException("a listener that fails");
              },
              new LbMetrics(metrics));
      node.open(path);
      nodes.add(node);
      paths.add(path);
    }
    time.advance(Duration.ofSeconds(1));
  }

  @Test
  void suspectsWhatAThirdOfThoseThatUseItHaveEjected() {
    eject(1, 2);
    connectFrom(0, 3, 4, 5);
    time.advance(Duration.ofMillis(8900));
    assertThat(told).as("others have time to say that it works").isEmpty();
    time.advance(Duration.ofMillis(1200));
    assertThat(told).hasSize(1);
    assertThat(told.get(0).holds()).isTrue();
    assertThat(told.get(0).place()).isEqualTo(WEB);
    assertThat(told.get(0).ejectedBy()).containsExactly(id(1), id(2));
    assertThat(told.get(0).trustedBy()).containsExactly(id(0), id(3), id(4), id(5));
    assertThat(metrics.gauge("dcosnet.lb.suspects")).isEqualTo(1);
  }

  @Test
  void doesNotSuspectWhatWorksForTheOthersThatUseIt() {
    eject(1);
    connectFrom(0, 3, 4);
    time.advance(Duration.ofMinutes(1));
    assertThat(told).isEmpty();
  }

  @Test
  void leavesOutWhoDoesNotUseItAtAll() {
    eject(1);
    connectFrom(3);
    time.advance(Duration.ofMinutes(1));
    assertThat(told).hasSize(1);
    assertThat(told.get(0).trustedBy()).containsExactly(id(3));
  }

  @Test
  void saysWhenItIsOver() {
    eject(1, 2);
    connectFrom(3);
    time.advance(Duration.ofSeconds(20));
    assertThat(told).hasSize(1);
    nodes.get(1).ejected(Set.of());
    nodes.get(2).ejected(Set.of());
    time.advance(Duration.ofSeconds(2));
    assertThat(told).hasSize(2);
    assertThat(told.get(1).holds()).isFalse();
    assertThat(metrics.gauge("dcosnet.lb.suspects")).isZero();
    time.advance(Duration.ofSeconds(2));
    assertThat(stores.node(id(0)).view("lb/ejected/")).as("nobody has to say more").isEmpty();
  }

  @Test
  void suspectsNothingThatRecoversSoon() {
    eject(1, 2);
    time.advance(Duration.ofSeconds(9));
    nodes.get(1).ejected(Set.of());
    nodes.get(2).ejected(Set.of());
    time.advance(Duration.ofMinutes(1));
    assertThat(told).isEmpty();
  }

  @Test
  void saysNothingOfWhatNobodyElseEjected() {
    connectFrom(0, 1, 2, 3, 4, 5);
    time.advance(Duration.ofSeconds(5));
    assertThat(stores.node(id(0)).view("lb/ejected/")).isEmpty();
  }

  @Test
  void changesItsWordWhenItEjectsToo() {
    eject(1);
    connectFrom(3);
    eject(3);
    time.advance(Duration.ofSeconds(20));
    assertThat(told.get(0).ejectedBy()).containsExactly(id(1), id(3));
    assertThat(told.get(0).trustedBy()).isEmpty();
    nodes.get(3).ejected(Set.of());
    time.advance(Duration.ofSeconds(2));
    connectFrom(3);
    time.advance(Duration.ofSeconds(2));
    assertThat(stores.node(id(0)).view("lb/ejected/")).hasSize(2);
  }

  private void eject(int... numbers) {
    for (int number : numbers) {
      nodes.get(number).ejected(Set.of(WEB));
    }
    time.advance(Duration.ofMillis(10));
  }

  private void connectFrom(int... numbers) {
    for (int number : numbers) {
      for (int i = 0; i < 100; i++) {
        paths.get(number).traffic().connected(FRONTEND, ENDPOINT, 1000);
      }
    }
    time.advance(Duration.ofSeconds(1));
  }

  private static NodeId id(int number) {
    return new NodeId(new UUID(0, number + 1));
  }
}
