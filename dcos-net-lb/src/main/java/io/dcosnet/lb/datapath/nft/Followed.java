// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Back ends that get nothing new and may still have connections, until they have none, which is
 * told once. <b>Thread-safe.</b>
 */
final class Followed {

  /** A back end of one service. */
  record Backend(Frontend frontend, HostPort endpoint) {}

  // Guards what is below; nobody is told in it.
  private final Object lock = new Object();
  private final Map<Frontend, Set<HostPort>> busy = new HashMap<>();
  private long changes;

  /**
   * Tells what has become of the back ends of a service.
   *
   * @param before that took new connections until now
   * @param now that take new ones
   * @param kept that may keep what they have
   */
  void change(Frontend frontend, Set<HostPort> before, Set<HostPort> now, Set<HostPort> kept) {
    synchronized (lock) {
      Set<HostPort> draining = busy.getOrDefault(frontend, Set.of());
      Set<HostPort> next = new HashSet<>(draining);
      next.addAll(before);
      next.removeAll(now);
      next.retainAll(kept);
      if (!next.equals(draining)) {
        changes++;
      }
      if (next.isEmpty()) {
        busy.remove(frontend);
      } else {
        busy.put(frontend, next);
      }
    }
  }

  /** Services that have such back ends. */
  Set<Frontend> frontends() {
    synchronized (lock) {
      return Set.copyOf(busy.keySet());
    }
  }

  /** Another number whenever there is somebody else to follow. */
  long changes() {
    synchronized (lock) {
      return changes;
    }
  }

  /**
   * Tells those of which no connection is left, and forgets them.
   *
   * @param asked of which services it was asked what is open
   * @param open back ends that have connections
   */
  void drained(Set<Frontend> asked, Set<Backend> open, TrafficObserver observer) {
    List<Backend> ended = new ArrayList<>();
    synchronized (lock) {
      for (Frontend frontend : asked) {
        for (HostPort endpoint : Set.copyOf(busy.getOrDefault(frontend, Set.of()))) {
          Backend backend = new Backend(frontend, endpoint);
          if (!open.contains(backend)) {
            ended.add(backend);
            forget(backend);
          }
        }
      }
    }
    ended.forEach(backend -> observer.drained(backend.frontend(), backend.endpoint()));
  }

  private void forget(Backend backend) {
    Set<HostPort> left = new HashSet<>(busy.getOrDefault(backend.frontend(), Set.of()));
    left.remove(backend.endpoint());
    if (left.isEmpty()) {
      busy.remove(backend.frontend());
    } else {
      busy.put(backend.frontend(), left);
    }
  }
}
