// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

/**
 * What a command ends in. The state and the answer hold only after the changes are safe in the
 * store; until then nobody may be told. <b>Immutable.</b>
 *
 * @param state the old one if the command was refused or had no effect
 * @param changes what has to be written for it; none if the state is the old one
 */
public record Step<A>(AllocationState state, Changes changes, A answer) {

  public Step {
    requireNonNull(state, "state");
    requireNonNull(changes, "changes");
    requireNonNull(answer, "answer");
  }
}
