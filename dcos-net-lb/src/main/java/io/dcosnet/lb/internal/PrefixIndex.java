// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first of many things whose prefix a text begins with. What that costs follows the
 * length of the text, however many things there are. <b>Confined to</b> one thread.
 */
public final class PrefixIndex<T> {

  private record Placed<T>(int place, T thing) {}

  private final Map<String, Placed<T>> byPrefix = new HashMap<>();
  private int longest;

  /** Adds a thing behind all others; of two with one prefix only the first is ever found. */
  public void add(String prefix, T thing) {
    byPrefix.putIfAbsent(prefix, new Placed<>(byPrefix.size(), thing));
    longest = Math.max(longest, prefix.length());
  }

  /** The first thing that was added with a prefix of the text, null when there is none. */
  public @Nullable T first(String text) {
    Placed<T> first = null;
    for (int end = Math.min(text.length(), longest); end >= 0; end--) {
      Placed<T> found = byPrefix.get(text.substring(0, end));
      if (found != null && (first == null || found.place() < first.place())) {
        first = found;
      }
    }
    return first == null ? null : first.thing();
  }

  /** The thing with exactly this prefix, null when there is none. */
  public @Nullable T exactly(String prefix) {
    Placed<T> found = byPrefix.get(prefix);
    return found == null ? null : found.thing();
  }
}
