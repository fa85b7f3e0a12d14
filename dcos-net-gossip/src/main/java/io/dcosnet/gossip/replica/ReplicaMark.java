// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static java.util.Objects.requireNonNull;

import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.gossip.store.ReplicaId;

/**
 * What a disk remembers of a replica besides its data, from one life to the next. <b>Immutable.</b>
 *
 * @param id under which it wrote last
 * @param sync when its writes counted as safe
 * @param boot tells one run of the operating system from another; empty when unknown
 * @param closed whether it ended in order, with all that it had written on disk for good
 * @param contactMillis when other members were last seen alive, in milliseconds since the Unix
 *     epoch; 0 for never
 */
public record ReplicaMark(
    ReplicaId id, Sync sync, String boot, boolean closed, long contactMillis) {

  public ReplicaMark {
    requireNonNull(id, "id");
    requireNonNull(sync, "sync");
    requireNonNull(boot, "boot");
  }

  /** This one after an end in order. */
  public ReplicaMark closedInOrder() {
    return new ReplicaMark(id, sync, boot, true, contactMillis);
  }

  /** This one with a later contact. */
  public ReplicaMark withContact(long wallMillis) {
    return new ReplicaMark(id, sync, boot, closed, Math.max(contactMillis, wallMillis));
  }

  /** This one of a replica that goes on under another id. */
  public ReplicaMark withId(ReplicaId next) {
    return new ReplicaMark(next, sync, boot, closed, contactMillis);
  }
}
