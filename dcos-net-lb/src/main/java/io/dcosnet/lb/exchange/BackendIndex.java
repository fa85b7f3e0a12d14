// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The entries of all back ends, found by VIP, by task and by node: what a change of a task or of a
 * node costs depends on what it has, not on the cluster.
 *
 * <p><b>Confined to</b> one thread.
 */
final class BackendIndex {

  private static final Comparator<Stored> LIVING_WRITER_FIRST =
      Comparator.<Stored, Boolean>comparing(stored -> !stored.state.lives())
          .thenComparing(stored -> stored.writer);

  /** An entry as the store has it. */
  record Stored(BackendEntry entry, NodeId writer, OwnerState state) {

    /** Whose it is; what does not say so stands for itself. */
    Set<String> tasks(Place place) {
      return entry.tasks().isEmpty() ? Set.of(BackendKey.text(place)) : entry.tasks();
    }
  }

  private final Map<VipKey, SortedMap<HostPort, Map<NodeId, Stored>>> byVip = new HashMap<>();
  private final Counted<String, Place> byTask = new Counted<>();
  private final Counted<IpAddress, VipKey> byNode = new Counted<>();
  private final Counted<NodeId, VipKey> byOwner = new Counted<>();

  void put(Place place, Stored stored) {
    Stored before =
        byVip
            .computeIfAbsent(place.key(), vip -> new TreeMap<>())
            .computeIfAbsent(place.endpoint(), endpoint -> new HashMap<>())
            .put(stored.writer, stored);
    if (before != null) {
      count(place, before, -1);
    }
    count(place, stored, 1);
  }

  /** What was there, or null. */
  @Nullable Stored remove(Place place, NodeId writer) {
    SortedMap<HostPort, Map<NodeId, Stored>> endpoints = byVip.get(place.key());
    Map<NodeId, Stored> writers = endpoints == null ? null : endpoints.get(place.endpoint());
    Stored gone = writers == null ? null : writers.remove(writer);
    if (endpoints == null || writers == null || gone == null) {
      return null;
    }
    count(place, gone, -1);
    if (writers.isEmpty()) {
      endpoints.remove(place.endpoint());
    }
    if (endpoints.isEmpty()) {
      byVip.remove(place.key());
    }
    return gone;
  }

  private void count(Place place, Stored stored, int by) {
    stored.tasks(place).forEach(task -> byTask.count(task, place, by));
    byNode.count(stored.entry.backend().node(), place.key(), by);
    if (stored.entry.onWriter()) {
      byOwner.count(stored.writer, place.key(), by);
    }
  }

  /** The entry that counts at each endpoint of a VIP, sorted. */
  SortedMap<HostPort, Stored> of(VipKey key) {
    SortedMap<HostPort, Stored> chosen = new TreeMap<>();
    endpoints(key).forEach((endpoint, writers) -> chosen.put(endpoint, chosen(writers)));
    return chosen;
  }

  /** Does something with each entry of a VIP, in the order of endpoints and writers. */
  void each(VipKey key, BiConsumer<Place, Stored> work) {
    endpoints(key)
        .forEach(
            (endpoint, writers) ->
                new TreeMap<>(writers)
                    .values()
                    .forEach(stored -> work.accept(new Place(key, endpoint), stored)));
  }

  /** The entry that counts at this place, or null. */
  @Nullable Stored at(Place place) {
    Map<NodeId, Stored> writers = endpoints(place.key()).get(place.endpoint());
    return writers == null ? null : chosen(writers);
  }

  /** What one node says of this place, or null. */
  @Nullable Stored by(NodeId writer, Place place) {
    return endpoints(place.key()).getOrDefault(place.endpoint(), Map.of()).get(writer);
  }

  private SortedMap<HostPort, Map<NodeId, Stored>> endpoints(VipKey key) {
    return byVip.getOrDefault(key, Collections.emptySortedMap());
  }

  private static Stored chosen(Map<NodeId, Stored> writers) {
    return writers.values().stream().min(LIVING_WRITER_FIRST).orElseThrow();
  }

  /** All VIPs, a copy. */
  Set<VipKey> keys() {
    return new HashSet<>(byVip.keySet());
  }

  /** Where a task has back ends, a live view. */
  Set<Place> places(String task) {
    return byTask.of(task);
  }

  /** The VIPs that have tasks on the node at this address, a live view. */
  Set<VipKey> at(IpAddress node) {
    return byNode.of(node);
  }

  /** The VIPs that this node has told of tasks of its own for, a live view. */
  Set<VipKey> ofOwner(NodeId node) {
    return byOwner.of(node);
  }

  void clear() {
    byVip.clear();
    byTask.clear();
    byNode.clear();
    byOwner.clear();
  }
}
