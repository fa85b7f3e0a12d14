// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

/**
 * A claim that contradicts what others have or claim, for a person to decide: until one of those
 * involved is deleted, nobody else gets what it names. <b>Immutable.</b>
 *
 * @param reason what contradicts what, naming all involved
 * @param isDropped a person has decided against the claim: its agent starts anew when it registers
 */
public record Dispute(Claim claim, String reason, boolean isDropped) {

  public Dispute {
    requireNonNull(claim, "claim");
    requireNonNull(reason, "reason");
  }

  Dispute dropped() {
    return new Dispute(claim, reason, true);
  }
}
