// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.pcollections.TreePMap;

/**
 * Maps that nobody changes, made from each other, and read in the order of their keys: of one entry
 * as in most cells, of a few, and of so many that a copy for each change would cost too much.
 */
final class SortedMaps {

  /** Up to this a copy is cheaper than a tree. */
  private static final int FEW = 8;

  /** From this share of changes on, all is made anew. */
  private static final int MANY = 8;

  private SortedMaps() {}

  /** With the entries of any map, which may change later. */
  static <K extends Comparable<K>, V> Map<K, V> of(Map<K, V> entries) {
    if (entries instanceof FewEntries || entries instanceof TreePMap) {
      return entries;
    }
    return switch (entries.size()) {
      case 0 -> Map.of();
      case 1 -> Map.copyOf(entries);
      default ->
          ofSorted(
              entries instanceof TreeMap<K, V> sorted && sorted.comparator() == null
                  ? sorted
                  : new TreeMap<>(entries));
    };
  }

  private static <K extends Comparable<K>, V> Map<K, V> ofSorted(SortedMap<K, V> entries) {
    int size = entries.size();
    if (size <= 1) {
      return Map.copyOf(entries);
    }
    return size <= FEW ? FewEntries.of(entries) : TreePMap.fromSortedMap(entries);
  }

  /** A map of this class without some keys, and with further entries instead of those it had. */
  static <K extends Comparable<K>, V> Map<K, V> change(
      Map<K, V> map, Collection<K> without, Map<K, V> with) {
    if (without.isEmpty() && with.isEmpty()) {
      return map;
    }
    int size = map.size();
    if (size == 0) {
      return of(with);
    }
    if (size == 1 && with.isEmpty()) {
      return without.contains(map.keySet().iterator().next()) ? Map.of() : map;
    }
    if (map instanceof TreePMap<K, V> tree && isSmallPart(size, without.size() + with.size())) {
      TreePMap<K, V> changed = tree.minusAll(without).plusAll(with);
      return changed.size() > FEW ? changed : ofSorted(new TreeMap<>(changed));
    }
    TreeMap<K, V> changed = new TreeMap<>(map);
    without.forEach(changed::remove);
    changed.putAll(with);
    return ofSorted(changed);
  }

  private static boolean isSmallPart(int size, int changes) {
    return changes < size / MANY;
  }
}
