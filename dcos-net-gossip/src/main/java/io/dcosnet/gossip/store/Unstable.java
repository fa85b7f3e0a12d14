// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The keys with a write that may not be everywhere yet, by the time of that write; so stripping
 * costs what it strips. <b>Not thread-safe.</b>
 *
 * <p>Entries of writes that a later one took the place of stay until they come up, or until there
 * are more of them than of the others.
 */
final class Unstable {

  private record Write(long time, String key) {}

  private static final int SPARE = 1024;

  private final PriorityQueue<Write> writes =
      new PriorityQueue<>(Comparator.comparingLong(Write::time).thenComparing(Write::key));

  /** How many writes are unstable at present. */
  private int present;

  void add(Stamp stamp, String key) {
    writes.add(new Write(stamp.time(), key));
    present++;
  }

  /** A write is not unstable any more, or another one of its replica took its place. */
  void remove(Map<String, Cell> cells) {
    present--;
    if (writes.size() > 2L * present + SPARE) {
      writes.clear();
      cells.forEach(
          (key, cell) ->
              cell.latest().values().forEach(last -> writes.add(new Write(last.time(), key))));
    }
  }

  /** Time of the oldest; 0 when there is none. */
  long oldest(Map<String, Cell> cells) {
    for (Write next = writes.peek(); next != null; next = writes.peek()) {
      long time = next.time();
      Cell cell = cells.getOrDefault(next.key(), Cell.EMPTY);
      if (cell.latest().values().stream().anyMatch(stamp -> stamp.time() == time)) {
        return time;
      }
      writes.remove();
    }
    return 0;
  }

  /** Takes out those up to a time. */
  Set<String> upTo(long time) {
    Set<String> keys = new LinkedHashSet<>();
    for (Write next = writes.peek(); next != null && next.time() <= time; next = writes.peek()) {
      keys.add(next.key());
      writes.remove();
    }
    return keys;
  }
}
