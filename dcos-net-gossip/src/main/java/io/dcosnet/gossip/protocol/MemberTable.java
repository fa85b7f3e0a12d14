// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All members that this node knows, itself among them, in the order of probing.
 *
 * <p>The order is an array; the part before {@link #probed} had its turn in this round. A turn
 * takes a random place of the rest, so a round is a fresh random order without a shuffle, and a new
 * member that is put at the end comes at a random point of it. About twelve octets per member
 * beside the shared records.
 */
final class MemberTable {

  private static final int LEAST_CAPACITY = 8;

  private final Node node;
  private final MemberIndex index = new MemberIndex();
  private final NameFilter names = new NameFilter();
  private final int[] count = new int[State.values().length];
  private MemberRecord[] order = new MemberRecord[LEAST_CAPACITY];
  private int size;
  private int probed;
  private long digest;
  private MemberRecord self;

  MemberTable(Node node) {
    this.node = node;
    this.self = newSelf(node.setup.id());
    put(self);
  }

  private MemberRecord newSelf(NodeId id) {
    CoreSetup setup = node.setup;
    return setup
        .pool()
        .record(setup.pool().key(id), setup.profile(), setup.epoch(), 0, State.ALIVE);
  }

  /** This node. */
  MemberRecord self() {
    return self;
  }

  /** This node takes another identity, and forgets the one that it had. */
  void becomeSelf(NodeId id) {
    MemberRecord old = self;
    self =
        node.setup
            .pool()
            .record(node.setup.pool().key(id), old.profile(), old.epoch(), 0, State.ALIVE);
    drop(old.id());
    put(self);
  }

  /** Adds a member at a random place of the order, or replaces what is known of it. */
  void put(MemberRecord member) {
    int place = index.find(member.id(), order);
    String nameBefore = null;
    if (place >= 0) {
      nameBefore = order[place].profile().name();
      uncount(order[place]);
    } else {
      if (size == order.length) {
        order = Arrays.copyOf(order, size + (size >> 1));
      }
      place = size++;
      index.add(member.id(), place, size, order);
    }
    order[place] = member;
    count(member);
    if (!member.profile().name().equals(nameBefore)) {
      names.add(member.profile().name(), this);
    }
    if (member.id().equals(self.id())) {
      self = member;
    }
  }

  /** Takes over all members of a table of another node; in one go, for many nodes at once. */
  void putAll(MemberTable other) {
    MemberRecord own = self;
    order = other.order.clone();
    size = other.size;
    probed = 0;
    index.copy(other.index);
    names.copy(other.names);
    System.arraycopy(other.count, 0, count, 0, count.length);
    digest = other.digest;
    put(own);
  }

  /** Forgets a member; never this node. */
  void remove(NodeId id) {
    if (!id.equals(self.id())) {
      drop(id);
    }
  }

  private void drop(NodeId id) {
    int hole = index.find(id, order);
    if (hole < 0) {
      return;
    }
    uncount(order[hole]);
    index.remove(id, hole, order);
    if (hole < probed) {
      probed--;
      move(probed, hole);
      hole = probed;
    }
    size--;
    move(size, hole);
    // Not to be kept from collection.
    Arrays.fill(order, size, size + 1, null);
  }

  private void move(int from, int to) {
    if (from != to) {
      order[to] = order[from];
      index.moved(order[to].id(), from, to);
    }
  }

  private void count(MemberRecord member) {
    count[slot(member.state())]++;
    digest ^= member.digest();
  }

  private void uncount(MemberRecord member) {
    count[slot(member.state())]--;
    digest ^= member.digest();
  }

  /** What is known of a member. */
  @Nullable MemberRecord find(NodeId id) {
    int place = index.find(id, order);
    return place < 0 ? null : order[place];
  }

  /** All members by their short identity; made anew at each call. */
  Map<Long, MemberRecord> byShortId() {
    Map<Long, MemberRecord> members = new HashMap<>(size * 2);
    for (int i = 0; i < size; i++) {
      members.put(order[i].key().shortId(), order[i]);
    }
    return members;
  }

  /** Another living member with the name of this one, which the table has. */
  @Nullable MemberRecord livingNamesake(MemberRecord of) {
    String name = of.profile().name();
    if (!names.mayBeShared(name)) {
      return null;
    }
    for (int i = 0; i < size; i++) {
      MemberRecord member = order[i];
      if (member.isLiving()
          && member.profile().name().equals(name)
          && !member.id().equals(of.id())) {
        return member;
      }
    }
    return null;
  }

  /** Members that are alive or suspect, this node included: N of the formulas. */
  int living() {
    return count(State.ALIVE) + count(State.SUSPECT);
  }

  private static int slot(State state) {
    return switch (state) {
      case ALIVE -> 0;
      case SUSPECT -> 1;
      case DEAD -> 2;
      case LEFT -> 3;
    };
  }

  /** Members in a state. */
  int count(State state) {
    return count[slot(state)];
  }

  /** All members. */
  int size() {
    return size;
  }

  /** The member at a place of the order, 0 to size less one. */
  MemberRecord at(int place) {
    return order[place];
  }

  /** XOR of the digests of all living members. */
  long digest() {
    return digest;
  }

  /**
   * The next member to probe: each once in a random order, then anew; null when nobody else lives.
   */
  @Nullable MemberRecord nextToProbe() {
    int others = living() - (self.isLiving() ? 1 : 0);
    if (others == 0) {
      return null;
    }
    while (true) {
      if (probed == size) {
        probed = 0;
      }
      swap(probed, probed + node.host.random().nextInt(size - probed));
      MemberRecord member = order[probed++];
      if (member.isLiving() && member != self) {
        return member;
      }
    }
  }

  private void swap(int a, int b) {
    if (a != b) {
      MemberRecord first = order[a];
      MemberRecord second = order[b];
      index.swapped(first.id(), a, second.id(), b);
      order[a] = second;
      order[b] = first;
    }
  }

  /**
   * Up to this many different members, chosen at random, that satisfy the condition; never this
   * node.
   */
  List<MemberRecord> pick(int count, Predicate<MemberRecord> condition) {
    List<MemberRecord> picked = new ArrayList<>(count);
    // Nearly always some throws are enough; else few satisfy the condition, and all are looked at.
    for (int i = 4 * count + 8; i > 0 && picked.size() < count; i--) {
      MemberRecord member = order[node.host.random().nextInt(size)];
      if (member != self && condition.test(member) && !picked.contains(member)) {
        picked.add(member);
      }
    }
    return picked.size() < count ? pickOfAll(count, condition) : picked;
  }

  private List<MemberRecord> pickOfAll(int count, Predicate<MemberRecord> condition) {
    List<MemberRecord> picked = new ArrayList<>(count);
    int seen = 0;
    for (int i = 0; i < size; i++) {
      MemberRecord member = order[i];
      if (member == self || !condition.test(member)) {
        continue;
      }
      seen++;
      if (picked.size() < count) {
        picked.add(member);
      } else {
        int place = node.host.random().nextInt(seen);
        if (place < count) {
          picked.set(place, member);
        }
      }
    }
    return picked;
  }
}
