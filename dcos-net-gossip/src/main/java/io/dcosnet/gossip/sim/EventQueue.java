// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What will happen, by time and, for one time, in the order in which it was added. A heap with four
 * children per place whose times lie side by side: millions of events pass through it.
 *
 * <p><b>Not thread-safe.</b>
 */
final class EventQueue {

  private static final int CHILDREN = 4;

  private long[] times = new long[1024];
  private Happening[] heap = new Happening[1024];
  private int size;
  private long added;

  /** Lets something happen at this time, in nanoseconds. */
  void add(Happening happening, long at) {
    if (size == heap.length) {
      times = Arrays.copyOf(times, size * 2);
      heap = Arrays.copyOf(heap, size * 2);
    }
    happening.at = at;
    happening.order = added++;
    int place = size++;
    while (place > 0) {
      int parent = (place - 1) / CHILDREN;
      // What was added later never goes before what is due at the same time.
      if (times[parent] <= at) {
        break;
      }
      times[place] = times[parent];
      heap[place] = heap[parent];
      place = parent;
    }
    times[place] = at;
    heap[place] = happening;
  }

  /** Time of the next event; {@link Long#MAX_VALUE} when there is none. */
  long nextTime() {
    return size == 0 ? Long.MAX_VALUE : times[0];
  }

  /** Takes the next event out; null when there is none. */
  @Nullable Happening poll() {
    if (size == 0) {
      return null;
    }
    Happening first = heap[0];
    size--;
    Happening last = heap[size];
    long lastTime = times[size];
    heap[size] = null;
    if (size > 0) {
      sinkFromTop(last, lastTime);
    }
    return first;
  }

  int size() {
    return size;
  }

  private void sinkFromTop(Happening happening, long at) {
    int place = 0;
    while (true) {
      int child = place * CHILDREN + 1;
      if (child >= size) {
        break;
      }
      int best = child;
      int end = Math.min(child + CHILDREN, size);
      for (int i = child + 1; i < end; i++) {
        if (isBefore(i, times[best], heap[best].order)) {
          best = i;
        }
      }
      if (!isBefore(best, at, happening.order)) {
        break;
      }
      times[place] = times[best];
      heap[place] = heap[best];
      place = best;
    }
    times[place] = at;
    heap[place] = happening;
  }

  private boolean isBefore(int place, long at, long order) {
    return times[place] < at || (times[place] == at && heap[place].order < order);
  }
}
