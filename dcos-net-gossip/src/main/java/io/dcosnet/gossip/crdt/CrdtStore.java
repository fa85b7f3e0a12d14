// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.crdt;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.store.ReplicatedStore.Version;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The replicated store with keys that several nodes may write to. It is the same data that {@link
 * io.dcosnet.api.store.ReplicatedStore} shows: its entries are {@link CrdtType#LWW_REGISTER}s here,
 * and keys of other types are not seen there.
 *
 * <p><b>Thread-safe.</b> Reading never waits.
 */
public interface CrdtStore {

  /** Most ops of one update. */
  int MAX_OPS = 1_000;

  /** A key and what it holds. <b>Immutable.</b> */
  record Versioned(CrdtValue value, Version version) {}

  /** Hears of changes; one call at a time, in order; must not block for long. */
  interface Listener {

    /** First call, and again after changes were lost as the listener was too slow. */
    void snapshot(NavigableMap<String, Versioned> keys);

    /** What changed since the last call: those that are there, and those that are not any more. */
    void changed(Map<String, Versioned> present, Set<String> absent);
  }

  /**
   * Does all of this to a key at once.
   *
   * @return the version then, when this node has it safe as far as the durability of the store
   *     goes; fails with {@link io.dcosnet.api.DcosNetException} when the store is full, the value
   *     too large, or the key of another type
   * @throws IllegalArgumentException for a key that no store takes, no ops, or more than 1 000
   */
  CompletionStage<Version> update(String key, List<CrdtOp> ops);

  /**
   * As the other one, but only when the key has still this version on this node; other nodes may
   * have written all the same.
   *
   * @return fails with {@link ConcurrentUpdateException} when the version is another
   */
  CompletionStage<Version> update(String key, Version expected, List<CrdtOp> ops);

  /** Removes a key, as far as it was seen. */
  CompletionStage<Version> delete(String key);

  /** What a key holds. */
  Optional<Versioned> get(String key);

  /** All keys that start with {@code prefix}, sorted; immutable. */
  NavigableMap<String, Versioned> view(String prefix);

  /** Watches all keys that start with {@code prefix}. */
  Subscription watch(String prefix, Executor executor, Listener listener);
}
