// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.Dot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Deltas that came before what they build on, so many and no more: the oldest make room. <b>Not
 * thread-safe.</b>
 */
final class Waiting {

  /** One of them; {@code passed} when others were told of it already. */
  record Early(Delta delta, int link, int octets, long nanos, boolean passed) {}

  private final int most;
  private final long mostOctets;
  private final Map<Dot, Early> all = new LinkedHashMap<>(); // by the last write, oldest first
  private final Map<String, List<Early>> byKey = new LinkedHashMap<>();
  private long octets;

  Waiting(int most, long mostOctets) {
    this.most = most;
    this.mostOctets = mostOctets;
  }

  /** Whether it waits already. */
  boolean has(Dot lastWrite) {
    return all.containsKey(lastWrite);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  int size() {
    return all.size();
  }

  long octets() {
    return octets;
  }

  /**
   * Keeps one more.
   *
   * @return how many had to go for it
   */
  int add(Early early) {
    all.put(early.delta.last().dot(), early);
    byKey.computeIfAbsent(early.delta.key(), key -> new ArrayList<>(2)).add(early);
    octets += early.octets;
    int gone = 0;
    while (all.size() > most || octets > mostOctets) {
      remove(all.values().iterator().next());
      gone++;
    }
    return gone;
  }

  /** Those of a key, oldest first; a copy. */
  List<Early> of(String key) {
    List<Early> found = byKey.get(key);
    return found == null ? List.of() : List.copyOf(found);
  }

  /** The keys that any are of; a copy. */
  List<String> keys() {
    return List.copyOf(byKey.keySet());
  }

  /** All of them, oldest first; not to be changed. */
  Iterable<Early> all() {
    return all.values();
  }

  void remove(Early early) {
    if (all.remove(early.delta.last().dot()) == null) {
      return;
    }
    octets -= early.octets;
    List<Early> ofKey = byKey.get(early.delta.key());
    if (ofKey != null && ofKey.removeIf(one -> one.equals(early)) && ofKey.isEmpty()) {
      byKey.remove(early.delta.key());
    }
  }
}
