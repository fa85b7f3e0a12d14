// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.ConfigurationException;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * Everything there is to say about a configuration before it is used. <b>Immutable.</b>
 *
 * @param config the configuration; empty when there are problems
 * @param problems why it cannot be used, in the order of the document; all of them
 * @param warnings what works but may not be meant
 * @param capacities how much fits into each pool; empty when there are problems
 */
public record ConfigCheck(
    Optional<NetworkConfig> config,
    List<ConfigProblem> problems,
    List<ConfigProblem> warnings,
    List<Capacity> capacities) {

  public ConfigCheck {
    requireNonNull(config, "config");
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    capacities = List.copyOf(capacities);
    if (config.isPresent() == !problems.isEmpty()) {
      throw new IllegalArgumentException("config: either it or problems (expected: one of them)");
    }
  }

  /** True when the configuration can be used. */
  public boolean ok() {
    return problems.isEmpty();
  }

  /** How many agents can register: the size of the smallest VTEP pool; 0 with problems. */
  public BigInteger agents() {
    return capacities.stream()
        .filter(capacity -> capacity.ranges() == 0)
        .map(Capacity::agents)
        .reduce(BigInteger::min)
        .orElse(BigInteger.ZERO);
  }

  /**
   * The configuration.
   *
   * @throws ConfigurationException with all problems
   */
  public NetworkConfig orElseThrow() {
    return config.orElseThrow(
        () -> new ConfigurationException(problems.stream().map(ConfigProblem::toString).toList()));
  }
}
