// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The values of a map as they are after a change, to be gone through once, in order. Looking a key
 * up costs as much as that.
 */
@SuppressWarnings("JdkObsolete") // it is what a persistent map is made of
final class Changed<V> extends AbstractMap<String, V> implements SortedMap<String, V> {

  private final NavigableMap<String, V> before;
  private final BiFunction<String, V, V> change;

  Changed(NavigableMap<String, V> before, BiFunction<String, V, V> change) {
    this.before = before;
    this.change = change;
  }

  @Override
  public Set<Entry<String, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, V>> iterator() {
        Iterator<Entry<String, V>> entries = before.entrySet().iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return entries.hasNext();
          }

          @Override
          public Entry<String, V> next() {
            Entry<String, V> entry = entries.next();
            V after = change.apply(entry.getKey(), entry.getValue());
            return after == entry.getValue()
                ? entry
                : new SimpleImmutableEntry<>(entry.getKey(), after);
          }
        };
      }

      @Override
      public int size() {
        return before.size();
      }
    };
  }

  @Override
  public @Nullable Comparator<? super String> comparator() {
    return before.comparator();
  }

  @Override
  public String firstKey() {
    return before.firstKey();
  }

  @Override
  public String lastKey() {
    return before.lastKey();
  }

  @Override
  public SortedMap<String, V> subMap(String from, String to) {
    return new Changed<>(before.subMap(from, true, to, false), change);
  }

  @Override
  public SortedMap<String, V> headMap(String to) {
    return new Changed<>(before.headMap(to, false), change);
  }

  @Override
  public SortedMap<String, V> tailMap(String from) {
    return new Changed<>(before.tailMap(from, true), change);
  }
}
