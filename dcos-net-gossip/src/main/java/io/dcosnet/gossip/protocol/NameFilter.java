// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

/**
 * Tells that a name is surely not in use, or may be, in eight to sixteen bits a member. So a new
 * member seldom costs a walk through all names, and no table of names is needed.
 */
final class NameFilter {

  private static final int BITS_PER_NAME = 8;

  private long[] words = new long[1];
  private int added;

  /** Notes a name of a member that the table has already. */
  void add(String name, MemberTable table) {
    // Names that are gone stay noted until there are too many; then only the present ones are.
    if (++added > words.length * Long.SIZE / BITS_PER_NAME) {
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
    words = new long[length];
    added = table.size();
    for (int i = 0; i < table.size(); i++) {
      note(table.at(i).profile().name());
    }
  }

  private void note(String name) {
    int bit = bit(name);
    words[bit >>> 6] |= 1L << bit;
  }

  /** False when nobody has this name. */
  boolean mayHold(String name) {
    int bit = bit(name);
    return (words[bit >>> 6] & 1L << bit) != 0;
  }

  /** Becomes equal to another one. */
  void copy(NameFilter other) {
    words = other.words.clone();
    added = other.added;
  }

  private int bit(String name) {
    // Names such as agent-1, agent-2 have neighbouring hash codes; the multiplier spreads them.
    long mixed = name.hashCode() * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 40) & words.length * Long.SIZE - 1;
  }
}
