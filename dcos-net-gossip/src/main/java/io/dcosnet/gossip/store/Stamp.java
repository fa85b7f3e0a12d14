// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static java.util.Objects.requireNonNull;

/**
 * A write and when it was made. <b>Immutable.</b>
 *
 * @param time by the {@link Hlc} of its origin, where it grows with the counter
 */
public record Stamp(Dot dot, long time) {
  public Stamp {
    requireNonNull(dot, "dot");
  }
}
