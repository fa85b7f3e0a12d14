// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.health;

/**
 * How much of its share a back end gets by how long it has been up. All that begin slowly take
 * their steps at the same moments, so that many of them make no more tables than one.
 *
 * <p><b>Immutable.</b>
 */
final class SlowStart {

  private static final int STEPS = 20;

  private final long windowNanos;
  private final int leastPercent;
  private final double exponent;
  private final long stepNanos;

  SlowStart(HealthRules rules) {
    windowNanos = rules.slowStart().toNanos();
    leastPercent = rules.slowStartMinPercent();
    exponent = 1 / rules.slowStartAggression();
    stepNanos = Math.max(1, windowNanos / STEPS);
  }

  boolean isOn() {
    return windowNanos > 0;
  }

  long windowNanos() {
    return windowNanos;
  }

  int leastPercent() {
    return leastPercent;
  }

  /** Hundredths of its share, at least {@link #leastPercent}. Never falls with time. */
  int percent(long sinceNanos, long nowNanos) {
    long age = step(nowNanos) - sinceNanos;
    if (age <= 0) {
      return leastPercent;
    }
    double part = Math.pow(Math.min(1, (double) age / windowNanos), exponent);
    return Math.max(leastPercent, (int) (100 * part));
  }

  /** When shares grow next. */
  long nextStep(long nowNanos) {
    return step(nowNanos) + stepNanos;
  }

  private long step(long nowNanos) {
    return nowNanos - Math.floorMod(nowNanos, stepNanos);
  }
}
