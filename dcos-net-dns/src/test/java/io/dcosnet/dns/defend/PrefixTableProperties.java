// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static io.dcosnet.dns.defend.Senders.sender;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PrefixTableProperties {

  /** Addresses with few different bits, so that prefixes hold one another. */
  @Provide
  Arbitrary<IpAddress> addresses() {
    Arbitrary<Integer> bits = Arbitraries.of(0, 1, 0x80, 0xff).list().ofSize(4).map(this::join);
    Arbitrary<IpAddress> four = bits.map(IpAddress::ofIpv4);
    Arbitrary<IpAddress> six =
        Combinators.combine(bits, bits)
            .as((high, low) -> IpAddress.ofIpv6((long) high << 32 | 0x20, (long) low << 24));
    return Arbitraries.oneOf(four, six);
  }

  private int join(List<Integer> octets) {
    return octets.stream().reduce(0, (all, octet) -> all << 8 | octet);
  }

  @Provide
  Arbitrary<Cidr> prefixes() {
    return Combinators.combine(addresses(), Arbitraries.integers().between(0, 128))
        .as((address, length) -> Cidr.containing(address, length % (address.bitLength() + 1)));
  }

  @Property
  void findsWhatALookAtEachPrefixFinds(
      @ForAll("prefixSets") List<Cidr> prefixes, @ForAll("addresses") IpAddress client) {
    Map<Cidr, Integer> values = new HashMap<>();
    for (int i = 0; i < prefixes.size(); i++) {
      values.put(prefixes.get(i), i);
    }
    Integer expected =
        values.entrySet().stream()
            .filter(entry -> entry.getKey().contains(client))
            .max(Comparator.comparing(entry -> entry.getKey().length()))
            .map(Map.Entry::getValue)
            .orElse(null);

    assertThat(PrefixTable.of(values).find(sender(client))).isEqualTo(expected);
  }

  @Provide
  Arbitrary<List<Cidr>> prefixSets() {
    return prefixes().list().ofMaxSize(60);
  }
}
