// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.DurableStore;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What has to be written before a new state may be believed: keys with their new value, or empty
 * for one that goes away. <b>Immutable.</b>
 */
public final class Changes {

  /** Nothing has to be written. */
  public static final Changes NONE = new Changes(Map.of());

  /** Lengths and counts around a key and a value. */
  private static final int ENTRY_BYTES = 16;

  private final Map<String, Optional<Bytes>> entries;

  private Changes(Map<String, Optional<Bytes>> entries) {
    this.entries = entries;
  }

  static Changes of(Map<String, Optional<Bytes>> entries) {
    return entries.isEmpty()
        ? NONE
        : new Changes(Collections.unmodifiableMap(new LinkedHashMap<>(entries)));
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Key to new value, empty for one that goes away. */
  public Map<String, Optional<Bytes>> entries() {
    return entries;
  }

  /** How much it is in a transaction, keys and values, rather too much than too little. */
  public long bytes() {
    long bytes = 0;
    for (Map.Entry<String, Optional<Bytes>> entry : entries.entrySet()) {
      bytes += ENTRY_BYTES + 3L * entry.getKey().length();
      bytes += entry.getValue().map(Bytes::size).orElse(0);
    }
    return bytes;
  }

  /** Several changes as one: where they touch the same key, the last one counts. */
  public static Changes all(List<Changes> inOrder) {
    if (inOrder.size() == 1) {
      return inOrder.get(0);
    }
    Map<String, Optional<Bytes>> all = new LinkedHashMap<>();
    inOrder.forEach(changes -> all.putAll(changes.entries));
    return of(all);
  }

  /**
   * A transaction that writes this and fails when anybody else has touched one of its keys: in
   * particular, a new owner's key must not exist, so the store itself refuses a double allocation.
   *
   * @param fence token of the leader
   * @param revisions what is known to be in the store: key to revision
   */
  public DurableStore.Batch toBatch(long fence, Map<String, Long> revisions) {
    Map<String, Bytes> puts = new HashMap<>();
    Set<String> deletes = new LinkedHashSet<>();
    List<DurableStore.Check> checks =
        entries.keySet().stream()
            .map(
                key ->
                    new DurableStore.Check(key, revisions.getOrDefault(key, DurableStore.ABSENT)))
            .toList();
    entries.forEach(
        (key, value) -> {
          if (value.isPresent()) {
            puts.put(key, value.get());
          } else if (revisions.containsKey(key)) {
            deletes.add(key); // else it came and went within these changes
          }
        });
    return new DurableStore.Batch(fence, checks, puts, deletes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Changes that && entries.equals(that.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return entries.keySet().toString();
  }
}
