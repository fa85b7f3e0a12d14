// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a deleted agent had and nobody has taken since, so that it gets the same when it comes back.
 * <b>Immutable.</b>
 *
 * @param releases at least one
 */
record Tombstone(NodeId agent, List<Release> releases) {

  Tombstone {
    requireNonNull(agent, "agent");
    releases = List.copyOf(releases);
    if (releases.isEmpty()) {
      throw new IllegalArgumentException("releases: none (expected: at least one)");
    }
  }

  /** What the agent had of a pool last. */
  @Nullable Cidr wish(PoolId pool) {
    Cidr wish = null;
    for (Release release : releases) {
      if (release.element().pool().equals(pool)) {
        wish = release.element().cidr();
      }
    }
    return wish;
  }

  Tombstone plus(List<Release> more) {
    List<Release> all = new ArrayList<>(releases);
    all.addAll(more);
    return new Tombstone(agent, all);
  }

  /** What is left without one element; empty when nothing is. */
  Optional<Tombstone> minus(Element element) {
    List<Release> left =
        releases.stream().filter(release -> !release.element().equals(element)).toList();
    return left.isEmpty() ? Optional.empty() : Optional.of(new Tombstone(agent, left));
  }
}
