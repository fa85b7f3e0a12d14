// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.ipvs;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;

/**
 * A place that a service sends connections to. <b>Immutable.</b>
 *
 * @param method how packets get there, {@link #MASQUERADE} or another
 * @param weight share of new connections; 0 for none, and those that it has go on
 * @param most connections beyond which it gets nothing new; 0 for no limit
 * @param enough connections below which it gets new ones again after that
 */
public record IpvsDestination(HostPort endpoint, int method, int weight, int most, int enough) {

  /** Addresses are rewritten in both directions. */
  public static final int MASQUERADE = 0;

  /** To this host itself. */
  public static final int LOCAL = 1;

  public IpvsDestination {
    requireNonNull(endpoint, "endpoint");
  }

  /** One to which addresses are rewritten, without a limit. */
  public static IpvsDestination of(HostPort endpoint, int weight) {
    return new IpvsDestination(endpoint, MASQUERADE, weight, 0, 0);
  }

  public IpvsDestination withWeight(int other) {
    return new IpvsDestination(endpoint, method, other, most, enough);
  }

  /** Such as {@code 192.0.2.7:8080 weight 3}. */
  @Override
  public String toString() {
    return endpoint + " weight " + weight;
  }
}
