// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.link;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.NodeId;
import java.util.List;

/**
 * What became of an assignment on its agent. <b>Immutable.</b>
 *
 * @param revision of the assignment
 * @param overlays one for each that the agent has a piece of
 */
public record AppliedReport(NodeId agent, long revision, List<OverlayState> overlays) {

  public AppliedReport {
    requireNonNull(agent, "agent");
    overlays = List.copyOf(overlays);
  }

  /**
   * One overlay on one agent.
   *
   * @param error why it is not served; empty when it is
   */
  public record OverlayState(String overlay, Status status, String error) {
    public OverlayState {
      requireNonNull(overlay, "overlay");
      requireNonNull(status, "status");
      requireNonNull(error, "error");
    }
  }

  /** As {@code AgentOverlayInfo.State} of DC/OS ({@code overlay/overlay.proto}). */
  public enum Status {
    CONFIGURING,
    OK,
    FAILED;

    /** As in the old documents: {@code STATUS_OK}. */
    public String text() {
      return "STATUS_" + name();
    }
  }
}
