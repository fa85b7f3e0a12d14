// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.overlay.OverlayAgent;
import io.dcosnet.overlay.agent.AgentPhase;
import io.dcosnet.overlay.agent.AgentRules;
import io.dcosnet.overlay.agent.AgentStatus;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.host.MemoryHostNetwork;
import io.dcosnet.overlay.http.HttpMasterLink;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An agent as a host of containers: it registers with the master over HTTP and learns of the other
 * hosts through its store. What its kernel would have to hold is only noted, as the demo runs
 * without root.
 *
 * <p><b>Thread-safe.</b> It ends with the runtime of its agent.
 */
final class DemoHost {

  /** Nobody waits for long in a demo. */
  private static final AgentRules IMPATIENT =
      new AgentRules(Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofSeconds(1), 4);

  private final OverlayAgent overlay;

  /** Starts it. */
  DemoHost(DemoAgent agent, DemoOverlay master) {
    overlay =
        OverlayAgent.builder(agent.net())
            .node(agent.node())
            .address(agent.address())
            .master(
                HttpMasterLink.builder(List.of(master.url()))
                    .executor(agent.net().executor())
                    .build())
            .store(agent.gossip().store())
            .network(MemoryHostNetwork.create())
            .directory(master.folderOf(agent.name()))
            .rules(IMPATIENT)
            .build();
    agent.net().startAll(overlay);
  }

  /** What it works by; empty before it got anything. */
  Optional<AgentAddresses> addresses() {
    AgentStatus status = overlay.status();
    return status
        .assignment()
        .map(known -> AgentAddresses.of(known.config(), known.record(), status.wants()));
  }

  /** Why it cannot serve containers, or not reach those of so many other hosts; empty if it can. */
  Optional<String> fault(int others) {
    AgentStatus status = overlay.status();
    int known = status.report().map(report -> report.state().peers().size()).orElse(0);
    if (status.phase() != AgentPhase.REGISTERED || known != others) {
      return Optional.of(
          status.address()
              + " is "
              + status.phase()
              + " and knows "
              + known
              + " hosts, expected "
              + others);
    }
    return status.alarms().stream().map(Object::toString).findFirst();
  }
}
