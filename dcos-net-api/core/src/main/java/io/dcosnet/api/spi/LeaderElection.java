// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

import io.dcosnet.api.event.Subscription;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One candidate in an election of which at most one leads, as far as that can be known: whoever
 * asks may hear of the end of a lead later than others of its successor. So it says who <em>shall
 * </em> lead; what only a leader may write is kept safe by the fence of a {@link
 * io.dcosnet.api.store.DurableStore}.
 *
 * <p>A candidate that is cut off from the others does not lead from then on, whether or not
 * somebody else does.
 *
 * <p>Who takes the lead on {@link Leadership#leads} gives it up on its end, also when the two are
 * delivered as one: a greater {@link Leadership#term} than before means that the lead was lost in
 * between.
 *
 * <p><b>Thread-safe.</b>
 */
public interface LeaderElection {

  /** The newest that is known; {@link Leadership#NONE} before the first. */
  Leadership leadership();

  /**
   * Delivers what is known now, then every change, in order, one call at a time; a slow listener
   * gets only the newest. The listener must not block for long.
   */
  Subscription subscribe(Executor executor, Consumer<Leadership> listener);
}
