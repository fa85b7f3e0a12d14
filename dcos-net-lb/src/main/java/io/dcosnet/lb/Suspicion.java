// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * That a back end which its scheduler takes for healthy fails for many nodes, or does so no more.
 * Nothing is taken out for it: each node acts on what it saw itself. Whoever runs the task may look
 * after it. <b>Immutable.</b>
 *
 * @param holds false when it is over
 * @param ejectedBy nodes that have ejected it
 * @param trustedBy nodes that use it at the same time and have not
 */
public record Suspicion(
    Place place, boolean holds, SortedSet<NodeId> ejectedBy, SortedSet<NodeId> trustedBy) {
  public Suspicion {
    requireNonNull(place, "place");
    ejectedBy = Collections.unmodifiableSortedSet(new TreeSet<>(ejectedBy));
    trustedBy = Collections.unmodifiableSortedSet(new TreeSet<>(trustedBy));
  }

  static Suspicion of(Place place, boolean holds, Set<NodeId> ejectedBy, Set<NodeId> trustedBy) {
    return new Suspicion(place, holds, new TreeSet<>(ejectedBy), new TreeSet<>(trustedBy));
  }
}
