// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import java.util.Collections;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One back end of one VIP as its task describes it. <b>Immutable.</b>
 *
 * @param zone fault domain of its agent as {@code region/zone}, empty when unknown
 * @param attributes options beside the VIP label, see {@link ServiceOptions}: {@code policy}, …;
 *     and {@code port}, what the task calls its port
 * @param tasks whose back end it is, as {@link TaskMark}s; more than one where tasks share it
 */
public record VipBackend(
    VipKey key,
    Backend backend,
    String zone,
    SortedMap<String, String> attributes,
    SortedSet<String> tasks) {

  private static final Comparator<VipBackend> REST =
      Comparator.<VipBackend, IpAddress>comparing(one -> one.backend.node())
          .thenComparing(VipBackend::zone)
          .thenComparing(one -> one.attributes.toString());

  public VipBackend {
    requireNonNull(key, "key");
    requireNonNull(backend, "backend");
    requireNonNull(zone, "zone");
    attributes =
        attributes.isEmpty()
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    tasks = Collections.unmodifiableSortedSet(new TreeSet<>(tasks));
  }

  /** One of which it is not known whose it is. */
  public VipBackend(
      VipKey key, Backend backend, String zone, SortedMap<String, String> attributes) {
    this(key, backend, zone, attributes, Collections.emptySortedSet());
  }

  /** What makes two of them the same back end, whichever task they come from. */
  public Place place() {
    return new Place(key, backend.endpoint());
  }

  /**
   * Both together, when two tasks name the same place: the greater weight and the better state. The
   * rest comes from the one that sorts first, so that the order of the two does not matter.
   */
  public VipBackend merge(VipBackend other) {
    VipBackend first = REST.compare(this, other) <= 0 ? this : other;
    Backend.State own = backend.state();
    Backend.State others = other.backend.state();
    Backend merged =
        new Backend(
            backend.endpoint(),
            first.backend.node(),
            Math.max(backend.weight(), other.backend.weight()),
            own.compareTo(others) <= 0 ? own : others);
    SortedSet<String> both = new TreeSet<>(tasks);
    both.addAll(other.tasks);
    return new VipBackend(key, merged, first.zone, first.attributes, both);
  }

  /** A VIP and one place that serves it. */
  public record Place(VipKey key, HostPort endpoint) implements Comparable<Place> {
    public Place {
      requireNonNull(key, "key");
      requireNonNull(endpoint, "endpoint");
    }

    @Override
    public int compareTo(Place other) {
      int byKey = key.compareTo(other.key);
      return byKey != 0 ? byKey : endpoint.compareTo(other.endpoint);
    }
  }
}
