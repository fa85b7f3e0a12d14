// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The laws of replicated data, for each type, on what random histories lead to. */
class CellProperties {

  private static final int LONGEST = 60;

  /** A cell of one key, with the clock that goes with it. */
  private record Copy(Cell cell, DotClock clock) {

    static Copy of(ModelReplica replica, String key) {
      return new Copy(replica.cell(key), replica.clock.copy());
    }

    Copy join(Copy other) {
      DotClock both = clock.copy();
      both.addAll(other.clock);
      return new Copy(cell.join(clock, other.cell, other.clock), both);
    }

    Bytes octets() {
      return StoreCodec.encode(new KeyState("key", cell));
    }
  }

  private static ModelRun run(CrdtType type, int size, List<Long> seeds, boolean strips) {
    ModelRun run = new ModelRun(type, size);
    seeds.forEach(seed -> run.step(seed, strips));
    return run;
  }

  @Property
  void whateverHappensEachReplicaReadsWhatItHasSeenAndAllComeTogether(
      @ForAll CrdtType type,
      @ForAll @IntRange(min = 2, max = 5) int size,
      @ForAll @Size(max = LONGEST) List<Long> seeds) {
    ModelRun run = run(type, size, seeds, true);

    run.settle();

    ModelReplica first = run.replicas.get(0);
    for (ModelReplica replica : run.replicas) {
      assertThat(replica.clock).isEqualTo(first.clock);
      for (String key : ModelRun.keys()) {
        assertThat(replica.cell(key).live()).isEqualTo(first.cell(key).live());
      }
    }
  }

  @Property
  void joinIsCommutativeAssociativeAndIdempotent(
      @ForAll CrdtType type, @ForAll @Size(max = LONGEST) List<Long> seeds) {
    ModelRun run = run(type, 3, seeds, true);
    for (String key : ModelRun.keys()) {
      Copy a = Copy.of(run.replicas.get(0), key);
      Copy b = Copy.of(run.replicas.get(1), key);
      Copy c = Copy.of(run.replicas.get(2), key);

      assertThat(a.join(b).octets()).isEqualTo(b.join(a).octets());
      assertThat(a.join(b).join(c).octets()).isEqualTo(a.join(b.join(c)).octets());
      assertThat(a.join(a).octets()).isEqualTo(a.octets());
      assertThat(a.join(new Copy(Cell.of(a.cell.live(), a.cell.latest().values()), a.clock)))
          .isEqualTo(a);
    }
  }

  @Property
  void aJoinIsNotBelowWhatItJoins(
      @ForAll CrdtType type, @ForAll @Size(max = LONGEST) List<Long> seeds) {
    ModelRun run = run(type, 2, seeds, true);
    for (String key : ModelRun.keys()) {
      Copy a = Copy.of(run.replicas.get(0), key);
      Copy b = Copy.of(run.replicas.get(1), key);
      Copy both = a.join(b);

      assertThat(both.join(a).octets()).isEqualTo(both.octets());
      assertThat(a.join(both).octets()).isEqualTo(both.octets());
      assertThat(both.clock.covers(a.clock)).isTrue();
    }
  }

  @Property
  void deltasInAnyOrderAndAgainBringWhatJoinsBring(
      @ForAll CrdtType type,
      @ForAll @IntRange(min = 2, max = 5) int size,
      @ForAll @Size(max = LONGEST) List<Long> seeds,
      @ForAll Random order) {
    ModelRun run = run(type, size, seeds, false);
    List<Delta> left = new ArrayList<>(run.deltas);
    left.addAll(run.deltas);
    Collections.shuffle(left, order);
    ModelReplica byDeltas = run.newcomer(9);
    while (left.removeIf(byDeltas::take)) {
      byDeltas.check();
    }
    run.settle();

    assertThat(left).isEmpty();
    assertThat(byDeltas.clock).isEqualTo(run.replicas.get(0).clock);
    for (String key : ModelRun.keys()) {
      assertSameButForTimes(byDeltas.cell(key), run.replicas.get(0).cell(key));
    }
  }

  @Property
  void severalDeltasAsOneDoWhatTheyDoOneByOne(
      @ForAll CrdtType type,
      @ForAll @Size(min = 10, max = LONGEST) List<Long> seeds,
      @ForAll @IntRange(min = 0, max = 1000) int place,
      @ForAll @IntRange(min = 1, max = 5) int more) {
    ModelRun run = run(type, 3, seeds, false);
    if (run.deltas.isEmpty()) {
      return;
    }
    int first = place % run.deltas.size();
    Delta all = run.composed(first, more);
    for (int begin = 0; begin <= all.writes().size(); begin++) {
      ModelReplica oneByOne = run.newcomer(8);
      ModelReplica asOne = run.newcomer(8);
      // What it builds on, and of its own writes the first few.
      for (Delta delta : run.deltas) {
        boolean isAfter =
            delta.origin().equals(all.origin())
                && delta.key().equals(all.key())
                && (begin == all.writes().size()
                    ? delta.last().dot().counter() > all.last().dot().counter()
                    : delta.last().dot().counter() >= all.writes().get(begin).dot().counter());
        if (!isAfter) {
          oneByOne.take(delta);
          asOne.take(delta);
        }
      }
      if (asOne.take(all)) {
        run.deltas.stream().filter(delta -> isPart(delta, all)).forEach(oneByOne::take);

        asOne.check();
        assertSameButForTimes(asOne.cell(all.key()), oneByOne.cell(all.key()));
      }
    }
  }

  /** Up to when they are remembered may be later for the delta that stands for several. */
  private static void assertSameButForTimes(Cell cell, Cell expected) {
    assertThat(cell.live()).isEqualTo(expected.live());
    assertThat(dots(cell)).isEqualTo(dots(expected));
  }

  private static List<Dot> dots(Cell cell) {
    return cell.latest().values().stream().map(Stamp::dot).toList();
  }

  private static boolean isPart(Delta delta, Delta all) {
    return delta.key().equals(all.key()) && all.writes().contains(delta.last());
  }

  @Property
  void octetsAreReadAsTheyWereWritten(
      @ForAll CrdtType type, @ForAll @Size(max = LONGEST) List<Long> seeds) {
    ModelRun run = run(type, 3, seeds, true);
    for (Delta delta : run.deltas) {
      assertThat(StoreCodec.decodeDelta(StoreCodec.encode(delta))).isEqualTo(delta);
    }
    for (ModelReplica replica : run.replicas) {
      assertThat(StoreCodec.decodeClock(StoreCodec.encode(replica.clock))).isEqualTo(replica.clock);
      for (String key : ModelRun.keys()) {
        KeyState state = new KeyState(key, replica.cell(key));
        assertThat(StoreCodec.decodeKeyState(StoreCodec.encode(state))).isEqualTo(state);
      }
    }
  }
}
