// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.StoreKeys;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.Field;
import io.dcosnet.gossip.wire.OctetReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Reads the parts of deltas, cells and clocks; throws {@link DecodeException} at the first fault.
 * What is read has one form only: sorted, in the shortest numbers, with nothing unused. <b>Not
 * thread-safe.</b>
 */
final class StoreReader {

  /** Most octets of one value. */
  static final int MAX_VALUE_OCTETS = 8 << 20;

  private final OctetReader in;
  private final UnaryOperator<ReplicaId> known;
  private final List<ReplicaId> table = new ArrayList<>(2);

  /** By place in the table. */
  private boolean[] used = {};

  private long base;
  private boolean isBaseUsed;

  /**
   * Reads from the start.
   *
   * @param known gives the object that is used already for an equal one
   */
  StoreReader(Bytes octets, UnaryOperator<ReplicaId> known) {
    this.in = new OctetReader(octets.toArray());
    this.known = known;
    in.begin(0, octets.size());
  }

  int at() {
    return in.at();
  }

  private void check(String what) {
    if (in.failed()) {
      throw new DecodeException(what + ": malformed", in.faultAt());
    }
  }

  void require(boolean holds, String what) {
    if (!holds) {
      throw new DecodeException(what, in.at());
    }
  }

  /** Everything was read. */
  void finish() {
    require(in.left() == 0, "octets behind the end");
    for (boolean each : used) {
      require(each, "replica in the table that nothing refers to");
    }
  }

  long number(String what) {
    long number = in.varint();
    check(what);
    return number;
  }

  /** How many follow, each of at least an octet. */
  int count(String what) {
    int count = in.count(in.left());
    check(what);
    return count;
  }

  void table() {
    int count = count("replicas");
    for (int i = 0; i < count; i++) {
      ReplicaId replica = replica();
      require(i == 0 || table.get(i - 1).compareTo(replica) < 0, "replicas out of order");
      table.add(replica);
    }
    used = new boolean[count];
  }

  ReplicaId replica() {
    ReplicaId replica = new ReplicaId(in.node(), generation());
    return known.apply(replica);
  }

  private int generation() {
    int generation = in.count(Integer.MAX_VALUE);
    check("replica");
    return generation;
  }

  /** The replica at a place of the table. */
  ReplicaId replica(long place) {
    require(place >= 0 && place < table.size(), "replica beyond the table");
    used[(int) place] = true;
    return table.get((int) place);
  }

  String key() {
    String key = in.text(ReplicatedStore.MAX_KEY_BYTES);
    check("key");
    StoreKeys.requireKey(key);
    return key;
  }

  /** See {@link StoreWriter#base}. */
  void base() {
    base = in.u64();
    check("time");
    require(base >= 0, "time below 0");
  }

  /** Of all times that were read, one must have been the earliest; without any it is 0. */
  void finishTimes(boolean any) {
    require(any ? isBaseUsed : base == 0, "earliest time that nothing has");
  }

  long time() {
    long later = number("time");
    isBaseUsed |= later == 0;
    require(base + later >= 0, "time beyond its range");
    return base + later;
  }

  List<Dot> dots() {
    int count = count("dots");
    List<Dot> dots = new ArrayList<>(Math.min(count, 16));
    DotSteps steps = new DotSteps();
    for (int i = 0; i < count; i++) {
      dots.add(steps.next());
    }
    return dots;
  }

  Atom atom() {
    CrdtType root = type();
    List<Field> path = root == CrdtType.OR_MAP ? path() : List.of();
    long time = time();
    Bytes value = in.bytes(MAX_VALUE_OCTETS);
    check("value");
    return new Atom(root, path, time, value);
  }

  private List<Field> path() {
    int count = in.count(Atom.MAX_DEPTH);
    check("path");
    if (count == 1) {
      return List.of(field());
    }
    List<Field> path = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      path.add(field());
    }
    return path;
  }

  private Field field() {
    CrdtType type = type();
    String name = in.text(Field.MAX_NAME_OCTETS);
    check("field");
    return new Field(name, type);
  }

  private CrdtType type() {
    int tag = in.u8();
    check("type");
    Optional<CrdtType> type = CrdtType.of(tag);
    require(type.isPresent(), "unknown type");
    return type.orElseThrow();
  }

  /** The steps from dot to dot of a sorted row. */
  final class DotSteps {

    private long place;
    private long counter;

    Dot next() {
      long step = number("dot");
      // Both are at most 63 bits, so that what is too much becomes negative.
      place += step;
      ReplicaId replica = replica(place);
      long further = number("dot");
      counter = step != 0 ? further : counter + further;
      require(further > 0 && counter > 0, "dot out of order");
      return new Dot(replica, counter);
    }
  }
}
