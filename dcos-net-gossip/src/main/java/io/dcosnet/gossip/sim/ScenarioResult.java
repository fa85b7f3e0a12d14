// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario showed. <b>Immutable.</b>
 *
 * @param virtualSeconds how long the cluster ran
 * @param verdict from the fault (or join, leave, heal) until each living node held the right view
 * @param rumour from a change of what one member says of itself until each node had it
 * @param value from a write to the store until each node had it; null where nothing was written
 * @param idleBytesPerNodePerSecond sent in sixty quiet seconds, with the headers of IP, UDP and TCP
 * @param bytesPerNodePerSecond sent over the whole run
 * @param packetsPerNodePerSecond sent over the whole run
 * @param payloadCopiesPerNode how often each write came to each other node, once the way that they
 *     take was found; not a number where nothing was written
 * @param falseDeaths processes that ran, were reachable and were declared dead
 * @param violations of what must hold always, for people
 * @param events of the simulation
 * @param fingerprint of the run: equal ones mean equal runs
 * @param wallSeconds how long it took to simulate
 */
public record ScenarioResult(
    Scenario scenario,
    int nodes,
    long seed,
    double virtualSeconds,
    Spread verdict,
    Spread rumour,
    @Nullable Spread value,
    double idleBytesPerNodePerSecond,
    double bytesPerNodePerSecond,
    double packetsPerNodePerSecond,
    double payloadCopiesPerNode,
    int falseDeaths,
    List<String> violations,
    long events,
    long fingerprint,
    double wallSeconds) {

  public ScenarioResult {
    violations = List.copyOf(violations);
  }

  /** One JSON object on one line. */
  public String toJson() {
    return "{"
        + "\"scenario\":\""
        + scenario.text()
        + "\",\"nodes\":"
        + nodes
        + ",\"seed\":"
        + seed
        + ",\"virtualSeconds\":"
        + Spread.number(virtualSeconds)
        + ",\"verdict\":"
        + verdict.toJson()
        + ",\"rumour\":"
        + rumour.toJson()
        + ",\"value\":"
        + (value == null ? "null" : value.toJson())
        + ",\"idleBytesPerNodePerSecond\":"
        + Spread.number(idleBytesPerNodePerSecond)
        + ",\"bytesPerNodePerSecond\":"
        + Spread.number(bytesPerNodePerSecond)
        + ",\"packetsPerNodePerSecond\":"
        + Spread.number(packetsPerNodePerSecond)
        + ",\"payloadCopiesPerNode\":"
        + Spread.number(payloadCopiesPerNode)
        + ",\"falseDeaths\":"
        + falseDeaths
        + ",\"invariantViolations\":"
        + violations.size()
        + ",\"events\":"
        + events
        + ",\"fingerprint\":\"%016x\"".formatted(fingerprint)
        + ",\"wallSeconds\":"
        + Spread.number(wallSeconds)
        + "}";
  }
}
