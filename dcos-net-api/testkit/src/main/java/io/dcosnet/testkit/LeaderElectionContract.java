// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.LeaderElection;
import io.dcosnet.api.spi.Leadership;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link LeaderElection} does. Extend it, and say how candidates enter and leave. */
public abstract class LeaderElectionContract {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final URI ONE = URI.create("http://192.0.2.1:62080");
  private static final URI TWO = URI.create("http://192.0.2.2:62080");
  private static final URI THREE = URI.create("https://master.example.org:62443");

  private final List<LeaderElection> entered = new ArrayList<>();

  /** For implementations. */
  protected LeaderElectionContract() {}

  /**
   * One more candidate in the election of this test.
   *
   * @param address where others find it
   */
  protected abstract LeaderElection enter(URI address);

  /** The candidate leaves in order; asked for each candidate once. */
  protected abstract void leave(LeaderElection candidate);

  private LeaderElection candidate(URI address) {
    LeaderElection candidate = enter(address);
    entered.add(candidate);
    return candidate;
  }

  private void leaves(LeaderElection candidate) {
    entered.remove(candidate);
    leave(candidate);
  }

  @AfterEach
  void everybodyLeaves() {
    List.copyOf(entered).forEach(this::leaves);
  }

  private static Leadership await(LeaderElection candidate, Predicate<Leadership> wanted) {
    CompletableFuture<Leadership> found = new CompletableFuture<>();
    Subscription subscription =
        candidate.subscribe(
            Runnable::run,
            known -> {
              if (wanted.test(known)) {
                found.complete(known);
              }
            });
    try {
      assertThat(found).succeedsWithin(PATIENCE);
      return found.join();
    } finally {
      subscription.close();
    }
  }

  private LeaderElection leader(URI address) {
    LeaderElection leader = candidate(address);
    await(leader, Leadership::leads);
    return leader;
  }

  private static void awaitFollower(LeaderElection candidate, URI leader) {
    await(candidate, known -> !known.leads() && leader.equals(known.leader()));
  }

  @Test
  void leadsAtItsOwnAddressWhenItIsAlone() {
    LeaderElection alone = leader(ONE);

    assertThat(alone.leadership()).isEqualTo(new Leadership(1, true, ONE));
  }

  @Test
  void sendsThoseWhoComeLaterToTheLeader() {
    LeaderElection leader = leader(ONE);
    LeaderElection second = candidate(TWO);
    LeaderElection third = candidate(THREE);

    awaitFollower(second, ONE);
    awaitFollower(third, ONE);
    assertThat(leader.leadership().leads()).isTrue();
    assertThat(second.leadership().term()).isZero();
  }

  @Test
  void letsAnotherLeadWhenTheLeaderLeaves() {
    LeaderElection first = leader(ONE);
    LeaderElection second = candidate(TWO);
    awaitFollower(second, ONE);
    LeaderElection third = candidate(THREE);
    awaitFollower(third, ONE);

    leaves(first);
    await(second, Leadership::leads);
    assertThat(first.leadership().leads()).isFalse();
    awaitFollower(third, TWO);
    leaves(second);
    await(third, Leadership::leads);

    assertThat(third.leadership()).isEqualTo(new Leadership(1, true, THREE));
  }

  @Test
  void doesNotMindAFollowerThatLeaves() {
    LeaderElection leader = leader(ONE);
    LeaderElection second = candidate(TWO);
    awaitFollower(second, ONE);
    LeaderElection third = candidate(THREE);
    awaitFollower(third, ONE);

    leaves(second);

    assertThat(second.leadership().leads()).isFalse();
    leaves(leader);
    await(third, Leadership::leads);
  }

  @Test
  void tellsOfTheLeadAndOfItsEnd() {
    LeaderElection first = candidate(ONE);
    List<Leadership> told = new CopyOnWriteArrayList<>();
    var unused = first.subscribe(Runnable::run, told::add);
    await(first, Leadership::leads);

    leaves(first);

    await(first, known -> !known.leads());
    assertThat(told).contains(new Leadership(1, true, ONE));
    assertThat(told.get(told.size() - 1).leads()).isFalse();
    assertThat(told.get(told.size() - 1).term()).isEqualTo(1);
  }

  @Test
  void tellsNothingAfterASubscriptionHasEnded() {
    LeaderElection first = leader(ONE);
    List<Leadership> told = new CopyOnWriteArrayList<>();
    Subscription subscription = first.subscribe(Runnable::run, told::add);
    await(first, Leadership::leads);

    subscription.close();
    leaves(first);

    await(first, known -> !known.leads());
    assertThat(told).containsExactly(new Leadership(1, true, ONE));
  }
}
