// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundRobinTest {

  @ParameterizedTest
  @CsvSource({
    "'5,1,1', 0, aabacaaaabacaa",
    "'5,1,1', 2, bacaaaab",
    "'10,2,2', 0, aabacaa",
    "'1,1,1', 0, abcabc",
    "'7,7', 0, abab",
    "'1,1,1', 1, bcabca",
    "'0,3,0,3', 0, bdbd",
    "'0,1', 5, bbb",
    "'2,1', 0, aba",
    "'4', 0, aaa"
  })
  void takesTurnsSmoothly(String weights, int start, String turns) {
    RoundRobin robin = RoundRobin.of(weights(weights), start);
    StringBuilder picked = new StringBuilder();
    for (int i = 0; i < turns.length(); i++) {
      picked.append((char) ('a' + robin.pick()));
    }
    assertThat(picked).hasToString(turns);
  }

  @ParameterizedTest
  @CsvSource({"''", "0", "'0,0'"})
  void picksNobodyWhereNobodyTakesAny(String weights) {
    assertThat(RoundRobin.of(weights(weights), 3).pick()).isEqualTo(-1);
  }

  @Test
  void givesSharesByWeightAlsoWhereTurnsAreNotWorkedOutBefore() {
    int[] weights = new int[40];
    Arrays.setAll(weights, i -> 65_535 - i);
    long cycle = Arrays.stream(weights).asLongStream().sum();
    assertThat(cycle * weights.length).isGreaterThan(RoundRobin.MAX_STEPS);
    RoundRobin robin = RoundRobin.of(weights, 0);
    int[] counts = new int[weights.length];
    for (int i = 0; i < 40_000; i++) {
      counts[robin.pick()]++;
    }
    assertThat(Arrays.stream(counts).boxed()).allMatch(count -> count >= 998 && count <= 1002);
  }

  @Test
  void servesTenThousandBackEndsOfOneWeight() {
    int[] weights = new int[10_000];
    Arrays.fill(weights, 65_535);
    RoundRobin robin = RoundRobin.of(weights, 0);
    for (int i = 0; i < 10_000; i++) {
      assertThat(robin.pick()).isEqualTo(i);
    }
  }

  @Test
  void refusesNegativeWeights() {
    assertThatThrownBy(() -> RoundRobin.of(new int[] {1, -1}, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void givesExactSharesToManyThreads() throws InterruptedException {
    RoundRobin robin = RoundRobin.of(new int[] {3, 1}, 0);
    AtomicIntegerArray counts = new AtomicIntegerArray(2);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int t = 0; t < 4; t++) {
      threads.execute(
          () -> {
            for (int i = 0; i < 10_000; i++) {
              counts.incrementAndGet(robin.pick());
            }
          });
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(counts.get(0)).isEqualTo(30_000);
    assertThat(counts.get(1)).isEqualTo(10_000);
  }

  private static int[] weights(String text) {
    return Arrays.stream(text.split(","))
        .filter(s -> !s.isEmpty())
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
