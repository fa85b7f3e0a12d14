// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Stepping from prefix to prefix, against plain big numbers. */
class CidrNeighboursProperties {

  @Property(tries = 20)
  void tenThousandStepsEqualBigNumbers(
      @ForAll long high, @ForAll long low, @ForAll @IntRange(min = 1, max = 126) int length) {
    Cidr start = Cidr.containing(IpAddress.ofIpv6(high, low), length);
    BigInteger size = BigInteger.ONE.shiftLeft(128 - length);
    BigInteger expected = number(start);
    Cidr at = start;
    for (int step = 0; step < 10_000; step++) {
      Optional<Cidr> next = at.next();
      expected = expected.add(size);
      if (expected.bitLength() > 128) {
        assertThat(next).isEmpty();
        return;
      }
      assertThat(next.map(CidrNeighboursProperties::number)).contains(expected);
      assertThat(next.orElseThrow().length()).isEqualTo(length);
      at = next.orElseThrow();
    }
  }

  @Property
  void previousUndoesNext(
      @ForAll long high, @ForAll long low, @ForAll @IntRange(min = 0, max = 128) int length) {
    Cidr cidr = Cidr.containing(IpAddress.ofIpv6(high, low), length);

    cidr.next().ifPresent(next -> assertThat(next.previous()).contains(cidr));
    cidr.previous().ifPresent(previous -> assertThat(previous.next()).contains(cidr));
  }

  @Property
  void nextIsTheNextPiece(@ForAll int bits, @ForAll @IntRange(min = 1, max = 32) int length) {
    Cidr all = new Cidr(IpAddress.ANY_IPV4, 0);
    Cidr cidr = Cidr.containing(IpAddress.ofIpv4(bits), length);
    long index = all.indexOf(cidr);

    Optional<Cidr> expected =
        index + 1 < all.pieces(length)
            ? Optional.of(all.piece(length, index + 1))
            : Optional.empty();

    assertThat(cidr.next()).isEqualTo(expected);
  }

  @Example
  void theCarryClearsTheLowerBytes() {
    assertThat(Cidr.parse("fd01:b:0:0:ffff::/80").next()).contains(Cidr.parse("fd01:b:0:1::/80"));
    assertThat(Cidr.parse("fd01:b:0:1::/80").previous())
        .contains(Cidr.parse("fd01:b:0:0:ffff::/80"));
  }

  @Example
  void nothingLiesBeyondTheFamily() {
    assertThat(Cidr.parse("255.255.255.255/32").next()).isEmpty();
    assertThat(Cidr.parse("0.0.0.0/32").previous()).isEmpty();
    assertThat(Cidr.parse("0.0.0.0/0").next()).isEmpty();
    assertThat(Cidr.parse("ffff::/16").next()).isEmpty();
    assertThat(Cidr.parse("::/64").previous()).isEmpty();
    assertThat(Cidr.parse("::/0").next()).isEmpty();
  }

  private static BigInteger number(Cidr cidr) {
    return new BigInteger(1, cidr.first().toBytes());
  }
}
