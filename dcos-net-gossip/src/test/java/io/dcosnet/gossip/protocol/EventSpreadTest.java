// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.ScriptedHost.EPOCH;
import static io.dcosnet.gossip.protocol.ScriptedHost.address;
import static io.dcosnet.gossip.protocol.ScriptedHost.alive;
import static io.dcosnet.gossip.protocol.ScriptedHost.body;
import static io.dcosnet.gossip.protocol.ScriptedHost.id;
import static io.dcosnet.gossip.protocol.ScriptedHost.shortId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.Event;
import io.dcosnet.testkit.RecordingMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventSpreadTest {

  private static final Bytes NEWS = Bytes.utf8("news");

  private final ScriptedHost host = new ScriptedHost(1);
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final GossipCore core = core(GossipSettings.lan().toBuilder().eventMemory(16).build());
  private final List<Event> heard = new ArrayList<>();

  private GossipCore core(GossipSettings settings) {
    return new GossipCore(ScriptedHost.setup(1, settings, true, metrics), host);
  }

  @BeforeEach
  void knowsAnotherNodeAndListens() {
    core.onEvent(heard::add);
    hear(alive(2));
    host.time.advance(Duration.ofSeconds(30));
    host.sent.clear();
  }

  private void hear(Message message) {
    byte[] body = body(message);
    core.received(address(2), shortId(2), body, 0, body.length);
  }

  private static Event event(int origin, long counter) {
    return new Event(id(origin), EPOCH, counter, "topic", NEWS);
  }

  @Test
  void spreadsNewsOfThisNodeAndDoesNotDeliverThemHere() {
    core.broadcast("topic", NEWS);
    core.broadcast("topic", NEWS);
    host.time.advance(Duration.ofSeconds(30));

    assertThat(host.sentTo(2, Event.class))
        .contains(event(1, 1), event(1, 2))
        .hasSize(2 * 8); // each as often as a fact of two nodes
    hear(event(1, 1));
    assertThat(heard).isEmpty();
  }

  @Test
  void deliversNewsOfOthersOnceAndPassesThemOn() {
    hear(event(3, 7));
    hear(event(3, 7));
    hear(event(3, 6));
    host.time.advance(Duration.ofSeconds(30));

    assertThat(heard).containsExactly(event(3, 7), event(3, 6));
    assertThat(host.sentTo(2, Event.class)).contains(event(3, 7), event(3, 6)).hasSize(2 * 8);
    assertThat(metrics.count("dcosnet.gossip.events", "result", "repeated")).isEqualTo(1);
  }

  @Test
  void deliversTheNewsOfALaterStart() {
    hear(event(3, 1));
    Event later = new Event(id(3), EPOCH + 1, 1, "topic", NEWS);
    hear(later);

    assertThat(heard).containsExactly(event(3, 1), later);
  }

  @Test
  void passesOnWhatThisNodeSaidBeforeARestartAndDoesNotDeliverIt() {
    Event before = new Event(id(1), EPOCH - 1, 1, "topic", NEWS);
    hear(before);
    host.time.advance(Duration.ofSeconds(30));

    assertThat(heard).isEmpty();
    assertThat(host.sentTo(2, Event.class)).contains(before);
  }

  /** Otherwise news would go round for ever once there are more of them than are remembered. */
  @Test
  void deliversNothingTwiceWhenMoreIsUnderWayThanIsRemembered() {
    for (int round = 0; round < 3; round++) {
      for (int counter = 1; counter <= 100; counter++) {
        hear(event(3, counter));
        hear(event(4, counter));
      }
    }

    assertThat(heard).hasSize(200).doesNotHaveDuplicates();
  }

  @Test
  void refusesNewsThatAreTooLong() {
    core.broadcast("t".repeat(64), Bytes.copyOf(new byte[1024]));

    assertThatThrownBy(() -> core.broadcast("t".repeat(65), NEWS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("topic: 65 octets (expected: at most 64)");
    assertThatThrownBy(() -> core.broadcast("é".repeat(33), NEWS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> core.broadcast("topic", Bytes.copyOf(new byte[1025])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("payload: 1025 octets (expected: at most 1024)");
  }

  @Test
  void refusesNewsThatFitIntoNoDatagram() {
    GossipCore small = core(GossipSettings.lan().toBuilder().maxDatagram(576).build());
    int most = 576 - 48 - 37 - 5;
    small.broadcast("topic", Bytes.copyOf(new byte[most]));

    assertThatThrownBy(() -> small.broadcast("topic", Bytes.copyOf(new byte[most + 1])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most " + most);
  }
}
