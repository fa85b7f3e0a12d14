// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import java.util.Locale;

/** What is done to a cluster to see how it takes it. */
public enum Scenario {
  /** One process is killed; its host stays up. */
  CRASH,

  /** One host loses its power. */
  HOST_GONE,

  /** One node says good-bye. */
  LEAVE,

  /** One node joins. */
  JOIN,

  /** All nodes start at once and know one seed only. */
  START,

  /** All nodes are killed and start again within five seconds. */
  MASS_RESTART,

  /** The network parts into two halves, and comes together again. */
  PARTITION,

  /** A tenth of all packets is lost, and one process is killed. */
  LOSS,

  /** Every twentieth node stands still for five seconds, again and again. */
  PAUSES;

  /** As it is written on a command line, such as {@code mass-restart}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The scenario with this text.
   *
   * @throws IllegalArgumentException that lists those that there are
   */
  public static Scenario parse(String text) {
    StringBuilder known = new StringBuilder();
    for (Scenario scenario : values()) {
      if (scenario.text().equals(text)) {
        return scenario;
      }
      known.append(known.isEmpty() ? "" : ", ").append(scenario.text());
    }
    throw new IllegalArgumentException("scenario: " + text + " (expected: " + known + ")");
  }
}
