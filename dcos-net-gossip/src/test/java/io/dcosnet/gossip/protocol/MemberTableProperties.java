// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.settings.GossipSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The table against a plain map, under any mix of changes. */
class MemberTableProperties {

  private static final List<State> STATES = List.of(State.values());

  private static final int SELF = 0;

  @Property(tries = 200)
  void holdsWhatAMapHolds(@ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int steps) {
    Random random = new Random(seed);
    MemberTable table = table(seed);
    Map<NodeId, MemberRecord> model = new HashMap<>();
    model.put(table.self().id(), table.self());
    for (int i = 0; i < steps; i++) {
      int number = 1 + random.nextInt(60);
      switch (random.nextInt(5)) {
        case 0 -> {
          table.remove(ScriptedHost.id(number));
          model.remove(ScriptedHost.id(number));
        }
        case 1 -> table.nextToProbe();
        default -> {
          State state = STATES.get(random.nextInt(4));
          int named = random.nextInt(4) > 0 ? number : 1 + random.nextInt(60);
          MemberRecord member = member(number, named, random.nextInt(5), state);
          table.put(member);
          model.put(member.id(), member);
        }
      }
    }

    assertThat(members(table)).containsExactlyInAnyOrderElementsOf(model.values());
    for (int number = 0; number <= 61; number++) {
      NodeId id = ScriptedHost.id(number);
      assertThat(table.find(id)).isSameAs(model.get(id));
    }
    assertThat(table.digest())
        .isEqualTo(
            model.values().stream().mapToLong(MemberRecord::digest).reduce(0, (a, b) -> a ^ b));
    for (State state : State.values()) {
      assertThat(table.count(state))
          .isEqualTo((int) model.values().stream().filter(m -> m.state() == state).count());
    }
    for (MemberRecord member : model.values()) {
      List<MemberRecord> namesakes =
          model.values().stream()
              .filter(other -> other != member && other.isLiving())
              .filter(other -> other.profile().name().equals(member.profile().name()))
              .toList();
      MemberRecord found = table.livingNamesake(member);
      if (namesakes.isEmpty()) {
        assertThat(found).isNull();
      } else {
        assertThat(found).isIn(namesakes);
      }
    }
  }

  @Property(tries = 100)
  void aRoundProbesEachLivingMemberOnceAndNobodyElse(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int others) {
    MemberTable table = table(seed);
    Set<NodeId> living = new HashSet<>();
    for (int number = 1; number <= others; number++) {
      MemberRecord member = member(number, 0, STATES.get(number % 4));
      table.put(member);
      if (member.isLiving()) {
        living.add(member.id());
      }
    }

    // From the start of the table on there are whole rounds.
    for (int round = 0; round < 3; round++) {
      List<NodeId> probed = new ArrayList<>();
      for (int i = 0; i < living.size(); i++) {
        MemberRecord next = table.nextToProbe();
        assertThat(next).isNotNull();
        probed.add(next.id());
      }
      assertThat(probed).containsExactlyInAnyOrderElementsOf(living);
    }
  }

  @Property(tries = 100)
  void aNewMemberIsProbedInTheRoundInWhichItComes(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 40) int others) {
    MemberTable table = table(seed);
    for (int number = 1; number <= others; number++) {
      table.put(member(number, 0, State.ALIVE));
    }
    int before = new Random(seed).nextInt(others);
    for (int i = 0; i < before; i++) {
      table.nextToProbe();
    }
    table.put(member(100, 0, State.ALIVE));

    List<NodeId> rest = new ArrayList<>();
    for (int i = before; i <= others; i++) {
      rest.add(requireNonNull(table.nextToProbe()).id());
    }

    assertThat(rest).contains(ScriptedHost.id(100)).doesNotHaveDuplicates();
  }

  @Property(tries = 100)
  void picksAreDifferentSatisfyTheConditionAndAreAsManyAsThereAre(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 60) int others,
      @ForAll @IntRange(min = 0, max = 12) int count) {
    MemberTable table = table(seed);
    int alive = 0;
    for (int number = 1; number <= others; number++) {
      State state = number % 7 == 0 ? State.ALIVE : State.DEAD;
      alive += state == State.ALIVE ? 1 : 0;
      table.put(member(number, 0, state));
    }

    List<MemberRecord> picked = table.pick(count, MemberRecord::isLiving);

    assertThat(picked)
        .hasSize(Math.min(count, alive))
        .doesNotHaveDuplicates()
        .allMatch(MemberRecord::isLiving)
        .doesNotContain(table.self());
  }

  @Property(tries = 50)
  void aCopyIsEqualAndIndependent(@ForAll long seed) {
    MemberTable first = table(seed);
    for (int number = 1; number <= 50; number++) {
      first.put(member(number, 0, State.ALIVE));
    }
    ScriptedHost host = new ScriptedHost(seed);
    MemberTable second =
        new Node(ScriptedHost.setup(7, GossipSettings.lan(), true, MetricsSink.none()), host).table;
    second.putAll(first);
    first.remove(ScriptedHost.id(9));
    first.put(member(10, 0, State.DEAD));

    assertThat(second.self().id()).isEqualTo(ScriptedHost.id(7));
    assertThat(second.size()).isEqualTo(51);
    assertThat(second.living()).isEqualTo(51);
    for (int number = 0; number <= 50; number++) {
      assertThat(second.find(ScriptedHost.id(number))).isNotNull();
    }
    Set<NodeId> probed = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      probed.add(requireNonNull(second.nextToProbe()).id());
    }
    assertThat(probed).hasSize(50).doesNotContain(ScriptedHost.id(7));
  }

  private static MemberTable table(long seed) {
    ScriptedHost host = new ScriptedHost(seed);
    return new Node(ScriptedHost.setup(SELF, GossipSettings.lan(), true, MetricsSink.none()), host)
        .table;
  }

  private static MemberRecord member(int number, long incarnation, State state) {
    return member(number, number, incarnation, state);
  }

  private static MemberRecord member(int number, int named, long incarnation, State state) {
    return MemberPool.plain()
        .record(
            new MemberKey(ScriptedHost.id(number)),
            ScriptedHost.profile(named),
            ScriptedHost.EPOCH,
            incarnation,
            state);
  }

  private static List<MemberRecord> members(MemberTable table) {
    List<MemberRecord> members = new ArrayList<>();
    for (int i = 0; i < table.size(); i++) {
      members.add(table.at(i));
    }
    return members;
  }
}
