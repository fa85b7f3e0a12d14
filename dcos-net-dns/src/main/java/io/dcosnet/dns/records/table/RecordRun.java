// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Record data in sorted order with the counts of those who want each. <b>Confined to</b> one
 * thread.
 */
class RecordRun {

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
    move(at, size, at + 1);
    data[at] = added;
    strong[at] = 0;
    if (weak != null) {
      weak[at] = 0;
    }
    size++;
  }

  void delete(int at) {
    move(at + 1, size, at);
    size--;
    data[size] = NOTHING_AT_ALL; // lets go of what was there
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

  /**
   * Takes in all of another run that shares nothing with this one: from the end, what lies between
   * two of the other in one move, so that few of many cost little.
   */
  void merge(RecordRun other) {
    reserve(size + other.size);
    if (other.weak != null && weak == null) {
      weak = new int[data.length];
    }
    int end = size;
    for (int theirs = other.size - 1; theirs >= 0; theirs--) {
      int at = -Arrays.binarySearch(data, 0, end, other.data[theirs], Arrays::compareUnsigned) - 1;
      move(at, end, at + theirs + 1);
      data[at + theirs] = other.data[theirs];
      strong[at + theirs] = other.strong[theirs];
      if (weak != null) {
        weak[at + theirs] = other.weak == null ? 0 : other.weak[theirs];
      }
      end = at;
    }
    size += other.size;
  }

  private void move(int from, int end, int to) {
    System.arraycopy(data, from, data, to, end - from);
    System.arraycopy(strong, from, strong, to, end - from);
    if (weak != null) {
      System.arraycopy(weak, from, weak, to, end - from);
    }
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
