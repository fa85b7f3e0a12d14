// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.lb.vip.VipAddresses;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProxyConfigTest {

  @Test
  void raisesPortsOnlyWithAListenRange() {
    assertThat(ProxyConfig.defaults().unprivilegedPortOffset()).isZero();
    Cidr range = Cidr.parse("127.64.0.0/16");
    assertThat(ProxyConfig.builder().listenRange(range).build().unprivilegedPortOffset())
        .isEqualTo(10_000);
    assertThat(
            ProxyConfig.builder()
                .listenRange(range)
                .unprivilegedPortOffset(0)
                .build()
                .unprivilegedPortOffset())
        .isZero();
  }

  @Test
  void listsAllProblemsAtOnce() {
    ProxyConfig.Builder bad =
        ProxyConfig.builder()
            .listenRange(Cidr.parse("fd01::/64"))
            .vipRange(VipAddresses.DEFAULT_IPV6)
            .unprivilegedPortOffset(70_000)
            .connectTimeout(Duration.ZERO)
            .connectBudget(Duration.ofSeconds(-1))
            .connectRetries(-1)
            .idleTimeout(Duration.ZERO)
            .highWaterBytes(10)
            .udpIdleTimeout(Duration.ZERO)
            .maxUdpSessions(0)
            .proxyHeaderTimeout(Duration.ZERO);
    assertThatThrownBy(bad::build)
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(11));
  }
}
