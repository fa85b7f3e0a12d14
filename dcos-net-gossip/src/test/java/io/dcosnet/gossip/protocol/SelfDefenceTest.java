// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.OneNode.EPOCH;
import static io.dcosnet.gossip.protocol.OneNode.alive;
import static io.dcosnet.gossip.protocol.OneNode.dead;
import static io.dcosnet.gossip.protocol.OneNode.left;
import static io.dcosnet.gossip.protocol.OneNode.suspect;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent.IdentityCloned;
import io.dcosnet.gossip.member.GossipEvent.NameConflict;
import io.dcosnet.gossip.wire.Fact;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SelfDefenceTest {

  private final OneNode one = new OneNode();

  @BeforeEach
  void amongOthers() {
    one.others(9);
  }

  @Test
  void anAccusationIsObjectedToTowardsTheAccuserFirst() {
    one.hear(3, suspect(0, 4, 5));

    assertThat(one.member(0).incarnation()).isEqualTo(5);
    assertThat(one.host.sentTo(3, Fact.class)).containsExactly(alive(0, 5));
    assertThat(one.node.health.score()).isEqualTo(1);
    assertThat(one.metrics.count("dcosnet.gossip.refute.self")).isEqualTo(1);
    one.host.time.advance(Duration.ofSeconds(5));
    assertThat(one.host.sent(Fact.class)).hasSize(8).containsOnly(alive(0, 5));
  }

  @Test
  void whatIsSaidOfAnEarlierLifeIsAnsweredToTheSenderOnly() {
    one.hear(3, suspect(0, EPOCH - 1, 4, 5));

    assertThat(one.host.sentTo(3, Fact.class)).containsExactly(alive(0, 0));
    one.host.time.advance(Duration.ofSeconds(5));
    assertThat(one.host.sent).hasSize(1);
    assertThat(one.node.health.score()).isZero();
  }

  @Test
  void ourOwnWordsThatComeBackAreNoNews() {
    one.hear(3, alive(0, 0));
    one.node.beliefs.announce(ScriptedHost.profile(0));
    one.hear(3, alive(0, 0));
    one.hear(3, alive(0, 1));

    assertThat(one.member(0).incarnation()).isEqualTo(1);
    assertThat(one.metrics.count("dcosnet.gossip.refute.self")).isZero();
  }

  @Test
  void goodbyeThatWeDidNotSayIsObjectedTo() {
    one.hear(3, left(0, 7));

    assertThat(one.member(0).incarnation()).isEqualTo(8);
    assertThat(one.member(0).state()).isEqualTo(State.ALIVE);
    assertThat(one.node.health.score()).as("a lie is no sign of bad health").isZero();
  }

  @Test
  void aNodeThatLeavesDoesNotObjectAnyMore() {
    Fact.Left goodbye = one.node.beliefs.sayGoodbye();
    one.hear(3, goodbye);
    one.hear(3, suspect(0, 1, 5));
    one.hear(3, dead(0, 1, 5));

    assertThat(one.member(0).state()).isEqualTo(State.LEFT);
    assertThat(one.node.rumours.isEmpty()).isFalse();
    assertThat(one.node.table.living()).isEqualTo(9);
  }

  @Test
  void aNodeThatLeavesIsNotClonedByItsNextStart() {
    NodeId id = ScriptedHost.id(0);
    Fact.Left unused = one.node.beliefs.sayGoodbye();

    one.hear(3, alive(0, EPOCH + 5, 0));

    assertThat(one.node.table.self().id()).isEqualTo(id);
    assertThat(one.member(0).state()).isEqualTo(State.LEFT);
    assertThat(one.host.events(IdentityCloned.class)).isEmpty();
  }

  @Test
  void aLiarMakesUsObjectAtMostTenTimesASecondAndTheLastWordIsOurs() {
    for (int i = 0; i < 1000; i++) {
      one.hear(3, suspect(0, i, 5));
      one.host.time.advance(Duration.ofMillis(1));
    }

    long objections = one.metrics.count("dcosnet.gossip.refute.self");
    assertThat(objections).isBetween(10L, 21L);
    one.host.time.advance(Duration.ofSeconds(1));
    assertThat(one.member(0).incarnation()).isEqualTo(1000);
  }

  @Test
  void whoMeetsItsOwnLaterLifeGoesOnUnderAnotherIdentity() {
    NodeId old = ScriptedHost.id(0);

    one.hear(3, alive(0, EPOCH + 5, 2));

    NodeId now = one.node.table.self().id();
    assertThat(now).isNotEqualTo(old);
    assertThat(one.host.events(IdentityCloned.class))
        .containsExactly(new IdentityCloned(old, EPOCH + 5));
    assertThat(one.member(0).epoch()).isEqualTo(EPOCH + 5);
    assertThat(one.told(0)).containsExactly(State.ALIVE);
    assertThat(one.host.events(NameConflict.class))
        .containsExactly(new NameConflict("node-0", now, old));
    assertThat(one.node.table.size()).isEqualTo(11);
    one.host.time.advance(Duration.ofSeconds(5));
    assertThat(one.host.sent(Fact.Alive.class))
        .anyMatch(fact -> fact.node().equals(now))
        .anyMatch(fact -> fact.node().equals(old) && fact.epoch() == EPOCH + 5)
        .noneMatch(fact -> fact.node().equals(old) && fact.epoch() == EPOCH);
  }

  @Test
  void aLiarDoesNotChaseUsFromIdentityToIdentity() {
    one.hear(3, alive(0, EPOCH + 5, 2));
    NodeId now = one.node.table.self().id();

    one.hear(3, new Fact.Alive(now, EPOCH + 9, 0, ScriptedHost.profile(0)));

    assertThat(one.node.table.self().id()).isEqualTo(now);
  }
}
