// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.api.spi.Membership;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Membership} does. Extend it, and let nodes come and go; the local node is alone
 * at first.
 */
public abstract class MembershipContract {

  private final Follower follower = new Follower();

  /** For implementations. */
  protected MembershipContract() {}

  /** What the local node sees. */
  protected abstract Membership membership();

  /**
   * Starts another node and waits until it is a member.
   *
   * @param metadata that it carries
   */
  protected abstract NodeId join(Map<String, String> metadata);

  /** Ends a node without a word, and waits until everybody must have noticed. */
  protected abstract void crash(NodeId node);

  /** Lets a node leave in order, and waits until everybody knows. */
  protected abstract void leave(NodeId node);

  /** Lets everything that is known reach the executors, and those work. */
  protected abstract void settle();

  private Member member(NodeId id) {
    return membership().byId(id).orElseThrow();
  }

  private void follow() {
    membership().subscribe(Runnable::run, follower);
    settle();
  }

  @Test
  void knowsItself() {
    Member local = membership().local();

    assertThat(local.state()).isEqualTo(State.ALIVE);
    assertThat(membership().members()).containsExactly(local);
    assertThat(membership().byId(local.id())).contains(local);
    assertThat(membership().byAddress(local.endpoint().address())).contains(local);
  }

  @Test
  void knowsNobodyElse() {
    assertThat(membership().byId(new NodeId(new UUID(7, 7)))).isEmpty();
    assertThat(membership().byAddress(IpAddress.parse("203.0.113.77"))).isEmpty();
  }

  @Test
  void learnsOfAMemberThatJoins() {
    follow();
    NodeId node = join(Map.of(Member.META_ROLES, "agent"));
    settle();

    assertThat(member(node).state()).isEqualTo(State.ALIVE);
    assertThat(member(node).metadata()).containsEntry(Member.META_ROLES, "agent");
    assertThat(membership().members()).hasSize(2);
    assertThat(follower.steps(node)).containsExactly("none-ALIVE");
  }

  @Test
  void callsACrashedMemberDeadAndKeepsIt() {
    NodeId node = join(Map.of());
    follow();
    crash(node);
    settle();

    assertThat(member(node).state()).isEqualTo(State.DEAD);
    assertThat(membership().members()).hasSize(2);
    assertThat(follower.steps(node)).startsWith("none-ALIVE").last().asString().endsWith("-DEAD");
  }

  @Test
  void callsAMemberThatLeavesLeft() {
    NodeId node = join(Map.of());
    follow();
    leave(node);
    settle();

    assertThat(member(node).state()).isEqualTo(State.LEFT);
    assertThat(follower.steps(node)).last().asString().endsWith("-LEFT");
  }

  @Test
  void findsAMemberByTheAddressOfItsAgent() {
    NodeId node = join(Map.of(Member.META_AGENT_ADDRESS, "203.0.113.5"));

    assertThat(membership().byAddress(IpAddress.parse("203.0.113.5"))).contains(member(node));
  }

  @Test
  void findsTheLivingOneWhereSeveralUsedAnAddress() {
    NodeId former = join(Map.of(Member.META_AGENT_ADDRESS, "203.0.113.5"));
    crash(former);
    NodeId present = join(Map.of(Member.META_AGENT_ADDRESS, "203.0.113.5"));

    assertThat(membership().byAddress(IpAddress.parse("203.0.113.5"))).contains(member(present));
  }

  @Test
  void tellsASubscriberOfAllMembersFirst() {
    NodeId node = join(Map.of());
    follow();

    assertThat(follower.calls).hasSize(1);
    assertThat(follower.seen).containsOnlyKeys(membership().local().id(), node);
  }

  @Test
  void tellsEnoughToFollow() {
    follow();
    NodeId first = join(Map.of());
    NodeId second = join(Map.of());
    crash(first);
    leave(second);
    join(Map.of());
    settle();

    assertThat(follower.seen.values()).containsExactlyInAnyOrderElementsOf(membership().members());
  }

  @Test
  void tellsNothingAfterTheSubscriptionIsClosed() {
    Subscription subscription = membership().subscribe(Runnable::run, follower);
    settle();
    subscription.close();
    subscription.close();
    join(Map.of());
    settle();

    assertThat(follower.calls).hasSize(1);
  }

  @Test
  void goesOnAfterAListenerThatThrows() {
    membership()
        .subscribe(
            Runnable::run,
            changes -> {
              throw new IllegalStateException("thrown on purpose by MembershipContract");
            });
    follow();
    NodeId node = join(Map.of());
    settle();

    assertThat(follower.seen).containsKey(node);
  }

  @Test
  void givesSnapshotsThatNeverChange() {
    Collection<Member> before = membership().members();
    join(Map.of());
    settle();

    assertThat(before).hasSize(1);
    assertThatThrownBy(before::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  /** Rebuilds the members from what it is told. */
  private static final class Follower implements Consumer<List<Change<Member>>> {
    final List<List<Change<Member>>> calls = new ArrayList<>();
    final Map<NodeId, Member> seen = new HashMap<>();

    @Override
    public void accept(List<Change<Member>> changes) {
      calls.add(changes);
      for (Change<Member> change : changes) {
        NodeId id = change.latest().id();
        assertThat(seen.get(id)).isEqualTo(change.before());
        Member after = change.after();
        if (after == null) {
          seen.remove(id);
        } else {
          seen.put(id, after);
        }
      }
    }

    /** The states that a node went through. */
    List<String> steps(NodeId id) {
      List<String> steps = new ArrayList<>();
      for (List<Change<Member>> call : calls) {
        for (Change<Member> change : call) {
          if (change.latest().id().equals(id)) {
            steps.add(state(change.before()) + "-" + state(change.after()));
          }
        }
      }
      return steps;
    }

    private static String state(@Nullable Member member) {
      return member == null ? "none" : member.state().name();
    }
  }
}
