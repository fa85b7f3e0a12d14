// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The keys that the writes of one replica went to, by number: a sorted list cut into short arrays,
 * since a quarter of a million numbers must take little more than their size, and yet come and go
 * in any order. <b>Not thread-safe.</b>
 */
final class DotKeys {

  /** Beyond this an array is cut in two. */
  private static final int MOST = 512;

  private static final int FIRST = 4;

  private static final class Run {
    private long[] counters = new long[FIRST];
    private @Nullable String[] keys = new @Nullable String[FIRST];
    private int size;

    private long last() {
      return counters[size - 1];
    }

    private int find(long counter) {
      return Arrays.binarySearch(counters, 0, size, counter);
    }

    private void insert(int at, long counter, String key) {
      if (size == counters.length) {
        counters = Arrays.copyOf(counters, size * 2);
        keys = Arrays.copyOf(keys, size * 2);
      }
      System.arraycopy(counters, at, counters, at + 1, size - at);
      System.arraycopy(keys, at, keys, at + 1, size - at);
      counters[at] = counter;
      keys[at] = key;
      size++;
    }

    private void remove(int at) {
      size--;
      System.arraycopy(counters, at + 1, counters, at, size - at);
      System.arraycopy(keys, at + 1, keys, at, size - at);
      keys[size] = null;
    }

    private Run cut() {
      Run upper = new Run();
      int half = size / 2;
      upper.counters = Arrays.copyOfRange(counters, half, counters.length);
      upper.keys = Arrays.copyOfRange(keys, half, keys.length);
      upper.size = size - half;
      Arrays.fill(keys, half, size, null);
      size = half;
      return upper;
    }
  }

  /** Sorted, none of them empty. */
  private final List<Run> runs = new ArrayList<>();

  boolean isEmpty() {
    return runs.isEmpty();
  }

  @Nullable String get(long counter) {
    int run = runOf(counter);
    if (run == runs.size()) {
      return null;
    }
    int at = runs.get(run).find(counter);
    return at < 0 ? null : runs.get(run).keys[at];
  }

  /** Adds a number unless it is there. */
  void add(long counter, String key) {
    int number = runOf(counter);
    if (number == runs.size()) {
      // Beyond all: most writes come in order.
      if (number == 0 || runs.get(number - 1).size == MOST) {
        runs.add(new Run());
      } else {
        number--;
      }
    }
    number = Math.min(number, runs.size() - 1);
    Run run = runs.get(number);
    int at = run.find(counter);
    if (at >= 0) {
      return;
    }
    if (run.size == MOST) {
      Run upper = run.cut();
      runs.add(number + 1, upper);
      run = counter > run.last() ? upper : run;
      at = run.find(counter);
    }
    run.insert(-at - 1, counter, key);
  }

  /** Takes out a number if it leads to this key. */
  void remove(long counter, String key) {
    int number = runOf(counter);
    if (number == runs.size()) {
      return;
    }
    Run run = runs.get(number);
    int at = run.find(counter);
    if (at >= 0 && key.equals(run.keys[at])) {
      run.remove(at);
      if (run.size == 0) {
        runs.remove(number);
      }
    }
  }

  /** All from a number on, in order. */
  void from(long least, ObjLongConsumer<String> each) {
    for (int number = runOf(least); number < runs.size(); number++) {
      Run run = runs.get(number);
      int at = run.find(least);
      for (int i = at < 0 ? -at - 1 : at; i < run.size; i++) {
        String key = run.keys[i];
        if (key != null) {
          each.accept(key, run.counters[i]);
        }
      }
    }
  }

  /** The first run that ends at this number or beyond. */
  private int runOf(long counter) {
    int low = 0;
    int high = runs.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (runs.get(middle).last() < counter) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
