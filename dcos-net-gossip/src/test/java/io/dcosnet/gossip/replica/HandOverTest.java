// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.Member.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HandOverTest {

  private static final Duration LIMIT = Duration.ofMillis(1_500);
  private static final String FIGURE = "dcosnet.gossip.kv.handovers";

  private final ReplicaNet net = new ReplicaNet(7);
  private boolean over;

  /** Nodes without links, so that nothing but exchanges brings a write to others. */
  private ReplicaNode cluster(int nodes) {
    for (int i = 0; i < nodes; i++) {
      net.node().start();
    }
    net.time.advance(Duration.ofSeconds(10));
    net.loss = 1;
    return net.nodes.get(0);
  }

  private void leave(ReplicaNode leaver) {
    leaver.replica().handOver(LIMIT, () -> over = true);
  }

  private boolean anybodyElseHas(ReplicaNode leaver, String key) {
    return net.nodes.stream().anyMatch(node -> node != leaver && node.get(key) != null);
  }

  @Test
  void whatNobodyElseHasIsWithAnotherOneBeforeTheGoodBye() {
    ReplicaNode leaver = cluster(3);
    leaver.put("last", "word");
    assertThat(anybodyElseHas(leaver, "last")).isFalse();

    leave(leaver);
    assertThat(net.within(Duration.ofMillis(200), () -> over)).isTrue();

    assertThat(anybodyElseHas(leaver, "last")).isTrue();
    assertThat(leaver.replica().isHandedOver()).isTrue();
    assertThat(leaver.metrics.count(FIGURE, "result", "done")).isEqualTo(1);
  }

  @Test
  void whereAllIsKnownOneExchangeShowsIt() {
    ReplicaNode leaver = cluster(2);
    assertThat(net.within(Duration.ofSeconds(60), net::allAlike)).isTrue();
    int messages = net.exchanged;

    leave(leaver);
    assertThat(net.within(Duration.ofMillis(100), () -> over)).isTrue();

    assertThat(net.exchanged - messages).isEqualTo(2);
  }

  @Test
  void whatIsWrittenMeanwhileIsHandedOverAsWellAndWhatComesLaterIsRefused() {
    ReplicaNode leaver = cluster(2);
    leaver.put("before", "1");
    leave(leaver);
    leaver.put("meanwhile", "2");
    assertThat(net.within(Duration.ofMillis(300), () -> over)).isTrue();
    leaver.put("after", "3");
    leaver.delete("before");

    assertThat(anybodyElseHas(leaver, "meanwhile")).isTrue();
    assertThat(leaver.get("after")).isNull();
    assertThat(leaver.get("before")).isEqualTo("1");
    assertThat(leaver.failures)
        .hasSize(2)
        .allSatisfy(
            why ->
                assertThat(why)
                    .isInstanceOf(DcosNetException.class)
                    .hasMessageContaining("this member leaves"));
  }

  @Test
  void whoReachesNobodyGoesWhenTheTimeIsOver() {
    ReplicaNode leaver = cluster(3);
    leaver.put("last", "word");
    net.passes = (from, to) -> from == to;
    net.nodes.forEach(node -> leaver.beliefs.put(node.id, State.ALIVE));

    leave(leaver);
    net.time.advance(LIMIT.minusMillis(1));
    assertThat(over).isFalse();
    net.time.advance(Duration.ofMillis(2));

    assertThat(over).isTrue();
    assertThat(leaver.replica().isHandedOver()).isFalse();
    assertThat(leaver.metrics.count(FIGURE, "result", "given-up")).isEqualTo(1);
  }

  @Test
  void whoLeavesAsWellIsNotEnough() {
    ReplicaNode leaver = cluster(3);
    ReplicaNode other = net.nodes.get(1);
    leaver.put("last", "word");
    other.put("other", "word");
    other.replica().handOver(LIMIT, () -> {});
    leave(leaver);
    assertThat(net.within(Duration.ofSeconds(1), () -> over)).isTrue();
    assertThat(net.within(Duration.ofSeconds(1), () -> other.replica().isHandedOver())).isTrue();

    assertThat(net.nodes.get(2).get("last")).isEqualTo("word");
    assertThat(net.nodes.get(2).get("other")).isEqualTo("word");
  }

  @Test
  void anEmptyStoreIsLeftAtOnce() {
    net.onlyExchanges = true; // nobody enters itself into the register
    ReplicaNode leaver = cluster(2);
    leave(leaver);
    net.time.advance(Duration.ofMillis(1));

    assertThat(over).isTrue();
    assertThat(leaver.replica().isHandedOver()).isTrue();
  }
}
