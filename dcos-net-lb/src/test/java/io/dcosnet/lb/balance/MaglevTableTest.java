// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaglevTableTest {

  private static final List<String> THREE = List.of("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80");

  @ParameterizedTest
  @CsvSource({"abc, '1,1,1', 7, bcaaacb", "ab, '1,2', 13, bbbabaabbbaab"})
  void fillsTheKnownTables(String names, String weights, int size, String owners) {
    int[] numbers = Arrays.stream(weights.split(",")).mapToInt(Integer::parseInt).toArray();
    MaglevTable table = MaglevTable.of(List.of(names.split("")), numbers, size);
    String found =
        IntStream.range(0, size)
            .mapToObj(slot -> "" + names.charAt(table.owner(slot)))
            .reduce("", String::concat);
    assertThat(found).isEqualTo(owners);
  }

  @Test
  void beginsTheWalkWhereTheHashSays() {
    MaglevTable one = MaglevTable.of(List.of("10.0.0.1:80"), new int[] {1}, 1021);
    assertThat(owned(one, 1)).containsExactly(1021);
    MaglevTable two = MaglevTable.of(List.of("10.0.0.1:80", "10.0.0.2:80"), new int[] {1, 0}, 1021);
    assertThat(two.owner(886)).isZero();
  }

  @Test
  void sharesByWeight() {
    assertThat(owned(MaglevTable.of(THREE, new int[] {1, 3, 0}, 1021), 3))
        .containsExactly(256, 765, 0);
  }

  @Test
  void sharesEquallyAmongEqualOnes() {
    MaglevTable table = MaglevTable.of(THREE, new int[] {1, 1, 1}, 1021);
    assertThat(owned(table, 3)).containsExactly(341, 340, 340);
    assertThat(IntStream.range(0, 6).map(table::owner)).containsExactly(2, 2, 2, 0, 1, 0);
  }

  @Test
  void givesNobodyASlotWhereNobodyHasAWeight() {
    MaglevTable table = MaglevTable.of(THREE, new int[3], 7);
    assertThat(IntStream.range(0, 7).map(table::owner)).containsOnly(-1);
  }

  @Test
  @Timeout(20)
  void isBuiltInGoodTimeAlsoWithOneHeavyAmongThousands() {
    List<String> names = IntStream.range(0, 10_000).mapToObj(i -> "n" + i).toList();
    int[] weights = new int[10_000];
    Arrays.fill(weights, 1);
    weights[5000] = 65_535;
    long begun = System.nanoTime();
    MaglevTable table = MaglevTable.of(names, weights, MaglevTable.USER_SPACE_SIZE);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    // In the first round all take a slot; after it the light ones wait for very long.
    assertThat(owned(table, 10_000)[5000]).isEqualTo(MaglevTable.USER_SPACE_SIZE - 9_999);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 65_536, 5_000_077})
  void refusesSizesThatAreNoPrime(int size) {
    assertThatThrownBy(() -> MaglevTable.of(THREE, new int[] {1, 1, 1}, size))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("" + size);
  }

  @Test
  void refusesTheSameNameTwice() {
    assertThatThrownBy(() -> MaglevTable.of(List.of("a", "a"), new int[] {1, 1}, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a twice");
  }

  static int[] owned(MaglevTable table, int names) {
    int[] owned = new int[names];
    IntStream.range(0, table.size()).map(table::owner).forEach(owner -> owned[owner]++);
    return owned;
  }
}
