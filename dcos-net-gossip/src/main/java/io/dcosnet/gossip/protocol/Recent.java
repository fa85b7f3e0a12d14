// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What came lately, bounded in number and in age: a memory that strangers cannot fill. */
final class Recent<K, V> {

  private record Kept<V>(V value, long nanos) {}

  private final int most;
  private final long maxAgeNanos;
  private final Consumer<K> pushedOut;
  private final Map<K, Kept<V>> kept = new LinkedHashMap<>();

  /**
   * Remembers nothing yet.
   *
   * @param pushedOut told of each key that is forgotten before its time, as others need its place
   */
  Recent(int most, long maxAgeNanos, Consumer<K> pushedOut) {
    this.most = most;
    this.maxAgeNanos = maxAgeNanos;
    this.pushedOut = pushedOut;
  }

  /** What is remembered for this key. */
  @Nullable V find(K key) {
    Kept<V> found = kept.get(key);
    return found == null ? null : found.value;
  }

  /** Remembers a new key, and forgets what is too old or too much. */
  void put(K key, V value, long nanos) {
    Iterator<Map.Entry<K, Kept<V>>> oldest = kept.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<K, Kept<V>> entry = oldest.next();
      boolean old = nanos - entry.getValue().nanos >= maxAgeNanos;
      if (!old && kept.size() < most) {
        break;
      }
      oldest.remove();
      if (!old) {
        pushedOut.accept(entry.getKey());
      }
    }
    kept.put(key, new Kept<>(value, nanos));
  }

  int size() {
    return kept.size();
  }
}
