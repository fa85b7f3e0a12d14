// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.zone.RecordType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RecordCellProperties {

  /** How often something is wanted, strongly and weakly. */
  private record Wanted(int strong, int weak) {}

  @Property(tries = 40)
  void countsLikeAMapInRunsOfAnyLength(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 30_000) int distinct) {
    Random random = new Random(seed);
    RecordCell cell = new RecordCell(RecordType.A);
    SortedMap<Integer, Wanted> model = new TreeMap<>();
    for (int i = 0; i < 25_000; i++) {
      int value = random.nextInt(distinct);
      boolean isWeak = random.nextInt(5) == 0;
      Wanted now = model.getOrDefault(value, new Wanted(0, 0));
      int count = isWeak ? now.weak : now.strong;
      boolean removes = count > 0 && random.nextInt(3) == 0;
      int by = removes ? -1 : 1;
      boolean first = !isWeak && !removes && now.strong == 0;
      boolean last = !isWeak && removes && now.strong == 1;
      if (removes) {
        assertThat(cell.remove(data(value), isWeak)).isEqualTo(last);
      } else {
        assertThat(cell.add(data(value), isWeak)).isEqualTo(first);
      }
      Wanted next =
          isWeak ? new Wanted(now.strong, now.weak + by) : new Wanted(now.strong + by, now.weak);
      if (next.equals(new Wanted(0, 0))) {
        model.remove(value);
      } else {
        model.put(value, next);
      }
      assertThat(cell.isEmpty()).isEqualTo(model.isEmpty());
      if (random.nextInt(5000) == 0) {
        compare(cell, model);
      }
    }
    compare(cell, model);
  }

  private static void compare(RecordCell cell, SortedMap<Integer, Wanted> model) {
    assertThat(values(cell.shown(false, true))).isEqualTo(List.copyOf(model.keySet()));
    List<Integer> strong = new ArrayList<>();
    model.forEach(
        (value, wanted) -> {
          if (wanted.strong > 0) {
            strong.add(value);
          }
        });
    assertThat(values(cell.shown(true, true))).isEqualTo(strong);
  }

  private static List<Integer> values(byte[][] shown) {
    return Arrays.stream(shown).map(one -> (one[2] & 0xff) << 8 | (one[3] & 0xff)).toList();
  }

  private static byte[] data(int value) {
    return new byte[] {(byte) 192, 0, (byte) (value >> 8), (byte) value};
  }
}
