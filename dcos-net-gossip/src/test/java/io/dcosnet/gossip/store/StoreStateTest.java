// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.CrdtValue;
import io.dcosnet.gossip.crdt.Field;
import io.dcosnet.gossip.store.StoreState.Outcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StoreStateTest {

  private static final ReplicaId A = replica(1, 1);
  private static final ReplicaId B = replica(2, 1);
  private static final ReplicaId C = replica(3, 1);

  private final StoreState a = new StoreState(A, StoreLimits.USUAL);
  private final StoreState b = new StoreState(B, StoreLimits.USUAL);
  private long time = 1000;

  @Test
  void aWriteIsOneNumberForEachAtomAndOneWhenItAddsNone() {
    Delta set = a.update("set", List.of(insert("x", "y")), ++time);
    Delta nothing = a.update("set", List.of(new CrdtOp.Remove(Set.of(text("z")))), ++time);
    Delta gone = a.delete("set", ++time);

    assertThat(set.writes()).hasSize(2);
    assertThat(set.added().keySet()).containsExactly(dot(A, 1), dot(A, 2));
    assertThat(nothing.writes()).extracting(Stamp::dot).containsExactly(dot(A, 3));
    assertThat(gone.removed()).containsExactly(dot(A, 1), dot(A, 2));
    assertThat(gone.needs()).containsExactly(dot(A, 3));
    assertThat(a.clock().base(A)).isEqualTo(4);
  }

  @Test
  void whatALaterOpOfOneUpdateReplacesNeverLeaves() {
    Delta delta = a.update("k", List.of(put("1"), put("2")), ++time);

    assertThat(delta.added().keySet()).containsExactly(dot(A, 2));
    assertThat(delta.removed()).isEmpty();
    assertThat(b.take(delta)).isEqualTo(Outcome.TAKEN);
    assertThat(b.cell("k").value()).isEqualTo(new CrdtValue.Register(text("2")));
    assertThat(b.clock()).isEqualTo(a.clock());
  }

  @Test
  void aDeltaWaitsForWhatItBuildsOn() {
    Delta first = a.update("k", List.of(put("1")), ++time);
    Delta second = a.update("k", List.of(put("2")), ++time);

    assertThat(b.take(second)).isEqualTo(Outcome.EARLY);
    assertThat(b.clock().replicas()).isEmpty();
    assertThat(b.take(first)).isEqualTo(Outcome.TAKEN);
    assertThat(b.take(second)).isEqualTo(Outcome.TAKEN);
    assertThat(b.take(second)).isEqualTo(Outcome.KNOWN);
    assertThat(b.liveDigest()).isEqualTo(a.liveDigest()).isNotZero();
  }

  @Test
  void whatAnotherClusterReplacedAndForgotDoesNotComeBackByADeltaBehindAnExchange() {
    Delta replaced = a.update("k", List.of(put("1")), ++time);
    a.update("k", List.of(put("2")), ++time);
    a.strip(time);
    b.caughtUp(new DotClock());

    b.join(new KeyState("k", a.cell("k")), a.clock());
    assertThat(b.take(replaced)).isEqualTo(Outcome.KNOWN);
    b.caughtUp(a.clock());

    assertThat(b.cell("k").value()).isEqualTo(new CrdtValue.Register(text("2")));
    assertThat(b.liveDigest()).isEqualTo(a.liveDigest());
    b.strip(time);
    assertThat(b.oldestUnstable()).isZero();
    assertThat(b.cell("k")).isEqualTo(a.cell("k"));
  }

  @Test
  void whoLacksALiveWriteDoesNotTakeOneThatCameAfterItThoughItIsEverywhereElse() {
    a.update("set", List.of(insert("x")), ++time);
    a.strip(time);
    Delta second = a.update("set", List.of(insert("y")), ++time);

    assertThat(second.needs()).containsExactly(dot(A, 1));
    assertThat(b.take(second)).isEqualTo(Outcome.EARLY);
  }

  @Test
  void aKeyHasOneType() {
    a.update("k", List.of(put("1")), ++time);

    assertThatThrownBy(() -> a.update("k", List.of(new CrdtOp.Add(1)), ++time))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PN_COUNTER")
        .hasMessageContaining("LWW_REGISTER");
    a.delete("k", ++time);
    a.update("k", List.of(new CrdtOp.Add(1)), ++time);
    assertThat(a.cell("k").type()).isEqualTo(CrdtType.PN_COUNTER);
  }

  @Test
  void mapsLieInEachOtherFourDeepAndNoDeeper() {
    CrdtOp op = put("1");
    op = new CrdtOp.InField(new Field("f", CrdtType.LWW_REGISTER), op);
    for (int depth = 2; depth <= Atom.MAX_DEPTH; depth++) {
      op = new CrdtOp.InField(new Field("f", CrdtType.OR_MAP), op);
    }
    a.update("map", List.of(op), ++time);
    CrdtOp tooDeep = new CrdtOp.InField(new Field("f", CrdtType.OR_MAP), op);

    assertThatThrownBy(() -> a.update("map", List.of(tooDeep), ++time))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("deeper than 4");
    assertThat(a.clock().base(A)).isEqualTo(1);
  }

  @Test
  void aFullStoreTakesNoNewKeyAndNoLongerValueButAShorterOneAndADeletion() {
    StoreState small = new StoreState(A, new StoreLimits(2, 20, 10, 20));
    small.update("1", List.of(put("12345678")), ++time);
    small.update("2", List.of(put("12345678")), ++time);

    assertThatThrownBy(() -> small.update("3", List.of(put("")), ++time))
        .isInstanceOf(DcosNetException.class)
        .hasMessage(
            "update 3: store is full: 2 keys, 18 bytes (expected: at most 2 keys, 20 bytes)");
    assertThatThrownBy(() -> small.update("1", List.of(put("12345678901")), ++time))
        .isInstanceOf(DcosNetException.class)
        .hasMessage("update 1: value is too large: 11 bytes (expected: at most 10)");
    small.update("1", List.of(put("1")), ++time);
    small.delete("2", ++time);
    small.update("3", List.of(put("1")), ++time);
    assertThat(small.keys()).isEqualTo(2);
    assertThat(small.ghosts()).isEqualTo(1);
    assertThat(small.octets()).isEqualTo(5);
  }

  @Test
  void aKeyThatNoUserCanWriteToFitsIntoAFullStore() {
    StoreState small = new StoreState(A, new StoreLimits(1, 5, 10, 20));
    small.update("1", List.of(put("1")), ++time);

    small.update("\u0000replica/1", List.of(put("1")), ++time);

    assertThat(small.keys()).isEqualTo(2);
    assertThatThrownBy(() -> small.update("2", List.of(put("")), ++time))
        .hasMessageContaining("store is full");
  }

  @Test
  void whatIsKeptOutIsNeitherClaimedNorAskedForAgain() {
    StoreState small = new StoreState(C, new StoreLimits(10, 1000, 10, 20));
    Delta large = a.update("k", List.of(put("x".repeat(21))), ++time);
    a.update("other", List.of(put("1")), ++time);

    assertThat(small.take(large)).isEqualTo(Outcome.REFUSED);
    sync(a, small);

    assertThat(small.quarantined()).isEqualTo(1);
    assertThat(small.cell("k")).isEqualTo(Cell.EMPTY);
    assertThat(small.cell("other").isGhost()).isFalse();
    assertThat(small.clock().has(dot(A, 1))).isFalse();
    assertThat(small.clock().has(dot(A, 2))).isTrue();
    assertThat(a.missing(small.asked()).hasNext()).isFalse();
    sync(small, b);
    assertThat(a.missing(b.clock())).toIterable().containsExactly("k");

    a.update("k", List.of(put("short")), ++time);
    sync(a, small);
    assertThat(small.quarantined()).isZero();
    assertThat(small.clock()).isEqualTo(a.clock());
    assertThat(small.liveDigest()).isEqualTo(a.liveDigest());
  }

  @Test
  void whatWasKeptOutForLackOfRoomIsAskedForWhenThereIsSome() {
    StoreState small = new StoreState(C, new StoreLimits(10, 40, 40, 100));
    small.update("mine", List.of(put("x".repeat(30))), ++time);
    a.update("k", List.of(put("x".repeat(30))), ++time);

    sync(a, small);
    assertThat(a.missing(small.asked()).hasNext()).isTrue();
    assertThat(small.quarantined()).isZero();

    small.update("mine", List.of(put("x".repeat(36))), ++time);
    sync(a, small);
    small.delete("mine", ++time);
    sync(a, small);
    assertThat(small.cell("k")).isEqualTo(a.cell("k"));
  }

  @Test
  void aKeyOfManySmallPartsNeverGrowsBeyondWhatAMessageHolds() {
    fillWithElements(a, "a");
    fillWithElements(b, "b");
    StoreState c = new StoreState(C, StoreLimits.USUAL);
    fillWithElements(c, "c");

    int one = a.cell("set").live().size();
    sync(b, a);
    assertThat(a.cell("set").live()).hasSize(2 * one);
    sync(c, a);
    assertThat(a.cell("set").live()).hasSize(2 * one);
    assertThat(StoreCodec.encode(new KeyState("set", a.cell("set"))).size())
        .isLessThan((8 << 20) + (128 << 10));
  }

  private void fillWithElements(StoreState state, String prefix) {
    for (int part = 0; part < 40; part++) {
      Set<Bytes> elements = new TreeSet<>();
      for (int i = 0; i < 20_000; i++) {
        elements.add(text(prefix + Integer.toString(20_000 * part + i, 36)));
      }
      try {
        state.update("set", List.of(new CrdtOp.Insert(elements)), ++time);
      } catch (DcosNetException e) {
        assertThat(e).hasMessageContaining("set: too many small parts");
        return;
      }
    }
    throw new AssertionError("never full");
  }

  @Test
  void othersKeysAreTakenInUpToAQuarterMoreThanOwnOnesAndTheRestWhenThereIsRoom() {
    StoreState small = new StoreState(C, new StoreLimits(4, 1000, 10, 20));
    for (int i = 0; i < 7; i++) {
      a.update("k" + i, List.of(put("")), ++time);
    }

    sync(a, small);
    assertThat(small.keys()).isEqualTo(5);
    assertThat(small.quarantined()).isEqualTo(2);
    sync(a, small);
    assertThat(small.keys()).isEqualTo(5);

    List.of("k0", "k1", "k2").forEach(key -> small.take(a.delete(key, ++time)));
    sync(a, small);
    assertThat(small.keys()).isEqualTo(4);
    assertThat(small.liveDigest()).isEqualTo(a.liveDigest());
  }

  @Test
  void keysThatComeAndGoFindAnEndWhileSomebodyHasNotHeardThatTheyWent() {
    StoreState small = new StoreState(A, new StoreLimits(2, 1000, 10, 20));
    small.update("stays", List.of(put("1")), ++time);
    for (int i = 0; i < 8; i++) {
      small.update("k" + i, List.of(put("1")), ++time);
      small.delete("k" + i, ++time);
    }

    assertThatThrownBy(() -> small.update("k8", List.of(put("1")), ++time))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("8 deleted keys are remembered");
    assertThatThrownBy(() -> small.delete("k8", ++time)).isInstanceOf(DcosNetException.class);
    small.update("k7", List.of(put("again")), ++time);
    small.update("stays", List.of(put("2")), ++time);
    small.delete("stays", ++time);
    assertThat(small.ghosts()).isEqualTo(8);

    small.strip(time);
    small.update("k8", List.of(put("1")), ++time);
    assertThat(small.ghosts()).isZero();
  }

  @Test
  void noticesThatSomebodyElseWritesAsItself() {
    StoreState twin = new StoreState(A, StoreLimits.USUAL);
    Delta theirs = twin.update("k", List.of(put("1")), ++time);
    assertThat(a.isUsedElsewhere()).isFalse();

    assertThat(a.take(theirs)).isEqualTo(Outcome.TAKEN);

    assertThat(a.isUsedElsewhere()).isTrue();
    a.become(replica(1, 2));
    assertThat(a.isUsedElsewhere()).isFalse();
    Delta ours = a.update("k", List.of(put("2")), ++time);
    assertThat(ours.writes()).extracting(Stamp::dot).containsExactly(dot(replica(1, 2), 1));
    assertThatThrownBy(() -> a.become(A)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anExchangeSendsOnlyWhatIsMissingSmallKeysFirst() {
    a.update("large", List.of(put("x".repeat(70_000))), ++time);
    a.update("small", List.of(put("1")), ++time);
    Delta known = a.update("known", List.of(put("1")), ++time);
    b.take(known);

    Iterator<String> missing = a.missing(b.clock());
    a.delete("small", ++time);

    assertThat(missing).toIterable().containsExactly("small", "large");
  }

  @Test
  void afterStrippingADeletedKeyCostsNothing() {
    Delta put = a.update("k", List.of(put("1")), ++time);
    Delta delete = a.delete("k", ++time);
    b.take(put);
    b.take(delete);
    assertThat(b.ghosts()).isEqualTo(1);
    assertThat(b.keyOf(dot(A, 2))).isEqualTo("k");
    assertThat(b.oldestUnstable()).isEqualTo(time);

    b.strip(time - 1);
    assertThat(b.ghosts()).isEqualTo(1);
    b.strip(time);

    assertThat(b.cells()).isEmpty();
    assertThat(b.octets()).isZero();
    assertThat(b.keyOf(dot(A, 2))).isNull();
    assertThat(b.oldestUnstable()).isZero();
    assertThat(b.take(put)).isEqualTo(Outcome.KNOWN);
  }

  @Test
  void tellsOfEachChangeThatIsRead() {
    List<String> changes = new ArrayList<>();
    b.observer((key, before, after) -> changes.add(key + " " + before.type() + " " + after.type()));
    Delta put = a.update("k", List.of(put("1")), ++time);
    b.take(put);
    b.take(put);
    a.delete("k", ++time);
    sync(a, b);
    b.strip(time);

    assertThat(changes).containsExactly("k null LWW_REGISTER", "k LWW_REGISTER null");
  }

  @Test
  void isTheSameAgainFromAnImageAndRecords() {
    a.update("k", List.of(put("1")), ++time);
    a.update("set", List.of(insert("x", "y")), ++time);
    Bytes snapshot = a.image().encode();
    List<Bytes> records = new ArrayList<>();
    records.add(StoreRecord.of(a.update("k", List.of(put("2")), ++time)));
    b.update("from b", List.of(put("3")), ++time);
    a.join(new KeyState("from b", b.cell("from b")), b.clock());
    records.add(StoreRecord.joined(new KeyState("from b", a.cell("from b"))));
    records.add(StoreRecord.caughtUp(a.caughtUp(b.clock())));
    a.strip(time - 1);
    records.add(StoreRecord.stripped(time - 1));

    StoreState again = StoreState.load(A, StoreLimits.USUAL, snapshot, records);

    assertThat(again.cells()).isEqualTo(a.cells());
    assertThat(again.clock()).isEqualTo(a.clock());
    assertThat(again.liveDigest()).isEqualTo(a.liveDigest());
    assertThat(again.octets()).isEqualTo(a.octets());
    assertThat(again.keys()).isEqualTo(3);
    assertThat(again.lastTime()).isEqualTo(a.lastTime()).isEqualTo(time - 1);
    assertThat(again.isUsedElsewhere()).isFalse();
    assertThat(again.hasCaughtUp()).isTrue();
    assertThat(StoreState.load(A, StoreLimits.USUAL, snapshot, List.of()).hasCaughtUp()).isFalse();
    assertThat(again.update("k", List.of(put("4")), ++time).last().dot()).isEqualTo(dot(A, 5));
    records.add(StoreRecord.leftBehind());
    assertThat(StoreState.load(A, StoreLimits.USUAL, snapshot, records).hasCaughtUp()).isFalse();
  }

  @Test
  void saysWhereAnImageOrARecordIsBroken() {
    a.update("k", List.of(put("1")), ++time);
    Bytes whole = a.image().encode();
    for (int length = 1; length < whole.size(); length++) {
      Bytes cut = Bytes.copyOf(whole.toByteBuffer().slice(0, length));
      assertThatThrownBy(() -> StoreState.load(A, StoreLimits.USUAL, cut, List.of()))
          .isInstanceOf(DecodeException.class)
          .hasMessageStartingWith("snapshot: ");
    }
    for (Bytes record : List.of(Bytes.EMPTY, text("?"), Bytes.copyOf(new byte[] {4, 0}))) {
      assertThatThrownBy(() -> StoreState.load(A, StoreLimits.USUAL, Bytes.EMPTY, List.of(record)))
          .isInstanceOf(DecodeException.class)
          .hasMessageStartingWith("record: ");
    }
  }

  @Test
  void keysOfABucketAreThoseWithItsDigest() {
    for (int i = 0; i < 100; i++) {
      a.update("key/" + i, List.of(put("1")), ++time);
    }
    long all = 0;
    int keys = 0;
    for (int bucket = 0; bucket < 256; bucket++) {
      BitSet one = new BitSet();
      one.set(bucket);
      all ^= a.liveDigest(bucket);
      keys += a.keysIn(one).size();
      assertThat(a.liveDigest(bucket) == 0).isEqualTo(a.keysIn(one).isEmpty());
    }
    assertThat(all).isEqualTo(a.liveDigest());
    assertThat(keys).isEqualTo(100);
  }

  private static void sync(StoreState from, StoreState to) {
    DotClock clock = from.clock().copy();
    from.missing(to.asked())
        .forEachRemaining(key -> to.join(new KeyState(key, from.cell(key)), clock));
    to.caughtUp(clock);
  }

  private static CrdtOp put(String value) {
    return new CrdtOp.Put(text(value));
  }

  private static CrdtOp insert(String... values) {
    return new CrdtOp.Insert(
        Set.copyOf(List.of(values).stream().map(StoreStateTest::text).toList()));
  }

  private static Bytes text(String value) {
    return Bytes.utf8(value);
  }

  private static Dot dot(ReplicaId replica, long counter) {
    return new Dot(replica, counter);
  }

  private static ReplicaId replica(int node, int generation) {
    return new ReplicaId(new NodeId(new UUID(0, node)), generation);
  }
}
