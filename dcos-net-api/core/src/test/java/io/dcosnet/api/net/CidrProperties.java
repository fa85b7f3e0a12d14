// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Prefixes against plain big numbers. */
class CidrProperties {

  @Provide
  Arbitrary<Cidr> cidrs() {
    Arbitrary<Cidr> ipv4 =
        Combinators.combine(Arbitraries.integers(), Arbitraries.integers().between(0, 32))
            .as((bits, length) -> Cidr.containing(IpAddress.ofIpv4(bits), length));
    Arbitrary<Cidr> ipv6 =
        Combinators.combine(
                Arbitraries.longs(), Arbitraries.longs(), Arbitraries.integers().between(0, 128))
            .as((high, low, length) -> Cidr.containing(IpAddress.ofIpv6(high, low), length));
    return Arbitraries.oneOf(ipv4, ipv6);
  }

  private static BigInteger number(IpAddress address) {
    return new BigInteger(1, address.toBytes());
  }

  private static IpAddress address(Cidr family, BigInteger number) {
    byte[] bytes = new byte[family.first().bitLength() / 8];
    byte[] signed = number.toByteArray();
    for (int i = 0; i < Math.min(bytes.length, signed.length); i++) {
      bytes[bytes.length - 1 - i] = signed[signed.length - 1 - i];
    }
    return IpAddress.ofBytes(bytes);
  }

  /** A number from 0 to below the limit, made of any long. */
  private static BigInteger below(BigInteger limit, long any, long more) {
    return BigInteger.valueOf(any).shiftLeft(64).add(BigInteger.valueOf(more)).mod(limit);
  }

  @Property
  void readsWhatItWrites(@ForAll("cidrs") Cidr cidr) {
    assertThat(Cidr.parse(cidr.toString())).isEqualTo(cidr);
  }

  @Property
  void beginsAtAMultipleOfItsSizeAndEndsBeforeTheNext(@ForAll("cidrs") Cidr cidr) {
    assertThat(number(cidr.first()).mod(cidr.size())).isZero();
    assertThat(number(cidr.last()).subtract(number(cidr.first())).add(BigInteger.ONE))
        .isEqualTo(cidr.size());
  }

  @Property
  void containsExactlyTheAddressesBetweenFirstAndLast(
      @ForAll("cidrs") Cidr cidr, @ForAll long any, @ForAll long more) {
    IpAddress inside = address(cidr, number(cidr.first()).add(below(cidr.size(), any, more)));
    BigInteger all = BigInteger.ONE.shiftLeft(cidr.first().bitLength());
    IpAddress anywhere = address(cidr, below(all, more, any));
    boolean between = anywhere.compareTo(cidr.first()) >= 0 && anywhere.compareTo(cidr.last()) <= 0;

    assertThat(cidr.contains(inside)).isTrue();
    assertThat(Cidr.containing(inside, cidr.length())).isEqualTo(cidr);
    assertThat(cidr.contains(anywhere)).isEqualTo(between);
  }

  @Property
  void overlapsExactlyWhereTheRangesDo(@ForAll("cidrs") Cidr a, @ForAll("cidrs") Cidr b) {
    boolean sameFamily = a.first().isIpv4() == b.first().isIpv4();
    boolean overlap =
        sameFamily && a.first().compareTo(b.last()) <= 0 && b.first().compareTo(a.last()) <= 0;
    boolean within =
        sameFamily && a.first().compareTo(b.first()) <= 0 && a.last().compareTo(b.last()) >= 0;

    assertThat(a.overlaps(b)).isEqualTo(overlap).isEqualTo(b.overlaps(a));
    assertThat(a.contains(b)).isEqualTo(within);
  }

  @Property(tries = 5000)
  void numbersItsPiecesOneAfterTheOther(
      @ForAll("cidrs") Cidr cidr, @ForAll long anyLength, @ForAll long anyIndex) {
    int bits = cidr.first().bitLength();
    int pieceLength = cidr.length() + (int) Math.floorMod(anyLength, bits - cidr.length() + 1L);
    long index = Math.floorMod(anyIndex, cidr.pieces(pieceLength));
    BigInteger expected =
        number(cidr.first()).add(BigInteger.valueOf(index).shiftLeft(bits - pieceLength));

    Cidr piece = cidr.piece(pieceLength, index);

    assertThat(number(piece.first())).isEqualTo(expected);
    assertThat(piece.length()).isEqualTo(pieceLength);
    assertThat(cidr.contains(piece)).isTrue();
    assertThat(cidr.indexOf(piece)).isEqualTo(index);
  }

  @Property
  void numbersEveryPieceThatContainsAnAddressOfIt(
      @ForAll("cidrs") Cidr cidr, @ForAll long any, @ForAll long more, @ForAll long anyLength) {
    int bits = cidr.first().bitLength();
    int most = Math.min(bits, cidr.length() + 62); // so that a long holds each number
    int pieceLength = cidr.length() + (int) Math.floorMod(anyLength, most - cidr.length() + 1L);
    IpAddress inside = address(cidr, number(cidr.first()).add(below(cidr.size(), any, more)));
    Cidr piece = Cidr.containing(inside, pieceLength);

    assertThat(cidr.piece(pieceLength, cidr.indexOf(piece))).isEqualTo(piece);
  }
}
