// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static io.dcosnet.lb.balance.Draws.assertByWeight;
import static io.dcosnet.lb.balance.Draws.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MaglevTest {

  private static final int FLOWS = 20_000;

  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void sendsAFlowToTheOwnerOfItsSlot() {
    Maglev maglev = maglev(null, targets(1, 1, 1));
    for (long flow = -5; flow < 5; flow++) {
      int owner = maglev.table().owner(maglev.table().slot(flow));
      assertThat(maglev.pick(flow, 0, random, Picker.ALL)).isEqualTo(owner);
    }
  }

  @Test
  void sharesFlowsByWeight() {
    assertByWeight(count(maglev(null, targets(1, 0, 3, 6)), 4), 1, 0, 3, 6);
  }

  @Test
  void movesOnlyTheFlowsOfAnEjectedOneAndGivesThemBackAfterwards() {
    List<Target> all = targets(1, 1, 1, 1);
    Maglev before = maglev(null, all);
    List<Target> fewer = new ArrayList<>(all);
    fewer.set(2, all.get(2).withWeight(0));
    Maglev ejected = maglev(before, fewer);
    assertThat(ejected.table()).isSameAs(before.table());
    int[] taken = new int[4];
    for (int i = 0; i < FLOWS; i++) {
      int own = pick(before, i);
      int now = pick(ejected, i);
      if (own == 2) {
        taken[now]++;
      } else {
        assertThat(now).isEqualTo(own);
      }
    }
    // The slots before those of the ejected one are as random as a table is, not quite a coin.
    assertThat(taken[2]).isZero();
    assertThat(IntStream.of(taken[0], taken[1], taken[3])).allMatch(n -> n > 1300 && n < 2100);
    Maglev back = maglev(ejected, all);
    assertThat(IntStream.range(0, FLOWS)).allMatch(i -> pick(back, i) == pick(before, i));
  }

  @Test
  void movesPartOfTheFlowsOfOneThatGetsLess() {
    List<Target> all = targets(4, 4, 4);
    Maglev before = maglev(null, all);
    List<Target> slow = new ArrayList<>(all);
    slow.set(0, all.get(0).withWeight(1));
    Maglev after = maglev(before, slow);
    int[] counts = count(after, 3);
    assertThat(counts[0]).isBetween(FLOWS / 9 - 300, FLOWS / 9 + 300);
    assertThat(IntStream.range(0, FLOWS))
        .allMatch(i -> pick(before, i) == 0 || pick(after, i) == pick(before, i));
  }

  @Test
  void letsOneThatDrainsHaveNoSlots() {
    List<Target> targets = new ArrayList<>(targets(1, 1));
    targets.add(new Target(endpoint(2), Backend.State.DRAINING, 0, Target.NEVER));
    assertThat(MaglevTableTest.owned(maglev(null, targets).table(), 3)[2]).isZero();
  }

  @Test
  void buildsATableAnewWhenMembersChange() {
    Maglev before = maglev(null, targets(1, 1));
    assertThat(maglev(before, targets(1, 1, 1)).table()).isNotSameAs(before.table());
    assertThat(maglev(before, targets(1, 2)).table()).isNotSameAs(before.table());
  }

  @Test
  void agreesOnWhoIsLeftAmongVeryMany() {
    int[] weights = IntStream.range(0, 1000).map(i -> 1).toArray();
    List<Target> few = new ArrayList<>(targets(weights));
    for (int i = 0; i < 1000; i++) {
      if (i != 17 && i != 940) {
        few.set(i, few.get(i).withWeight(0));
      }
    }
    int[] counts = count(maglev(null, few), 1000);
    assertThat(counts[17] + counts[940]).isEqualTo(FLOWS);
    assertThat(counts[17]).isBetween(FLOWS / 10, 9 * FLOWS / 10);
    Maglev maglev = maglev(null, few);
    assertThat(maglev.pick(3, 0, random, place -> place == 17)).isEqualTo(940);
  }

  @Test
  void usesThoseWithoutASlotOnlyWhenNobodyElseIsLeft() {
    List<Target> targets = targets(IntStream.range(0, 10).map(i -> 1).toArray());
    Maglev tiny = Maglev.of(targets, 7, null);
    int[] owned = MaglevTableTest.owned(tiny.table(), 10);
    assertThat(count(tiny, 10))
        .satisfies(counts -> assertThat(counts[9] > 0).isEqualTo(owned[9] > 0));
    int picked = tiny.pick(1, 0, random, place -> owned[place] > 0);
    assertThat(owned[picked]).isZero();
  }

  private static List<Target> targets(int... weights) {
    return IntStream.range(0, weights.length)
        .mapToObj(i -> Target.up(endpoint(i), weights[i]))
        .toList();
  }

  private static Maglev maglev(Maglev before, List<Target> targets) {
    return Maglev.of(targets, MaglevTable.USER_SPACE_SIZE, before);
  }

  private int pick(Maglev maglev, int client) {
    return maglev.pick(FlowHash.mix(client), 0, random, Picker.ALL);
  }

  private int[] count(Maglev maglev, int targets) {
    int[] counts = new int[targets];
    for (int i = 0; i < FLOWS; i++) {
      counts[pick(maglev, i)]++;
    }
    return counts;
  }
}
