// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.CrdtValue;
import io.dcosnet.gossip.crdt.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was ever written to a key and what each writer had seen: slow, and nothing is
 * ever forgotten.
 */
final class ModelHistory {

  /**
   * A write.
   *
   * @param past all writes that its writer had taken in
   * @param share of its writer in a counter with it
   */
  record Event(Dot dot, long time, ModelOp op, Set<Dot> past, long share) {}

  private final Map<Dot, Event> events = new TreeMap<>();

  Event add(Dot dot, long time, ModelOp op, Set<Dot> seen) {
    long share = op.amount();
    for (Event own : live(seen)) {
      if (own.op().leaf() == CrdtType.PN_COUNTER && op.ends(own, dot.replica())) {
        share += own.share();
      }
    }
    Event event = new Event(dot, time, op, Set.copyOf(seen), share);
    events.put(dot, event);
    return event;
  }

  Event event(Dot dot) {
    return requireNonNull(events.get(dot));
  }

  Collection<Event> all() {
    return events.values();
  }

  /** What lives for one who has seen these: all that none of them ended that had seen it. */
  List<Event> live(Set<Dot> seen) {
    List<Event> live = new ArrayList<>();
    for (Dot dot : new TreeSet<>(seen)) {
      Event event = event(dot);
      if (event.op().adds() && seen.stream().map(this::event).noneMatch(by -> ends(by, event))) {
        live.add(event);
      }
    }
    return live;
  }

  static boolean ends(Event later, Event earlier) {
    return later.past().contains(earlier.dot()) && later.op().ends(earlier, later.dot().replica());
  }

  /** What is read then; null for nothing. */
  @Nullable CrdtValue value(Set<Dot> seen) {
    List<Event> live = live(seen);
    return live.stream()
        .map(event -> event.op().root())
        .min(Comparator.comparing(CrdtType::tag))
        .map(root -> value(root, List.of(), live))
        .orElse(null);
  }

  private CrdtValue value(CrdtType type, List<Field> path, List<Event> live) {
    CrdtType root = path.isEmpty() ? type : CrdtType.OR_MAP;
    List<Event> here =
        live.stream().filter(e -> e.op().root() == root && e.op().path().equals(path)).toList();
    Set<Bytes> values = new TreeSet<>(here.stream().map(event -> event.op().value()).toList());
    Bytes on = Bytes.copyOf(new byte[] {1});
    return switch (type) {
      case LWW_REGISTER ->
          new CrdtValue.Register(
              here.stream()
                  .max(
                      Comparator.comparingLong(Event::time)
                          .thenComparing(event -> event.dot().replica()))
                  .orElseThrow()
                  .op()
                  .value());
      case MV_REGISTER -> new CrdtValue.Values(List.copyOf(values));
      case OR_SET -> new CrdtValue.Elements(values);
      case FLAG -> new CrdtValue.On(type, values.contains(on));
      case DISABLE_WINS_FLAG -> new CrdtValue.On(type, values.equals(Set.of(on)));
      case PN_COUNTER -> new CrdtValue.Count(here.stream().mapToLong(Event::share).sum());
      case OR_MAP -> {
        Map<Field, CrdtValue> fields = new TreeMap<>();
        for (Event event : live) {
          List<Field> to = event.op().path();
          if (event.op().root() == root
              && to.size() > path.size()
              && to.subList(0, path.size()).equals(path)) {
            Field field = to.get(path.size());
            fields.put(
                field, value(field.type(), List.copyOf(to.subList(0, path.size() + 1)), live));
          }
        }
        yield new CrdtValue.Fields(fields);
      }
    };
  }
}
