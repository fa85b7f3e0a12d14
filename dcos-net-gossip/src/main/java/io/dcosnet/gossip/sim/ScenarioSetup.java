// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static java.util.Objects.requireNonNull;

import io.dcosnet.gossip.settings.GossipSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A scenario to be run. <b>Immutable.</b>
 *
 * @param nodes at least 3
 * @param length of partition, loss or pauses; null for the usual one
 * @param settings of all nodes
 * @param keys how many keys are written before the calm minute; without any, nodes have no store
 */
public record ScenarioSetup(
    Scenario scenario,
    int nodes,
    long seed,
    @Nullable Duration length,
    GossipSettings settings,
    int keys) {

  /** Most keys. */
  public static final int MAX_KEYS = 10_000;

  public ScenarioSetup {
    requireNonNull(scenario, "scenario");
    requireNonNull(settings, "settings");
    if (nodes < 3 || nodes > 60_000) {
      throw new IllegalArgumentException("nodes: " + nodes + " (expected: 3 to 60000)");
    }
    if (length != null && (length.isNegative() || length.isZero())) {
      throw new IllegalArgumentException("length: " + length + " (expected: more than nothing)");
    }
    if (keys < 0 || keys > MAX_KEYS) {
      throw new IllegalArgumentException("keys: " + keys + " (expected: 0 to " + MAX_KEYS + ")");
    }
  }

  /** With the settings of a data centre, and the usual length. */
  public static ScenarioSetup of(Scenario scenario, int nodes, long seed) {
    return new ScenarioSetup(scenario, nodes, seed, null, GossipSettings.lan(), 0);
  }

  /** This one without links on rings. */
  public ScenarioSetup withoutLinks() {
    return new ScenarioSetup(
        scenario, nodes, seed, length, settings.toBuilder().rings(0).build(), keys);
  }

  /** This one with another length of partition, loss or pauses. */
  public ScenarioSetup withLength(Duration next) {
    return new ScenarioSetup(scenario, nodes, seed, next, settings, keys);
  }

  /**
   * This one with a replicated store on each node, in which random nodes write so many keys with
   * values of 200 octets, half a second apart, before the calm minute.
   */
  public ScenarioSetup withKeys(int next) {
    return new ScenarioSetup(scenario, nodes, seed, length, settings, next);
  }

  /** Runs it, in the thread of the caller. */
  public ScenarioResult run() {
    return new ScenarioRun(this).run();
  }
}
