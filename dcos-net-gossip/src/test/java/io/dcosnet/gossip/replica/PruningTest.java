// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.Hlc;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.Stamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which links leave the tree, with a wait of 100 ms. */
class PruningTest {

  private static final ReplicaId WRITER = new ReplicaId(new NodeId(new UUID(1, 1)), 1);
  private static final Duration WAIT = Duration.ofMillis(100);
  private static final int A = 1;
  private static final int B = 2;
  private static final int C = 3;

  /** A multiple of the span of 400 ms. */
  private static final long START = 1_767_225_600_000L;

  private final ReplicaNet net = new ReplicaNet(1);
  private final Set<Integer> tree = new HashSet<>(Set.of(A, B, C));
  private final List<Integer> pruned = new ArrayList<>();
  private final Pruning pruning =
      new Pruning(net.nodes(1).get(0), 3 * WAIT.toNanos(), tree::contains, this::prune);

  private void prune(int link) {
    tree.remove(link);
    pruned.add(link);
  }

  /** A write so many milliseconds after the start. */
  private static Stamp at(long millis) {
    return new Stamp(new Dot(WRITER, millis + 1), Hlc.at(START + millis));
  }

  private void comesFirst(long millis, int link) {
    pruning.first(at(millis), link, false);
  }

  private void comesAgain(long millis, int link) {
    pruning.again(at(millis).dot(), link);
  }

  private void pass(long millis) {
    net.time.advance(Duration.ofMillis(millis));
  }

  @Test
  void linksThatWereSlowerLeaveAfterTheWait() {
    comesFirst(0, A);
    comesAgain(0, B);
    pass(99);
    assertThat(pruned).isEmpty();

    pass(1);

    assertThat(pruned).containsExactly(B);
  }

  @Test
  void oneThatIsSlowerStillLeavesAtOnce() {
    comesFirst(0, A);
    comesAgain(0, B);
    pass(150);

    comesAgain(0, C);

    assertThat(pruned).containsExactly(B, C);
  }

  @Test
  void theEarlierOfTwoThatCrossCountsWhicheverCameFirst() {
    comesFirst(0, A);
    comesFirst(20, B);
    comesAgain(20, A);
    comesAgain(0, B);
    pass(100);
    assertThat(pruned).containsExactly(B);

    pruned.clear();
    tree.add(B);
    comesFirst(1_020, B);
    comesAgain(1_020, A);
    comesFirst(1_000, A);
    comesAgain(1_000, B);
    pass(100);

    assertThat(pruned).containsExactly(B);
  }

  @Test
  void ofTwoOfTheSameTimeAllTakeTheSame() {
    Stamp one = new Stamp(new Dot(WRITER, 1), Hlc.at(START));
    Stamp two = new Stamp(new Dot(WRITER, 2), Hlc.at(START));
    pruning.first(two, B, false);
    pruning.first(one, A, false);
    pruning.again(two.dot(), A);
    pruning.again(one.dot(), B);

    pass(100);

    assertThat(pruned).containsExactly(B);
  }

  @Test
  void whatComesAfterTheWaitChangesNothing() {
    comesFirst(50, A);
    comesAgain(50, B);
    pass(100);

    comesFirst(0, C);
    comesAgain(0, A);
    pass(100);

    assertThat(pruned).containsExactly(B);
  }

  @Test
  void theNextOneCountsOnlyInAnotherSpanAndTwoWaitsLater() {
    comesFirst(390, A);
    pass(150);
    comesFirst(589, A); // too near
    comesAgain(589, B);
    pass(100);
    assertThat(pruned).isEmpty();

    comesFirst(590, A);
    comesAgain(590, B);
    pass(100);
    comesFirst(795, A); // in the same span
    comesAgain(795, C);
    pass(100);

    assertThat(pruned).containsExactly(B);
  }

  @Test
  void anEarlierOneThatIsTooNearToTheRoundBeforeDoesNotCount() {
    comesFirst(390, A);
    pass(150);
    comesFirst(600, A);
    comesFirst(580, B);
    comesAgain(580, A);
    comesAgain(600, C);

    pass(100);

    assertThat(pruned).containsExactly(C);
  }

  @Test
  void nothingLeavesWhereTheFasterLinkIsNoPartOfTheTreeAnyMore() {
    comesFirst(0, A);
    comesAgain(0, B);
    tree.remove(A);

    pass(100);

    assertThat(pruned).isEmpty();
  }

  @Test
  void whatCameByAnExchangeSaysNothingOfLinks() {
    comesFirst(0, Spread.NO_LINK);
    comesAgain(0, B);

    pass(100);

    assertThat(pruned).isEmpty();
  }

  @Test
  void aLinkThatBringsOurOwnWriteLeaves() {
    pruning.first(at(0), Spread.NO_LINK, true);
    comesAgain(0, B);

    pass(100);

    assertThat(pruned).containsExactly(B);
  }

  @Test
  void aWriteOfTheFarFutureHoldsUpTheOthersForTwoSecondsOnly() {
    comesFirst(Duration.ofDays(1).toMillis(), A);
    pass(1_999);
    comesFirst(1_999, A);
    comesAgain(1_999, B);
    pass(100);
    assertThat(pruned).isEmpty();

    comesFirst(2_100, A);
    comesAgain(2_100, B);
    pass(100);

    assertThat(pruned).containsExactly(B);
  }
}
