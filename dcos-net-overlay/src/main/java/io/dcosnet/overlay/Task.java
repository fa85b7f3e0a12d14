// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Moment;
import io.dcosnet.overlay.allocate.Step;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something that was asked for and waits for its answer.
 *
 * @param agent whose record an unchanged answer shows; null when it shows more than one
 * @param unavailable the answer when there can be none
 */
record Task<A>(
    @Nullable NodeId agent,
    BiFunction<AllocationState, Moment, Step<A>> command,
    Function<Rejection, A> unavailable,
    CompletableFuture<A> answer) {

  void refuse(Rejection reason) {
    answer.complete(unavailable.apply(reason));
  }
}
