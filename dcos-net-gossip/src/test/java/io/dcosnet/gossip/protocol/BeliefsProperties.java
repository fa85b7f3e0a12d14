// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.wire.Fact;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Facts have a total order, and a table is the greatest that was heard, in whatever order. */
class BeliefsProperties {

  @Property
  void theOrderOfFactsIsTotal(
      @ForAll("facts") Fact a, @ForAll("facts") Fact b, @ForAll("facts") Fact c) {
    assertThat(Integer.signum(compare(a, b))).isEqualTo(-Integer.signum(compare(b, a)));
    if (compare(a, b) <= 0 && compare(b, c) <= 0) {
      assertThat(compare(a, c)).isLessThanOrEqualTo(0);
    }
    assertThat(compare(a, b) == 0)
        .isEqualTo(
            a.epoch() == b.epoch() && a.incarnation() == b.incarnation() && a.state() == b.state());
  }

  /** Members are known, so no fact is put off: then order and repetition do not matter. */
  @Property(tries = 200)
  void tablesThatHeardTheSameAreTheSame(@ForAll("manyFacts") List<Fact> facts, @ForAll long seed) {
    List<Fact> shuffled = new ArrayList<>(facts);
    shuffled.addAll(facts.subList(0, facts.size() / 2));
    Collections.shuffle(shuffled, new Random(seed));

    OneNode first = heard(facts);
    OneNode second = heard(shuffled);

    assertThat(second.node.table.digest()).isEqualTo(first.node.table.digest());
    for (int number = 1; number <= 4; number++) {
      MemberRecord one = first.member(number);
      MemberRecord other = second.member(number);
      assertThat(other.state()).isEqualTo(one.state());
      assertThat(other.epoch()).isEqualTo(one.epoch());
      assertThat(other.incarnation()).isEqualTo(one.incarnation());
    }
  }

  @Property(tries = 200)
  void whatIsKnownOnlyGrows(@ForAll("manyFacts") List<Fact> facts) {
    OneNode one = heard(List.of());
    for (Fact fact : facts) {
      MemberRecord before = one.node.table.find(fact.node());
      one.hear(9, fact);
      MemberRecord after = one.node.table.find(fact.node());
      assertThat(before).isNotNull();
      assertThat(after).isNotNull();
      assertThat(
              Fact.compare(
                  after.epoch(),
                  after.incarnation(),
                  after.state(),
                  before.epoch(),
                  before.incarnation(),
                  before.state()))
          .isGreaterThanOrEqualTo(0);
    }
  }

  @Property(tries = 200)
  void listenersHearNoStateTwiceInARowUnlessSomethingElseChanged(
      @ForAll("manyFacts") List<Fact> facts) {
    OneNode one = heard(facts);

    Map<Object, MemberChanged> last = new HashMap<>();
    for (MemberChanged event : one.host.events(MemberChanged.class)) {
      MemberChanged before = last.put(event.id(), event);
      @Nullable State expected = before == null ? null : before.after();
      assertThat(event.before()).isEqualTo(expected);
      if (before != null && before.after() == event.after()) {
        assertThat(
                event.profile().equals(before.profile())
                    && event.accusations().equals(before.accusations()))
            .as("%s after %s", event, before)
            .isFalse();
      }
    }
  }

  private static OneNode heard(List<Fact> facts) {
    OneNode one = new OneNode();
    for (int number = 1; number <= 4; number++) {
      one.hear(9, OneNode.alive(number, 1, 0));
    }
    facts.forEach(fact -> one.hear(9, fact));
    return one;
  }

  private static int compare(Fact a, Fact b) {
    return Fact.compare(
        a.epoch(), a.incarnation(), a.state(), b.epoch(), b.incarnation(), b.state());
  }

  @Provide
  Arbitrary<List<Fact>> manyFacts() {
    return facts().list().ofMaxSize(60);
  }

  @Provide
  Arbitrary<Fact> facts() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 4),
            Arbitraries.longs().between(1, 3),
            Arbitraries.longs().between(0, 3),
            Arbitraries.of(State.class),
            Arbitraries.integers().between(1, 4),
            Arbitraries.of(Grade.class))
        .as(BeliefsProperties::fact);
  }

  private static Fact fact(
      int number, long epoch, long incarnation, State state, int accuser, Grade grade) {
    return switch (state) {
      case ALIVE -> OneNode.alive(number, epoch, incarnation);
      case SUSPECT ->
          new Fact.Suspect(
              ScriptedHost.id(number), epoch, incarnation, ScriptedHost.id(accuser), grade);
      case DEAD ->
          new Fact.Dead(
              ScriptedHost.id(number), epoch, incarnation, ScriptedHost.id(accuser), grade);
      case LEFT -> new Fact.Left(ScriptedHost.id(number), epoch, incarnation);
    };
  }
}
