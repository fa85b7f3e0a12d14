// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.agent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between tries, each a random part of a bound that doubles: a thousand agents that lost
 * their master at once do not come back at once. As in DC/OS ({@code dcos/dcos-mesos-modules
 * overlay/agent.cpp}). <b>Confined to</b> one thread.
 */
final class Backoff {

  private final Duration first;
  private final Duration most;
  private final RandomGenerator random;
  private Duration bound;

  Backoff(Duration first, Duration most, RandomGenerator random) {
    this.first = first;
    this.most = most;
    this.random = random;
    this.bound = first;
  }

  void reset() {
    bound = first;
  }

  /** A pause up to the bound, which then doubles. */
  Duration next() {
    Duration pause = part(bound);
    Duration doubled = bound.multipliedBy(2);
    bound = doubled.compareTo(most) < 0 ? doubled : most;
    return pause;
  }

  /** Evenly from 0 to {@code whole}. */
  Duration part(Duration whole) {
    return Duration.ofNanos(random.nextLong(whole.toNanos() + 1));
  }
}
