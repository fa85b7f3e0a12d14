// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.crdt.Field;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a replicated store must hold, the slow way: all writes that ever were, and what each had
 * seen. A view is the set of the writes that one node has; nothing is ever forgotten.
 */
final class Oracle {

  /** One thing that a write added, at a place in its key. */
  private record Thing(ReplicaId writer, List<Field> path, Bytes value) {}

  /** One write: what its update took away, and the earlier writes to its key that this saw. */
  record Write(int number, String key, Stamp stamp, Set<Dot> removed, BitSet past) {
    Dot dot() {
      return stamp.dot();
    }
  }

  final List<Write> writes = new ArrayList<>();
  private final Map<Dot, Thing> things = new HashMap<>();
  private final Map<Dot, Integer> numbers = new HashMap<>();
  private final Map<String, Set<Dot>> dotsOf = new HashMap<>();

  /** The things of a key that are there, for who has these writes. */
  Set<Dot> live(BitSet view, String key) {
    Set<Dot> live = new TreeSet<>();
    for (Dot dot : dotsOf.getOrDefault(key, Set.of())) {
      if (view.get(requireNonNull(numbers.get(dot)))) {
        live.add(dot);
      }
    }
    for (Write write : writes) {
      if (view.get(write.number) && write.key.equals(key)) {
        live.removeAll(write.removed);
      }
    }
    return live;
  }

  /** The writes of a view that went to a key. */
  BitSet ofKey(BitSet view, String key) {
    BitSet part = new BitSet();
    view.stream().filter(number -> writes.get(number).key.equals(key)).forEach(part::set);
    return part;
  }

  /** Notes an update, and checks that its delta says what the ops mean; its writes. */
  BitSet wrote(BitSet view, String key, List<CrdtOp> ops, Delta delta) {
    Map<Dot, Thing> before = new HashMap<>();
    live(view, key).forEach(dot -> before.put(dot, things.get(dot)));
    Set<Dot> removed = new TreeSet<>();
    List<Thing> added = new ArrayList<>();
    if (ops.isEmpty()) {
      removed.addAll(before.keySet());
    }
    ops.forEach(op -> apply(op, List.of(), delta.origin(), before, removed, added));
    assertThat(new TreeSet<>(delta.removed())).isEqualTo(removed);
    List<Thing> inDelta = new ArrayList<>();
    delta
        .added()
        .forEach((dot, atom) -> inDelta.add(new Thing(dot.replica(), atom.path(), atom.value())));
    assertThat(inDelta).containsExactlyInAnyOrderElementsOf(added);

    BitSet past = ofKey(view, key);
    BitSet made = new BitSet();
    for (Stamp stamp : delta.writes()) {
      assertThat(numbers).doesNotContainKey(stamp.dot());
      int number = writes.size();
      numbers.put(stamp.dot(), number);
      writes.add(new Write(number, key, stamp, removed, past));
      made.set(number);
    }
    delta
        .added()
        .forEach(
            (dot, atom) -> {
              things.put(dot, new Thing(dot.replica(), atom.path(), atom.value()));
              dotsOf.computeIfAbsent(key, name -> new HashSet<>()).add(dot);
            });
    return made;
  }

  private static void apply(
      CrdtOp op,
      List<Field> path,
      ReplicaId writer,
      Map<Dot, Thing> before,
      Set<Dot> removed,
      List<Thing> added) {
    if (op instanceof CrdtOp.InField in) {
      apply(in.op(), plus(path, in.field()), writer, before, removed, added);
      return;
    }
    List<Bytes> values = new ArrayList<>();
    Share share = Share.NONE;
    for (Map.Entry<Dot, Thing> entry : new HashMap<>(before).entrySet()) {
      if (!removed.contains(entry.getKey()) && replaces(op, path, writer, entry.getValue())) {
        removed.add(entry.getKey());
        share = carried(op, entry.getValue(), share);
      }
    }
    for (Thing thing : List.copyOf(added)) {
      if (replaces(op, path, writer, thing)) {
        added.remove(thing);
        share = carried(op, thing, share);
      }
    }
    if (op instanceof CrdtOp.Put put) {
      values.add(put.value());
    } else if (op instanceof CrdtOp.Assign assign) {
      values.add(assign.value());
    } else if (op instanceof CrdtOp.Switch flag) {
      values.add(Bytes.copyOf(new byte[] {(byte) (flag.on() ? 1 : 0)}));
    } else if (op instanceof CrdtOp.Add add) {
      values.add(share.plus(add.amount()).encode());
    } else if (op instanceof CrdtOp.Insert insert) {
      values.addAll(insert.elements());
    }
    values.forEach(value -> added.add(new Thing(writer, path, value)));
  }

  private static Share carried(CrdtOp op, Thing thing, Share share) {
    return op instanceof CrdtOp.Add ? Share.decode(thing.value) : share;
  }

  private static boolean replaces(CrdtOp op, List<Field> path, ReplicaId writer, Thing thing) {
    if (op instanceof CrdtOp.RemoveField remove) {
      List<Field> below = plus(path, remove.field());
      return thing.path.size() >= below.size() && thing.path.subList(0, below.size()).equals(below);
    }
    if (op instanceof CrdtOp.Clear) {
      return thing.path.size() >= path.size() && thing.path.subList(0, path.size()).equals(path);
    }
    if (!thing.path.equals(path)) {
      return false;
    }
    if (op instanceof CrdtOp.Add) {
      return thing.writer.equals(writer);
    }
    if (op instanceof CrdtOp.Insert insert) {
      return insert.elements().contains(thing.value);
    }
    return !(op instanceof CrdtOp.Remove remove) || remove.elements().contains(thing.value);
  }

  private static List<Field> plus(List<Field> path, Field field) {
    List<Field> longer = new ArrayList<>(path);
    longer.add(field);
    return longer;
  }
}
