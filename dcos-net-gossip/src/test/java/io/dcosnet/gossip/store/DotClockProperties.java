// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static io.dcosnet.gossip.store.Writes.replica;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A clock is a set of dots, only smaller. */
class DotClockProperties {

  private static final long HIGHEST = 40;

  private static DotClock clock(List<Dot> dots) {
    DotClock clock = new DotClock();
    dots.forEach(clock::add);
    return clock;
  }

  @Property
  void aClockKnowsWhatASetWouldKnow(@ForAll("dots") List<Dot> dots) {
    DotClock clock = new DotClock();
    Set<Dot> set = new TreeSet<>();
    for (Dot dot : dots) {
      assertThat(clock.has(dot)).isEqualTo(set.contains(dot));
      assertThat(clock.add(dot)).isEqualTo(set.add(dot));
      assertThat(clock.has(dot)).isTrue();
    }
    for (int i = 1; i <= 3; i++) {
      ReplicaId replica = replica(i);
      long base = 0;
      long highest = 0;
      for (long counter = 1; counter <= HIGHEST + 1; counter++) {
        Dot dot = new Dot(replica, counter);
        assertThat(clock.has(dot)).as("%s", dot).isEqualTo(set.contains(dot));
        if (set.contains(dot)) {
          base = base == counter - 1 ? counter : base;
          highest = counter;
        }
      }
      assertThat(clock.base(replica)).isEqualTo(base);
      assertThat(clock.highest(replica)).isEqualTo(highest);
      assertThat(clock.replicas().contains(replica)).isEqualTo(highest > 0);
    }
  }

  @Property
  void theOrderInWhichWritesCameLeavesNoTrace(@ForAll("dots") List<Dot> dots) {
    DotClock clock = clock(dots);
    DotClock sorted = clock(dots.stream().sorted().toList());
    clock.digest(7);

    assertThat(clock).isEqualTo(sorted).hasSameHashCodeAs(sorted).hasToString(sorted.toString());
    assertThat(clock.digest()).isEqualTo(sorted.digest());
    assertThat(StoreCodec.encode(clock)).isEqualTo(StoreCodec.encode(sorted));
    assertThat(StoreCodec.decodeClock(StoreCodec.encode(clock)).digest()).isEqualTo(clock.digest());
  }

  @Property
  void twoClocksTogetherHaveWhatOneOfThemHas(
      @ForAll("dots") List<Dot> one, @ForAll("dots") List<Dot> other) {
    DotClock both = clock(one);
    both.digest(0);
    both.addAll(clock(other));
    DotClock reverse = clock(other);
    reverse.addAll(clock(one));
    DotClock single = clock(one);
    other.forEach(single::add);

    assertThat(both).isEqualTo(single).isEqualTo(reverse);
    assertThat(both.digest()).isEqualTo(single.digest()).isEqualTo(reverse.digest());
    for (int bucket = 0; bucket < 256; bucket++) {
      assertThat(both.digest(bucket)).isEqualTo(single.digest(bucket));
    }
    both.addAll(single);
    assertThat(both).isEqualTo(single);
  }

  @Property
  void aClockCoversAnotherWhenItHasAllOfIt(
      @ForAll("dots") List<Dot> one, @ForAll("dots") List<Dot> other) {
    DotClock first = clock(one);
    DotClock second = clock(other);

    assertThat(first.covers(second)).isEqualTo(other.stream().allMatch(first::has));
    DotClock both = first.copy();
    both.addAll(second);
    assertThat(both.covers(first) && both.covers(second)).isTrue();
    assertThat(first).isEqualTo(clock(one));
  }

  @Property
  void theBucketsTogetherAreTheClock(@ForAll("dots") List<Dot> dots) {
    DotClock clock = clock(dots);
    DotClock together = new DotClock();
    long digest = 0;
    for (int bucket = 0; bucket < 256; bucket++) {
      BitSet one = new BitSet();
      one.set(bucket);
      DotClock part = clock.only(one);
      assertThat(part.digest()).isEqualTo(clock.digest(bucket));
      digest ^= part.digest();
      together.addAll(part);
    }

    assertThat(together).isEqualTo(clock);
    assertThat(digest).isEqualTo(clock.digest());
  }

  @Property
  void whatIsForgottenLeavesNoTrace(@ForAll("dots") List<Dot> dots) {
    DotClock clock = clock(dots);
    clock.digest(0);
    clock.forget(replica(1));

    DotClock without =
        clock(dots.stream().filter(dot -> !dot.replica().equals(replica(1))).toList());
    assertThat(clock).isEqualTo(without);
    assertThat(clock.digest()).isEqualTo(without.digest());
    int bucket = DotClock.bucket(replica(1));
    assertThat(clock.digest(bucket)).isEqualTo(without.digest(bucket));
    clock.forget(replica(2));
    clock.forget(replica(3));
    assertThat(clock.digest()).isZero();
    assertThat(clock).isEqualTo(new DotClock());
  }

  @Provide
  Arbitrary<List<Dot>> dots() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 3), Arbitraries.longs().between(1, HIGHEST))
        .as(Writes::dot)
        .list()
        .ofMaxSize(80);
  }
}
