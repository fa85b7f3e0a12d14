// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static io.dcosnet.gossip.store.Writes.NOW;
import static io.dcosnet.gossip.store.Writes.dot;
import static io.dcosnet.gossip.store.Writes.put;
import static io.dcosnet.gossip.store.Writes.replica;
import static io.dcosnet.gossip.store.Writes.stamp;
import static io.dcosnet.gossip.store.Writes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.Field;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoreCodecTest {

  private static final Dot FAR = dot(1, 3_000_000);

  @Test
  void aSmallPutTakesLittleMoreThanKeyAndValue() {
    Delta delta = put(FAR, "value", List.of(dot(1, 2_999_000)), List.of(dot(1, 2_999_000)));

    Bytes octets = StoreCodec.encode(delta);

    assertThat(octets.size() - "key".length() - "value".length()).isLessThanOrEqualTo(60);
    assertThat(StoreCodec.decodeDelta(octets)).isEqualTo(delta);
  }

  @Test
  void aFieldOfALargeMapTakesItsShareOnly() {
    Map<Dot, Atom> fields = new HashMap<>();
    for (int i = 1; i <= 10_000; i++) {
      fields.put(dot(1, i), field("field-" + i, "value"));
    }
    Cell map = Cell.of(fields, List.of(stamp(dot(1, 10_000))));
    Dot next = dot(2, 1);
    Delta delta =
        new Delta(
            "key",
            List.of(new Stamp(next, NOW)),
            Map.of(next, field("field-77", "other")),
            List.of(dot(1, 77)),
            List.of(dot(1, 10_000)));

    assertThat(StoreCodec.encode(delta).size()).isLessThanOrEqualTo(400);
    Bytes whole = StoreCodec.encode(new KeyState("key", map));
    assertThat(StoreCodec.decodeKeyState(whole).cell()).isEqualTo(map);
    assertThat(whole.size()).isLessThan(10_000 * 30);
  }

  private static Atom field(String name, String value) {
    return new Atom(
        CrdtType.OR_MAP, List.of(new Field(name, CrdtType.LWW_REGISTER)), NOW, Bytes.utf8(value));
  }

  @Test
  void aKeyThatIsNothingCanBeSaid() {
    KeyState nothing = new KeyState("key", Cell.EMPTY);

    assertThat(StoreCodec.decodeKeyState(StoreCodec.encode(nothing))).isEqualTo(nothing);
  }

  @Test
  void aClockKeepsItsGaps() {
    DotClock clock = new DotClock();
    clock.add(dot(1, 1));
    clock.add(dot(1, 2));
    clock.add(dot(1, 5));
    clock.add(dot(1, 1L << 62));
    clock.add(dot(1, Long.MAX_VALUE));
    clock.add(dot(2, Long.MAX_VALUE));
    for (int i = 1; i < 100; i++) {
      clock.add(new Dot(replica(3, 7), 3L * i));
    }

    DotClock read = StoreCodec.decodeClock(StoreCodec.encode(clock));

    assertThat(read).isEqualTo(clock).hasToString(clock.toString());
    assertThat(read.digest()).isEqualTo(clock.digest());
  }

  @Test
  void aClockOfTenThousandNodesTakesTwoHundredKilobytes() {
    DotClock clock = new DotClock();
    for (int i = 0; i < 10_000; i++) {
      for (int counter = 1; counter < 5; counter++) {
        clock.add(dot(i, counter));
      }
    }

    assertThat(StoreCodec.encode(clock).size()).isLessThan(200_000);
  }

  @Test
  void dotsAreReadInOrderAndOnce() {
    List<Dot> dots = List.of(dot(2, 9), dot(1, 7), dot(2, 3), dot(1, 7));

    assertThat(StoreCodec.decodeDots(StoreCodec.encode(dots)))
        .containsExactly(dot(1, 7), dot(2, 3), dot(2, 9));
    assertThat(StoreCodec.decodeDots(StoreCodec.encode(List.<Dot>of()))).isEmpty();
  }

  @Test
  void equalThingsHaveEqualOctets() {
    DotClock one = new DotClock();
    one.add(dot(2, 1));
    one.add(dot(1, 1));
    DotClock other = new DotClock();
    other.add(dot(1, 1));
    other.add(dot(2, 1));
    Map<Dot, Atom> atoms = Map.of(dot(1, 1), text("a", NOW), dot(2, 1), text("b", NOW));

    assertThat(StoreCodec.encode(one)).isEqualTo(StoreCodec.encode(other));
    assertThat(
            StoreCodec.encode(
                new KeyState("key", Cell.of(atoms, List.of(stamp(dot(1, 1)), stamp(dot(2, 1)))))))
        .isEqualTo(
            StoreCodec.encode(
                new KeyState("key", Cell.of(atoms, List.of(stamp(dot(2, 1)), stamp(dot(1, 1)))))));
  }

  /** The octets are a format that other versions read: they must not change by chance. */
  @Test
  void theOctetsOfAPutAreThese() {
    Delta delta = put(dot(1, 300), "hi", List.of(dot(1, 299)), List.of(dot(1, 299)));

    assertThat(HexFormat.of().formatHex(StoreCodec.encode(delta).toArray()))
        .isEqualTo(
            "01" // one replica
                + "123456789ab4def1800000000000000001" // node and generation
                + "036b6579" // key
                + "01a0c4506c00012c" // earliest time
                + "01"
                + "00"
                + "ac02"
                + "00" // one write, of the first replica, 300, then
                + "01"
                + "ac02"
                + "01"
                + "00"
                + "026869" // one atom: 300, register, then, value
                + "01"
                + "00"
                + "ab02" // removed: one, first replica, 299
                + "01"
                + "00"
                + "ab02"); // needed: the same
  }

  @Test
  void faultsSayWhatAndWhere() {
    byte[] octets = StoreCodec.encode(put(FAR, "value", List.of(), List.of())).toArray();

    for (int length = 0; length < octets.length; length++) {
      Bytes cut = Bytes.copyOf(Arrays.copyOf(octets, length));
      assertThatExceptionOfType(DecodeException.class)
          .isThrownBy(() -> StoreCodec.decodeDelta(cut));
    }
    Bytes longer = Bytes.copyOf(Arrays.copyOf(octets, octets.length + 1));
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> StoreCodec.decodeDelta(longer))
        .withMessage("octets behind the end")
        .matches(fault -> fault.offset() == octets.length);
  }

  @Test
  void aReplicaIsTheObjectThatIsUsedAlready() {
    ReplicaId ours = replica(1);
    Bytes octets = StoreCodec.encode(put(FAR, "value", List.of(), List.of()));

    Delta read = StoreCodec.decodeDelta(octets, replica -> replica.equals(ours) ? ours : replica);

    assertThat(read.origin()).isSameAs(ours);
    assertThat(read.added().keySet().iterator().next().replica()).isSameAs(ours);
  }
}
