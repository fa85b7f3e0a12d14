// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import java.math.BigInteger;

/**
 * How much fits into one pool of addresses. <b>Immutable.</b>
 *
 * @param option path of the option that gives the pool, such as {@code vtep_subnet}
 * @param subject what the pool is for: {@code VTEP}, or the name of the overlay
 * @param subnet the pool
 * @param agents how many agents can get their part of it
 * @param ranges into how many equal ranges each agent's part is cut; 0 for the VTEP pools
 * @param containers how many containers can have an address in each range; 0 for the VTEP pools
 */
public record Capacity(
    String option,
    String subject,
    Cidr subnet,
    BigInteger agents,
    int ranges,
    BigInteger containers) {

  public Capacity {
    requireNonNull(option, "option");
    requireNonNull(subject, "subject");
    requireNonNull(subnet, "subnet");
    requireNonNull(agents, "agents");
    requireNonNull(containers, "containers");
  }

  /** One line for a person. */
  @Override
  public String toString() {
    String perAgent =
        ranges == 0 ? "" : ", each " + ranges + " x " + containers + " container addresses";
    return option + ": " + subject + " " + subnet + " (" + agents + " agents" + perAgent + ")";
  }
}
