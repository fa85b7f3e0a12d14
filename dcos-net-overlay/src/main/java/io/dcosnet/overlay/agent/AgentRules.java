// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.agent;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How often an agent asks its master. <b>Immutable.</b>
 *
 * @param firstRetry bound of the first pause after nobody answered, more than 0; 5 s as in DC/OS.
 *     Short: a master that comes back is asked by all at once. Long: new hosts wait
 * @param longestRetry bound of all later pauses, at least {@code firstRetry}; 10 min as in DC/OS
 * @param heartbeat mean time between two signs of life, more than 0; 30 s. Each is up to a fifth
 *     shorter or longer. Must be well below the {@code delete_guard} of the network
 * @param maxConfigurationAttempts how often a host that cannot be configured asks anew before it
 *     goes on with what works, 0 or more; 4 as in DC/OS
 */
public record AgentRules(
    Duration firstRetry, Duration longestRetry, Duration heartbeat, int maxConfigurationAttempts) {

  /** What DC/OS does, and a heartbeat four times as often as agents must be heard of. */
  public static final AgentRules DEFAULTS =
      new AgentRules(Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofSeconds(30), 4);

  public AgentRules {
    requireNonNull(firstRetry, "firstRetry");
    requireNonNull(longestRetry, "longestRetry");
    requireNonNull(heartbeat, "heartbeat");
    if (firstRetry.isNegative() || firstRetry.isZero() || firstRetry.compareTo(longestRetry) > 0) {
      throw new IllegalArgumentException(
          "firstRetry: " + firstRetry + " (expected: more than 0, up to " + longestRetry + ")");
    }
    if (heartbeat.isNegative() || heartbeat.isZero()) {
      throw new IllegalArgumentException("heartbeat: " + heartbeat + " (expected: more than 0)");
    }
    if (maxConfigurationAttempts < 0) {
      throw new IllegalArgumentException(
          "maxConfigurationAttempts: " + maxConfigurationAttempts + " (expected: 0 or more)");
    }
  }

  public AgentRules withHeartbeat(Duration other) {
    return new AgentRules(firstRetry, longestRetry, other, maxConfigurationAttempts);
  }
}
