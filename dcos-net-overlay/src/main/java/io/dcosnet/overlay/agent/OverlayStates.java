// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.agent;

import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostReport;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.AppliedReport.Status;
import io.dcosnet.overlay.link.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the overlays of an agent fare. The fault of one overlay leaves the others well, and that of a
 * peer leaves all well: containers of this host still reach everybody else.
 */
public final class OverlayStates {

  private static final int MOST_REASONS = 3;

  private OverlayStates() {}

  /** While nothing is known of the host yet. */
  public static List<OverlayState> configuring(Assignment assignment) {
    return all(assignment, Status.CONFIGURING, "");
  }

  /** When the host could not be asked at all. */
  public static List<OverlayState> failed(Assignment assignment, String reason) {
    return all(assignment, Status.FAILED, reason);
  }

  private static List<OverlayState> all(Assignment assignment, Status status, String error) {
    return assignment.record().subnets().stream()
        .map(part -> new OverlayState(part.overlay(), status, error))
        .toList();
  }

  /** By what became of the state that follows from the assignment. */
  public static List<OverlayState> of(Assignment assignment, HostReport report) {
    List<OverlayState> states = new ArrayList<>();
    for (AgentSubnets part : assignment.record().subnets()) {
      List<HostFault> faults =
          report.faults().stream().filter(fault -> concerns(fault, part.overlay())).toList();
      String error =
          faults.stream()
              .limit(MOST_REASONS)
              .map(fault -> fault.code() + ": " + fault.object() + ": " + fault.reason())
              .collect(Collectors.joining("; "));
      if (faults.size() > MOST_REASONS) {
        error += "; and " + (faults.size() - MOST_REASONS) + " more";
      }
      states.add(
          new OverlayState(part.overlay(), faults.isEmpty() ? Status.OK : Status.FAILED, error));
    }
    return states;
  }

  private static boolean concerns(HostFault fault, String overlay) {
    return fault.kind().isLocal()
        && fault.peer().isEmpty()
        && (fault.overlay().isEmpty() || fault.overlay().equals(Optional.of(overlay)));
  }
}
