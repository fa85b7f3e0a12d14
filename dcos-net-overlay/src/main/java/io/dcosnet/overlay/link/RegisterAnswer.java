// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.link;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Rejection;
import java.time.Duration;
import java.util.List;

/** What an agent is told that registers. */
public sealed interface RegisterAnswer {

  /**
   * This is yours, and it is safe.
   *
   * @param shortfalls what could not be given and may be asked for again
   */
  record Assigned(Assignment assignment, List<Rejection> shortfalls) implements RegisterAnswer {
    public Assigned {
      requireNonNull(assignment, "assignment");
      shortfalls = List.copyOf(shortfalls);
    }
  }

  /**
   * What the agent said to hold is what it has.
   *
   * @param revision newest one by which that is so
   */
  record Unchanged(long revision, List<Rejection> shortfalls) implements RegisterAnswer {
    public Unchanged {
      shortfalls = List.copyOf(shortfalls);
    }
  }

  /** Not as you are: another one has your address, or nothing is left. Asking later may help. */
  record Refused(Rejection reason) implements RegisterAnswer {
    public Refused {
      requireNonNull(reason, "reason");
    }
  }

  /**
   * Nobody can say now.
   *
   * @param after wait at least so long
   */
  record Later(Rejection reason, Duration after) implements RegisterAnswer {
    public Later {
      requireNonNull(reason, "reason");
      requireNonNull(after, "after");
    }
  }
}
