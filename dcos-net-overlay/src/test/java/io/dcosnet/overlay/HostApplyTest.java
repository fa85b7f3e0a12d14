// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostReport;
import io.dcosnet.overlay.host.MemoryHostNetwork;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostApplyTest {

  private final VirtualTime time = new VirtualTime();
  private final MemoryHostNetwork host = MemoryHostNetwork.create();
  private final List<String> ends = new ArrayList<>();
  private boolean unplannable;

  private final HostApply apply =
      new HostApply(
          host,
          time,
          this::desired,
          new HostApply.Listener() {
            @Override
            public void applied(HostReport report) {
              ends.add("applied");
            }

            @Override
            public void failed(String reason) {
              ends.add(reason);
            }
          },
          new AgentMetrics(new RecordingMetrics()));

  private DesiredState desired() {
    if (unplannable) {
      throw new IllegalStateException("two tunnels");
    }
    return DesiredState.NOTHING;
  }

  @Test
  void aStateThatCannotBePlannedFailsItsPassAndIsTriedAgain() {
    unplannable = true;
    apply.request();
    time.runReady();
    assertThat(ends).containsExactly("two tunnels");

    unplannable = false;
    time.advance(Duration.ofSeconds(2));

    assertThat(ends).containsExactly("two tunnels", "applied");
    assertThat(host.applied()).hasSize(1);
  }
}
