// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who owns which slot of a hash: each gets slots by its weight, and few slots change owner when
 * somebody comes or goes (Eisenbud et al., Maglev, NSDI 2016). Depends on names, weights and size
 * only, never on an order, so that all nodes and all kinds of data paths agree.
 *
 * <p><b>Immutable.</b>
 */
public final class MaglevTable {

  /** Slots in user space: with 100 back ends they differ by 0.2 %. A quarter of a megabyte. */
  public static final int USER_SPACE_SIZE = 65_537;

  /** Slots where each costs an element of a kernel map. */
  public static final int KERNEL_SIZE = 1_021;

  /** Most slots. */
  public static final int MAX_SIZE = 5_000_011;

  private static final int FREE = -1;

  private final List<String> names;
  private final int[] weights;
  private final int[] slots;

  private MaglevTable(List<String> names, int[] weights, int[] slots) {
    this.names = names;
    this.weights = weights;
    this.slots = slots;
  }

  /**
   * Builds a table; some milliseconds with 65 537 slots.
   *
   * @param names all different, such as {@code 192.0.2.1:80} or {@code [2001:db8::1]:80}
   * @param weights of the names, 0 or more each; those of 0 own nothing
   * @param size number of slots, a prime up to {@link #MAX_SIZE}; a hundred times the number of
   *     names or more spreads evenly
   */
  public static MaglevTable of(List<String> names, int[] weights, int size) {
    if (size < 2 || size > MAX_SIZE || !BigInteger.valueOf(size).isProbablePrime(50)) {
      throw new IllegalArgumentException(
          "slots: " + size + " (expected: a prime up to " + MAX_SIZE + ")");
    }
    if (names.size() != weights.length) {
      throw new IllegalArgumentException(
          "weights: " + weights.length + " (expected: one for each of " + names.size() + " names)");
    }
    int[] order =
        IntStream.range(0, weights.length)
            .filter(i -> weights[i] > 0)
            .boxed()
            .sorted(Comparator.comparing(names::get))
            .mapToInt(i -> i)
            .toArray();
    for (int i = 1; i < order.length; i++) {
      if (names.get(order[i]).equals(names.get(order[i - 1]))) {
        throw new IllegalArgumentException(
            "name: " + names.get(order[i]) + " twice (expected: all different)");
      }
    }
    int[] slots = new Filling(names, weights, order, size).fill();
    return new MaglevTable(List.copyOf(names), weights.clone(), slots);
  }

  /** Number of slots. */
  public int size() {
    return slots.length;
  }

  /** Index of the owner of a slot in the names; -1 for all slots when no name has a weight. */
  public int owner(int slot) {
    return slots[slot];
  }

  /** The slot of a flow. */
  public int slot(long flow) {
    return (int) Long.remainderUnsigned(flow, slots.length);
  }

  /** True when the same arguments made this table. */
  boolean isOf(List<String> otherNames, int[] otherWeights, int size) {
    return size == slots.length && Arrays.equals(weights, otherWeights) && names.equals(otherNames);
  }

  /** A table being filled: in turn each takes the next free slot of its own walk over all. */
  private static final class Filling {
    private final int[] weights;
    private final int[] order;
    private final int size;
    private final int[] skips;
    private final int[] next; // where the walk of each has come to
    private final int[] slots;

    Filling(List<String> names, int[] weights, int[] order, int size) {
      this.weights = weights;
      this.order = order;
      this.size = size;
      skips = new int[order.length];
      next = new int[order.length];
      slots = new int[size];
      Arrays.fill(slots, FREE);
      MessageDigest sha256 = sha256();
      for (int i = 0; i < order.length; i++) {
        String name = names.get(order[i]);
        next[i] = (int) Long.remainderUnsigned(hash(sha256, "o" + name), size);
        skips[i] = (int) Long.remainderUnsigned(hash(sha256, "s" + name), size - 1) + 1;
      }
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    private static long hash(MessageDigest sha256, String text) {
      return ByteBuffer.wrap(sha256.digest(text.getBytes(US_ASCII))).getLong();
    }

    int[] fill() {
      int greatest = 0;
      boolean equal = true;
      for (int i : order) {
        equal &= weights[i] == weights[order[0]];
        greatest = Math.max(greatest, weights[i]);
      }
      if (order.length == 0) {
        return slots;
      }
      if (equal) {
        for (int taken = 0; taken < size; taken++) {
          take(taken % order.length);
        }
      } else {
        byWeight(greatest);
      }
      return slots;
    }

    /**
     * In round i whoever has had t turns may take one if i times its weight has reached t times the
     * greatest weight. So the round of its next turn is known, and rounds in which it has none are
     * not gone through: with weights 1 and 65 535 there would be many.
     */
    private void byWeight(int greatest) {
      Turns turns = new Turns(order.length);
      long[] had = new long[order.length];
      for (int taken = 0; taken < size; taken++) {
        int index = turns.first();
        take(index);
        long due = ++had[index] * greatest;
        int weight = weights[order[index]];
        turns.postpone(Math.max(turns.round() + 1, (due + weight - 1) / weight));
      }
    }

    private void take(int index) {
      int slot = next[index];
      while (slots[slot] != FREE) {
        slot = step(slot, skips[index]);
      }
      slots[slot] = order[index];
      next[index] = step(slot, skips[index]);
    }

    private int step(int slot, int skip) {
      int stepped = slot + skip;
      return stepped >= size ? stepped - size : stepped;
    }
  }

  /** Whose turn comes first: a heap by round, then by index. */
  private static final class Turns {
    private final long[] heap; // round in the high part, index in the low 24 bits

    Turns(int size) {
      heap = new long[size];
      for (int i = 0; i < size; i++) {
        heap[i] = 1L << 24 | i; // all take a turn in round one
      }
    }

    int first() {
      return (int) (heap[0] & 0xffffff);
    }

    long round() {
      return heap[0] >>> 24;
    }

    /** Gives the first one its next turn in a later round. */
    void postpone(long round) {
      long moved = round << 24 | first();
      int at = 0;
      for (int child = 1; child < heap.length; child = 2 * at + 1) {
        if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
          child++;
        }
        if (moved <= heap[child]) {
          break;
        }
        heap[at] = heap[child];
        at = child;
      }
      heap[at] = moved;
    }
  }
}
