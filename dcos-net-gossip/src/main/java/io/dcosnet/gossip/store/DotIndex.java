// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which key each write went to that is live or may not be everywhere. <b>Not thread-safe.</b>
 *
 * <p>A write belongs to one key. Where somebody claims one for a second key as well, the first
 * stays.
 */
final class DotIndex {

  private final Map<ReplicaId, DotKeys> replicas = new LinkedHashMap<>();

  @Nullable String keyOf(Dot dot) {
    DotKeys keys = replicas.get(dot.replica());
    return keys == null ? null : keys.get(dot.counter());
  }

  void add(Dot dot, String key) {
    replicas.computeIfAbsent(dot.replica(), id -> new DotKeys()).add(dot.counter(), key);
  }

  void remove(Dot dot, String key) {
    DotKeys keys = replicas.get(dot.replica());
    if (keys != null) {
      keys.remove(dot.counter(), key);
      if (keys.isEmpty()) {
        replicas.remove(dot.replica());
      }
    }
  }

  /** Whether anything is there of a replica. */
  boolean names(ReplicaId replica) {
    return replicas.containsKey(replica);
  }

  /** The keys with a write that a clock does not have, each once. */
  Collection<String> missing(DotClock clock) {
    LinkedHashSet<String> missing = new LinkedHashSet<>();
    for (Map.Entry<ReplicaId, DotKeys> entry : replicas.entrySet()) {
      ReplicaId replica = entry.getKey();
      long highest = clock.highest(replica);
      entry
          .getValue()
          .from(
              clock.base(replica) + 1,
              (key, counter) -> {
                if (counter > highest || !clock.has(new Dot(replica, counter))) {
                  missing.add(key);
                }
              });
    }
    return missing;
  }
}
