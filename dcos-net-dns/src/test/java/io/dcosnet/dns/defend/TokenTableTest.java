// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTableTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long KEY = 0x123456789abcdef0L;

  private final TokenTable table = new TokenTable(64);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 20, 100, 999, 20_000})
  void givesARateOfTokensAtOnceAndThenARateEachSecond(int rate) {
    assertThat(taken(KEY, rate, 2 * rate, 0, 0)).isEqualTo(rate);
    // Ten times as many attempts as tokens, spread over ten seconds.
    int later = taken(KEY, rate, 100 * rate, 0, SECOND / 10 / rate);

    assertThat(later).isBetween(10 * rate - 1 - rate / 50, 10 * rate + 1 + rate / 50);
  }

  @Test
  void fillsUpAgainWithinASecondAndNotFurther() {
    taken(KEY, 50, 50, 0, 0);

    assertThat(taken(KEY, 50, 1000, SECOND / 2, 0)).isBetween(24, 26);
    assertThat(taken(KEY, 50, 1000, 100 * SECOND, 0)).isEqualTo(50);
  }

  @Test
  void countsEachKeyByItself() {
    taken(KEY, 10, 10, 0, 0);

    assertThat(table.take(KEY, 10, 0)).isFalse();
    assertThat(table.take(KEY ^ 1L << 63, 10, 0)).isTrue(); // same place
    assertThat(table.take(KEY ^ 1, 10, 0)).isTrue(); // same tag
  }

  @Test
  void letsTheBucketThatIsNearestToFullGiveWay() {
    TokenTable small = new TokenTable(8);
    for (int i = 1; i <= 8; i++) {
      for (int j = 0; j < i; j++) {
        assertThat(small.take((long) i << 50, 10, 0)).isTrue();
      }
    }
    assertThat(small.take(9L << 50, 10, 0)).isTrue(); // in place of the first, which owed one

    for (int i = 3; i <= 8; i++) {
      int left = 0;
      while (small.take((long) i << 50, 10, 0)) {
        left++;
      }
      assertThat(left).isEqualTo(10 - i);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 1000, Long.MIN_VALUE, -1, (1L << 52) - 10, -(1L << 52)})
  void worksWhereverTheClockStands(long start) {
    assertThat(taken(KEY, 10, 20, start, 0)).isEqualTo(10);
    assertThat(taken(KEY, 10, 20, start + SECOND / 2, 0)).isBetween(4, 5);
    assertThat(taken(KEY, 10, 20, start + 3 * SECOND, 0)).isEqualTo(10);
  }

  @Test
  void doesNotTakeALongSilenceForADebt() {
    taken(KEY, 10, 20, 0, 0);

    // Half a turn of the time in an entry and more.
    assertThat(taken(KEY, 10, 20, (1L << 51) + 5 * SECOND, 0)).isEqualTo(10);
  }

  @Test
  void neverGrowsHoweverManyKeysThereAre() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 1_000_000; i++) {
      table.take(random.nextLong(), 1, i);
    }

    assertThat(table.take(KEY, 1, SECOND * 10)).isTrue();
    assertThat(table.take(KEY, 1, SECOND * 10)).isFalse();
  }

  @Test
  void givesNoTokenTwiceToSeveralThreads() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Integer>> shares = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        shares.add(threads.submit(() -> taken(KEY, 100_000, 50_000, 0, 0)));
      }
      int all = 0;
      for (Future<Integer> share : shares) {
        all += share.get();
      }
      assertThat(all).isEqualTo(100_000);
    } finally {
      threads.shutdownNow();
    }
  }

  private int taken(long key, int rate, int attempts, long nanos, long step) {
    int taken = 0;
    long now = nanos;
    for (int i = 0; i < attempts; i++) {
      taken += table.take(key, rate, now) ? 1 : 0;
      now += step;
    }
    return taken;
  }
}
