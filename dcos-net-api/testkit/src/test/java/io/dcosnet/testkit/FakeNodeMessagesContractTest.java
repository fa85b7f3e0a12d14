// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.NodeMessages;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;

class FakeNodeMessagesContractTest extends NodeMessagesContract {

  private final VirtualTime time = new VirtualTime();
  private final FakeNetwork network = new FakeNetwork(time, new SplittableRandom(1));
  private final List<NodeId> ids = List.of(new NodeId(new UUID(0, 1)), new NodeId(new UUID(0, 2)));

  @BeforeEach
  void createNodes() {
    ids.forEach(network::node);
    network.delay(Duration.ofMillis(1), Duration.ofMillis(50));
  }

  @Override
  protected NodeMessages messages(int node) {
    return network.node(ids.get(node));
  }

  @Override
  protected NodeId id(int node) {
    return ids.get(node);
  }

  @Override
  protected void cutOffSecond() {
    network.down(ids.get(1), true);
  }

  @Override
  protected void settle() {
    time.advance(Duration.ofSeconds(10));
  }
}
