// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class HlcProperties {

  private static final long DRIFT = 10_000;

  /** Something that happens to a clock: it is asked for a time, or hears one. */
  record Step(boolean hears, long wall, long ahead) {}

  @Property
  void timesOnlyGrowAndAreLaterThanAllThatWasFollowed(@ForAll("steps") List<Step> steps) {
    Hlc hlc = new Hlc();
    long greatest = -1;
    for (Step step : steps) {
      if (step.hears()) {
        long heard = Math.max(0, Hlc.at(step.wall()) + step.ahead());
        boolean followed = hlc.observe(heard, step.wall(), DRIFT);
        boolean isNear = Hlc.millis(heard) - step.wall() <= DRIFT;
        assertThat(followed).isEqualTo(isNear || heard <= greatest);
        greatest = followed ? Math.max(greatest, heard) : greatest;
      } else {
        long time = hlc.next(step.wall());
        assertThat(time).isGreaterThan(greatest).isGreaterThanOrEqualTo(Hlc.at(step.wall()));
        greatest = time;
      }
      assertThat(hlc.last()).isEqualTo(Math.max(0, greatest));
    }
  }

  @Example
  void aMillisecondThatIsUsedUpGoesOverIntoTheNext() {
    Hlc hlc = new Hlc();
    long time = hlc.next(1_000);
    assertThat(time).isEqualTo(Hlc.at(1_000));
    for (int i = 0; i < 65_536; i++) {
      time = hlc.next(1_000);
    }

    assertThat(time).isEqualTo(Hlc.at(1_001));
    assertThat(hlc.next(1_002)).isEqualTo(Hlc.at(1_002));
  }

  @Example
  void aWallClockFarOffMakesNoTimeThatIsNone() {
    assertThat(new Hlc().next(-5)).isEqualTo(1);
    assertThat(new Hlc().next(Long.MAX_VALUE)).isPositive();
    assertThat(new Hlc().observe(Long.MAX_VALUE, Long.MIN_VALUE, DRIFT)).isFalse();
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(true, false),
            Arbitraries.longs().between(1, 30_000),
            Arbitraries.longs().between(-Hlc.at(2 * DRIFT), Hlc.at(2 * DRIFT)))
        .as(Step::new)
        .list()
        .ofMaxSize(50);
  }
}
