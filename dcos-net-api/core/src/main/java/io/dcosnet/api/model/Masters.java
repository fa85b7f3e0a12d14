// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The masters of a cluster. <b>Immutable.</b>
 *
 * @param all in the order of the list they came from, which gives {@code masterN} its number; may
 *     lack the leader
 * @param leader null while nobody leads
 * @param awaited ids of agents that a newly elected leader knows of but has not heard from, and of
 *     whose tasks nothing is known here: while there are some, a missing task proves nothing
 */
public record Masters(List<Master> all, @Nullable Master leader, Set<String> awaited) {

  /** What {@link #awaited} holds while it is not known which agents there are. */
  public static final String OTHERS = "*";

  /** Nothing known. */
  public static final Masters NONE = new Masters(List.of(), null);

  public Masters {
    all = List.copyOf(all);
    awaited = Set.copyOf(awaited);
  }

  /** Masters whose leader waits for nobody. */
  public Masters(List<Master> all, @Nullable Master leader) {
    this(all, leader, Set.of());
  }

  /** These masters with another set of awaited agents. */
  public Masters awaiting(Set<String> agents) {
    return new Masters(all, leader, agents);
  }
}
