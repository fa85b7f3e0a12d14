// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.overlay.config.NetworkConfig;
import java.util.List;

/** What a store of allocations was found to hold. */
public sealed interface Recovery {

  /**
   * Everything is in order. <b>Immutable.</b>
   *
   * @param state who has what; its configuration is the wanted one, or the one of the store if the
   *     wanted one would take something from an agent
   * @param changes what has to be written before the first allocation
   * @param blockers why the wanted configuration is not in force; none if it is
   */
  record Recovered(AllocationState state, Changes changes, List<Blocker> blockers)
      implements Recovery {
    public Recovered {
      requireNonNull(state, "state");
      requireNonNull(changes, "changes");
      blockers = List.copyOf(blockers);
    }
  }

  /**
   * Nobody may allocate on this: two agents have the same, or what is stored contradicts itself.
   * <b>Immutable.</b>
   *
   * @param faults all of them: {@code TWO_OWNERS} with both owners, {@code OUTSIDE_POOL}, {@code
   *     ELEMENT_MISMATCH}, {@code UNREADABLE}, {@code UNKNOWN_FORMAT}, {@code CONFIG_IN_THE_WAY}
   */
  record Damaged(List<Rejection> faults) implements Recovery {
    public Damaged {
      faults = List.copyOf(faults);
    }
  }

  /**
   * Reads a whole store.
   *
   * @param wanted configuration that shall be in force from now on
   * @param nanos monotonic time; what was released before counts as released now
   */
  static Recovery of(DurableStore.Snapshot snapshot, NetworkConfig wanted, long nanos) {
    return StoreReader.read(snapshot, wanted, nanos);
  }
}
