// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

/**
 * Tells that a name is surely used once only, or may be used twice, in about ten to twenty bits a
 * member. So a member that comes or comes back seldom costs a walk through all names, and no table
 * of names is needed.
 */
final class NameFilter {

  private static final int BITS_PER_NAME = 8;
  private static final int BITS_OF_NAME = 3;

  /** Few names are noted as shared, so that a part of the space is enough. */
  private static final int PART = 8;

  private long[] noted = new long[1];
  private long[] shared = new long[1];
  private int added;

  /** Notes a name of a member that the table has already. */
  void add(String name, MemberTable table) {
    // Names that are gone stay noted until there are too many; then only the present ones are.
    if (++added > noted.length * Long.SIZE / BITS_PER_NAME) {
      rebuild(table);
    } else {
      note(name);
    }
  }

  private void rebuild(MemberTable table) {
    int length = 1;
    while (length * Long.SIZE / BITS_PER_NAME < table.size() + table.size() / 4 + 1) {
      length *= 2;
    }
    noted = new long[length];
    shared = new long[Math.max(1, length / PART)];
    added = table.size();
    for (int i = 0; i < table.size(); i++) {
      note(table.at(i).profile().name());
    }
  }

  private void note(String name) {
    long hash = hash(name);
    if (holds(noted, hash)) {
      set(shared, hash);
    } else {
      set(noted, hash);
    }
  }

  /** False when no two members have this name. */
  boolean mayBeShared(String name) {
    return holds(shared, hash(name));
  }

  /** Becomes equal to another one. */
  void copy(NameFilter other) {
    noted = other.noted.clone();
    shared = other.shared.clone();
    added = other.added;
  }

  private static boolean holds(long[] words, long hash) {
    for (int i = 0; i < BITS_OF_NAME; i++) {
      int bit = bit(words, hash, i);
      if ((words[bit >>> 6] & 1L << bit) == 0) {
        return false;
      }
    }
    return true;
  }

  private static void set(long[] words, long hash) {
    for (int i = 0; i < BITS_OF_NAME; i++) {
      int bit = bit(words, hash, i);
      words[bit >>> 6] |= 1L << bit;
    }
  }

  private static int bit(long[] words, long hash, int number) {
    int step = (int) (hash >>> 32) | 1;
    return (int) hash + number * step & words.length * Long.SIZE - 1;
  }

  private static long hash(String name) {
    // Names such as agent-1, agent-2 have neighbouring hash codes; the multipliers spread them.
    long mixed = name.hashCode() * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
    return mixed ^ mixed >>> 32;
  }
}
