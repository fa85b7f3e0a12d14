// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.StoreKeys;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.crdt.CrdtStore;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.store.Hlc;
import io.dcosnet.gossip.store.StoreState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The store as hosts see it: what the replica holds is published here after each change, for
 * readers on any thread, and what hosts want is handed to the replica's thread.
 *
 * <p>An entry whose owner is not a known member counts as that of a dead one.
 *
 * <p><b>Thread-safe</b>, but for what the replica's thread tells it. Stages complete on that
 * thread, which must not be blocked.
 */
public final class StoreView implements ReplicatedStore {

  private final Supplier<NodeId> self;
  private final Shown shown;
  private final StoreWrites writes;
  private final CrdtStore crdts;

  /** Hands work to the replica's thread. */
  @FunctionalInterface
  public interface OnReplica {
    /**
     * Runs work with the replica on its thread, soon; never before this returns when it is called
     * there.
     *
     * @param otherwise told, on any thread, why there is no replica to do it
     */
    void call(Consumer<Replica> work, Consumer<String> otherwise);
  }

  /**
   * A view that shows nothing yet.
   *
   * @param self who writes; asked at each use, as it may change
   */
  public StoreView(
      Supplier<NodeId> self, OnReplica onReplica, TimeSource time, MetricsSink metrics) {
    this.self = requireNonNull(self, "self");
    requireNonNull(onReplica, "onReplica");
    this.shown =
        new Shown(
            time,
            metrics,
            // What was taken in is shown even when the node ends before its next turn.
            work -> onReplica.call(replica -> work.run(), reason -> work.run()));
    this.writes = new StoreWrites(onReplica, shown, metrics);
    this.crdts = new CrdtView(shown.keys, writes);
  }

  /**
   * Shows all that a state holds, and from now on each change; on the replica's thread, or before
   * there is one. Some 100 000 keys take the better part of a second.
   */
  public void begin(StoreState state) {
    shown.entries.ownerState(state.self().node(), OwnerState.ALIVE);
    shown.begin(state);
  }

  /**
   * The replica is no more: what is shown stays, what waits fails; on the replica's thread.
   *
   * @param reason why
   */
  public void end(String reason) {
    shown.show();
    writes.end(reason);
  }

  /**
   * What is believed of a node from now on; its entries carry it. On the replica's thread.
   *
   * @param state null when it is no member any more: they keep what was believed last
   */
  public void ownerState(NodeId owner, Member.@Nullable State state) {
    shown.believe(owner, state == null ? null : OwnerState.valueOf(state.name()));
  }

  /** The same data with all types. */
  public CrdtStore crdts() {
    return crdts;
  }

  @Override
  public NodeId localNode() {
    return self.get();
  }

  @Override
  public CompletionStage<Write> put(String key, Bytes value) {
    StoreKeys.requireValue(key, value);
    return writes
        .update(key, null, List.of(new CrdtOp.Put(value)))
        .thenApply(version -> new Write(key, version));
  }

  @Override
  public CompletionStage<Write> delete(String key) {
    return writes.delete(key).thenApply(version -> new Write(key, version));
  }

  @Override
  public NavigableMap<String, Entry> view(String prefix) {
    return shown.entries.view(requireNonNull(prefix, "prefix"));
  }

  @Override
  public Subscription watch(String prefix, Executor executor, Listener listener) {
    return shown.entries.watch(prefix, executor, listener);
  }

  @Override
  public CompletionStage<Set<NodeId>> awaitSeen(Write write, Duration timeout) {
    return writes.awaitSeen(write, timeout);
  }

  /** {@inheritDoc} From what is shown here; the replica knows more, but would have to be asked. */
  @Override
  public String why(String key) {
    Held held = shown.keys.get(key);
    if (held == null || shown.entries.get(key) != null) {
      return shown.entries.why(key, clock -> Instant.ofEpochMilli(Hlc.millis(clock)));
    }
    return "%s: %s, changed last by %s at %s (clock %d)"
        .formatted(
            key,
            held.type(),
            held.version().writer(),
            Instant.ofEpochMilli(Hlc.millis(held.version().clock())),
            held.version().clock());
  }
}
