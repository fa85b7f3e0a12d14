// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DcosZoneConfigTest {

  @Test
  void hasTheApexOfDcosNet() {
    assertThat(DcosZoneConfig.defaults().apex())
        .hasToString(
            "ZoneApex[origin=dcos.thisdcos.directory., primary=ns.spartan.,"
                + " mailbox=support.mesosphere.com., refreshSeconds=60, retrySeconds=180,"
                + " expireSeconds=86400, minimumSeconds=1, soaTtlSeconds=5, nsTtlSeconds=3600,"
                + " nameServers=[ns.spartan.]]");
  }

  @Test
  void tellsAllProblemsAtOnce() {
    DcosZoneConfig.Builder bad =
        DcosZoneConfig.builder().domain("a..b").ttlSeconds(-1).maxRecordsPerName(0);

    assertThatThrownBy(bad::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("ttl: -1", "maxRecordsPerName: 0", "domain: \"a..b\"");
  }

  @Test
  void refusesADomainThatLeavesNoRoomForNames() {
    String wide = "x".repeat(60) + "." + "y".repeat(60);

    assertThatThrownBy(() -> DcosZoneConfig.builder().domain(wide).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leaves room");
    assertThatThrownBy(() -> DcosZoneConfig.builder().domain(".").build())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keepsItsValuesInABuilder() {
    DcosZoneConfig config =
        DcosZoneConfig.builder().domain("Tasks.Example.org").services(false).ttlSeconds(9).build();

    DcosZoneConfig copy = config.toBuilder().build();

    assertThat(copy.apex()).isEqualTo(config.apex());
    assertThat(copy.apex().origin()).hasToString("tasks.example.org.");
    assertThat(copy.services()).isFalse();
    assertThat(copy.ttlSeconds()).isEqualTo(9);
  }
}
