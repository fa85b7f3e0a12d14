// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.store.DurableStore.Batch;
import io.dcosnet.api.store.DurableStore.Check;
import io.dcosnet.api.store.DurableStore.Conflict;
import io.dcosnet.api.store.DurableStore.Fenced;
import io.dcosnet.api.store.DurableStore.Outcome;
import io.dcosnet.api.store.DurableStore.Snapshot;
import io.dcosnet.api.store.DurableStore.Versioned;
import java.util.Optional;
import org.pcollections.TreePMap;

/**
 * What a journal adds up to, and how a transaction changes it. <b>Immutable.</b>
 *
 * @param number of the last record in it; the revision of a transaction is the number of its record
 * @param revision of the last transaction
 * @param epoch newest fencing token
 */
record StoreState(long number, long revision, long epoch, TreePMap<String, Versioned> entries) {

  static final StoreState EMPTY = new StoreState(0, 0, 0, TreePMap.empty());

  /** Why the batch cannot be written; empty when it can. */
  Optional<Outcome> refusal(Batch batch) {
    if (batch.fence() < epoch) {
      return Optional.of(new Fenced(epoch));
    }
    for (Check check : batch.checks()) {
      Versioned present = entries.get(check.key());
      if (check.revision() != (present == null ? DurableStore.ABSENT : present.revision())) {
        return Optional.of(new Conflict(check.key()));
      }
    }
    return Optional.empty();
  }

  /** The state with the next record, a batch. */
  StoreState plus(Batch batch) {
    long next = number + 1;
    TreePMap<String, Versioned> changed = entries.minusAll(batch.deletes());
    for (var put : batch.puts().entrySet()) {
      changed = changed.plus(put.getKey(), new Versioned(put.getValue(), next));
    }
    return new StoreState(next, next, epoch, changed);
  }

  /** The state with the next record, a new fencing token. */
  StoreState plusEpoch() {
    return new StoreState(number + 1, revision, epoch + 1, entries);
  }

  Snapshot snapshot() {
    return new Snapshot(revision, epoch, entries);
  }
}
