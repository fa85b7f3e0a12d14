// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ReplayWindowProperties {

  @Property
  void theWindowKnowsWhatASetWouldKnow(@ForAll("steps") List<Integer> steps) {
    ReplayWindow window = new ReplayWindow();
    Set<Long> taken = new HashSet<>();
    long greatest = 0;
    long place = 0;
    for (int step : steps) {
      place = Math.max(0, place + step);
      boolean expected =
          place < 1 || place <= greatest - ReplayWindow.SIZE || taken.contains(place);

      assertThat(window.seen(place)).as("%d of %d", place, greatest).isEqualTo(expected);
      if (!expected) {
        window.take(place);
        taken.add(place);
        greatest = Math.max(greatest, place);
      }
    }
  }

  @Provide
  Arbitrary<List<Integer>> steps() {
    Arbitrary<Integer> step =
        Arbitraries.oneOf(
            Arbitraries.integers().between(-3, 4),
            Arbitraries.integers().between(-1100, 1100),
            Arbitraries.of(1023, 1024, 1025, -1023, -1024, -1025, 64, -64, 5000));
    return step.list().ofMinSize(1).ofMaxSize(300);
  }
}
