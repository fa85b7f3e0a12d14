// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.check;

import java.time.Duration;

/**
 * How back ends are tried whose VIP asks for it; should be the same on all nodes. <b>Immutable.</b>
 *
 * @param checkers nodes that try each back end; more than half of them must find that it does not
 *     work. More are surer and load it more: {@code checkers / interval} tries a second
 * @param interval between two tries of one node. Shorter finds faults sooner and loads more
 * @param timeout for a try, from its connect to its answer; up to the interval
 * @param rise good tries in a row after which it works again
 * @param fall bad tries in a row after which it does not work any more
 */
public record CheckRules(int checkers, Duration interval, Duration timeout, int rise, int fall) {

  /** Three nodes each 10 s, 2 s for a try, 2 to rise and 3 to fall, as HAProxy has the latter. */
  public static final CheckRules DEFAULTS =
      new CheckRules(3, Duration.ofSeconds(10), Duration.ofSeconds(2), 2, 3);

  public CheckRules {
    if (checkers < 1 || checkers > 100 || rise < 1 || fall < 1) {
      throw new IllegalArgumentException(
          "checkers, rise, fall: "
              + checkers
              + ", "
              + rise
              + ", "
              + fall
              + " (expected: 1-100, 1 or more, 1 or more)");
    }
    if (interval.toMillis() < 10 || timeout.toMillis() < 1 || timeout.compareTo(interval) > 0) {
      throw new IllegalArgumentException(
          "interval, timeout: "
              + interval
              + ", "
              + timeout
              + " (expected: 10 ms or more, 1 ms up to the interval)");
    }
  }
}
