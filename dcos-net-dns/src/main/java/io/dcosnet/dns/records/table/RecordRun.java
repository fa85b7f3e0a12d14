// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Record data in sorted order with the counts of those who want each. <b>Confined to</b> one
 * thread.
 */
final class RecordRun {

  private static final byte[] NOTHING_AT_ALL = {};

  private byte[][] data = new byte[1][];
  private int[] strong = new int[1];
  private int @Nullable [] weak; // most runs have none
  private int size;

  int size() {
    return size;
  }

  byte[] data(int at) {
    return data[at];
  }

  /** Where {@code wanted} is; as {@link Arrays#binarySearch} when it is not there. */
  int find(byte[] wanted) {
    return Arrays.binarySearch(data, 0, size, wanted, Arrays::compareUnsigned);
  }

  /** Puts in what {@link #find} did not find, wanted by nobody so far. */
  void insert(int at, byte[] added) {
    reserve(size + 1);
    shift(at, at + 1);
    data[at] = added;
    strong[at] = 0;
    if (weak != null) {
      weak[at] = 0;
    }
    size++;
  }

  void delete(int at) {
    shift(at + 1, at);
    size--;
    data[size] = NOTHING_AT_ALL; // lets go of what was there
  }

  private void shift(int from, int to) {
    System.arraycopy(data, from, data, to, size - from);
    System.arraycopy(strong, from, strong, to, size - from);
    if (weak != null) {
      System.arraycopy(weak, from, weak, to, size - from);
    }
  }

  private void reserve(int wanted) {
    if (wanted > data.length) {
      int capacity = Math.max(wanted, size + (size >> 1) + 1);
      data = Arrays.copyOf(data, capacity);
      strong = Arrays.copyOf(strong, capacity);
      weak = weak == null ? null : Arrays.copyOf(weak, capacity);
    }
  }

  int strong(int at) {
    return strong[at];
  }

  void addStrong(int at, int difference) {
    strong[at] += difference;
  }

  void addWeak(int at, int difference) {
    int[] counts = weak == null ? new int[data.length] : weak;
    counts[at] += difference;
    weak = counts;
  }

  boolean isUnwanted(int at) {
    return strong[at] == 0 && (weak == null || weak[at] == 0);
  }

  /** Takes in all of another run that shares nothing with this one. */
  void merge(RecordRun other) {
    reserve(size + other.size);
    int[] weaks = weak;
    if (weaks == null && other.weak != null) {
      weaks = new int[data.length];
      weak = weaks;
    }
    int mine = size - 1;
    int theirs = other.size - 1;
    for (int to = mine + theirs + 1; theirs >= 0; to--) {
      boolean fromMine = mine >= 0 && Arrays.compareUnsigned(data[mine], other.data[theirs]) > 0;
      data[to] = fromMine ? data[mine] : other.data[theirs];
      strong[to] = fromMine ? strong[mine] : other.strong[theirs];
      if (weaks != null) {
        int ofOther = other.weak == null ? 0 : other.weak[theirs];
        weaks[to] = fromMine ? weaks[mine] : ofOther;
      }
      mine -= fromMine ? 1 : 0;
      theirs -= fromMine ? 0 : 1;
    }
    size += other.size;
  }

  /** A new array of all data, or of those that are wanted strongly. */
  byte[][] shown(boolean strongOnly) {
    byte[][] shown = new byte[size][];
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (!strongOnly || strong[i] > 0) {
        shown[count++] = data[i];
      }
    }
    return count == size ? shown : Arrays.copyOf(shown, count);
  }
}
