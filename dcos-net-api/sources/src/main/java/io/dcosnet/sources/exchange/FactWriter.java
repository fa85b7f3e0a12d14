// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.sources.facts.FactCodec;
import io.dcosnet.sources.facts.FactHead;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one writer as they came, undecoded but for its head. <b>Confined to</b> a turn.
 */
final class FactWriter {

  private final String id;
  private final Map<String, Entry> entries = new HashMap<>();
  private @Nullable Entry headEntry;
  private @Nullable FactHead head;

  FactWriter(String id) {
    this.id = id;
  }

  String id() {
    return id;
  }

  @Nullable FactHead head() {
    return head;
  }

  /** The entry of the head, also of one that cannot be read. */
  @Nullable Entry headEntry() {
    return headEntry;
  }

  /**
   * Takes the head's entry.
   *
   * @throws DecodeException when it cannot be read; then there is none
   */
  void head(@Nullable Entry entry) {
    headEntry = entry;
    head = null;
    if (entry != null) {
      head = FactCodec.decodeHead(entry.value());
    }
  }

  /** All entries but the head. */
  Collection<Entry> entries() {
    return entries.values();
  }

  int size() {
    return entries.size();
  }

  void put(Entry entry) {
    entries.put(entry.key(), entry);
  }

  void remove(String key) {
    entries.remove(key);
  }

  boolean isEmpty() {
    return headEntry == null && entries.isEmpty();
  }

  long generation() {
    FactHead now = head;
    return now == null ? 0 : now.generation();
  }

  /** True when it has a head, and everything that was there when the head was written. */
  boolean isWhole() {
    FactHead now = head;
    return now != null && entries.size() >= now.entries();
  }

  /** True when it has a head, and at least half of what was there then. */
  boolean isUsable() {
    FactHead now = head;
    return now != null && 2L * entries.size() >= now.entries();
  }

  /** By generation, then by id, so that all nodes choose the same. */
  boolean isAbove(@Nullable FactWriter other) {
    if (head == null || other == null || other.head == null) {
      return head != null;
    }
    int byGeneration = Long.compare(generation(), other.generation());
    return byGeneration != 0 ? byGeneration > 0 : id.compareTo(other.id) > 0;
  }
}
