// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VipAddressesTest {

  private static final VipAddresses DEFAULTS = VipAddresses.defaults();

  @ParameterizedTest
  @CsvSource({
    "foo.bar, 11.0.0.37",
    "baz.qux, 11.0.0.39",
  })
  void givesTheAddressesOfDcosInASmallRange(String name, String address) {
    assertThat(within("11.0.0.0", "11.0.0.254").preferred(name, false)).hasToString(address);
  }

  @ParameterizedTest
  @CsvSource({
    "foo.bar, 11.138.58.225, fd01:c::6d7:a93:e041:647f",
    "merp.marathon, 11.250.208.155, fd01:c::8304:3d7e:62bc:f858",
    "l4lbtest.marathon, 11.128.73.175, fd01:c::a571:402b:82ab:ef77",
    "nginx.marathon, 11.127.55.81, fd01:c::52d9:41e1:4a6a:9fb",
    "broker.kafka, 11.175.100.165, fd01:c::fa66:4b5:5ebe:1e9d",
    "qux.ipv6, , fd01:c::6d6d:9c64:fd19:f251"
  })
  void givesTheAddressesOfDcosInTheDefaultRange(String name, String ipv4, String ipv6) {
    if (ipv4 != null) {
      assertThat(DEFAULTS.preferred(name, false)).hasToString(ipv4);
    }
    assertThat(DEFAULTS.preferred(name, true)).hasToString(ipv6);
  }

  @ParameterizedTest
  @CsvSource({"foo.bar, 11.138.58.156", "nginx.marathon, 11.127.55.54"})
  void givesTheAddressesOfDcosPackages(String name, String address) {
    assertThat(within("11.0.0.0", "11.255.255.255").preferred(name, false)).hasToString(address);
  }

  @Test
  void hashesNamesOfAllLengthsIntoTheRange() {
    AddressRange range = AddressRange.of("11.0.0.0", "11.0.0.6");
    for (int length = 0; length < 40; length++) {
      for (NameHash hash : NameHash.values()) {
        assertThat(range.contains(hash.start("x".repeat(length), range))).isTrue();
      }
    }
  }

  @Test
  void knowsPublishedFnvValues() {
    assertThat(NameHash.fnv1a("".getBytes(UTF_8))).isEqualTo(0xcbf29ce484222325L);
    assertThat(NameHash.fnv1a("a".getBytes(UTF_8))).isEqualTo(0xaf63dc4c8601ec8cL);
    assertThat(NameHash.fnv1a("foobar".getBytes(UTF_8))).isEqualTo(0x85944171f73967e8L);
  }

  @Test
  void reachesTheLastAddressOnlyThroughACollision() {
    VipAddresses two = within("11.0.0.0", "11.0.0.1");
    assertThat(two.assign(List.of("a", "b")).values())
        .extracting(assigned -> String.valueOf(assigned.ipv4()))
        .containsExactly("11.0.0.0", "11.0.0.1");
  }

  @Test
  void servesARangeOfOneAddress() {
    VipAddresses one = within("11.0.0.9", "11.0.0.9");
    assertThat(one.assign(List.of("b", "a")).values())
        .extracting(VipAddresses.Assigned::ipv4)
        .extracting(String::valueOf)
        .containsExactly("11.0.0.9", "null");
  }

  @Test
  void resolvesCollisionsWhateverTheOrderOfTheNames() {
    List<String> names = new ArrayList<>(List.of("a.m", "b.m", "c.m", "d.m"));
    VipAddresses four = within("11.0.0.0", "11.0.0.3");
    var expected = four.assign(names);
    Random random = new Random(7);
    for (int i = 0; i < 24; i++) {
      Collections.shuffle(names, random);
      assertThat(four.assign(names)).isEqualTo(expected);
    }
    assertThat(expected.values()).extracting(VipAddresses.Assigned::ipv4).doesNotHaveDuplicates();
  }

  @Test
  void placesTenThousandNamesQuicklyAndApart() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      names.add("app" + i + ".marathon");
    }
    var assigned = DEFAULTS.assign(names);
    assertThat(assigned.values()).extracting(VipAddresses.Assigned::ipv4).doesNotHaveDuplicates();
    assertThat(assigned.values()).extracting(VipAddresses.Assigned::ipv6).doesNotHaveDuplicates();
    AddressBook<String> book = DEFAULTS.book(false, Duration.ZERO, Duration.ZERO);
    book.update(names, List.of(), List.of(), List.of(), 0);
    assertThat(book.collisions()).isPositive();
  }

  @Test
  void refusesRangesOfTheWrongFamilyOrOrder() {
    assertThatThrownBy(() -> AddressRange.of("11.0.0.9", "11.0.0.8"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("in order");
    assertThatThrownBy(() -> AddressRange.of("11.0.0.9", "fd01::1"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new VipAddresses(
                    VipAddresses.DEFAULT_IPV6, VipAddresses.DEFAULT_IPV6, NameHash.DCOS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("IPv4 range");
  }

  private static VipAddresses within(String first, String last) {
    return new VipAddresses(AddressRange.of(first, last), VipAddresses.DEFAULT_IPV6, NameHash.DCOS);
  }
}
