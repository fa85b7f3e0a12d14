// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.host;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.overlay.desired.DesiredState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The network of one host as far as the overlay has a part in it.
 *
 * <p>It is told the whole state each time and works out the difference from what is really there,
 * so a state may be applied twice, after a crash, or after somebody else changed things. It keeps
 * what it was told: what is changed or lost behind its back is made right by itself and reported.
 * Objects that others made are never changed or removed.
 *
 * <p><b>Thread-safe.</b>
 */
public interface HostNetwork {

  /** Short and stable, such as {@code netlink}. */
  String name();

  /**
   * Why it cannot work on this machine, for a person, and what to do; empty if it can. Leaves
   * nothing behind. May block for some milliseconds.
   */
  Optional<String> unavailableBecause();

  /**
   * Makes the state true. States that wait behind one that is being applied are skipped for the
   * newest; their stages end with it.
   *
   * @return completes when the state, or a newer one, was tried; a fault of one object fails
   *     nothing but is in the report. Fails with {@link io.dcosnet.api.DcosNetException} when the
   *     kernel cannot be asked at all, and after {@link #stop}
   */
  CompletionStage<HostReport> apply(DesiredState state);

  /**
   * Tells of each pass that changed something, left faults, or found those of the pass before it
   * gone, whatever its cause, on the thread of this object; must not block.
   */
  Subscription onReport(Consumer<HostReport> listener);

  /**
   * What {@link #apply} would do now, one step a line, in the words of the tools that people know
   * for it, and without doing it. May block for some hundred milliseconds.
   */
  List<String> plan(DesiredState state);

  /**
   * Removes from this host all that this kind of network ever left in place, whoever made it. Not
   * to be called while one is at work. May block for some hundred milliseconds.
   *
   * @return what was removed, one object a line; empty when there was nothing
   */
  List<String> cleanup();

  /**
   * Ends it: nothing is watched or repaired any more.
   *
   * @param leaveInPlace true leaves all objects, so that containers go on; the next process finds
   *     them
   */
  CompletionStage<Void> stop(boolean leaveInPlace);
}
