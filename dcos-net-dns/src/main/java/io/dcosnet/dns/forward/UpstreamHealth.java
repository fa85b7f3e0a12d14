// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is known of a server from the questions that it was asked: how long it takes, how often it
 * failed of late, whether it answers at all. Times are monotonic nanoseconds.
 *
 * <p>Failures are forgotten by half each {@value #HALF_LIFE_SECONDS} s: a server that had trouble
 * once is asked again soon. So is the time that a server takes, more slowly, while it is not asked:
 * one that was slow once gets another chance to be the fastest.
 *
 * <p><b>Thread-safe.</b>
 */
final class UpstreamHealth {

  static final int HALF_LIFE_SECONDS = 30;

  /** How long the answer of a server may take of which nothing is known. */
  static final long INITIAL_TIMEOUT = MILLISECONDS.toNanos(400);

  static final long SHORTEST_TIMEOUT = MILLISECONDS.toNanos(200);
  static final long LONGEST_TIMEOUT = SECONDS.toNanos(2);

  private static final double FAILURE_HALF_LIFE = SECONDS.toNanos(HALF_LIFE_SECONDS);
  private static final double RTT_HALF_LIFE = SECONDS.toNanos(60);

  /** More would not order servers any better, but take longer to be forgotten. */
  private static final double MOST_FAILURES = 16;

  private final Upstream upstream;
  private final UpstreamFigures figures;
  private final int maxFails;
  private final AtomicInteger outstanding = new AtomicInteger();

  private volatile boolean retired;

  // Guarded by this; nothing is called while it is held.
  private boolean measured;
  private double srtt;
  private double deviation;
  private double silence;
  private long measuredAt;
  private double failures;
  private long failuresAt;
  private int failuresInRow;
  private boolean answeredOnce;
  private long answeredAt;
  private boolean down;
  private int loopingRoutes;

  /**
   * A server of which nothing is known, and which therefore counts as up.
   *
   * @param maxFails so many transport failures without an answer between them mean that it is down
   */
  UpstreamHealth(Upstream upstream, UpstreamFigures figures, int maxFails) {
    this.upstream = upstream;
    this.figures = figures;
    this.maxFails = maxFails;
  }

  Upstream upstream() {
    return upstream;
  }

  UpstreamFigures figures() {
    return figures;
  }

  /**
   * It answered something.
   *
   * @return true when it was down until now
   */
  synchronized boolean answered(long now) {
    boolean back = down;
    failuresInRow = 0;
    down = false;
    answeredOnce = true;
    answeredAt = now;
    return back;
  }

  /** It took so long to answer (RFC 6298 §2). */
  synchronized void took(long now, long nanos) {
    double sample = Math.max(0, nanos);
    if (measured) {
      deviation += (Math.abs(srtt - sample) - deviation) / 4;
      srtt += (sample - srtt) / 8;
    } else {
      measured = true;
      srtt = sample;
      deviation = sample / 2;
    }
    silence = 0;
    measuredAt = now;
  }

  /**
   * It was not waited for any longer after this time: its answer takes as long at least. That says
   * which server is faster, but not how long to wait for one that may be dead.
   */
  synchronized void tookMoreThan(long now, long nanos) {
    if (nanos > Math.max(srtt, silence)) {
      silence = nanos;
      measuredAt = now;
    }
  }

  /**
   * A question got lost, or its connection failed.
   *
   * @param askedAt when it was sent; what came from the server since then counts for more
   * @return true when it is down since now
   */
  synchronized boolean lost(long askedAt) {
    if (answeredOnce && answeredAt - askedAt > 0) {
      return false;
    }
    failuresInRow = Math.min(failuresInRow + 1, maxFails);
    boolean fell = !down && failuresInRow >= maxFails;
    down |= fell;
    return fell;
  }

  /** It answered, but nothing that others could not do better. */
  synchronized void blame(long now) {
    failures = Math.min(failures(now) + 1, MOST_FAILURES);
    failuresAt = now;
  }

  /** Questions to it about one more route come back to this server, or no longer. */
  synchronized void looping(boolean found) {
    loopingRoutes += found ? 1 : -1;
  }

  synchronized boolean isLooping() {
    return loopingRoutes > 0;
  }

  synchronized boolean isDown() {
    return down;
  }

  /** No route has it any more. */
  void retire() {
    retired = true;
  }

  boolean isRetired() {
    return retired;
  }

  /** Failures of late; each counts for less the longer ago it was. */
  synchronized double failures(long now) {
    return failures == 0 ? 0 : failures * Math.pow(0.5, (now - failuresAt) / FAILURE_HALF_LIFE);
  }

  /** Smoothed time that it takes, -1 when it never answered. */
  synchronized long srtt() {
    return measured ? (long) srtt : -1;
  }

  /** As {@link #srtt}, shrinking while it is not asked; 0 when nothing is known. */
  synchronized double expected(long now) {
    double last = Math.max(srtt, silence);
    return last == 0 ? 0 : last * Math.pow(0.5, (now - measuredAt) / RTT_HALF_LIFE);
  }

  /**
   * How long to wait for an answer before something else is tried.
   *
   * @param tries how often the same question was sent to it before; each doubles the time
   */
  synchronized long timeout(int tries) {
    long once = measured ? (long) (srtt + 4 * deviation) : INITIAL_TIMEOUT;
    long bounded = Math.min(Math.max(once, SHORTEST_TIMEOUT), LONGEST_TIMEOUT);
    return Math.min(bounded << Math.min(tries, 10), LONGEST_TIMEOUT);
  }

  /** How long ago it answered last; the longest time of all when it never did. */
  synchronized long sinceAnswer(long now) {
    return answeredOnce ? now - answeredAt : Long.MAX_VALUE;
  }

  /** Questions under way. */
  AtomicInteger outstanding() {
    return outstanding;
  }
}
