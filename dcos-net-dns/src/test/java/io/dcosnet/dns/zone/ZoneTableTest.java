// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.dns.name.DomainName;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZoneTableTest {

  private static ZoneTable table(String... origins) {
    return ZoneTable.of(
        Arrays.stream(origins).map(origin -> Zone.of(Zones.empty(origin))).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "a.mesos, mesos.",
    "MESOS, mesos.",
    "amesos, ",
    "a.sub.mesos, sub.mesos.",
    "sub.mesos, sub.mesos.",
    "asub.mesos, mesos.",
    "10.in-addr.arpa, 10.in-addr.arpa.",
    "1.2.10.in-addr.arpa, 10.in-addr.arpa.",
    "110.in-addr.arpa, ",
    "arpa, ",
    "., ",
  })
  void findsTheZoneWithTheLongestOrigin(String asked, @Nullable String origin) {
    Zone zone =
        table("mesos", "sub.mesos", "10.in-addr.arpa", "11.in-addr.arpa").match(name(asked));

    assertThat(zone == null ? null : zone.origin().toString()).isEqualTo(origin);
  }

  @Test
  void letsTheRootHaveWhatNobodyElseHas() {
    ZoneApex root =
        new ZoneApex(
            DomainName.ROOT, name("ns"), name("root"), 60, 600, 86400, 30, 60, 60, List.of());
    ZoneTable table =
        ZoneTable.of(List.of(Zone.of(Zones.empty("mesos")), Zone.of(ZoneSnapshot.empty(root, 1))));

    for (String rest : List.of(".", "org", "example.org", "a\\000", "a\\255")) {
      Zone zone = table.match(name(rest));
      assertThat(zone == null ? null : zone.origin()).hasToString(".");
    }
    Zone mesos = table.match(name("x.mesos"));
    assertThat(mesos == null ? null : mesos.origin()).hasToString("mesos.");
  }

  @Test
  void refusesTwoZonesOfOneName() {
    assertThatThrownBy(() -> table("mesos", "Mesos"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("given twice");
  }
}
