// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static io.dcosnet.lb.balance.Draws.endpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AffinityTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int CLIENTS = 200;

  private final SplittableRandom random = new SplittableRandom(7);

  @Test
  void keepsEachClientAtItsBackEnd() {
    Picker picker = sticky(null, up(0), up(1), up(2));
    int[] first = picks(picker, 0);
    assertThat(first).contains(0, 1, 2);
    assertThat(picks(picker, 59 * SECOND)).isEqualTo(first);
    assertThat(picks(picker, 118 * SECOND)).isEqualTo(first); // each visit counts anew
    assertThat(picks(picker, 178 * SECOND)).isNotEqualTo(first);
  }

  @Test
  void remembersWhenTargetsComeAndGo() {
    Picker before = sticky(null, up(1), up(3), up(5));
    int[] first = picks(before, 0);
    Picker after = sticky(before, up(0), up(1), up(3));
    int[] second = picks(after, SECOND);
    for (int i = 0; i < CLIENTS; i++) {
      if (first[i] < 2) {
        assertThat(second[i]).isEqualTo(first[i] + 1);
      }
    }
  }

  @Test
  void letsADrainingOneKeepItsClientsUntilTheDrainEnds() {
    Picker before = sticky(null, up(0), up(1));
    int[] first = picks(before, 0);
    Target draining = new Target(endpoint(0), Backend.State.DRAINING, 0, 10 * SECOND);
    Picker after = sticky(before, draining, up(1));
    assertThat(picks(after, 9 * SECOND)).isEqualTo(first);
    assertThat(after.pick(999, 9 * SECOND, random, Picker.ALL)).isEqualTo(1);
    assertThat(picks(after, 10 * SECOND)).containsOnly(1);
  }

  @Test
  void letsOneOfWeightZeroKeepItsClients() {
    Picker before = sticky(null, up(0), up(1));
    int[] first = picks(before, 0);
    Picker after = sticky(before, Target.up(endpoint(0), 0), up(1));
    assertThat(picks(after, SECOND)).isEqualTo(first);
    assertThat(after.pick(999, SECOND, random, Picker.ALL)).isEqualTo(1);
  }

  @Test
  void takesClientsAwayFromOneThatIsEjectedOrDown() {
    Picker before = sticky(null, up(0), up(1));
    picks(before, 0);
    Picker ejected = sticky(before, up(0).withWeight(0), up(1));
    assertThat(picks(ejected, SECOND)).containsOnly(1);
    Picker back =
        sticky(ejected, up(0), new Target(endpoint(1), Backend.State.DOWN, 0, Target.NEVER));
    assertThat(picks(back, 2 * SECOND)).containsOnly(0);
  }

  @Test
  void givesAClientAnotherOneForGoodWhenItsOwnFailed() {
    Picker picker = sticky(null, up(0), up(1), up(2));
    int own = picker.pick(5, 0, random, Picker.ALL);
    int other = picker.pick(5, 0, random, place -> place == own);
    assertThat(other).isNotEqualTo(own).isNotNegative();
    assertThat(picker.pick(5, SECOND, random, Picker.ALL)).isEqualTo(other);
  }

  @Test
  void remembersNobodyWhereThereIsNoBackEnd() {
    Picker picker = sticky(null, up(0).withWeight(0));
    assertThat(picks(picker, 0)).containsOnly(Picker.NONE);
    assertThat(((Affinity) picker).clients().size()).isZero();
  }

  @Test
  void forgetsAllWhenItIsSwitchedOff() {
    Picker before = sticky(null, up(0), up(1));
    Service plain = Draws.service(Policy.RANDOM, 1, 1);
    assertThat(Pickers.next(before, plain, Draws.loads(2), random))
        .isInstanceOf(WeightedRandom.class);
  }

  @Test
  void isBounded() {
    Picker picker = sticky(null, up(0), up(1));
    for (int i = 0; i < 100_000; i++) {
      picker.pick(i, 0, random, Picker.ALL);
    }
    assertThat(((Affinity) picker).clients().size()).isEqualTo(ClientTable.MAX_CLIENTS);
  }

  private static Target up(int index) {
    return Target.up(endpoint(index), 1);
  }

  private Picker sticky(Picker before, Target... targets) {
    ServiceOptions options =
        ServiceOptions.DEFAULTS.with(Policy.RANDOM).withAffinity(Duration.ofSeconds(60));
    Service service = Draws.service(options, List.of(targets));
    return Pickers.next(before, service, Draws.loads(targets.length), random);
  }

  private int[] picks(Picker picker, long nowNanos) {
    int[] picks = new int[CLIENTS];
    for (int client = 0; client < CLIENTS; client++) {
      picks[client] = picker.pick(client, nowNanos, random, Picker.ALL);
    }
    return picks;
  }
}
