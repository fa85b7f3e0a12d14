// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.health;

import static java.util.Objects.requireNonNull;

import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How all back ends fare on this node at one moment. <b>Immutable.</b>
 *
 * @param troubled those with whom anything was ever wrong, or that begin slowly
 * @param inPanic front ends of which so much is ejected that no ejection is heeded
 */
public record HealthSnapshot(Map<Place, Condition> troubled, Set<Frontend> inPanic) {

  /** Nothing is wrong. */
  public static final HealthSnapshot EMPTY = new HealthSnapshot(Map.of(), Set.of());

  public HealthSnapshot {
    troubled = Map.copyOf(troubled);
    inPanic = Set.copyOf(inPanic);
  }

  /** How one fares; {@link Condition#SOUND} for those that nothing is known of. */
  public Condition of(Place place) {
    return troubled.getOrDefault(requireNonNull(place, "place"), Condition.SOUND);
  }

  /** Those that were ejected and have not proved themselves since. */
  public Set<Place> distrusted() {
    return troubled.entrySet().stream()
        .filter(one -> one.getValue().isDistrusted())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }
}
