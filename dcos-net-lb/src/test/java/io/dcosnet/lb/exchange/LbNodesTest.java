// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.testkit.FakeStores;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LbNodesTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final VirtualTime time = new VirtualTime();
  private final FakeStores stores = new FakeStores(time, new Random(1));

  private LbNodes node(int number) {
    LbNodes node =
        new LbNodes(stores.node(id(number)), time, new LbMetrics(new RecordingMetrics()), () -> {});
    node.open();
    return node;
  }

  private static NodeId id(int number) {
    return new NodeId(new UUID(0, number + 1));
  }

  @Test
  void knowsAllThatAreOneUntilTheyEnd() {
    LbNodes first = node(0);
    LbNodes second = node(1);
    time.advance(SECOND);
    assertThat(first.live()).containsExactly(id(0), id(1));
    second.close();
    time.advance(SECOND);
    assertThat(first.live()).containsExactly(id(0));
  }

  @Test
  void keepsANodeThatWroteAndDeletedTheEntryOfAnother() {
    LbNodes first = node(0);
    node(1);
    time.advance(SECOND);
    stores.node(id(1)).put("lb/nodes/" + id(7), Bytes.utf8("1"));
    time.advance(SECOND);
    stores.node(id(1)).delete("lb/nodes/" + id(7));
    time.advance(SECOND);
    assertThat(first.live()).containsExactly(id(0), id(1));
  }
}
