// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The writes that were not taken in since their key or the store was too large. <b>Not
 * thread-safe.</b>
 *
 * <p>The clock of the store must not have them: whoever learns it would believe that we hold them,
 * and then that they were deleted. But others need not send them over and over either, so what we
 * ask others by has them ({@link #asked}).
 */
final class Quarantine {

  /** Beyond so many writes no more are remembered, and no clock is caught up with. */
  private static final int MOST = 100_000;

  private static final class Kept {
    private final Set<Dot> writes = new TreeSet<>();
    private boolean isKeyTooLarge;
  }

  private final Map<String, Kept> keys = new LinkedHashMap<>();
  private int writes;
  private boolean overflown;

  /** Keys with writes that are kept out. */
  int keys() {
    return keys.size();
  }

  /** Keeps out writes to a key. */
  void add(String key, Collection<Dot> refused, boolean isKeyTooLarge) {
    if (writes + refused.size() > MOST) {
      overflown = true;
      return;
    }
    Kept kept = keys.computeIfAbsent(key, name -> new Kept());
    writes -= kept.writes.size();
    kept.writes.addAll(refused);
    writes += kept.writes.size();
    kept.isKeyTooLarge |= isKeyTooLarge;
  }

  boolean has(String key, Collection<Dot> dots) {
    Kept kept = keys.get(key);
    return kept != null && kept.writes.containsAll(dots);
  }

  /** The key was taken in after all. */
  void remove(String key) {
    Kept kept = keys.remove(key);
    if (kept != null) {
      writes -= kept.writes.size();
    }
  }

  /** There is room again: what was refused for the lack of it may come. */
  void room() {
    overflown = false;
    keys.values()
        .removeIf(
            kept -> {
              writes -= kept.isKeyTooLarge ? 0 : kept.writes.size();
              return !kept.isKeyTooLarge;
            });
  }

  /** A clock with all that need not be sent to us. */
  DotClock asked(DotClock clock) {
    if (keys.isEmpty()) {
      return clock;
    }
    DotClock asked = clock.copy();
    keys.values().forEach(kept -> kept.writes.forEach(asked::add));
    return asked;
  }

  /** What of a clock may be taken over. */
  DotClock without(DotClock theirs) {
    if (overflown) {
      return new DotClock();
    }
    if (keys.isEmpty()) {
      return theirs;
    }
    Map<ReplicaId, TreeSet<Long>> kept = new HashMap<>();
    for (Kept of : keys.values()) {
      for (Dot dot : of.writes) {
        kept.computeIfAbsent(dot.replica(), id -> new TreeSet<>()).add(dot.counter());
      }
    }
    DotClock rest = new DotClock();
    for (ReplicaId replica : theirs.replicas()) {
      Progress progress = theirs.progress(replica);
      if (progress != null) {
        Progress left = without(replica, progress, kept.getOrDefault(replica, new TreeSet<>()));
        if (!left.isNone()) {
          rest.put(replica, left);
        }
      }
    }
    return rest;
  }

  private static Progress without(ReplicaId replica, Progress progress, NavigableSet<Long> kept) {
    if (kept.isEmpty()) {
      return progress;
    }
    List<Long> ends = new ArrayList<>();
    cut(1, progress.base(), kept, ends);
    long[] ranges = progress.ranges();
    for (int i = 0; i < ranges.length; i += 2) {
      cut(ranges[i], ranges[i + 1], kept, ends);
    }
    boolean hasBase = !ends.isEmpty() && ends.get(0) == 1;
    long base = hasBase ? ends.get(1) : 0;
    return Progress.of(
        replica, base, ends.stream().skip(hasBase ? 2 : 0).mapToLong(Long::longValue).toArray());
  }

  private static void cut(long from, long to, NavigableSet<Long> kept, List<Long> ends) {
    long begin = from;
    for (long hole : from > to ? Collections.<Long>emptySet() : kept.subSet(from, true, to, true)) {
      if (hole > begin) {
        ends.add(begin);
        ends.add(hole - 1);
      }
      begin = hole + 1;
    }
    if (begin <= to) {
      ends.add(begin);
      ends.add(to);
    }
  }
}
