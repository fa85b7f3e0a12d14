// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Masters;

/**
 * What one writer says of all its facts together. It is written after them, so that whoever has so
 * many of its entries has all that there were then. <b>Immutable.</b>
 *
 * @param generation 1 or more; of several writers the one with the greatest counts
 * @param entries how many other entries it had when it wrote this
 * @param masters without {@link Masters#awaited}, of which each has an entry of its own
 */
public record FactHead(long generation, int entries, Masters masters) {
  public FactHead {
    requireNonNull(masters, "masters");
    if (generation < 1 || entries < 0) {
      throw new IllegalArgumentException(
          "head: generation %d, %d entries (expected: at least 1, 0)"
              .formatted(generation, entries));
    }
  }
}
