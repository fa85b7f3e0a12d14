// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RoundRobinProperties {

  @Property
  void givesEachExactlyItsWeightInEveryCycle(
      @ForAll @Size(max = 12) List<@IntRange(max = 50) Integer> list,
      @ForAll @IntRange(max = 1000) int start) {
    int[] weights = list.stream().mapToInt(i -> i).toArray();
    int sum = list.stream().mapToInt(i -> i).sum();
    RoundRobin robin = RoundRobin.of(weights, start);
    int[] counts = new int[weights.length];
    for (int i = 0; i < sum; i++) {
      counts[robin.pick()]++;
    }
    assertThat(counts).isEqualTo(weights);
  }

  @Property
  void followsItsDefinition(@ForAll @Size(min = 1, max = 8) List<@IntRange(max = 9) Integer> list) {
    int[] weights = list.stream().mapToInt(i -> i).toArray();
    int sum = list.stream().mapToInt(i -> i).sum();
    RoundRobin robin = RoundRobin.of(weights, 0);
    int[] current = new int[weights.length];
    for (int turn = 0; turn < 2 * sum; turn++) {
      int best = -1;
      for (int i = 0; i < weights.length; i++) {
        current[i] += weights[i];
        if (weights[i] > 0 && (best < 0 || current[i] > current[best])) {
          best = i;
        }
      }
      current[best] -= sum;
      assertThat(robin.pick()).isEqualTo(best);
    }
  }
}
