// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Rejection;
import java.util.List;

/** What somebody is told who changes the configuration. */
public sealed interface Reconfiguration {

  /** It is in force; agents get what is new when they register again. <b>Immutable.</b> */
  record Accepted() implements Reconfiguration {}

  /** It is not in force, the old one stays. <b>Immutable.</b> */
  record Blocked(List<Blocker> blockers) implements Reconfiguration {
    public Blocked {
      blockers = List.copyOf(blockers);
    }
  }

  /** As {@link Registration.Unavailable}. <b>Immutable.</b> */
  record Unavailable(Rejection reason) implements Reconfiguration {
    public Unavailable {
      requireNonNull(reason, "reason");
    }
  }
}
