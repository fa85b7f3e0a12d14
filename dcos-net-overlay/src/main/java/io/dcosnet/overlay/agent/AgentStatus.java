// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.agent;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.exchange.PeerTable;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostReport;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.Assignment;
import java.util.List;
import java.util.Optional;

/**
 * How an agent stands, at one moment. <b>Immutable.</b>
 *
 * @param address of this host on the underlay
 * @param assignment what it works by; empty for one that never got anything
 * @param configurationAttempts reports that a master took since one came back
 * @param overlays how those fare that it has a piece of
 * @param shortfalls what it wants and did not get
 * @param refusal why the master does not want this agent as it is; it goes on with what it has
 * @param alarms what a person should look after: the refusal, no master that serves this host, two
 *     owners of one subnet, a disk or a store that takes nothing
 * @param peers whom it knows
 * @param desired what the host must hold now
 * @param report what became of the last state that was applied; empty before the first
 */
public record AgentStatus(
    NodeId node,
    IpAddress address,
    Wants wants,
    AgentPhase phase,
    Optional<Assignment> assignment,
    int configurationAttempts,
    List<OverlayState> overlays,
    List<Rejection> shortfalls,
    Optional<Rejection> refusal,
    List<Rejection> alarms,
    PeerTable peers,
    DesiredState desired,
    Optional<HostReport> report) {

  public AgentStatus {
    requireNonNull(node, "node");
    requireNonNull(address, "address");
    requireNonNull(wants, "wants");
    requireNonNull(phase, "phase");
    requireNonNull(assignment, "assignment");
    overlays = List.copyOf(overlays);
    shortfalls = List.copyOf(shortfalls);
    requireNonNull(refusal, "refusal");
    alarms = List.copyOf(alarms);
    requireNonNull(peers, "peers");
    requireNonNull(desired, "desired");
    requireNonNull(report, "report");
  }

  /** What could not be done on the host the last time. */
  public List<HostFault> faults() {
    return report.map(HostReport::faults).orElse(List.of());
  }

  /** Of the assignment; 0 without one. */
  public long revision() {
    return assignment.map(Assignment::revision).orElse(0L);
  }

  /** What an address is to this host, and whether packets get there. */
  public AddressExplanation explain(IpAddress asked) {
    return new AddressExplainer(this, asked).explain();
  }
}
