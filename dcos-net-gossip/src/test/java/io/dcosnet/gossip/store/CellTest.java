// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static io.dcosnet.gossip.store.Writes.NOW;
import static io.dcosnet.gossip.store.Writes.delete;
import static io.dcosnet.gossip.store.Writes.dot;
import static io.dcosnet.gossip.store.Writes.put;
import static io.dcosnet.gossip.store.Writes.read;
import static io.dcosnet.gossip.store.Writes.stamp;
import static io.dcosnet.gossip.store.Writes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.CrdtValue;
import io.dcosnet.gossip.crdt.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CellTest {

  private static final Seen NOTHING = dot -> false;

  /** A cell and its clock, told of deltas. */
  private static final class Store {
    Cell cell = Cell.EMPTY;
    final DotClock clock = new DotClock();

    boolean take(Delta delta) {
      if (!delta.isDue(cell, clock)) {
        return false;
      }
      cell = cell.with(delta, clock);
      delta.writes().forEach(write -> clock.add(write.dot()));
      return true;
    }
  }

  /**
   * A register with the value 3 is overwritten by x1, which gets lost on the way, and then by x2.
   * With x2 alone 3 would live on, under a clock that is equal to that of the others.
   */
  @Test
  void aWriteWaitsForTheOneItBuildsOn() {
    Delta three = put(dot(1, 3), "three", List.of(), List.of());
    Delta x1 = put(dot(2, 1), "x1", List.of(dot(1, 3)), List.of(dot(1, 3)));
    Delta x2 = put(dot(2, 2), "x2", List.of(dot(2, 1)), List.of(dot(1, 3), dot(2, 1)));
    Store store = new Store();
    store.take(three);

    assertThat(store.take(x2)).isFalse();
    assertThat(read(store.cell)).isEqualTo("three");
    assertThat(store.take(x1)).isTrue();
    assertThat(store.take(x2)).isTrue();

    assertThat(store.cell.live().keySet()).containsExactly(dot(2, 2));
  }

  /** The same when x1 removed nothing that x2 names: the last write of the key alone says it. */
  @Test
  void aWriteWaitsForADeletionThatItBuildsOn() {
    Delta three = put(dot(1, 3), "three", List.of(), List.of());
    Delta delete = delete(dot(2, 1), List.of(dot(1, 3)), List.of(dot(1, 3)));
    Delta again = put(dot(2, 2), "again", List.of(), List.of(dot(1, 3), dot(2, 1)));
    Store store = new Store();
    store.take(three);

    assertThat(store.take(again)).isFalse();
    store.take(delete);
    assertThat(store.cell.isGhost()).isTrue();
    store.take(again);

    assertThat(store.cell.live().keySet()).containsExactly(dot(2, 2));
  }

  /** Its origin had forgotten who wrote what it removes. */
  @Test
  void aWriteWaitsForWhatItRemoves() {
    Delta first = put(dot(1, 1), "a", List.of(), List.of());
    Delta second = put(dot(2, 1), "b", List.of(dot(1, 1)), List.of());
    Store store = new Store();

    assertThat(store.take(second)).isFalse();
    store.take(first);
    assertThat(store.take(second)).isTrue();
    assertThat(store.cell.live().keySet()).containsExactly(dot(2, 1));
  }

  /**
   * Two concurrent writes, and a deletion by one who has seen the later one only. Who dropped the
   * earlier one when it came would show nothing, who had seen the deletion before would show it.
   */
  @Test
  void aConcurrentWriteOutlivesTheDeletionOfALaterOneWhateverCameFirst() {
    Delta early = put(dot(1, 1), "early", List.of(), List.of());
    Delta late = put(dot(2, 5), "late", List.of(), List.of());
    Delta delete = delete(dot(3, 1), List.of(dot(2, 5)), List.of(dot(2, 5)));
    Store one = new Store();
    one.take(early);
    one.take(late);
    assertThat(read(one.cell)).isEqualTo("late");
    one.take(delete);
    Store other = new Store();
    other.take(late);
    other.take(delete);
    assertThat(read(other.cell)).isEqualTo("-");
    other.take(early);

    assertThat(one.cell).isEqualTo(other.cell);
    assertThat(one.clock).isEqualTo(other.clock);
    assertThat(read(one.cell)).isEqualTo("early");
  }

  @Test
  void anAtomThatTheOtherSideHasSeenAndHasNotWasDeleted() {
    Cell with = Cell.of(Map.of(dot(1, 1), text("a", NOW)), List.of(stamp(dot(1, 1))));
    Cell without = Cell.of(Map.of(), List.of(stamp(dot(1, 1)), stamp(dot(2, 1))));

    assertThat(with.join(NOTHING, without, NOTHING)).isEqualTo(without);
    assertThat(without.join(NOTHING, with, NOTHING)).isEqualTo(without);
    assertThat(with.join(NOTHING, Cell.EMPTY, NOTHING)).isEqualTo(with);
    assertThat(with.join(NOTHING, Cell.EMPTY, dot -> true).isGhost()).isTrue();
  }

  @Test
  void anAtomThatWasDeletedDoesNotComeBackWithAnOldDelta() {
    Delta first = put(dot(1, 1), "a", List.of(), List.of());
    Store store = new Store();
    store.take(first);
    store.take(delete(dot(2, 1), List.of(dot(1, 1)), List.of(dot(1, 1))));
    Cell ghost = store.cell;

    store.take(first);

    assertThat(store.cell).isEqualTo(ghost);
  }

  /** It came alone through an exchange, and was deleted, before all of them came as one. */
  @Test
  void aComposedDeltaRemovesWhatItsOwnWritesReplaced() {
    Delta first = put(dot(1, 1), "a", List.of(), List.of());
    Delta second = put(dot(1, 2), "b", List.of(dot(1, 1)), List.of(dot(1, 1)));
    Delta both = first.then(second);
    Store store = new Store();
    store.take(first);
    store.take(both);
    Store fresh = new Store();
    fresh.take(both);

    assertThat(both.removed()).isEmpty();
    assertThat(both.needs()).isEmpty();
    assertThat(store.cell.live().keySet()).containsExactly(dot(1, 2));
    assertThat(fresh.cell).isEqualTo(store.cell);
  }

  @Test
  void deltasThatDoNotFollowEachOtherAreNotComposed() {
    Delta first = put(dot(1, 1), "a", List.of(), List.of());
    Delta third = put(dot(1, 3), "c", List.of(dot(1, 2)), List.of(dot(1, 2)));
    Delta other = put(dot(2, 2), "b", List.of(), List.of());

    assertThatIllegalArgumentException().isThrownBy(() -> first.then(third));
    assertThatIllegalArgumentException().isThrownBy(() -> first.then(other));
    assertThatIllegalArgumentException().isThrownBy(() -> third.then(first));
  }

  @Test
  void whatIsEverywhereIsForgotten() {
    Cell cell =
        Cell.of(Map.of(dot(1, 1), text("a", NOW)), List.of(stamp(dot(1, 1)), stamp(dot(2, 7))));

    assertThat(cell.strip(NOW)).isSameAs(cell);
    assertThat(cell.strip(NOW + 1).latest()).containsOnlyKeys(dot(2, 7).replica());
    assertThat(cell.strip(NOW + 7).latest()).isEmpty();
    assertThat(cell.strip(NOW + 7).isNothing()).isFalse();
    Cell ghost = Cell.of(Map.of(), List.of(stamp(dot(2, 7))));
    assertThat(ghost.strip(NOW + 6).isNothing()).isFalse();
    assertThat(ghost.strip(NOW + 7)).isSameAs(Cell.EMPTY);
  }

  @Test
  void ofEqualTimesTheGreaterReplicaWins() {
    Map<Dot, Atom> live = new HashMap<>();
    live.put(dot(1, 5), text("z", NOW));
    live.put(dot(2, 1), text("a", NOW));
    live.put(dot(3, 9), text("older", NOW - 1));

    assertThat(read(Cell.of(live, List.of()))).isEqualTo("a");
    assertThat(Cell.of(live, List.of()).value()).isEqualTo(new CrdtValue.Register(Bytes.utf8("a")));
  }

  @Test
  void ofSeveralTypesTheSmallestIsReadAndNoneIsLost() {
    Map<Dot, Atom> live = new HashMap<>();
    live.put(dot(1, 1), new Atom(CrdtType.OR_SET, List.of(), NOW, Bytes.utf8("e")));
    live.put(dot(2, 1), text("text", NOW));
    Cell cell = Cell.of(live, List.of(stamp(dot(1, 1)), stamp(dot(2, 1))));

    assertThat(cell.type()).isEqualTo(CrdtType.LWW_REGISTER);
    assertThat(cell.value()).isEqualTo(new CrdtValue.Register(Bytes.utf8("text")));
    Cell after = cell.with(delete(dot(3, 1), List.of(dot(2, 1)), List.of(dot(2, 1))), NOTHING);
    assertThat(after.type()).isEqualTo(CrdtType.OR_SET);
    assertThat(after.winner()).isNull();
    assertThat(after.value()).isInstanceOf(CrdtValue.Elements.class);
  }

  @Test
  void aCounterStopsAtTheEndsOfItsRangeWhateverTheOrder() {
    Bytes most = new Share(Long.MAX_VALUE, 0).encode();
    Bytes least = new Share(0, Long.MAX_VALUE).encode();

    assertThat(count(most, most)).isEqualTo(Long.MAX_VALUE);
    assertThat(count(most, most, least)).isEqualTo(Long.MAX_VALUE);
    assertThat(count(least, most, most)).isEqualTo(Long.MAX_VALUE);
    assertThat(count(most, most, least, least)).isZero();
    assertThat(count(least, least)).isEqualTo(Long.MIN_VALUE);
    assertThat(count(new Share(7, 3).encode(), new Share(0, 9).encode())).isEqualTo(-5);
    assertThat(Share.NONE.plus(Long.MIN_VALUE)).isEqualTo(new Share(0, Long.MAX_VALUE));
    assertThat(new Share(Long.MAX_VALUE, 1).plus(5)).isEqualTo(new Share(Long.MAX_VALUE, 1));
  }

  private static long count(Bytes... shares) {
    Map<Dot, Atom> live = new HashMap<>();
    for (Bytes share : shares) {
      live.put(dot(live.size() + 1, 1), new Atom(CrdtType.PN_COUNTER, List.of(), NOW, share));
    }
    return Cell.of(live, List.of()).value() instanceof CrdtValue.Count count ? count.sum() : -1;
  }

  @Test
  void atomsThatNoOpMakesAreRefused() {
    Field map = new Field("map", CrdtType.OR_MAP);
    Field text = new Field("text", CrdtType.LWW_REGISTER);
    assertThatIllegalArgumentException().isThrownBy(() -> atom(CrdtType.OR_MAP, List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> atom(CrdtType.OR_MAP, List.of(map)));
    assertThatIllegalArgumentException().isThrownBy(() -> atom(CrdtType.OR_SET, List.of(text)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> atom(CrdtType.OR_MAP, List.of(text, text)));
    assertThatIllegalArgumentException().isThrownBy(() -> atom(CrdtType.FLAG, List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> atom(CrdtType.PN_COUNTER, List.of()));
    assertThat(atom(CrdtType.OR_MAP, List.of(map, map, map, text)).leaf())
        .isEqualTo(CrdtType.LWW_REGISTER);
  }

  private static Atom atom(CrdtType root, List<Field> path) {
    return new Atom(root, path, NOW, Bytes.utf8("text"));
  }

  @Test
  void aLargeMapChangesWithoutACopyOfItAll() {
    Map<Dot, Atom> live = new HashMap<>();
    for (int i = 1; i <= 10_000; i++) {
      live.put(dot(1, i), text("v" + i, NOW));
    }
    Cell cell = Cell.of(live, List.of(stamp(dot(1, 10_000))));
    Delta change = put(dot(2, 1), "new", List.of(dot(1, 5)), List.of(dot(1, 10_000)));
    long before = Allocated.octets();
    Cell after = cell.with(change, NOTHING);
    long octets = Allocated.octets() - before;

    assertThat(after.live()).hasSize(10_000).doesNotContainKey(dot(1, 5)).containsKey(dot(2, 1));
    assertThat(cell.live()).hasSize(10_000).containsKey(dot(1, 5));
    assertThat(octets).isLessThan(50_000);
    assertThat(after.octets() - cell.octets()).isBetween(0, 20);
  }
}
