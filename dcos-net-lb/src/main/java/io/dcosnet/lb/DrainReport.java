// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How far a drain got. <b>Immutable.</b>
 *
 * @param subject what was drained, for a person
 * @param places that it had when it was drained; empty when nothing was known of it
 * @param applied load balancers that send nothing new there any more
 * @param laggards living load balancers that had not said so when the time was over
 */
public record DrainReport(
    String subject,
    SortedSet<Place> places,
    SortedSet<NodeId> applied,
    SortedSet<NodeId> laggards,
    Duration took) {

  public DrainReport {
    requireNonNull(subject, "subject");
    places = Collections.unmodifiableSortedSet(new TreeSet<>(places));
    applied = Collections.unmodifiableSortedSet(new TreeSet<>(applied));
    laggards = Collections.unmodifiableSortedSet(new TreeSet<>(laggards));
    requireNonNull(took, "took");
  }

  static DrainReport of(
      String subject, Set<Place> places, Set<NodeId> applied, Set<NodeId> laggards, Duration took) {
    return new DrainReport(
        subject, new TreeSet<>(places), new TreeSet<>(applied), new TreeSet<>(laggards), took);
  }

  /** True when no living load balancer sends anything new there. */
  public boolean everywhere() {
    return laggards.isEmpty();
  }
}
