// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaglevTableProperties {

  private static List<String> names(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> "192.0.2." + i % 256 + ":" + (1000 + i))
        .toList();
  }

  private static int[] equal(int count) {
    int[] weights = new int[count];
    Arrays.fill(weights, 1);
    return weights;
  }

  @Property(tries = 200)
  void givesEqualOnesAsManySlotsGiveOrTakeOne(
      @ForAll @IntRange(max = 10_000) int from, @ForAll @IntRange(min = 1, max = 200) int count) {
    MaglevTable table = MaglevTable.of(names(from, count), equal(count), MaglevTable.KERNEL_SIZE);
    int[] owned = MaglevTableTest.owned(table, count);
    int most = Arrays.stream(owned).max().orElseThrow();
    int least = Arrays.stream(owned).min().orElseThrow();
    assertThat(most - least).isLessThanOrEqualTo(1);
  }

  @Property(tries = 200)
  void givesSlotsByWeight(
      @ForAll @Size(min = 1, max = 20) List<@IntRange(max = 10) Integer> list,
      @ForAll @IntRange(max = 10_000) int from) {
    int[] weights = list.stream().mapToInt(i -> i).toArray();
    int sum = Arrays.stream(weights).sum();
    MaglevTable table =
        MaglevTable.of(names(from, weights.length), weights, MaglevTable.KERNEL_SIZE);
    if (sum == 0) {
      assertThat(table.owner(0)).isEqualTo(-1);
      return;
    }
    int[] owned = MaglevTableTest.owned(table, weights.length);
    for (int i = 0; i < weights.length; i++) {
      double fair = (double) MaglevTable.KERNEL_SIZE * weights[i] / sum;
      assertThat((double) owned[i]).isCloseTo(fair, within(weights.length + 1.0));
    }
  }

  /** The definition word for word, slow. */
  @Property(tries = 100)
  void followsItsDefinition(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 9) Integer> list) {
    int[] weights = list.stream().mapToInt(i -> i).toArray();
    List<String> names = names(0, weights.length).stream().sorted().toList();
    int greatest = Arrays.stream(weights).max().orElseThrow();
    int size = 211;
    int[] expected = new int[size];
    Arrays.fill(expected, -1);
    long[] target = new long[weights.length];
    int free = size;
    for (int round = 1; free > 0; round++) {
      for (int i = 0; i < weights.length && free > 0; i++) {
        if ((long) round * weights[i] < target[i]) {
          continue;
        }
        target[i] += greatest;
        int[] walk = walk(names.get(i), size);
        expected[Arrays.stream(walk).filter(slot -> expected[slot] < 0).findFirst().orElseThrow()] =
            i;
        free--;
      }
    }
    MaglevTable table = MaglevTable.of(names, weights, size);
    assertThat(IntStream.range(0, size).map(table::owner)).containsExactly(box(expected));
  }

  private static Integer[] box(int[] values) {
    return Arrays.stream(values).boxed().toArray(Integer[]::new);
  }

  /** All slots in the order in which this name wants them. */
  private static int[] walk(String name, int size) {
    long offset = hash("o" + name).mod(BigInteger.valueOf(size)).longValue();
    long skip = hash("s" + name).mod(BigInteger.valueOf(size - 1)).longValue() + 1;
    return IntStream.range(0, size).map(j -> (int) ((offset + j * skip) % size)).toArray();
  }

  private static BigInteger hash(String text) {
    return new BigInteger(1, Arrays.copyOf(sha256().digest(text.getBytes(US_ASCII)), 8));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Property(tries = 100)
  void doesNotDependOnTheOrderOfNames(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 5) Integer> list, @ForAll long seed) {
    List<String> names = names(0, list.size());
    int[] weights = list.stream().mapToInt(i -> i).toArray();
    List<Integer> order = new ArrayList<>(IntStream.range(0, list.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    MaglevTable table = MaglevTable.of(names, weights, 211);
    MaglevTable shuffled =
        MaglevTable.of(
            order.stream().map(names::get).toList(),
            order.stream().mapToInt(i -> weights[i]).toArray(),
            211);
    for (int slot = 0; slot < 211; slot++) {
      int owner = shuffled.owner(slot);
      assertThat(owner < 0 ? -1 : order.get(owner)).isEqualTo(table.owner(slot));
    }
  }

  // Measured with this definition; the bounds leave some room for other names.
  @ParameterizedTest
  @CsvSource({
    "65537, 3, 0.1",
    "65537, 10, 0.6",
    "65537, 100, 1.0",
    "65537, 500, 1.3",
    "1021, 3, 1.5",
    "1021, 10, 4.0",
    "1021, 100, 6.5"
  })
  void movesFewSlotsBesideThoseOfOneThatGoes(int size, int count, double percent) {
    List<String> names = names(0, count);
    MaglevTable all = MaglevTable.of(names, equal(count), size);
    int[] without = equal(count);
    without[count / 2] = 0;
    MaglevTable fewer = MaglevTable.of(names, without, size);
    long moved =
        IntStream.range(0, size)
            .filter(slot -> all.owner(slot) != count / 2 && all.owner(slot) != fewer.owner(slot))
            .count();
    assertThat(100.0 * moved / size).isLessThan(percent);
  }
}
