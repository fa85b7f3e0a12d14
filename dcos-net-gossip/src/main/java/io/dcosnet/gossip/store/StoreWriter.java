// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.Field;
import io.dcosnet.gossip.wire.OctetWriter;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Writes what {@link StoreReader} reads. <b>Not thread-safe.</b> */
final class StoreWriter {

  private final OctetWriter out = OctetWriter.growing(256);
  private final Map<ReplicaId, Integer> places = new HashMap<>();
  private long base;

  Bytes toBytes() {
    return out.toBytes();
  }

  /** The replicas that what follows refers to. */
  void table(Collection<ReplicaId> replicas) {
    TreeSet<ReplicaId> sorted = new TreeSet<>(replicas);
    out.varint(sorted.size());
    for (ReplicaId replica : sorted) {
      places.put(replica, places.size());
      replica(replica);
    }
  }

  void replica(ReplicaId replica) {
    out.node(replica.node());
    out.varint(replica.generation());
  }

  void key(String key) {
    out.text(key, ReplicatedStore.MAX_KEY_BYTES);
  }

  void number(long number) {
    out.varint(number);
  }

  /** The earliest of the times that follow, which are written as what they are later. */
  void base(long time) {
    base = time;
    out.u64(time);
  }

  void time(long time) {
    out.varint(time - base);
  }

  /** Where a replica stands in the table. */
  int place(ReplicaId replica) {
    Integer place = places.get(replica);
    if (place == null) {
      throw new IllegalArgumentException("replica: " + replica + " (expected: one of the table)");
    }
    return place;
  }

  /** Sorted dots, each as the difference to the one before. */
  void dots(Collection<Dot> dots) {
    out.varint(dots.size());
    DotSteps steps = new DotSteps();
    for (Dot dot : dots) {
      steps.write(dot);
    }
  }

  void atom(Atom atom) {
    out.u8(atom.root().tag());
    if (atom.root() == CrdtType.OR_MAP) {
      path(atom.path());
    }
    time(atom.time());
    out.bytes(atom.value(), StoreReader.MAX_VALUE_OCTETS);
  }

  private void path(List<Field> path) {
    out.varint(path.size());
    for (Field field : path) {
      out.u8(field.type().tag());
      out.text(field.name(), Field.MAX_NAME_OCTETS);
    }
  }

  /** The steps from dot to dot of a sorted row. */
  final class DotSteps {

    private int place;
    private long counter;

    void write(Dot dot) {
      int next = place(dot.replica());
      out.varint(next - place);
      if (next != place) {
        counter = 0;
      }
      out.varint(dot.counter() - counter);
      place = next;
      counter = dot.counter();
    }
  }
}
