// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** A map of a few entries without a table: as small as it gets, and read from end to end. */
final class FewEntries<K, V> extends AbstractMap<K, V> {

  /** Key, value, key, value and so on. */
  private final Object[] entries;

  private FewEntries(Object[] entries) {
    this.entries = entries;
  }

  static <K, V> FewEntries<K, V> of(SortedMap<K, V> map) {
    Object[] entries = new Object[2 * map.size()];
    int at = 0;
    for (Map.Entry<K, V> entry : map.entrySet()) {
      entries[at++] = entry.getKey();
      entries[at++] = entry.getValue();
    }
    return new FewEntries<>(entries);
  }

  @Override
  public int size() {
    return entries.length / 2;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return get(key) != null;
  }

  @Override
  public @Nullable V get(@Nullable Object key) {
    for (int i = 0; i < entries.length; i += 2) {
      if (entries[i].equals(key)) {
        return value(i);
      }
    }
    return null;
  }

  @SuppressWarnings("unchecked") // Made of keys and values only.
  private K key(int at) {
    return (K) entries[at];
  }

  @SuppressWarnings("unchecked") // As above.
  private V value(int at) {
    return (V) entries[at + 1];
  }

  @Override
  public Set<Entry<K, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return FewEntries.this.size();
      }

      @Override
      public Iterator<Entry<K, V>> iterator() {
        return new Each();
      }
    };
  }

  private final class Each implements Iterator<Entry<K, V>> {

    private int at;

    @Override
    public boolean hasNext() {
      return at < entries.length;
    }

    @Override
    public Entry<K, V> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Entry<K, V> entry = Map.entry(key(at), value(at));
      at += 2;
      return entry;
    }
  }
}
