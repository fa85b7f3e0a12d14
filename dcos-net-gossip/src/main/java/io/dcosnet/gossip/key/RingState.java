// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import io.dcosnet.api.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the keys of a cluster: for each id the last thing that happened to it, and which
 * key was last chosen to seal. Each is a register in which the greater stamp wins and, between
 * equal stamps, the greater content; so states merge in any order and any number of times into the
 * same.
 *
 * <p>Stamps are counters: a change gets one more than the greatest that its maker knows, so that
 * what was seen is always overruled, whatever the clocks say.
 *
 * <p>The choice carries its secret. It stays in force even where somebody removed that key without
 * knowing of the choice: a ring is never empty. <b>Immutable.</b>
 *
 * @param entries by id
 * @param choice the key that seals
 */
record RingState(SortedMap<Integer, Entry> entries, Choice choice) {

  /** Greatest stamp; six octets on the wire. */
  static final long MAX_STAMP = (1L << 48) - 1;

  private static final Comparator<@Nullable Bytes> CONTENT =
      Comparator.nullsLast(Comparator.<Bytes>naturalOrder());

  /**
   * The last thing that happened to a key.
   *
   * @param secret null when it was removed
   */
  record Entry(long stamp, @Nullable Bytes secret) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byStamp = Long.compare(stamp, other.stamp);
      return byStamp != 0 ? byStamp : CONTENT.compare(secret, other.secret);
    }
  }

  /** A key was chosen to seal. */
  record Choice(long stamp, GossipKey key) implements Comparable<Choice> {
    @Override
    public int compareTo(Choice other) {
      int byStamp = Long.compare(stamp, other.stamp);
      if (byStamp != 0) {
        return byStamp;
      }
      int byId = Integer.compare(key.id(), other.key.id());
      return byId != 0 ? byId : key.secret().compareTo(other.key.secret());
    }
  }

  RingState {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  /** One key, which nobody has done anything with yet. */
  static RingState of(GossipKey key) {
    return new RingState(
        new TreeMap<>(Map.of(key.id(), new Entry(0, key.secret()))), new Choice(0, key));
  }

  /** The keys in force, by id. */
  SortedMap<Integer, GossipKey> keys() {
    SortedMap<Integer, GossipKey> keys = new TreeMap<>();
    entries.forEach(
        (id, entry) -> {
          if (entry.secret() != null) {
            keys.put(id, new GossipKey(id, entry.secret()));
          }
        });
    keys.put(choice.key().id(), choice.key());
    return keys;
  }

  RingState with(int id, @Nullable Bytes secret) {
    TreeMap<Integer, Entry> changed = new TreeMap<>(entries);
    changed.put(id, new Entry(nextStamp(), secret));
    return new RingState(changed, choice);
  }

  /** With a key that nobody has done anything with yet. */
  RingState withOldest(GossipKey key) {
    TreeMap<Integer, Entry> changed = new TreeMap<>(entries);
    changed.put(key.id(), new Entry(0, key.secret()));
    return new RingState(changed, choice);
  }

  RingState choosing(GossipKey key) {
    return new RingState(entries, new Choice(nextStamp(), key));
  }

  /** The least state that knows all of both. */
  RingState join(RingState other) {
    TreeMap<Integer, Entry> all = new TreeMap<>(entries);
    other.entries.forEach(
        (id, entry) -> all.merge(id, entry, (a, b) -> a.compareTo(b) >= 0 ? a : b));
    return new RingState(all, choice.compareTo(other.choice) >= 0 ? choice : other.choice);
  }

  private long nextStamp() {
    List<Long> stamps = new ArrayList<>(List.of(choice.stamp()));
    entries.values().forEach(entry -> stamps.add(entry.stamp()));
    long next = Collections.max(stamps) + 1;
    if (next > MAX_STAMP) {
      throw new IllegalStateException("key ring: no stamps are left; begin with a new key file");
    }
    return next;
  }
}
