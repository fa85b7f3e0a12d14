// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static io.dcosnet.gossip.store.Writes.dot;
import static io.dcosnet.gossip.store.Writes.replica;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DotClockTest {

  @Test
  void aLongGapTakesNoRoom() {
    DotClock clock = new DotClock();
    clock.add(dot(1, 1));
    clock.add(dot(1, 1L << 60));
    clock.add(dot(1, Long.MAX_VALUE));

    assertThat(clock.base(replica(1))).isEqualTo(1);
    assertThat(clock.highest(replica(1))).isEqualTo(Long.MAX_VALUE);
    assertThat(clock.has(dot(1, 1L << 59))).isFalse();
    assertThat(StoreCodec.encode(clock).size()).isLessThan(50);
    assertThat(clock).hasToString("{" + replica(1) + "=1+1152921504606846976+9223372036854775807}");
  }

  @Test
  void theLastMissingWriteMovesTheBaseToTheEndOfTheRange() {
    DotClock clock = new DotClock();
    for (int counter = 2; counter <= 9; counter++) {
      clock.add(dot(1, counter));
    }
    assertThat(clock.base(replica(1))).isZero();

    clock.add(dot(1, 1));

    assertThat(clock.base(replica(1))).isEqualTo(9);
    assertThat(clock).hasToString("{" + replica(1) + "=9}");
  }

  @Test
  void aCopyGoesItsOwnWay() {
    DotClock clock = new DotClock();
    clock.add(dot(1, 1));
    clock.digest(3);
    DotClock copy = clock.copy();

    copy.add(dot(1, 2));
    copy.add(dot(2, 5));

    assertThat(clock.has(dot(1, 2))).isFalse();
    assertThat(clock.replicas()).containsExactly(replica(1));
    assertThat(clock.digest()).isNotEqualTo(copy.digest());
    int bucket = DotClock.bucket(replica(1));
    assertThat(clock.digest(bucket)).isNotEqualTo(copy.digest(bucket));
  }

  @Test
  void replicasSpreadOverTheBuckets() {
    Set<Integer> buckets = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      buckets.add(DotClock.bucket(replica(i)));
    }
    assertThat(buckets).hasSizeGreaterThan(250);
    assertThat(buckets).allMatch(bucket -> bucket >= 0 && bucket < 256);
  }

  /** Written down once: nodes of other versions must find the same. */
  @Test
  void digestsAndBucketsAreTheSameEverywhere() {
    DotClock clock = new DotClock();
    assertThat(clock.digest()).isZero();
    clock.add(dot(1, 1));
    clock.add(dot(1, 7));

    assertThat(DotClock.bucket(replica(1))).isEqualTo(164);
    assertThat(Long.toHexString(clock.digest())).isEqualTo("f613045697e68c78");
  }
}
