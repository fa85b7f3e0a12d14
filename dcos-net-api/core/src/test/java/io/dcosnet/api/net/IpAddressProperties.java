// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Addresses against those of the JDK and against plain big numbers. */
class IpAddressProperties {

  /** Half of each family; zero groups as often as in real life. */
  @Provide
  Arbitrary<IpAddress> addresses() {
    Arbitrary<IpAddress> ipv4 = Arbitraries.integers().map(IpAddress::ofIpv4);
    return Arbitraries.oneOf(ipv4, ipv6());
  }

  @Provide
  Arbitrary<IpAddress> ipv6() {
    Arbitrary<Long> group =
        Arbitraries.frequencyOf(
            Tuple.of(2, Arbitraries.just(0L)), Tuple.of(1, Arbitraries.longs().between(0, 0xffff)));
    Arbitrary<Long> word =
        Combinators.combine(group, group, group, group)
            .as((a, b, c, d) -> a << 48 | b << 32 | c << 16 | d);
    return Combinators.combine(word, word).as(IpAddress::ofIpv6);
  }

  private static BigInteger number(IpAddress address) {
    return new BigInteger(1, address.toBytes());
  }

  @Property
  void readsWhatItWrites(@ForAll("addresses") IpAddress address) {
    assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
    assertThat(IpAddress.ofBytes(address.toBytes())).isEqualTo(address);
    assertThat(IpAddress.parse(address.toString())).hasSameHashCodeAs(address);
  }

  @Property
  void agreesWithTheJdkOnText(@ForAll("addresses") IpAddress address) throws Exception {
    InetAddress jdk = InetAddress.getByAddress(address.toBytes());

    assertThat(address.toInetAddress()).isEqualTo(jdk);
    assertThat(InetAddress.getByName(address.toString())).isEqualTo(jdk);
    if (!address.isIpv4Mapped()) { // the JDK makes IPv4 of it
      assertThat(IpAddress.of(jdk)).isEqualTo(address);
      assertThat(IpAddress.parse(jdk.getHostAddress())).isEqualTo(address);
      assertThat(address.isLoopback()).isEqualTo(jdk.isLoopbackAddress());
      assertThat(address.isMulticast()).isEqualTo(jdk.isMulticastAddress());
      assertThat(address.isLinkLocal()).isEqualTo(jdk.isLinkLocalAddress());
      assertThat(address.isUnspecified()).isEqualTo(jdk.isAnyLocalAddress());
    }
  }

  @Property
  void writesTheShortestForm(@ForAll("ipv6") IpAddress address) {
    String text = address.toString();

    assertThat(text).isEqualTo(text.toLowerCase(Locale.ROOT)).doesNotContain(":::");
    if (!address.isIpv4Mapped()) {
      assertThat(text).isEqualTo(reference(address));
    }
  }

  /** RFC 5952 §4 as it is written there, without any regard to speed. */
  private static String reference(IpAddress address) {
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < 16; i += 2) {
      byte[] bytes = address.toBytes();
      groups.add(Integer.toHexString((bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff)));
    }
    for (int length = 8; length >= 2; length--) {
      for (int from = 0; from + length <= 8; from++) {
        if (groups.subList(from, from + length).stream().allMatch("0"::equals)) {
          return String.join(":", groups.subList(0, from))
              + "::"
              + String.join(":", groups.subList(from + length, 8));
        }
      }
    }
    return String.join(":", groups);
  }

  @Property
  void comparesAsNumbersWithinAFamily(
      @ForAll("addresses") IpAddress a, @ForAll("addresses") IpAddress b) {
    int expected = a.isIpv4() == b.isIpv4() ? number(a).compareTo(number(b)) : a.isIpv4() ? -1 : 1;

    assertThat(Integer.signum(a.compareTo(b))).isEqualTo(expected);
    assertThat(a.equals(b)).isEqualTo(expected == 0);
  }

  @Property
  void addsAsNumbersDo(@ForAll("addresses") IpAddress address, @ForAll long distance) {
    long forward = distance & Long.MAX_VALUE;
    BigInteger sum = number(address).add(BigInteger.valueOf(forward));
    if (sum.bitLength() <= address.bitLength()) {
      assertThat(number(address.plus(forward))).isEqualTo(sum);
      assertThat(address.plus(forward).isIpv4()).isEqualTo(address.isIpv4());
    } else {
      assertThatThrownBy(() -> address.plus(forward)).isInstanceOf(ArithmeticException.class);
    }
  }

  @Provide
  Arbitrary<String> almostAddresses() {
    return Arbitraries.strings().withChars("0123456789afAF:.g% ").ofMaxLength(20);
  }

  @Property(tries = 5000)
  void takesNothingThatTheJdkTakesForAnotherAddress(@ForAll("almostAddresses") String text)
      throws UnknownHostException {
    Optional<IpAddress> address = IpAddress.tryParse(text);
    if (address.isPresent()) {
      assertThat(InetAddress.getByName(text)).isEqualTo(address.get().toInetAddress());
    }
  }
}
