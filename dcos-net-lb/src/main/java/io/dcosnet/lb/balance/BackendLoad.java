// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one data path knows of one back end of one service: connections that are open or being
 * opened, how long it took to open the last ones, and whether they failed. Outlives changes of the
 * table.
 *
 * <p>Times are kept as an average that fades exponentially, but takes a longer time at once: a back
 * end that slows down is noticed with one connection, and trusted again bit by bit (the "peak EWMA"
 * of Finagle; the first Minuteman had one in {@code minuteman_ewma.erl}).
 *
 * <p>A failed connect says nothing of how long connects take, so it is no sample. One that failed
 * lately rests: others are preferred for a second, or a back end that refuses quickly would draw
 * connections, having none. Where many failures in a row do not get it ejected, as others are
 * already, it rests longer after each. That is not a verdict: it is over soon, and whom to leave
 * out for longer is decided above the data path.
 *
 * <p><b>Thread-safe.</b> Nothing here allocates or locks. Samples that come together from several
 * threads may overwrite each other, and a reader may pair a new time with the moment of the one
 * before: either makes one choice a little worse, and the next sample mends it.
 */
public final class BackendLoad {

  /** Time in which what was measured falls to 37 %. */
  public static final Duration FADING = Duration.ofSeconds(10);

  /** How long it rests after a failed connect. */
  public static final Duration REST = Duration.ofSeconds(1);

  /** Failures in a row that make it no longer: those after which it is ejected as a rule. */
  private static final int PATIENCE = 5;

  /** Doublings after that: 16 s, less than the shortest usual ejection. */
  private static final int DOUBLINGS = 4;

  /**
   * Shorter connects count as long as this: what a busy machine adds to them by chance, which says
   * nothing of a back end. Else a service with little traffic would always use the one that was
   * quickest by a hair.
   */
  public static final Duration INDIFFERENT = Duration.ofMillis(1);

  /** Above all that measuring gives; small enough to tell one connection from two. */
  private static final double UNKNOWN = 1e15;

  /** Above that. */
  static final double RESTING = 1e16;

  private static final double NOTHING_MEASURED = -1;

  private final AtomicInteger active = new AtomicInteger();
  private volatile double costNanos = NOTHING_MEASURED;
  private volatile long atNanos;
  private volatile int failuresInRow;
  private volatile long restsUntilNanos;

  /** One that nobody has connected to yet. */
  public BackendLoad() {}

  /** A connection to it begins; it counts from now on. */
  public void begin() {
    active.incrementAndGet();
  }

  /**
   * The connection that began stands.
   *
   * @param nanos how long that took
   */
  public void connected(long nanos, long nowNanos) {
    if (failuresInRow != 0) {
      failuresInRow = 0;
    }
    sample((double) Math.max(0, nanos), nowNanos);
  }

  /**
   * The connection that began never came to stand, so it rests. {@link #end} is still due. Of two
   * failures at a time one may not count, which makes a rest a little shorter.
   */
  public void failed(long nowNanos) {
    int row = failuresInRow + 1;
    int doublings = Math.max(0, Math.min(DOUBLINGS, row - PATIENCE));
    restsUntilNanos = nowNanos + (REST.toNanos() << doublings);
    failuresInRow = row;
  }

  /** Ends its rest: somebody wants to know how it fares now. */
  public void wake() {
    failuresInRow = 0;
  }

  /** True while others are preferred. */
  boolean rests(long nowNanos) {
    return failuresInRow != 0 && restsUntilNanos - nowNanos > 0;
  }

  /** A connection ended, or never came to stand. */
  public void end() {
    active.decrementAndGet();
  }

  /** Connections that are open or being opened. */
  public int active() {
    return active.get();
  }

  private void sample(double nanos, long nowNanos) {
    double cost = costNanos;
    if (nanos <= cost) {
      double kept = kept(nowNanos);
      nanos = cost * kept + nanos * (1 - kept);
    }
    costNanos = nanos;
    atNanos = nowNanos;
  }

  /** What connects take now by what is known, in nanoseconds; negative when nothing is. */
  double costNanos(long nowNanos) {
    double cost = costNanos;
    return cost < 0 ? cost : cost * kept(nowNanos);
  }

  private double kept(long nowNanos) {
    long passed = nowNanos - atNanos;
    return passed <= 0 ? 1 : Math.exp(-passed / (double) FADING.toNanos());
  }

  /**
   * How loaded it is, for comparing: the time that connects take, at least {@link #INDIFFERENT},
   * times the connections that there would be with one more. Nothing for one that was never tried,
   * so that it is; very much while the first try is on, and while it rests.
   *
   * @param each what a connection counts: 1, less for one that may have more than others
   */
  double load(long nowNanos, double each) {
    int connections = Math.max(0, active.get());
    if (rests(nowNanos)) {
      return RESTING + connections * each;
    }
    double cost = costNanos(nowNanos);
    if (cost < 0) {
      return connections == 0 ? 0 : UNKNOWN + connections * each;
    }
    return Math.max(cost, (double) INDIFFERENT.toNanos()) * (connections * each + 1);
  }
}
