// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Allocator;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.AppliedReport.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a leading master knows at one moment: what is safe in its store, and what agents have told
 * since it leads, which nobody writes down. <b>Immutable.</b>
 *
 * @param epoch by which it leads; no other time of leading, of any process, has the same
 * @param revision that agents are told now
 * @param version grows with everything in here; counts anew in another process, which has another
 *     epoch
 * @param reports the newest of each agent; none of those that have not reported since
 * @param wants what each agent asked for; none of those that have not registered since
 */
public record MasterView(
    AllocationState allocations,
    long epoch,
    long revision,
    long version,
    Map<NodeId, AppliedReport> reports,
    Map<NodeId, Wants> wants) {

  public MasterView {
    requireNonNull(allocations, "allocations");
    requireNonNull(reports, "reports");
    requireNonNull(wants, "wants");
  }

  /**
   * Checks everything that must hold of the allocations; takes time with the number of agents.
   *
   * @return what does not hold
   */
  public List<Rejection> verify() {
    return Allocator.verify(allocations);
  }

  /** What became of one overlay on one agent, if the agent has said. */
  public Optional<OverlayState> report(NodeId agent, String overlay) {
    AppliedReport report = reports.get(agent);
    return report == null
        ? Optional.empty()
        : report.overlays().stream().filter(one -> one.overlay().equals(overlay)).findFirst();
  }

  /** What an agent has bridges for; everything as long as it has not said. */
  public Wants wantsOf(NodeId agent) {
    Wants known = wants.get(agent);
    return known == null ? Wants.EVERYTHING : known;
  }

  /** How many agents said this of their overlays, and nothing worse. */
  long reported(Status status) {
    return reports.values().stream().filter(report -> worst(report) == status).count();
  }

  private static Status worst(AppliedReport report) {
    Status worst = Status.OK;
    for (OverlayState state : report.overlays()) {
      if (state.status() == Status.FAILED) {
        return Status.FAILED;
      } else if (state.status() == Status.CONFIGURING) {
        worst = Status.CONFIGURING;
      }
    }
    return worst;
  }
}
