// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.host;

import static java.util.Objects.requireNonNull;

import io.dcosnet.overlay.desired.DesiredState;
import java.util.List;
import java.util.OptionalInt;

/**
 * What became of a state. <b>Immutable.</b>
 *
 * @param state the one that was applied, which may be newer than the one handed in
 * @param added objects made
 * @param changed objects that were there and were made right
 * @param removed objects of ours that nobody wants any more
 * @param repair whether it was the kernel, or somebody else, that had changed, not the state
 * @param faults what could not be done; tried again by itself where that may help
 * @param mtu of the tunnel in octets, as it is now; empty without a tunnel
 */
public record HostReport(
    DesiredState state,
    int added,
    int changed,
    int removed,
    boolean repair,
    List<HostFault> faults,
    OptionalInt mtu) {

  public HostReport {
    requireNonNull(state, "state");
    faults = List.copyOf(faults);
    requireNonNull(mtu, "mtu");
  }

  /**
   * Whether listeners are to hear of it: something was done, something is wrong, or what was wrong
   * before is well again.
   *
   * @param before faults of the pass before this one
   */
  public boolean isNewsAfter(List<HostFault> before) {
    return added + changed + removed > 0 || !faults.isEmpty() || !before.isEmpty();
  }
}
