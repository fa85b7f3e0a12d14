// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Cells and a clock as a store keeps them, and beside them what the model says was seen. */
final class ModelReplica {

  final ReplicaId id;
  final Map<String, ModelHistory> histories;
  final Map<String, Cell> cells = new TreeMap<>();
  final Map<String, Set<Dot>> seen = new HashMap<>();
  final DotClock clock = new DotClock();
  final Hlc hlc = new Hlc();
  private final long skew;

  /**
   * An empty one.
   *
   * @param histories by key, one for all replicas
   * @param skew milliseconds by which the wall clock is wrong
   */
  ModelReplica(ReplicaId id, Map<String, ModelHistory> histories, long skew) {
    this.id = id;
    this.histories = histories;
    this.skew = skew;
  }

  Cell cell(String key) {
    return cells.getOrDefault(key, Cell.EMPTY);
  }

  Set<Dot> seen(String key) {
    return seen.computeIfAbsent(key, k -> new HashSet<>());
  }

  ModelHistory history(String key) {
    return histories.computeIfAbsent(key, k -> new ModelHistory());
  }

  Delta write(String key, ModelOp op, long wallMillis) {
    Cell before = cell(key);
    Stamp stamp = new Stamp(new Dot(id, clock.highest(id) + 1), hlc.next(wallMillis + skew));
    ModelHistory.Event event = history(key).add(stamp.dot(), stamp.time(), op, seen(key));
    List<Dot> removed = new ArrayList<>();
    before
        .live()
        .keySet()
        .forEach(
            dot -> {
              if (ModelHistory.ends(event, history(key).event(dot))) {
                removed.add(dot);
              }
            });
    Map<Dot, Atom> added = op.adds() ? Map.of(stamp.dot(), atom(event)) : Map.of();
    List<Dot> needs = before.latest().values().stream().map(Stamp::dot).toList();
    Delta delta = new Delta(key, List.of(stamp), added, removed, needs);
    take(delta);
    return delta;
  }

  private static Atom atom(ModelHistory.Event event) {
    ModelOp op = event.op();
    Bytes value = op.value();
    if (op.leaf() == CrdtType.PN_COUNTER) {
      value = Share.NONE.plus(event.share()).encode();
    }
    return new Atom(op.root(), op.path(), event.time(), value);
  }

  /** Takes a delta in; false when it is not due. */
  boolean take(Delta delta) {
    Cell before = cell(delta.key());
    if (!delta.isDue(before, clock)) {
      return false;
    }
    if (!delta.isKnown(clock)) {
      cells.put(delta.key(), before.with(delta, clock));
      delta.writes().forEach(write -> clock.add(write.dot()));
      delta.writes().forEach(write -> hlc.observe(write.time(), 0, Long.MAX_VALUE));
    }
    for (Stamp write : delta.writes()) {
      Set<Dot> past = history(delta.key()).event(write.dot()).past();
      seen(delta.key()).add(write.dot());
      assertThat(seen(delta.key())).as("what %s builds on", write).containsAll(past);
    }
    return true;
  }

  /** A key of another replica, as an exchange brings it. */
  void join(String key, ModelReplica from) {
    Cell theirs = StoreCodec.decodeKeyState(from.encoded(key)).cell();
    Cell after = cell(key).join(clock, theirs, from.clock);
    cells.put(key, after);
    theirs.live().keySet().forEach(clock::add);
    theirs.latest().values().forEach(stamp -> clock.add(stamp.dot()));
    theirs.latest().values().forEach(stamp -> hlc.observe(stamp.time(), 0, Long.MAX_VALUE));
    seen(key).addAll(from.seen(key));
  }

  /**
   * Joins what the other one has and this one lacks.
   *
   * @param most keys after which the exchange breaks
   */
  void exchange(ModelReplica from, int most) {
    DotClock begin = clock.copy();
    int done = 0;
    for (Map.Entry<String, Cell> entry : from.cells.entrySet()) {
      Cell cell = entry.getValue();
      if (!cell.live().keySet().stream().allMatch(begin::has)
          || !cell.latest().values().stream().allMatch(stamp -> begin.has(stamp.dot()))) {
        if (done++ == most) {
          return;
        }
        join(entry.getKey(), from);
      }
    }
    clock.addAll(StoreCodec.decodeClock(StoreCodec.encode(from.clock)));
    histories.keySet().forEach(key -> seen(key).addAll(from.seen(key)));
    hlc.observe(from.hlc.last(), 0, Long.MAX_VALUE);
  }

  void strip(long stable) {
    cells.replaceAll((key, cell) -> cell.strip(stable));
    cells.values().removeIf(Cell::isNothing);
  }

  Bytes encoded(String key) {
    return StoreCodec.encode(new KeyState(key, cell(key)));
  }

  /** Everything is as the model says. */
  void check() {
    histories.forEach(
        (key, history) -> {
          Cell cell = cell(key);
          assertThat(new HashSet<>(cell.live().keySet()))
              .as("live atoms of %s at %s", key, id)
              .isEqualTo(
                  history.live(seen(key)).stream()
                      .map(ModelHistory.Event::dot)
                      .collect(Collectors.toSet()));
          assertThat(cell.value()).isEqualTo(history.value(seen(key)));
          history
              .all()
              .forEach(
                  event ->
                      assertThat(cell.hasSeen(event.dot(), clock))
                          .as("%s sees %s", id, event.dot())
                          .isEqualTo(seen(key).contains(event.dot())));
          assertThat(Cell.of(cell.live(), cell.latest().values())).isEqualTo(cell);
        });
  }
}
