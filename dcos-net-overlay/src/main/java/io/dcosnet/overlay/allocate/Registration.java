// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Rejection;
import java.util.List;
import java.util.Optional;

/** What an agent is told that registers. */
public sealed interface Registration {

  /**
   * It has what it wants, or most of it. <b>Immutable.</b>
   *
   * @param shortfalls what it could not get and may ask for again; each with the kind {@code
   *     overlay} or {@code vtep6}, the overlay as subject, and {@code SUBNET_EXHAUSTED}, {@code
   *     VTEP_EXHAUSTED} or {@code UNKNOWN_NETWORK} as code
   * @param reclaimed agents that were silent for long and lost all they had, because nothing else
   *     was left
   * @param replaced who had its address and is no agent any more: silent for long, or given up
   */
  record Assigned(
      AgentRecord agent,
      List<Rejection> shortfalls,
      List<AgentRecord> reclaimed,
      Optional<AgentRecord> replaced)
      implements Registration {
    public Assigned {
      requireNonNull(agent, "agent");
      shortfalls = List.copyOf(shortfalls);
      reclaimed = List.copyOf(reclaimed);
      requireNonNull(replaced, "replaced");
    }

    /** Nobody lost anything for it. */
    public Assigned(AgentRecord agent, List<Rejection> shortfalls) {
      this(agent, shortfalls, List.of(), Optional.empty());
    }
  }

  /**
   * It has nothing, or what it had before: {@code VTEP_EXHAUSTED}, {@code DUPLICATE_IP}, {@code
   * BAD_AGENT_IP}, {@code AGENT_IP_IN_POOL}, {@code CLAIM_DISPUTED} or {@code CLAIM_DROPPED}.
   * <b>Immutable.</b>
   */
  record Refused(Rejection reason) implements Registration {
    public Refused {
      requireNonNull(reason, "reason");
    }
  }

  /**
   * Nobody here can say now; asking again later, or elsewhere, is right: {@code NOT_LEADING},
   * {@code RECOVERING}, {@code BUSY}, {@code OVERTAKEN} when another request changed it meanwhile,
   * {@code TOO_LARGE} when less has to be asked for at once, or {@code UNCERTAIN} when what was
   * asked for may have happened. <b>Immutable.</b>
   */
  record Unavailable(Rejection reason) implements Registration {
    public Unavailable {
      requireNonNull(reason, "reason");
    }
  }
}
