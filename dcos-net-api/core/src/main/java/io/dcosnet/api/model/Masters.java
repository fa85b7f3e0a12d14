// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The masters of a cluster. <b>Immutable.</b>
 *
 * @param all in the order of the list they came from, which gives {@code masterN} its number; may
 *     lack the leader
 * @param leader null while nobody leads
 */
public record Masters(List<Master> all, @Nullable Master leader) {

  /** Nothing known. */
  public static final Masters NONE = new Masters(List.of(), null);

  public Masters {
    all = List.copyOf(all);
  }
}
