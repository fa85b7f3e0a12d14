// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import java.util.Optional;
import java.util.Set;

/**
 * What an agent asks for beside its tunnel end point. <b>Immutable.</b>
 *
 * @param subnets false for a mere gateway into the overlays, such as a master
 * @param networks names of the overlays; empty for all that are enabled
 * @param pools ids of the ranges that it has bridges for; empty for all
 */
public record Wants(boolean subnets, Optional<Set<String>> networks, Optional<Set<String>> pools) {

  /** A subnet of every overlay, with all its ranges. */
  public static final Wants EVERYTHING = new Wants(true, Optional.empty(), Optional.empty());

  /** No subnet. */
  public static final Wants GATEWAY = new Wants(false, Optional.empty(), Optional.empty());

  public Wants {
    networks = networks.map(Set::copyOf);
    pools = pools.map(Set::copyOf);
  }

  /** Only these overlays. */
  public Wants networks(String... names) {
    return new Wants(subnets, Optional.of(Set.of(names)), pools);
  }

  /** Only these ranges of each subnet. */
  public Wants pools(String... ids) {
    return new Wants(subnets, networks, Optional.of(Set.of(ids)));
  }

  boolean network(String name) {
    return subnets && networks.map(names -> names.contains(name)).orElse(true);
  }

  boolean pool(String id) {
    return pools.map(ids -> ids.contains(id)).orElse(true);
  }
}
