// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.linux.route.LinkKind.Checksums;
import io.dcosnet.linux.route.LinkKind.Vxlan;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the kernel would cut off is refused before. */
class RouteRangesTest {

  private static Vxlan tunnel(int id, int port, int ttl, int tos) {
    return new Vxlan(id, Optional.empty(), port, false, 0, ttl, tos, Checksums.DEFAULT);
  }

  @Test
  void tunnelsHaveRanges() {
    assertThat(tunnel(0xff_ffff, 65_535, 255, 255).port()).isEqualTo(65_535);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tunnel(1 << 24, 0, 0, 0))
        .withMessageContaining("VXLAN id");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tunnel(0, 65_536, 0, 0))
        .withMessageContaining("port");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tunnel(0, 0, 256, 0))
        .withMessageContaining("TTL");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tunnel(0, 0, 0, -1))
        .withMessageContaining("class of service");
  }

  @Test
  void networksOfForwardingEntriesHaveARange() {
    ForwardingEntry entry =
        ForwardingEntry.of(2, new MacAddress(0x02_77), IpAddress.parse("192.0.2.1"));

    assertThat(entry.withNetwork(0xff_ffff).network()).isEqualTo(0xff_ffff);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> entry.withNetwork(1 << 24))
        .withMessageContaining("network");
  }
}
