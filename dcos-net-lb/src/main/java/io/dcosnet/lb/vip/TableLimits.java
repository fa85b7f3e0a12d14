// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import java.time.Duration;

/**
 * How much a table may hold and how long it keeps what is gone. <b>Immutable.</b>
 *
 * @param maxVips keys beyond it are refused, the newest ones
 * @param maxBackendsPerVip back ends beyond it are refused, the newest ones
 * @param drain how long connections to a back end may go on that left without its task's end, or
 *     whose node left
 * @param terminal how long they may go on when the task has ended or its node is dead: nobody is
 *     there any more, and a reset lets clients try again; never longer than {@code drain}
 * @param linger how long a VIP that is gone stays; should exceed the TTL of its names
 */
public record TableLimits(
    int maxVips, int maxBackendsPerVip, Duration drain, Duration terminal, Duration linger) {

  /** What the last clients get whose back end has ended. */
  public static final Duration DEFAULT_TERMINAL = Duration.ofSeconds(1);

  /** 65 536 VIPs, 10 000 back ends each, 30 s to drain, 6 s to linger (a TTL of 5 s and one). */
  public static final TableLimits DEFAULTS =
      new TableLimits(65_536, 10_000, Duration.ofSeconds(30), Duration.ofSeconds(6));

  /** One with {@link #DEFAULT_TERMINAL}. */
  public TableLimits(int maxVips, int maxBackendsPerVip, Duration drain, Duration linger) {
    this(maxVips, maxBackendsPerVip, drain, DEFAULT_TERMINAL, linger);
  }

  public TableLimits {
    if (maxVips < 1 || maxBackendsPerVip < 1) {
      throw new IllegalArgumentException(
          "limits: "
              + maxVips
              + " VIPs, "
              + maxBackendsPerVip
              + " back ends (expected: 1 or more)");
    }
    if (drain.isNegative() || terminal.isNegative() || linger.isNegative()) {
      throw new IllegalArgumentException(
          "drain, terminal, linger: "
              + drain
              + ", "
              + terminal
              + ", "
              + linger
              + " (expected: not negative)");
    }
    if (terminal.compareTo(drain) > 0) {
      terminal = drain;
    }
  }
}
