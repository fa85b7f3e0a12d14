// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NetlinkConfigTest {

  private static final Duration FIVE = Duration.ofMinutes(5);

  @Test
  void refusesNumbersOfOthers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NetlinkConfig(4, 42, 1, FIVE, true))
        .withMessage("protocol: 4 (expected: 5-255)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NetlinkConfig(201, 254, 1, FIVE, true))
        .withMessageStartingWith("table: 254");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NetlinkConfig(201, 42, 32_766, FIVE, true))
        .withMessage("rule priority: 32766 (expected: 1-32765)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetlinkConfig.DEFAULT.withComparison(Duration.ofMillis(999)))
        .withMessageStartingWith("comparison: PT0.999S");
  }

  @Test
  void keepsTheRest() {
    assertThat(NetlinkConfig.DEFAULT.withoutNextHops().nextHops()).isFalse();
    assertThat(NetlinkConfig.DEFAULT.withComparison(FIVE)).isEqualTo(NetlinkConfig.DEFAULT);
  }
}
