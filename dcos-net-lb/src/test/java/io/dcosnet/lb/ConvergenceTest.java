// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvergenceTest {

  private static final VipKey WEB = VipKey.named(Protocol.TCP, "web.marathon", 80);
  private static final VipKey DB = VipKey.named(Protocol.TCP, "db.marathon", 80);

  private final VirtualTime time = new VirtualTime();
  private final Convergence convergence =
      new Convergence(time, new LbMetrics(new RecordingMetrics()));

  @Test
  void keepsLittleForADataPathThatTakesNoTable() {
    VipTable before = VipTable.EMPTY;
    for (int i = 1; i <= 3 * Convergence.MAX_OPEN; i++) {
      VipTable after = table(i == Convergence.MAX_OPEN + 7 ? DB : WEB, i);
      convergence.noted(WEB, "as the test says", time.wallMillis());
      convergence.decided(before, after);
      before = after;
      time.advance(Duration.ofMillis(10));
    }
    assertThat(convergence.open()).hasSize(Convergence.MAX_OPEN);
    convergence.applied(convergence.open());
    assertThat(convergence.open()).isEmpty();
    assertThat(convergence.of(WEB)).allMatch(change -> change.appliedMillis() > 0);
    assertThat(convergence.of(DB)).isNotEmpty().allMatch(change -> change.appliedMillis() > 0);
  }

  private static VipTable table(VipKey key, int weight) {
    Frontend frontend = new Frontend(Protocol.TCP, HostPort.parse("198.51.100.1:80"));
    Target target = Target.up(HostPort.parse("192.0.2.1:31000"), weight);
    return VipTable.of(
        List.of(new Service(key, frontend, ServiceOptions.DEFAULTS, List.of(target))));
  }
}
