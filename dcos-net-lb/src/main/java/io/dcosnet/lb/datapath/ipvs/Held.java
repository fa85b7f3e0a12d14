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

  private final Map<IpvsService.Key, One> ours = new HashMap<>();
  private final Set<IpvsService.Key> foreign = new HashSet<>();
  private boolean known;

  /** A service that changes step by step. */
  private static final class One {
    private IpvsService service;
    private final SortedMap<HostPort, IpvsDestination> destinations;

    One(IpvsService service, SortedMap<HostPort, IpvsDestination> destinations) {
      this.service = service;
      this.destinations = new TreeMap<>(destinations);
    }

    boolean is(@Nullable Wanted other) {
      return other != null
          && service.equals(other.service())
          && destinations.equals(other.destinations());
    }
  }

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
      drift +=
          ours.entrySet().stream().filter(e -> !e.getValue().is(there.get(e.getKey()))).count();
      drift += there.keySet().stream().filter(key -> !ours.containsKey(key)).count();
    }
    ours.clear();
    there.forEach((key, one) -> ours.put(key, new One(one.service(), one.destinations())));
    known = true;
    return drift;
  }

  /** What is there of ours; null for nothing. */
  @Nullable Wanted ours(IpvsService.Key key) {
    One there = ours.get(key);
    return there == null ? null : new Wanted(there.service, there.destinations);
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
      ours.put(key, new One(added.service(), new TreeMap<>()));
      return;
    }
    if (step instanceof Step.DeleteService) {
      ours.remove(key);
      return;
    }
    One there = ours.get(key);
    if (there == null) {
      return; // of a service that was refused
    }
    if (step instanceof Step.SetService set) {
      there.service = set.service();
    } else if (step instanceof Step.Add add) {
      there.destinations.put(add.destination().endpoint(), add.destination());
    } else if (step instanceof Step.Set set) {
      there.destinations.put(set.destination().endpoint(), set.destination());
    } else if (step instanceof Step.Delete delete) {
      there.destinations.remove(delete.endpoint());
    }
  }
}
