// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.Assignment;
import java.util.HashMap;
import java.util.Map;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/**
 * What agents have told a master since it leads. Nobody writes it down: after a change of leaders
 * all of it is unknown until the agents say it again.
 *
 * <p><b>Confined to</b> the scheduler; what it gives out never changes.
 */
final class Heard {

  /** Overlays in one report; a configuration has fewer. */
  private static final int MAX_OVERLAYS = 1024;

  /** Longest text of an error that is kept. */
  private static final int MAX_ERROR = 1024;

  /** A hash is of this very assignment, but for its revision. */
  private record Hashed(Assignment assignment, String hash) {}

  private final Map<NodeId, Hashed> hashes = new HashMap<>();
  private HashPMap<NodeId, AppliedReport> reports = HashTreePMap.empty();
  private HashPMap<NodeId, Wants> wants = HashTreePMap.empty();

  Map<NodeId, AppliedReport> reports() {
    return reports;
  }

  Map<NodeId, Wants> wants() {
    return wants;
  }

  /** Returns false when that was known already. */
  boolean wants(NodeId agent, Wants asked) {
    boolean news = !asked.equals(wants.get(agent));
    if (news) {
      wants = wants.plus(agent, asked);
    }
    return news;
  }

  /** Returns false for a report that a newer one has overtaken, and for one that says the same. */
  boolean report(AppliedReport report) {
    AppliedReport before = reports.get(report.agent());
    AppliedReport kept = bounded(report);
    if (before != null && (before.revision() > kept.revision() || before.equals(kept))) {
      return false;
    }
    reports = reports.plus(report.agent(), kept);
    return true;
  }

  private static AppliedReport bounded(AppliedReport report) {
    return new AppliedReport(
        report.agent(),
        report.revision(),
        report.overlays().stream()
            .limit(MAX_OVERLAYS)
            .map(
                state ->
                    state.error().length() <= MAX_ERROR
                        ? state
                        : new OverlayState(
                            state.overlay(),
                            state.status(),
                            state.error().substring(0, MAX_ERROR) + "…"))
            .toList());
  }

  /** The hash of an assignment, worked out once for as long as its content stays the same. */
  @SuppressWarnings("ReferenceEquality") // comparing whole configurations would cost too much
  String hash(Assignment assignment) {
    NodeId agent = assignment.record().agent();
    Hashed known = hashes.get(agent);
    if (known == null
        || known.assignment().config() != assignment.config()
        || !known.assignment().record().equals(assignment.record())) {
      known = new Hashed(assignment, assignment.hash());
      hashes.put(agent, known);
    }
    return known.hash();
  }

  void forget(NodeId agent) {
    hashes.remove(agent);
    reports = reports.minus(agent);
    wants = wants.minus(agent);
  }

  void clear() {
    hashes.clear();
    reports = HashTreePMap.empty();
    wants = HashTreePMap.empty();
  }
}
