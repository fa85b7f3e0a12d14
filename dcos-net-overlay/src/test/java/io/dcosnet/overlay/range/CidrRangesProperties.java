// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import java.math.BigInteger;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Interval sets against plain sets of prefixes. */
class CidrRangesProperties {

  private static final Cidr SPACE = Cidr.parse("fd01:b:0:0:1200::/72");
  private static final int LENGTH = 80;
  private static final int PIECES = 256;

  @Property
  void takingElementsAwayEqualsAPlainSet(
      @ForAll @Size(max = 300) List<@IntRange(max = PIECES - 1) Integer> taken) {
    CidrRanges ranges = CidrRanges.pieces(SPACE, LENGTH, List.of());
    NavigableSet<Cidr> model = all();
    for (int index : taken) {
      Cidr piece = SPACE.piece(LENGTH, index);
      if (model.remove(piece)) {
        ranges = ranges.minus(piece);
      } else {
        CidrRanges before = ranges;
        assertThatThrownBy(() -> before.minus(piece)).isInstanceOf(IllegalArgumentException.class);
      }
      assertSame(ranges, model);
    }
  }

  @Property
  void reservedRangesOfAnySizeTakeAllThatTheyTouch(
      @ForAll @Size(max = 20) List<@IntRange(min = 60, max = 128) Integer> lengths,
      @ForAll long seed) {
    CidrRanges ranges = CidrRanges.pieces(SPACE, LENGTH, List.of());
    NavigableSet<Cidr> model = all();
    long low = SPACE.first().lowBits();
    for (int length : lengths) {
      long inside = seed * 31 * (length + 1) & 0x00ff_ffff_ffff_ffffL;
      Cidr range =
          Cidr.containing(IpAddress.ofIpv6(SPACE.first().highBits(), low | inside), length);
      ranges = ranges.minusTouching(range);
      model.removeIf(piece -> piece.overlaps(range));
      assertSame(ranges, model);
    }
  }

  private static NavigableSet<Cidr> all() {
    NavigableSet<Cidr> all = new TreeSet<>();
    for (int i = 0; i < PIECES; i++) {
      all.add(SPACE.piece(LENGTH, i));
    }
    return all;
  }

  private static void assertSame(CidrRanges ranges, NavigableSet<Cidr> model) {
    assertThat(ranges.count()).isEqualTo(BigInteger.valueOf(model.size()));
    assertThat(ranges.isEmpty()).isEqualTo(model.isEmpty());
    assertThat(ranges.lowest().orElse(null)).isEqualTo(model.isEmpty() ? null : model.first());
    for (int i = 0; i < PIECES; i++) {
      Cidr piece = SPACE.piece(LENGTH, i);
      assertThat(ranges.contains(piece)).isEqualTo(model.contains(piece));
    }
  }

  @Example
  void addressesLeaveOutTheFirstAndTheLast() {
    CidrRanges ranges = CidrRanges.addresses(Cidr.parse("192.0.2.248/29"), List.of());

    assertThat(ranges.count()).isEqualTo(6);
    assertThat(ranges.lowest()).contains(Cidr.parse("192.0.2.249/32"));
    assertThat(ranges.contains(Cidr.parse("192.0.2.248/32"))).isFalse();
    assertThat(ranges.contains(Cidr.parse("192.0.2.254/32"))).isTrue();
    assertThat(ranges.contains(Cidr.parse("192.0.2.255/32"))).isFalse();
  }

  @Example
  void hugeSpacesCostNothing() {
    CidrRanges pieces = CidrRanges.pieces(Cidr.parse("fd00::/32"), 64, List.of());
    CidrRanges addresses = CidrRanges.addresses(Cidr.parse("fd01:a::/64"), List.of());
    CidrRanges everything = CidrRanges.pieces(Cidr.parse("::/0"), 128, List.of());

    assertThat(pieces.count()).isEqualTo(BigInteger.ONE.shiftLeft(32));
    assertThat(addresses.count()).isEqualTo(BigInteger.ONE.shiftLeft(64).subtract(BigInteger.TWO));
    assertThat(everything.count()).isEqualTo(BigInteger.ONE.shiftLeft(128));
    assertThat(everything.minus(Cidr.parse("::/128")).lowest()).contains(Cidr.parse("::1/128"));
  }

  @Example
  void theEdgesOfTheFamilyAreElements() {
    CidrRanges ranges = CidrRanges.pieces(Cidr.parse("0.0.0.0/0"), 32, List.of());
    Cidr first = Cidr.parse("0.0.0.0/32");
    Cidr last = Cidr.parse("255.255.255.255/32");

    CidrRanges inner = ranges.minus(first).minus(last);

    assertThat(inner.count()).isEqualTo((1L << 32) - 2);
    assertThat(inner.contains(first)).isFalse();
    assertThat(inner.contains(last)).isFalse();
  }

  @Example
  void rangesOfTheOtherFamilyTouchNothing() {
    CidrRanges ranges = CidrRanges.pieces(Cidr.parse("9.0.0.0/8"), 24, List.of(Cidr.parse("::/0")));

    assertThat(ranges.count()).isEqualTo(65_536);
  }
}
