// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.OneNode.EPOCH;
import static io.dcosnet.gossip.protocol.OneNode.alive;
import static io.dcosnet.gossip.protocol.OneNode.dead;
import static io.dcosnet.gossip.protocol.OneNode.left;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent.NameConflict;
import io.dcosnet.gossip.member.GossipEvent.ViewChanged;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.member.ProtocolRange;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message.Ack;
import io.dcosnet.gossip.wire.Message.Ping;
import io.dcosnet.gossip.wire.ShortId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {

  private final OneNode one = new OneNode();

  @Test
  void aRebuiltHostGetsTheNameOfItsDeadSelfAtOnce() {
    one.others(3);
    one.hear(1, dead(2, 0, 1));
    one.hear(1, named(20, 1, "node-2"));

    assertThat(shown(20)).isEqualTo("node-2");
    one.host.time.advance(Duration.ofSeconds(2));
    assertThat(one.host.sent(Ping.class)).isEmpty();
    assertThat(one.host.events(NameConflict.class)).isEmpty();
  }

  @Test
  void aRebuiltHostGetsTheNameWhenItsOldSelfDoesNotAnswer() {
    one.others(3);
    one.hear(1, named(20, 1, "node-2"));

    one.host.time.advance(Duration.ofSeconds(3));

    assertThat(one.host.sentTo(2, Ping.class)).hasSize(1);
    assertThat(shown(20)).isEqualTo("node-2");
    assertThat(shown(2)).isEqualTo("node-2#" + ShortId.text(ScriptedHost.shortId(2)));
    assertThat(one.host.events(NameConflict.class)).isEmpty();
  }

  @Test
  void whoAnswersKeepsItsNameAndTheOtherIsShownWithItsShortId() {
    one.others(3);
    conflict();

    assertThat(shown(2)).isEqualTo("node-2");
    assertThat(shown(20)).isEqualTo("node-2#" + ShortId.text(ScriptedHost.shortId(20)));
    assertThat(one.state(20)).isEqualTo(State.ALIVE);
    assertThat(one.host.events(NameConflict.class))
        .containsExactly(new NameConflict("node-2", ScriptedHost.id(2), ScriptedHost.id(20)));

    // What is known already is not told again.
    one.hear(1, named(20, 2, "node-2"));
    one.host.time.advance(Duration.ofSeconds(3));
    assertThat(one.host.events(NameConflict.class)).hasSize(1);
  }

  @Test
  void anOwnerThatSaysSomethingNewOfItselfIsNotDoubtedAgain() {
    one.others(3);
    conflict();

    // Now it does not answer, as it is busy.
    one.hear(
        1,
        new Fact.Alive(
            ScriptedHost.id(2),
            EPOCH,
            1,
            new Profile(
                "node-2",
                List.of(ScriptedHost.address(2)),
                Bytes.copyOf(new byte[] {1}),
                ProtocolRange.OURS)));
    one.host.time.advance(Duration.ofSeconds(3));

    assertThat(shown(2)).isEqualTo("node-2");
    assertThat(shown(20)).startsWith("node-2#");
  }

  @Test
  void theNameIsFreeWhenItsOwnerGoesOrTakesAnother() {
    one.others(3);
    conflict();

    one.hear(1, left(2, 1));

    assertThat(shown(20)).isEqualTo("node-2");
    assertThat(one.host.events(ViewChanged.class))
        .hasSize(2)
        .containsOnly(new ViewChanged(ScriptedHost.id(20)));
  }

  @Test
  void whoTakesAnotherNameIsShownByIt() {
    one.others(3);
    conflict();

    one.hear(1, named(20, 2, "other"));

    assertThat(shown(20)).isEqualTo("other");
  }

  @Test
  void whoReturnsFromTheDeadToANameThatIsTakenIsToldApart() {
    one.others(3);
    one.hear(1, dead(2, 0, 1));
    one.hear(1, named(20, 1, "node-2"));

    one.hear(1, alive(2, 1));
    one.host.time.advance(Duration.ofSeconds(3));

    assertThat(List.of(shown(2), shown(20)))
        .containsExactlyInAnyOrder("node-2#" + ShortId.text(ScriptedHost.shortId(2)), "node-2");
  }

  @Test
  void ourOwnNameIsNotGivenAway() {
    one.others(3);
    one.hear(1, named(20, 1, "node-0"));

    assertThat(shown(20)).startsWith("node-0#");
    assertThat(shown(0)).isEqualTo("node-0");
  }

  /** Node 20 claims the name of node 2, which answers. */
  private void conflict() {
    one.hear(1, named(20, 1, "node-2"));
    assertThat(
            one.host.time.runUntil(
                () -> !one.host.sentTo(2, Ping.class).isEmpty(), Duration.ofSeconds(2)))
        .isTrue();
    Ping ping = one.host.sentTo(2, Ping.class).get(0);
    one.node.probing.received(
        ScriptedHost.address(2),
        ScriptedHost.shortId(2),
        new Ack(ping.sequence(), ping.sentMicros(), false, 0, 0, 0));
    one.host.time.advance(Duration.ofSeconds(2));
  }

  private String shown(int number) {
    return one.node.names.shown(one.member(number));
  }

  /** A member that started later than the others. */
  private static Fact named(int number, long incarnation, String name) {
    return new Fact.Alive(
        ScriptedHost.id(number),
        EPOCH + 1,
        incarnation,
        new Profile(name, List.of(ScriptedHost.address(number)), Bytes.EMPTY, ProtocolRange.OURS));
  }
}
