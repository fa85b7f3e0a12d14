// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.linux.ipvs.IpvsDestination;
import io.dcosnet.linux.ipvs.IpvsService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the kernel holds, as far as we know. <b>Not thread-safe.</b> */
final class Held {

  private final Map<IpvsService.Key, Wanted> ours = new HashMap<>();
  private final Set<IpvsService.Key> foreign = new HashSet<>();
  private boolean known;

  /** Nothing is known yet. */
  Held() {}

  /**
   * Reads what is there.
   *
   * @return services that somebody else had changed since the last time, or since {@link #done}
   */
  long read(IpvsHost kernel) {
    Map<IpvsService.Key, Wanted> there = new HashMap<>();
    foreign.clear();
    for (IpvsService service : kernel.services()) {
      if (Wanted.isOurs(service)) {
        there.put(service.key(), kernel.whole(service));
      } else {
        foreign.add(service.key());
      }
    }
    long drift = 0;
    if (known) {
      drift += ours.entrySet().stream().filter(e -> !e.getValue().equals(there.get(e.getKey()))).count();
      drift += there.keySet().stream().filter(key -> !ours.containsKey(key)).count();
    }
    ours.clear();
    ours.putAll(there);
    known = true;
    return drift;
  }

  /** What is there of ours; null for nothing. */
  @Nullable Wanted ours(IpvsService.Key key) {
    return ours.get(key);
  }

  /** All services of ours. */
  List<IpvsService.Key> keys() {
    return List.copyOf(ours.keySet());
  }

  boolean isForeign(IpvsService.Key key) {
    return foreign.contains(key);
  }

  boolean hasForeign() {
    return !foreign.isEmpty();
  }

  /** The kernel did a step. */
  void done(Step step) {
    IpvsService.Key key = step.key();
    if (step instanceof Step.AddService added) {
      ours.put(key, new Wanted(added.service(), new TreeMap<>()));
    } else if (step instanceof Step.SetService set) {
      ours.computeIfPresent(key, (k, before) -> new Wanted(set.service(), before.destinations()));
    } else if (step instanceof Step.DeleteService) {
      ours.remove(key);
    } else if (step instanceof Step.Add add) {
      put(key, add.destination());
    } else if (step instanceof Step.Set set) {
      put(key, set.destination());
    } else if (step instanceof Step.Delete delete) {
      without(key, delete.endpoint());
    }
  }

  private void put(IpvsService.Key key, IpvsDestination destination) {
    ours.computeIfPresent(
        key,
        (k, before) -> {
          SortedMap<HostPort, IpvsDestination> all = new TreeMap<>(before.destinations());
          all.put(destination.endpoint(), destination);
          return new Wanted(before.service(), all);
        });
  }

  private void without(IpvsService.Key key, HostPort endpoint) {
    ours.computeIfPresent(
        key,
        (k, before) -> {
          SortedMap<HostPort, IpvsDestination> all = new TreeMap<>(before.destinations());
          all.remove(endpoint);
          return new Wanted(before.service(), all);
        });
  }
}
