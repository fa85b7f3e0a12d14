// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static io.dcosnet.lb.balance.Draws.assertByWeight;
import static io.dcosnet.lb.balance.Draws.loads;
import static io.dcosnet.lb.balance.Draws.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.vip.ServiceOptions.Policy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PickersProperties {

  @Property(tries = 300)
  void picksSomebodyUsableWheneverThereIsOne(
      @ForAll Policy policy,
      @ForAll @Size(max = 9) List<@IntRange(max = 65_535) Integer> list,
      @ForAll Set<@IntRange(max = 8) Integer> out,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] weights = list.stream().mapToInt(i -> i).toArray();
    Set<Integer> usable = new HashSet<>();
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0 && !out.contains(i)) {
        usable.add(i);
      }
    }
    List<BackendLoad> loads = loads(weights.length);
    loads.forEach(load -> load.connected(random.nextInt(1_000_000), 0));
    Picker picker = Pickers.of(service(policy, weights), loads, random);
    for (int i = 0; i < 20; i++) {
      int picked = picker.pick(random.nextLong(), i, random, out::contains);
      if (usable.isEmpty()) {
        assertThat(picked).isEqualTo(Picker.NONE);
      } else {
        assertThat(usable).contains(picked);
        loads.get(picked).begin();
      }
    }
  }

  @Property(tries = 100)
  void drawsByWeight(@ForAll @Size(min = 1, max = 12) List<@IntRange(max = 20) Integer> list) {
    int[] weights = list.stream().mapToInt(i -> i).toArray();
    AliasTable table = AliasTable.of(weights);
    SplittableRandom random = new SplittableRandom(list.hashCode());
    int[] counts = new int[weights.length];
    if (list.stream().allMatch(weight -> weight == 0)) {
      assertThat(table.draw(random)).isEqualTo(Picker.NONE);
      return;
    }
    for (int i = 0; i < 20_000; i++) {
      counts[table.draw(random)]++;
    }
    assertByWeight(counts, weights);
  }
}
