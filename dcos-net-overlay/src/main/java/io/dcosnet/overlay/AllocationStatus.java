// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static java.util.Objects.requireNonNull;

import io.dcosnet.overlay.allocate.Blocker;
import java.util.List;

/**
 * Whether allocations can be made here, and if not, why. <b>Immutable.</b>
 *
 * @param epoch token of this leader; 0 before it led
 * @param revision of the newest transaction that is known to be safe; 0 unless leading
 * @param reason why it does not lead, for a person; empty while it does
 * @param blockers why the wanted configuration is not in force but the last good one; none if it is
 */
public record AllocationStatus(
    Phase phase, long epoch, long revision, String reason, List<Blocker> blockers) {

  /** What a leader is doing. */
  public enum Phase {
    /** Not asked to lead, or stepped down for good; the reason says which. */
    IDLE,
    /** Reads the store; whoever asks is to ask again. */
    RECOVERING,
    /** Answers. */
    LEADING
  }

  public AllocationStatus {
    requireNonNull(phase, "phase");
    requireNonNull(reason, "reason");
    blockers = List.copyOf(blockers);
  }

  static AllocationStatus idle(long epoch, String reason) {
    return new AllocationStatus(Phase.IDLE, epoch, 0, reason, List.of());
  }

  static AllocationStatus recovering(long epoch, String reason) {
    return new AllocationStatus(Phase.RECOVERING, epoch, 0, reason, List.of());
  }
}
