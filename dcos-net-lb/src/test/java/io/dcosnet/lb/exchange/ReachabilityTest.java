// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.Reach;
import io.dcosnet.lb.vip.ReachPolicy;
import io.dcosnet.lb.vip.ReachPolicy.Suspects;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Ten nodes, of which the test says what is believed. */
class ReachabilityTest {

  private static final int NODES = 10;

  private final Map<NodeId, Member> members = new HashMap<>();
  private final Set<IpAddress> used = new HashSet<>();
  private Reachability reachability = with(ReachPolicy.DEFAULTS);

  @Test
  void followsWhatIsBelievedOfANode() {
    for (State state : State.values()) {
      set(state, 3);
      Reach expected =
          switch (state) {
            case ALIVE, SUSPECT -> Reach.REACHED;
            case DEAD -> Reach.DEAD;
            case LEFT -> Reach.LEFT;
          };
      assertThat(reach(3)).as("%s", state).isEqualTo(expected);
      assertThat(reach(4)).isEqualTo(Reach.REACHED);
    }
  }

  @Test
  void reachesNodesThatNobodyKnows() {
    assertThat(reach(77)).isEqualTo(Reach.REACHED);
  }

  @Test
  void findsANodeByTheAddressOfItsAgentToo() {
    Member agent = member(3, State.DEAD, Map.of(Member.META_AGENT_ADDRESS, "192.0.2.200"));
    change(agent);
    assertThat(reach(200)).isEqualTo(Reach.DEAD);
    change(member(3, State.DEAD, Map.of(Member.META_AGENT_ADDRESS, "192.0.2.201")));
    assertThat(reach(200)).isEqualTo(Reach.REACHED);
    assertThat(reach(201)).isEqualTo(Reach.DEAD);
  }

  @Test
  void believesTheLivingOfTwoMembersAtOneAddress() {
    set(State.DEAD, 3);
    Member successor =
        new Member(id(30), new HostPort(address(3), 7950), State.ALIVE, Instant.EPOCH, Map.of());
    change(successor);
    assertThat(reach(3)).isEqualTo(Reach.REACHED);
  }

  @Test
  void doubtsSuspectsOnlyWhereAskedTo() {
    reachability = with(ReachPolicy.DEFAULTS.with(Suspects.DEPRIORITISE));
    assertThat(set(State.SUSPECT, 3).addresses()).containsExactly(address(3));
    assertThat(reach(3)).isEqualTo(Reach.DOUBTED);
    set(State.ALIVE, 3);
    assertThat(reach(3)).isEqualTo(Reach.REACHED);
  }

  @Test
  void touchesNothingForWhatMakesNoDifference() {
    Reachability.Touched touched = set(State.SUSPECT, 3);
    assertThat(touched.addresses()).isEmpty();
    assertThat(touched.nodes()).isEmpty();
    assertThat(touched.everywhere()).isFalse();
  }

  @Test
  void keepsBelievingThatAForgottenNodeIsDeadWhileItHasBackEnds() {
    used.add(address(3));
    set(State.DEAD, 3);
    forget(3);
    assertThat(reach(3)).isEqualTo(Reach.DEAD);
    used.clear();
    set(State.DEAD, 4);
    assertThat(reach(3)).isEqualTo(Reach.REACHED);
  }

  @Test
  void believesAForgottenNodeThatIsBack() {
    used.add(address(3));
    set(State.DEAD, 3);
    forget(3);
    set(State.ALIVE, 3);
    assertThat(reach(3)).isEqualTo(Reach.REACHED);
  }

  // The guard

  @Test
  void takesNobodyElseOutWhileMoreThanHalfOfAllAreDead() {
    set(State.DEAD, 0, 1, 2, 3, 4);
    assertThat(reachability.isGuarding()).as("half is not more than half").isFalse();
    assertThat(reach(4)).isEqualTo(Reach.DEAD);
    assertThat(set(State.DEAD, 5).everywhere()).isTrue();
    assertThat(reachability.isGuarding()).isTrue();
    assertThat(reach(5)).isEqualTo(Reach.REACHED);
    assertThat(reach(4)).as("it stays out, but nothing is cut").isEqualTo(Reach.UNCERTAIN);
    assertThat(set(State.DEAD, 6).everywhere()).isFalse();
    assertThat(reach(6)).isEqualTo(Reach.REACHED);
  }

  @Test
  void takesNobodyOutWhenSoManyDieAtOnce() {
    set(State.DEAD, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    for (int i = 0; i < NODES; i++) {
      assertThat(reach(i)).isEqualTo(Reach.REACHED);
    }
  }

  @Test
  void takesThemOutOnceFewerThanHalfAreDead() {
    set(State.DEAD, 0, 1, 2, 3, 4, 5);
    set(State.ALIVE, 0);
    assertThat(reachability.isGuarding()).as("half is not fewer than half").isTrue();
    assertThat(set(State.ALIVE, 1).everywhere()).isTrue();
    assertThat(reachability.isGuarding()).isFalse();
    assertThat(reach(0)).isEqualTo(Reach.REACHED);
    assertThat(reach(5)).isEqualTo(Reach.DEAD);
  }

  @Test
  void holdsWhoCameBackUnderTheGuardAndDiesAgain() {
    set(State.DEAD, 0, 1, 2, 3, 4);
    set(State.DEAD, 5, 6, 7);
    set(State.ALIVE, 0);
    assertThat(reach(0)).isEqualTo(Reach.REACHED);
    set(State.DEAD, 0);
    assertThat(reach(0)).isEqualTo(Reach.REACHED);
  }

  @Test
  void believesWhoeverSaysThatItLeavesAndDoesNotCountIt() {
    set(State.DEAD, 0, 1, 2, 3, 4, 5);
    set(State.LEFT, 9);
    assertThat(reach(9)).isEqualTo(Reach.LEFT);
    reachability = with(ReachPolicy.DEFAULTS);
    set(State.LEFT, 0, 1, 2, 3, 4, 5, 6);
    assertThat(reachability.isGuarding()).isFalse();
    assertThat(reach(6)).isEqualTo(Reach.LEFT);
    set(State.DEAD, 7, 8);
    assertThat(reachability.isGuarding()).as("two of three are dead").isTrue();
  }

  @Test
  void takesTheWordOfTheStoreForWritersThatAreNoMembers() {
    for (OwnerState state : OwnerState.values()) {
      assertThat(reachability.of(entry(77, true), id(77), state).isUsable())
          .isEqualTo(state.lives());
    }
    set(State.DEAD, 0, 1, 2, 3, 4, 5);
    assertThat(reachability.of(entry(77, true), id(77), OwnerState.DEAD))
        .isEqualTo(Reach.UNCERTAIN);
  }

  @Test
  void knowsAWriterByItsIdWhereItsAddressIsAnother() {
    assertThat(set(State.DEAD, 3).nodes()).containsExactly(id(3));
    assertThat(reachability.of(entry(77, true), id(3), OwnerState.ALIVE)).isEqualTo(Reach.DEAD);
  }

  @Test
  void neverGuardsWithAHundredPercent() {
    reachability = with(ReachPolicy.DEFAULTS.withGuardPercent(100));
    set(State.DEAD, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(reachability.isGuarding()).isFalse();
    assertThatThrownBy(() -> ReachPolicy.DEFAULTS.withGuardPercent(0))
        .hasMessageContaining("expected: 1-100");
  }

  private Reachability with(ReachPolicy policy) {
    members.clear();
    for (int i = 0; i < NODES; i++) {
      members.put(id(i), member(i, State.ALIVE, Map.of()));
    }
    Reachability begun = new Reachability(policy, used::contains);
    begun.begin(members.values());
    return begun;
  }

  /** All in one go. */
  private Reachability.Touched set(State state, int... numbers) {
    List<Change<Member>> changes = new ArrayList<>();
    for (int number : numbers) {
      Member after = member(number, state, Map.of());
      changes.add(new Change<>(members.put(after.id(), after), after));
    }
    return reachability.update(changes);
  }

  private void change(Member after) {
    reachability.update(List.of(new Change<>(members.put(after.id(), after), after)));
  }

  private void forget(int number) {
    reachability.update(List.of(Change.removed(requireNonNull(members.remove(id(number))))));
  }

  private Reach reach(int number) {
    return reachability.of(entry(number, false), id(99), OwnerState.ALIVE);
  }

  private static BackendEntry entry(int number, boolean onWriter) {
    IpAddress node = address(number);
    Backend backend = new Backend(new HostPort(node, 80), node, 1, Backend.State.UP);
    return new BackendEntry(backend, onWriter, 1, "", new TreeMap<>());
  }

  private static Member member(int number, State state, Map<String, String> metadata) {
    HostPort endpoint = new HostPort(address(number), 7950);
    return new Member(id(number), endpoint, state, Instant.EPOCH, metadata);
  }

  private static IpAddress address(int number) {
    return IpAddress.parse("192.0.2." + number);
  }

  private static NodeId id(int number) {
    return new NodeId(new UUID(0, number));
  }
}
