// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;

/**
 * Where each member stands in the order: open addressing with one int a slot, which holds the place
 * plus one, or 0. At most three quarters of the slots are in use.
 */
final class MemberIndex {

  private static final int LEAST_SLOTS = 16;
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private int[] slots = new int[LEAST_SLOTS];

  /** The place of a member; negative when it is not known. */
  int find(NodeId id, MemberRecord[] order) {
    for (int slot = home(id); slots[slot] != 0; slot = next(slot)) {
      int place = slots[slot] - 1;
      if (order[place].id().equals(id)) {
        return place;
      }
    }
    return -1;
  }

  /** A member that is not known yet comes to a place; the order has those before it already. */
  void add(NodeId id, int place, int size, MemberRecord[] order) {
    if (size > slots.length / 4 * 3) {
      slots = new int[slots.length * 2];
      for (int i = 0; i < place; i++) {
        insert(order[i].id(), i);
      }
    }
    insert(id, place);
  }

  private void insert(NodeId id, int place) {
    int slot = home(id);
    while (slots[slot] != 0) {
      slot = next(slot);
    }
    slots[slot] = place + 1;
  }

  /** Forgets a member; those behind it move up, as a gap would hide them. */
  void remove(NodeId id, int place, MemberRecord[] order) {
    int hole = slotOf(id, place);
    int slot = hole;
    while (true) {
      slot = next(slot);
      if (slots[slot] == 0) {
        break;
      }
      int home = home(order[slots[slot] - 1].id());
      // May it stand in the hole? Only when its home is not behind the hole.
      int fromHome = slot - home & slots.length - 1;
      int fromHole = slot - hole & slots.length - 1;
      if (fromHome >= fromHole) {
        slots[hole] = slots[slot];
        hole = slot;
      }
    }
    slots[hole] = 0;
  }

  /** A member stands at another place now. */
  void moved(NodeId id, int from, int to) {
    slots[slotOf(id, from)] = to + 1;
  }

  /** Two members have changed places. */
  void swapped(NodeId a, int placeOfA, NodeId b, int placeOfB) {
    int slotOfA = slotOf(a, placeOfA);
    int slotOfB = slotOf(b, placeOfB);
    slots[slotOfA] = placeOfB + 1;
    slots[slotOfB] = placeOfA + 1;
  }

  /** Becomes equal to another one. */
  void copy(MemberIndex other) {
    slots = other.slots.clone();
  }

  private int slotOf(NodeId id, int place) {
    int slot = home(id);
    while (slots[slot] != place + 1) {
      slot = next(slot);
    }
    return slot;
  }

  private int home(NodeId id) {
    long high = id.uuid().getMostSignificantBits();
    long low = id.uuid().getLeastSignificantBits();
    long mixed = (high * MULTIPLIER ^ low) * MULTIPLIER;
    return (int) (mixed >>> 32) & slots.length - 1;
  }

  private int next(int slot) {
    return slot + 1 & slots.length - 1;
  }
}
