// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** In which order servers are asked under a policy. Every method is a pure function. */
final class UpstreamOrder {

  /** One failure of late makes a server look that much slower. */
  private static final double FAILURE_COST = MILLISECONDS.toNanos(100);

  /** What is known of a server at one moment: it must not change while servers are sorted. */
  private record Ranked(UpstreamHealth health, long failures, double expected, double cost) {
    static Ranked at(long now, UpstreamHealth health) {
      double failures = health.failures(now);
      double expected = health.expected(now);
      return new Ranked(health, Math.round(failures), expected, expected + failures * FAILURE_COST);
    }
  }

  private static final Comparator<Ranked> FEWEST_FAILURES =
      Comparator.comparingLong(Ranked::failures).thenComparingDouble(Ranked::expected);
  private static final Comparator<Ranked> FASTEST = Comparator.comparingDouble(Ranked::cost);

  private UpstreamOrder() {}

  /**
   * Those that may be asked, best first; without those that are down or loop.
   *
   * @param turn counts up with each query
   */
  static List<UpstreamHealth> of(
      Policy policy, List<UpstreamHealth> all, int turn, long now, RandomGenerator random) {
    List<UpstreamHealth> up = new ArrayList<>(all.size());
    for (UpstreamHealth health : all) {
      if (!health.isDown() && !health.isLooping()) {
        up.add(health);
      }
    }
    return up.size() < 2 ? up : ordered(policy, up, turn, now, random);
  }

  private static List<UpstreamHealth> ordered(
      Policy policy, List<UpstreamHealth> up, int turn, long now, RandomGenerator random) {
    return switch (policy) {
      case SEQUENTIAL -> up;
      case ROUND_ROBIN -> {
        Collections.rotate(up, -Math.floorMod(turn, up.size()));
        yield up;
      }
      case RANDOM -> shuffled(up, random);
      case FASTEST -> sorted(shuffled(up, random), FASTEST, now);
      case ALL, DUAL, DUAL_HEDGED -> sorted(shuffled(up, random), FEWEST_FAILURES, now);
    };
  }

  /** So that of equally good ones not always the same is first. */
  private static List<UpstreamHealth> shuffled(List<UpstreamHealth> up, RandomGenerator random) {
    for (int i = up.size() - 1; i > 0; i--) {
      Collections.swap(up, i, random.nextInt(i + 1));
    }
    return up;
  }

  private static List<UpstreamHealth> sorted(
      List<UpstreamHealth> up, Comparator<Ranked> order, long now) {
    List<Ranked> ranked = new ArrayList<>(up.size());
    for (UpstreamHealth health : up) {
      ranked.add(Ranked.at(now, health));
    }
    ranked.sort(order);
    List<UpstreamHealth> sorted = new ArrayList<>(up.size());
    for (Ranked each : ranked) {
      sorted.add(each.health());
    }
    return sorted;
  }

  /** Of servers that are all down the one that answered last; null when all of them loop. */
  static @Nullable UpstreamHealth lastHope(List<UpstreamHealth> all, long now) {
    UpstreamHealth best = null;
    long least = Long.MAX_VALUE;
    for (UpstreamHealth health : all) {
      long since = health.sinceAnswer(now);
      if (!health.isLooping() && (best == null || since < least)) {
        best = health;
        least = since;
      }
    }
    return best;
  }
}
