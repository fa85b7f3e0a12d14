// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.settings;

import io.dcosnet.api.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbers that the replicated store goes by. Each periodic time is varied by a tenth up or down
 * at every use. <b>Immutable.</b>
 *
 * @param flushInterval how long writes to one key are gathered, so that they travel as one
 * @param ihaveTimeout how long a delta that a neighbour has is waited for on other links
 * @param syncInterval from one exchange with another replica to the next
 * @param auditInterval from one comparison of live atoms to the next
 * @param watermarkInterval how often a replica tells what it has, in a small cluster
 * @param maxClockDrift how far ahead of our wall clock another node's may be to be followed
 * @param maxOffline who was away for longer must not bring back what it had
 * @param ghostMaxAge after this time deletions are forgotten whoever has not confirmed them; longer
 *     than {@code maxOffline}
 * @param collectAfter how long after a node has left for good its entries are removed
 * @param sync when a write counts as safe
 */
public record StoreSettings(
    Duration flushInterval,
    Duration ihaveTimeout,
    Duration syncInterval,
    Duration auditInterval,
    Duration watermarkInterval,
    Duration maxClockDrift,
    Duration maxOffline,
    Duration ghostMaxAge,
    Duration collectAfter,
    Sync sync) {

  /** When a write counts as safe. */
  public enum Sync {
    /** When it is on disk for good; writes that wait together share one sync. */
    EACH,

    /**
     * When the system has it, which outlives the process but not a loss of power in the 200 ms
     * until it is on disk for good.
     */
    INTERVAL,

    /** As {@link #INTERVAL}, and the system writes it when it likes. */
    NONE
  }

  /** Checks each number and how they fit together. */
  public StoreSettings {
    List<String> problems = new ArrayList<>();
    positive("flushInterval", flushInterval, problems);
    positive("ihaveTimeout", ihaveTimeout, problems);
    positive("syncInterval", syncInterval, problems);
    positive("auditInterval", auditInterval, problems);
    positive("watermarkInterval", watermarkInterval, problems);
    positive("maxClockDrift", maxClockDrift, problems);
    positive("maxOffline", maxOffline, problems);
    positive("collectAfter", collectAfter, problems);
    if (ghostMaxAge.compareTo(maxOffline) <= 0) {
      problems.add(
          "ghostMaxAge: %s (expected: more than maxOffline, %s)"
              .formatted(ghostMaxAge, maxOffline));
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  private static void positive(String name, Duration value, List<String> problems) {
    if (value.isNegative() || value.isZero()) {
      problems.add("%s: %s (expected: more than nothing)".formatted(name, value));
    }
  }

  /** For one data centre. */
  public static StoreSettings lan() {
    return new StoreSettings(
        Duration.ofMillis(50),
        Duration.ofMillis(300),
        Duration.ofSeconds(10),
        Duration.ofMinutes(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        Duration.ofDays(7),
        Duration.ofDays(8),
        Duration.ofHours(1),
        Sync.INTERVAL);
  }

  /** For nodes far from each other. */
  public static StoreSettings wan() {
    return new StoreSettings(
        Duration.ofMillis(200),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Duration.ofMinutes(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        Duration.ofDays(7),
        Duration.ofDays(8),
        Duration.ofHours(1),
        Sync.INTERVAL);
  }

  /** For one machine: demos and tests. */
  public static StoreSettings local() {
    return new StoreSettings(
        Duration.ofMillis(10),
        Duration.ofMillis(100),
        Duration.ofSeconds(1),
        Duration.ofMinutes(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofDays(7),
        Duration.ofDays(8),
        Duration.ofMinutes(1),
        Sync.INTERVAL);
  }

  /** This one with another policy. */
  public StoreSettings withSync(Sync next) {
    return new StoreSettings(
        flushInterval,
        ihaveTimeout,
        syncInterval,
        auditInterval,
        watermarkInterval,
        maxClockDrift,
        maxOffline,
        ghostMaxAge,
        collectAfter,
        next);
  }

  /** This one with another limit for those who were away. */
  public StoreSettings withOffline(Duration longest, Duration ghosts) {
    return new StoreSettings(
        flushInterval,
        ihaveTimeout,
        syncInterval,
        auditInterval,
        watermarkInterval,
        maxClockDrift,
        longest,
        ghosts,
        collectAfter,
        sync);
  }
}
