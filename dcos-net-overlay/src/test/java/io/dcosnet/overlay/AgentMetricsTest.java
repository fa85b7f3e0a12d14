// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.agent.AgentPhase;
import io.dcosnet.overlay.agent.AgentStatus;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.exchange.PeerTable;
import io.dcosnet.overlay.host.HostReport;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AgentMetricsTest {

  private static final NodeId NODE = NodeId.parse("00000000-0000-4000-8000-000000000001");

  private static final AgentStatus STATUS =
      new AgentStatus(
          NODE,
          IpAddress.parse("192.0.2.1"),
          Wants.EVERYTHING,
          AgentPhase.REGISTERED,
          Optional.empty(),
          0,
          List.of(),
          List.of(),
          Optional.empty(),
          List.of(),
          PeerTable.empty(NODE),
          DesiredState.NOTHING,
          Optional.empty());

  @Test
  void allFiguresStandInTheDocumentation() throws IOException {
    DocumentedFigures figures = new DocumentedFigures();
    AgentMetrics metrics = new AgentMetrics(figures);
    metrics.state(() -> STATUS);
    metrics.asked("assigned");
    metrics.applied(1);
    metrics.applyFailed();
    metrics.reported(
        new HostReport(DesiredState.NOTHING, 1, 0, 0, true, List.of(), OptionalInt.empty()));
    metrics.rejected("OWN_VTEP");
    metrics.writeFailed("peers");

    assertThat(figures.seen()).isEqualTo(DocumentedFigures.in("../docs/overlay-agent.md"));
  }
}
