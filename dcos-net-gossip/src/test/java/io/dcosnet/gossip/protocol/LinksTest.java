// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.wire.BodyWriter;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.KeepAlive;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Links that strangers open by hand; the node closes those that it does not want. */
class LinksTest {

  private static final String CLOSED = "dcosnet.gossip.link.closed";

  private final StreamNetwork network = new StreamNetwork(StreamNetwork.quiet());
  private final StreamNode node = network.node();
  private int links = 1000;

  LinksTest() {
    node.start();
  }

  private int accept(String source) {
    int link = links++;
    node.core().accepted(link, new LinkPeer(77, 1, HostPort.parse(source)));
    return link;
  }

  private void frame(int link, Message message) {
    BodyWriter body = new BodyWriter(1400);
    assertThat(body.add(message)).isTrue();
    node.core().frame(link, body.octets(), 0, body.length());
  }

  @Test
  void oneSourceMayHaveEightLinksOpen() {
    for (int i = 0; i < 9; i++) {
      accept("192.0.2.1:" + (5000 + i));
    }
    assertThat(node.closed).hasSize(1);

    accept("192.0.2.2:5000");
    assertThat(node.closed).hasSize(1);
    assertThat(node.metrics.count(CLOSED, "reason", "limit")).isEqualTo(1);
  }

  @Test
  void ourOwnMachineMayHaveMore() {
    for (int i = 0; i < 20; i++) {
      accept("127.0.0.1:" + (5000 + i));
    }
    assertThat(node.closed).isEmpty();
  }

  @Test
  void allSourcesTogetherMayHaveSixtyFour() {
    for (int i = 0; i < 70; i++) {
      accept("192.0.2." + (1 + i) + ":5000");
    }
    assertThat(node.closed).hasSize(6);
  }

  @Test
  void aLinkThatEndsMakesRoomForAnother() {
    int first = accept("192.0.2.1:5000");
    for (int i = 1; i < 8; i++) {
      accept("192.0.2.1:" + (5000 + i));
    }

    node.core().closed(first, LinkEnd.CLOSED);
    accept("192.0.2.1:6000");

    assertThat(node.closed).isEmpty();
  }

  @Test
  void aLinkWithoutProgressIsClosed() {
    int idle = accept("192.0.2.1:5000");

    network.time.advance(Duration.ofSeconds(9));
    assertThat(node.closed).isEmpty();
    network.time.advance(Duration.ofSeconds(4));

    assertThat(node.closed).containsExactly(idle);
    assertThat(node.metrics.count(CLOSED, "reason", "timeout")).isEqualTo(1);
  }

  @Test
  void aLinkWhoseFirstMessageBeginsNothingIsClosed() {
    int odd = accept("192.0.2.1:5000");

    frame(odd, new KeepAlive(false));
    // What comes later on it is nobody's.
    frame(odd, new KeepAlive(false));

    assertThat(node.closed).containsExactly(odd);
    assertThat(node.metrics.count(CLOSED, "reason", "first")).isEqualTo(1);
  }

  @Test
  void whoSaysAnotherNameThanItProvedIsClosed() {
    int liar = accept("192.0.2.1:5000");

    frame(liar, new Message.RingHello(node.id, 1));

    assertThat(node.closed).containsExactly(liar);
    assertThat(node.metrics.count(CLOSED, "reason", "identity")).isEqualTo(1);
  }
}
