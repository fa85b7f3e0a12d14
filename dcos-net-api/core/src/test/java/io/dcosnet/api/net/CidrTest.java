// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0/0, 255.255.255.255, 4294967296",
    "9.0.0.0/8, 9.255.255.255, 16777216",
    "192.0.2.254/31, 192.0.2.255, 2",
    "255.255.255.255/32, 255.255.255.255, 1",
    "fd01:b::/64, fd01:b::ffff:ffff:ffff:ffff, 18446744073709551616",
    "::/0, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 340282366920938463463374607431768211456"
  })
  void reachesFromItsFirstToItsLastAddress(String text, String last, BigInteger size) {
    Cidr cidr = Cidr.parse(text);

    assertThat(cidr).hasToString(text);
    assertThat(cidr.last()).isEqualTo(IpAddress.parse(last));
    assertThat(cidr.size()).isEqualTo(size);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/8",
        "9.0.0.0",
        "9.0.0.0/",
        "9.0.0.0/33",
        "9.0.0.0/-1",
        "9.0.0.0/08",
        "9.0.0.0/8 ",
        "9.0.0.0/+8",
        "9.0.0.0/8/8",
        "9.0.0.0/1e1",
        "9.0.0.0/999999999999",
        "fd01::/129",
        "fd01::/٨",
        "example.org/8"
      })
  void refusesOtherText(String text) {
    assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(DecodeException.class);
  }

  @Test
  void namesTheCanonicalFormOfAPrefixWithHostBits() {
    assertThatThrownBy(() -> Cidr.parse("9.1.2.3/8"))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("expected: 9.0.0.0/8");
    assertThatThrownBy(() -> new Cidr(IpAddress.parse("9.1.2.3"), 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("9.0.0.0/8");
    assertThat(Cidr.containing(IpAddress.parse("9.1.2.3"), 8)).hasToString("9.0.0.0/8");
  }

  @Test
  void countsPiecesAsFarAsALongReaches() {
    assertThat(Cidr.parse("9.0.0.0/8").pieces(24)).isEqualTo(65536);
    assertThat(Cidr.parse("9.0.0.0/8").pieces(8)).isEqualTo(1);
    assertThat(Cidr.parse("0.0.0.0/0").pieces(32)).isEqualTo(1L << 32);
    assertThat(Cidr.parse("::/0").pieces(62)).isEqualTo(1L << 62);
    assertThat(Cidr.parse("::/0").pieces(63)).isEqualTo(Long.MAX_VALUE);
    assertThat(Cidr.parse("::/0").pieces(128)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void refusesPiecesOutsideOfItself() {
    Cidr cidr = Cidr.parse("9.0.0.0/8");

    assertThatThrownBy(() -> cidr.pieces(7)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cidr.pieces(33)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cidr.piece(24, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> cidr.piece(24, 65536))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("9.0.0.0/8");
    assertThatThrownBy(() -> cidr.indexOf(Cidr.parse("10.0.0.0/24")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cidr.indexOf(Cidr.parse("8.0.0.0/7")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cidr.indexOf(Cidr.parse("900::/24")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesNumbersThatNoLongHolds() {
    Cidr all = Cidr.parse("::/0");

    assertThat(all.indexOf(Cidr.parse("::7fff:ffff:ffff:ffff/128"))).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> all.indexOf(Cidr.parse("::8000:0:0:0/128")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> all.indexOf(Cidr.parse("8000::/64")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void neverContainsTheOtherFamily() {
    assertThat(Cidr.parse("0.0.0.0/0").contains(IpAddress.parse("::1"))).isFalse();
    assertThat(Cidr.parse("::/0").contains(IpAddress.parse("0.0.0.1"))).isFalse();
    assertThat(Cidr.parse("::/0").contains(Cidr.parse("0.0.0.0/0"))).isFalse();
    assertThat(Cidr.parse("::/0").overlaps(Cidr.parse("0.0.0.0/0"))).isFalse();
    assertThat(Cidr.parse("::ffff:0:0/96").contains(IpAddress.parse("192.0.2.1"))).isFalse();
  }

  @Test
  void sortsByAddressAndTheWiderFirst() {
    assertThat(
            List.of(
                Cidr.parse("0.0.0.0/0"),
                Cidr.parse("9.0.0.0/8"),
                Cidr.parse("9.0.0.0/16"),
                Cidr.parse("9.1.0.0/16"),
                Cidr.parse("200.0.0.0/8"),
                Cidr.parse("::/0")))
        .isSorted();
  }
}
