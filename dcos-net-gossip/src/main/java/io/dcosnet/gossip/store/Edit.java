// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.crdt.CrdtStore;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One update of one key in the making: what each op adds, and what it takes the place of. <b>Not
 * thread-safe.</b>
 *
 * <p>Each atom that is added takes a number, and so does an op that adds none, since others must
 * learn of it all the same. An atom that a later op of the same update replaces never leaves here;
 * its number is used up all the same.
 */
final class Edit {

  private final String key;
  private final Cell before;
  private final ReplicaId self;
  private final long time;

  private final List<Stamp> writes = new ArrayList<>();
  private final Map<Dot, Atom> added = new LinkedHashMap<>();
  private final Map<Dot, Atom> removed = new LinkedHashMap<>();
  private long counter;
  private @Nullable Map<List<Field>, Map<Dot, Atom>> fields;

  /**
   * An update that does nothing yet.
   *
   * @param counter last number that {@code self} has used
   */
  Edit(String key, Cell before, ReplicaId self, long counter, long time) {
    this.key = key;
    this.before = before;
    this.self = self;
    this.counter = counter;
    this.time = time;
  }

  /** The delta of all of it. */
  Delta toDelta() {
    return new Delta(key, writes, added, List.copyOf(removed.keySet()), needs());
  }

  /** Octets of the atoms that are there afterwards. */
  long weight() {
    return Weights.of(before) - Weights.of(removed.values()) + Weights.of(added.values());
  }

  /** Most octets of them in a message. */
  long onWire() {
    return Weights.onWire(before.live().values())
        - Weights.onWire(removed.values())
        + Weights.onWire(added.values());
  }

  /**
   * The last writes that the cell had taken in. Where our own last one is known to be everywhere, a
   * replica that has just begun may yet lack it. It must not believe from what we write now that it
   * has all that we wrote before, or it would take what it lacks for deleted.
   */
  private List<Dot> needs() {
    List<Dot> needs = new ArrayList<>();
    before.latest().values().forEach(stamp -> needs.add(stamp.dot()));
    if (!before.latest().containsKey(self)) {
      before.live().keySet().stream()
          .filter(dot -> dot.replica().equals(self))
          .max(Dot::compareTo)
          .ifPresent(needs::add);
    }
    needs.sort(null);
    return needs;
  }

  /** Removes all. */
  void delete() {
    remove(atom -> true);
    number();
  }

  /**
   * Does all of this, in order.
   *
   * @throws IllegalArgumentException when it is too much, or the key has another type
   */
  void apply(List<CrdtOp> ops) {
    if (ops.size() > CrdtStore.MAX_OPS) {
      throw new IllegalArgumentException(
          "update %s: %d ops (expected: at most %d)".formatted(key, ops.size(), CrdtStore.MAX_OPS));
    }
    CrdtType type = before.type();
    CrdtType expected = type == null ? ops.get(0).type() : type;
    for (CrdtOp op : ops) {
      if (op.type() != expected) {
        throw new IllegalArgumentException(
            "update %s as %s: it is %s (expected: one type for each key)"
                .formatted(key, op.type(), expected));
      }
    }
    ops.forEach(op -> apply(op.type(), List.of(), op));
  }

  private void apply(CrdtType root, List<Field> path, CrdtOp op) {
    if (op instanceof CrdtOp.InField in) {
      apply(root, deeper(path, in.field()), in.op());
    } else if (op instanceof CrdtOp.RemoveField field) {
      List<Field> below = deeper(path, field.field());
      remove(atom -> atom.root() == root && isBelow(atom.path(), below));
      number();
    } else if (op instanceof CrdtOp.Clear) {
      remove(atom -> atom.root() == root && isBelow(atom.path(), path));
      number();
    } else {
      Leaf leaf = new Leaf(root, path);
      leaf.values(op).forEach(value -> added.put(number(), new Atom(root, path, time, value)));
    }
  }

  /** What a path leads to, be it the whole key. */
  private final class Leaf {
    private final CrdtType root;
    private final List<Field> path;
    private final Map<Dot, Atom> there;

    Leaf(CrdtType root, List<Field> path) {
      this.root = root;
      this.path = path;
      this.there = path.isEmpty() ? before.live() : fields().getOrDefault(path, Map.of());
    }

    /** Removes what an op takes the place of; the values that come instead. */
    List<Bytes> values(CrdtOp op) {
      if (op instanceof CrdtOp.Put put) {
        remove((dot, atom) -> true);
        return List.of(put.value());
      } else if (op instanceof CrdtOp.Assign assign) {
        remove((dot, atom) -> true);
        return List.of(assign.value());
      } else if (op instanceof CrdtOp.Switch flag) {
        remove((dot, atom) -> true);
        return List.of(Bytes.copyOf(new byte[] {(byte) (flag.on() ? 1 : 0)}));
      } else if (op instanceof CrdtOp.Add add) {
        Share share = Share.NONE;
        for (Atom own : remove((dot, atom) -> dot.replica().equals(self))) {
          Share was = Share.decode(own.value());
          share = share.plus(was.added()).plus(-was.taken());
        }
        return List.of(share.plus(add.amount()).encode());
      } else if (op instanceof CrdtOp.Insert insert) {
        remove((dot, atom) -> insert.elements().contains(atom.value()));
        if (insert.elements().isEmpty()) {
          number();
        }
        return insert.elements().stream().sorted().toList();
      } else if (op instanceof CrdtOp.Remove remove) {
        remove((dot, atom) -> remove.elements().contains(atom.value()));
        number();
        return List.of();
      }
      throw new IllegalArgumentException("op: " + op);
    }

    private Collection<Atom> remove(BiPredicate<Dot, Atom> which) {
      return Edit.this.remove(
          there,
          (dot, atom) -> atom.root() == root && atom.path().equals(path) && which.test(dot, atom));
    }
  }

  /** What was there, by path: an update may change a thousand fields of a large map. */
  private Map<List<Field>, Map<Dot, Atom>> fields() {
    Map<List<Field>, Map<Dot, Atom>> known = fields;
    if (known == null) {
      known = new HashMap<>(); // only looked up in
      for (Map.Entry<Dot, Atom> one : before.live().entrySet()) {
        known
            .computeIfAbsent(one.getValue().path(), path -> new LinkedHashMap<>(2))
            .put(one.getKey(), one.getValue());
      }
      fields = known;
    }
    return known;
  }

  private List<Field> deeper(List<Field> path, Field field) {
    if (path.size() == Atom.MAX_DEPTH) {
      throw new IllegalArgumentException(
          "update %s: field %s lies deeper than %d maps".formatted(key, field, Atom.MAX_DEPTH));
    }
    return Stream.concat(path.stream(), Stream.of(field)).toList();
  }

  private static boolean isBelow(List<Field> path, List<Field> upper) {
    return path.size() >= upper.size() && path.subList(0, upper.size()).equals(upper);
  }

  private Dot number() {
    Dot dot = new Dot(self, ++counter);
    writes.add(new Stamp(dot, time));
    return dot;
  }

  private void remove(Predicate<Atom> which) {
    remove(before.live(), (dot, atom) -> which.test(atom));
  }

  /**
   * Removes some of what is there now; those.
   *
   * @param there the part of what was there before that they are of
   */
  private Collection<Atom> remove(Map<Dot, Atom> there, BiPredicate<Dot, Atom> which) {
    Map<Dot, Atom> gone = new LinkedHashMap<>();
    there.forEach(
        (dot, atom) -> {
          if (which.test(dot, atom) && !removed.containsKey(dot)) {
            gone.put(dot, atom);
          }
        });
    removed.putAll(gone);
    added
        .entrySet()
        .removeIf(
            entry -> {
              boolean hit = which.test(entry.getKey(), entry.getValue());
              if (hit) {
                gone.put(entry.getKey(), entry.getValue());
              }
              return hit;
            });
    return gone.values();
  }
}
