// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.vip.Backend;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A back end as this node sees it. <b>Immutable.</b>
 *
 * @param reach what is believed of the node that its task runs on
 * @param sinceMillis Unix time at which its state began; decides who came last
 * @param zone fault domain of its node as {@code region/zone}, empty when unknown
 * @param attributes what its labels say of the VIP, see {@link ServiceOptions}
 */
public record Candidate(
    Backend backend,
    Reach reach,
    long sinceMillis,
    String zone,
    SortedMap<String, String> attributes) {
  public Candidate {
    requireNonNull(backend, "backend");
    requireNonNull(reach, "reach");
    requireNonNull(zone, "zone");
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
  }

  /** One that says nothing of its zone nor of the VIP. */
  public Candidate(Backend backend, Reach reach, long sinceMillis) {
    this(backend, reach, sinceMillis, "", Collections.emptySortedMap());
  }

  /** One on a node that lives, or is dead. */
  public Candidate(Backend backend, boolean reachable, long sinceMillis) {
    this(backend, reachable ? Reach.REACHED : Reach.DEAD, sinceMillis);
  }

  /** False while the node that its task runs on is believed dead or has left. */
  public boolean reachable() {
    return reach.isUsable();
  }
}
