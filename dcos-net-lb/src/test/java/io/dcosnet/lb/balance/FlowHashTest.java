// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowHashTest {

  // All nodes must agree, also those of another version.
  @ParameterizedTest
  @CsvSource({"192.0.2.1, -7644875880347826660", "2001:db8::1, 5613903895206896597"})
  void staysTheSame(String address, long hash) {
    assertThat(FlowHash.of(IpAddress.parse(address))).isEqualTo(hash);
  }

  @Test
  void tellsPortsApartWhereTheyCount() {
    Set<Long> flows = new HashSet<>();
    for (int port = 0; port < 65_536; port++) {
      flows.add(FlowHash.of(new HostPort(IpAddress.parse("192.0.2.1"), port)));
    }
    assertThat(flows).hasSize(65_536);
  }

  @Test
  void spreadsNeighboursOverAllSlots() {
    int[] counts = new int[16];
    for (int i = 0; i < 16_000; i++) {
      counts[(int) Long.remainderUnsigned(FlowHash.of(IpAddress.ofIpv4(0x0a000000 + i)), 16)]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(850, 1150);
    }
  }
}
