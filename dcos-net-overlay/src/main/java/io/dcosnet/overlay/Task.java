// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Moment;
import io.dcosnet.overlay.allocate.Step;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Something that was asked for and waits for its answer.
 *
 * @param shown the record that an answer shows, if it shows one: it is told only while it is so
 * @param unavailable the answer when there can be none
 */
record Task<A>(
    BiFunction<AllocationState, Moment, Step<A>> command,
    Function<A, Optional<AgentRecord>> shown,
    Function<Rejection, A> unavailable,
    CompletableFuture<A> answer) {

  void refuse(Rejection reason) {
    answer.complete(unavailable.apply(reason));
  }

  /** Tells the outcome, unless what it shows was changed by another request meanwhile. */
  void tell(A outcome, AllocationState safe) {
    Optional<AgentRecord> agent = shown.apply(outcome);
    if (agent.isPresent() && !safe.agent(agent.get().agent()).equals(agent)) {
      refuse(Leader.reason("OVERTAKEN", "agent " + agent.get().agent() + " was changed meanwhile"));
    } else {
      answer.complete(outcome);
    }
  }
}
