// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import io.dcosnet.api.net.IpAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Keeps addresses for a while after the last service of theirs has gone: as long as they are there,
 * the kernel refuses those who still call. Without a route, they would be left hanging.
 *
 * <p><b>Not thread-safe.</b>
 */
final class Leaving {

  private final long lingerNanos;
  private final Map<IpAddress, Long> untilNanos = new HashMap<>();
  private Set<IpAddress> before = Set.of();

  Leaving(Duration linger) {
    lingerNanos = linger.toNanos();
  }

  /** The wanted ones, with those that left a short while ago. */
  Set<IpAddress> with(Set<IpAddress> wanted, long nowNanos) {
    for (IpAddress address : before) {
      if (!wanted.contains(address)) {
        untilNanos.putIfAbsent(address, nowNanos + lingerNanos);
      }
    }
    untilNanos
        .entrySet()
        .removeIf(e -> wanted.contains(e.getKey()) || e.getValue() - nowNanos <= 0);
    before = Set.copyOf(wanted);
    Set<IpAddress> all = new HashSet<>(wanted);
    all.addAll(untilNanos.keySet());
    return all;
  }
}
