// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import static io.dcosnet.gossip.secure.Seals.FROM;
import static io.dcosnet.gossip.secure.Seals.body;
import static io.dcosnet.gossip.secure.Seals.datagram;
import static io.dcosnet.gossip.secure.Seals.key;
import static io.dcosnet.gossip.secure.Seals.node;
import static io.dcosnet.gossip.secure.Seals.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.key.PlainPolicy;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DatagramSealTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long LATER = 120 * SECOND;

  private final Seals.Node receiver = node(2);

  @Test
  void whatIsSealedIsOpenedByAnotherMember() {
    DatagramSeal to = receiver.seal();

    SealFault fault = open(to, datagram(node(1).seal(), "hello"), LATER);

    assertThat(fault).isNull();
    assertThat(body(to)).isEqualTo("hello");
    assertThat(to.sender()).isEqualTo(0x1111_2222_3333_4401L);
    assertThat(to.epoch()).isEqualTo(Seals.EPOCH);
    assertThat(receiver.metrics.count("dcosnet.gossip.key.derivations")).isEqualTo(1);
  }

  /** The expected octets come from another implementation of the format. */
  @Test
  void theOctetsOfADatagramStayAsTheyAre() {
    assertThat(HexFormat.of().formatHex(datagram(node(1).seal(), "hello")))
        .isEqualTo(
            "d70101019f86d081111122223333440101020301018bcfe56800000000000001"
                + "6b61a9fb2af876ab909781e828efe05724502f2aa4");
    assertThat(HexFormat.of().formatHex(datagram(node(1).keys(null).seal(), "hello")))
        .isEqualTo(
            "d70100009f86d081111122223333440101020301018bcfe56800000000000001"
                + "68656c6c6f2905a8ab");
  }

  @Test
  void aDatagramWithinALargerArrayIsOpened() {
    byte[] datagram = datagram(node(1).seal(), "hello");
    byte[] slot = new byte[datagram.length + 20];
    System.arraycopy(datagram, 0, slot, 7, datagram.length);
    DatagramSeal to = receiver.seal();

    assertThat(to.open(FROM, slot, 7, datagram.length, LATER)).isNull();
    assertThat(body(to)).isEqualTo("hello");
  }

  @Test
  void everyFlippedBitIsNoticed() {
    byte[] datagram = datagram(node(1).seal(), "hello");
    for (int bit = 0; bit < 8 * datagram.length; bit++) {
      byte[] bent = datagram.clone();
      bent[bit / 8] ^= (byte) (1 << bit % 8);

      SealFault fault = open(node(2).seal(), bent, LATER);

      assertThat(fault).as("bit %d", bit).isEqualTo(expected(bit));
    }
  }

  private static SealFault expected(int bit) {
    if (bit == 24) {
      return SealFault.MAGIC; // key id 0, yet sealed
    }
    if (bit == 248) {
      return SealFault.REPLAY; // counter 0, before the first
    }
    return switch (bit / 8) {
      case 0, 2 -> SealFault.MAGIC;
      case 1 -> SealFault.VERSION;
      case 3 -> SealFault.KEY;
      case 4, 5, 6, 7 -> SealFault.LABEL;
      default -> SealFault.AUTH;
    };
  }

  @Test
  void everyFlippedBitOfAPlainDatagramIsNoticed() {
    byte[] datagram = datagram(node(1).keys(null).seal(), "hello");
    for (int bit = 0; bit < 8 * datagram.length; bit++) {
      byte[] bent = datagram.clone();
      bent[bit / 8] ^= (byte) (1 << bit % 8);

      assertThat(open(node(2).keys(null).seal(), bent, LATER)).as("bit %d", bit).isNotNull();
    }
  }

  @Test
  void everyCutIsNoticed() {
    byte[] sealed = datagram(node(1).seal(), "hello");
    byte[] plain = datagram(node(1).keys(null).seal(), "hello");
    for (int length = 0; length < sealed.length; length++) {
      SealFault fault = open(receiver.seal(), Arrays.copyOf(sealed, length), LATER);
      assertThat(fault).isEqualTo(length < 32 ? SealFault.MAGIC : SealFault.AUTH);
    }
    for (int length = 0; length < plain.length; length++) {
      SealFault fault = open(node(2).keys(null).seal(), Arrays.copyOf(plain, length), LATER);
      assertThat(fault).isEqualTo(length < 32 ? SealFault.MAGIC : SealFault.AUTH);
    }
    assertThat(receiver.dropped(SealFault.MAGIC)).isEqualTo(32);
    assertThat(receiver.dropped(SealFault.AUTH)).isEqualTo(sealed.length - 32);
  }

  @Test
  void aWrongKeyAWrongLabelAndAMissingKeyHaveReasonsOfTheirOwn() {
    byte[] datagram = datagram(node(1).seal(), "hello");
    KeyRing another = KeyRing.of(new GossipKey(1, key(7).secret()));
    DatagramSeal without = node(2).keys(KeyRing.of(key(7))).seal();

    assertThat(open(node(2).keys(another).seal(), datagram, LATER)).isEqualTo(SealFault.AUTH);
    assertThat(open(node(2).label("other").seal(), datagram, LATER)).isEqualTo(SealFault.LABEL);
    assertThat(open(without, datagram, LATER)).isEqualTo(SealFault.KEY);
    assertThat(without.unknownKey()).isEqualTo(1);
    assertThat(open(node(2).keys(null).seal(), datagram, LATER)).isEqualTo(SealFault.KEY);
  }

  @Test
  void theLabelIsPartOfTheSealNotOnlyItsTag() {
    byte[] datagram = datagram(node(1).label("other").seal(), "hello");
    System.arraycopy(datagram(node(1).seal(), ""), 4, datagram, 4, 4);

    assertThat(open(receiver.seal(), datagram, LATER)).isEqualTo(SealFault.AUTH);
  }

  @Test
  void aLongDatagramIsRefusedBeforeAnythingElse() {
    assertThat(open(receiver.seal(), new byte[SealSetup.MAX_DATAGRAM + 1], LATER))
        .isEqualTo(SealFault.SIZE);
  }

  @Test
  void onlyAllowedNetworksAreHeard() {
    byte[] datagram = datagram(node(1).seal(), "hello");
    DatagramSeal inside = node(2).allowed("192.0.2.0/24").seal();
    DatagramSeal outside = receiver.allowed("198.51.100.0/24").seal();

    assertThat(open(inside, datagram, LATER)).isNull();
    assertThat(inside.allows(FROM)).isTrue();
    assertThat(open(outside, datagram, LATER)).isEqualTo(SealFault.CIDR);
    assertThat(outside.allows(FROM)).isFalse();
    assertThat(receiver.dropped(SealFault.CIDR)).isEqualTo(2);
  }

  @Test
  void aDatagramIsTakenOnce() {
    DatagramSeal to = receiver.seal();
    DatagramSeal from = node(1).seal();
    byte[] first = datagram(from, "first");
    byte[] second = datagram(from, "second");

    assertThat(open(to, second, LATER)).isNull();
    assertThat(open(to, first, LATER)).isNull();
    assertThat(open(to, first, LATER)).isEqualTo(SealFault.REPLAY);
    assertThat(open(to, second, LATER)).isEqualTo(SealFault.REPLAY);
  }

  @Test
  void aDatagramThatFallsOutOfTheWindowIsTooOld() {
    DatagramSeal to = receiver.seal();
    DatagramSeal from = node(1).seal();
    byte[] first = datagram(from, "first");
    for (int i = 0; i < ReplayWindow.SIZE; i++) {
      assertThat(open(to, datagram(from, "next"), LATER)).isNull();
    }

    assertThat(open(to, first, LATER)).isEqualTo(SealFault.REPLAY);
  }

  @Test
  void aForgeryDoesNotMoveTheWindow() {
    DatagramSeal to = receiver.seal();
    DatagramSeal from = node(1).seal();
    assertThat(open(to, datagram(from, "one"), LATER)).isNull();
    byte[] forged = datagram(from, "two");
    forged[26] = 0x7f; // a counter far ahead

    assertThat(open(to, forged, LATER)).isEqualTo(SealFault.AUTH);
    assertThat(open(to, datagram(from, "three"), LATER)).isNull();
  }

  @Test
  void anEarlierStartIsNotHeardAfterALaterOne() {
    DatagramSeal to = receiver.seal();
    DatagramSeal before = node(1).seal();
    DatagramSeal after = node(1).salt(99).epoch(Seals.EPOCH + 1).seal();

    assertThat(open(to, datagram(before, "before"), LATER)).isNull();
    assertThat(open(to, datagram(after, "after"), LATER)).isNull();
    assertThat(open(to, datagram(before, "again"), LATER)).isEqualTo(SealFault.REPLAY);
  }

  @Test
  void inTheFirstMinuteAnEarlierStartIsHeardButStillOnce() {
    long start = Long.MAX_VALUE - 30 * SECOND; // the clock wraps within the minute
    DatagramSeal to = receiver.start(start).seal();
    DatagramSeal before = node(1).seal();
    DatagramSeal after = node(1).salt(99).epoch(Seals.EPOCH + 1).seal();
    byte[] early = datagram(before, "before");

    assertThat(open(to, datagram(after, "after"), start)).isNull();
    assertThat(open(to, early, start + 59 * SECOND)).isNull();
    assertThat(open(to, early, start + 59 * SECOND)).isEqualTo(SealFault.REPLAY);
    assertThat(open(to, datagram(before, "again"), start + 60 * SECOND))
        .isEqualTo(SealFault.REPLAY);
  }

  @Test
  void manyEarlierStartsInTheFirstMinuteDoNotMakeOneForgotten() {
    DatagramSeal to = receiver.seal();
    byte[][] starts = new byte[10][];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = datagram(node(1).salt(i).epoch(Seals.EPOCH + i).seal(), "start");
    }
    for (int i = starts.length - 1; i >= 0; i--) {
      SealFault fault = open(to, starts[i], 0);
      assertThat(fault).as("start %d", i).isEqualTo(i >= 6 ? null : SealFault.REPLAY);
    }
    for (byte[] start : starts) {
      assertThat(open(to, start, 0)).isEqualTo(SealFault.REPLAY);
    }
  }

  @Test
  void ourOwnWordsSentBackAreNotHeard() {
    DatagramSeal self = receiver.seal();

    assertThat(open(self, datagram(self, "echo"), LATER)).isEqualTo(SealFault.REPLAY);
  }

  @Test
  void plainTrafficIsTakenOnlyWhereThePolicySaysSo() {
    byte[] plain = datagram(node(1).keys(null).seal(), "plain");

    assertThat(open(receiver.seal(), plain, LATER)).isEqualTo(SealFault.AUTH);
    assertThat(open(node(2).plain(PlainPolicy.ACCEPTED).seal(), plain, LATER)).isNull();
    assertThat(open(node(2).plain(PlainPolicy.SENT).seal(), plain, LATER)).isNull();
  }

  @Test
  void aClusterGetsEncryptionWithoutAStop() {
    PlainPolicy[] way = {PlainPolicy.SENT, PlainPolicy.ACCEPTED, PlainPolicy.REFUSED};
    for (int step = 1; step < way.length; step++) {
      for (PlainPolicy one : new PlainPolicy[] {way[step - 1], way[step]}) {
        for (PlainPolicy other : new PlainPolicy[] {way[step - 1], way[step]}) {
          byte[] datagram = datagram(node(1).plain(one).seal(), "hello");
          assertThat(open(node(2).plain(other).seal(), datagram, LATER)).isNull();
        }
      }
    }
    byte[] withoutKey = datagram(node(1).keys(null).seal(), "hello");
    byte[] sent = datagram(node(1).plain(PlainPolicy.SENT).seal(), "hello");
    assertThat(open(node(2).plain(PlainPolicy.SENT).seal(), withoutKey, LATER)).isNull();
    assertThat(open(node(2).keys(null).seal(), sent, LATER)).isNull();
  }

  @Test
  void aChangedPrimarySealsFromTheNextDatagramOn() {
    KeyRing keys = KeyRing.of(key(1));
    DatagramSeal from = node(1).keys(keys).seal();
    KeyRing both = KeyRing.of(key(1));
    both.install(key(2));
    DatagramSeal to = receiver.keys(both).seal();
    assertThat(open(to, datagram(from, "one"), LATER)).isNull();

    keys.install(key(2));
    keys.use(2);
    byte[] two = datagram(from, "two");

    assertThat(two[3]).isEqualTo((byte) 2);
    assertThat(open(to, two, LATER)).isNull();
    both.use(2);
    both.remove(1);
    assertThat(open(to, datagram(node(3).seal(), "old"), LATER)).isEqualTo(SealFault.KEY);
    assertThat(open(to, datagram(from, "three"), LATER)).isNull();
  }

  @Test
  void theLastCounterIsFollowedByAnotherKey() {
    Seals.Node sender = node(1);
    DatagramSeal from = new DatagramSeal(sender.setup(), (1L << 48) - 2);
    DatagramSeal to = receiver.seal();
    byte[] last = datagram(from, "last");
    byte[] next = datagram(from, "next");

    assertThat(open(to, last, LATER)).isNull();
    assertThat(Header.counter(last, 0)).isEqualTo((1L << 48) - 1);
    assertThat(open(to, next, LATER)).isNull();
    assertThat(Header.counter(next, 0)).isEqualTo(1);
    assertThat(Header.salt(next, 0)).isNotEqualTo(Header.salt(last, 0));
    assertThat(open(to, last, LATER)).isEqualTo(SealFault.REPLAY);
  }

  @Test
  void anotherIdentitySealsWithAnotherKey() {
    DatagramSeal from = node(1).seal();
    DatagramSeal to = receiver.seal();
    assertThat(open(to, datagram(from, "one"), LATER)).isNull();

    from.identity(77);

    assertThat(open(to, datagram(from, "two"), LATER)).isNull();
    assertThat(to.sender()).isEqualTo(77);
  }

  @Test
  void faultsSayWhatToLookAt() {
    for (SealFault fault : SealFault.values()) {
      assertThat(fault.text()).isNotBlank();
      assertThat(fault.tag()).matches("[a-z]+");
    }
  }
}
