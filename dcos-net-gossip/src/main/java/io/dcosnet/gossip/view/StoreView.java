// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.gossip.crdt.CrdtStore;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.store.Cell;
import io.dcosnet.gossip.store.StoreState;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The store as hosts see it: what the replica holds is published here after each change, for
 * readers on any thread, and what hosts want is handed to the replica's thread.
 *
 * <p><b>Thread-safe</b>, but for what the replica's thread tells it.
 */
public final class StoreView implements ReplicatedStore, StoreState.Observer {

  /** Hands work to the replica's thread. */
  @FunctionalInterface
  public interface OnReplica {
    /**
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
    throw new UnsupportedOperationException();
  }

  /** Shows all that a state holds, and from now on each change; on the replica's thread. */
  public void begin(StoreState state) {
    throw new UnsupportedOperationException();
  }

  /** What is believed of a node from now on; its entries carry it. */
  public void ownerState(NodeId owner, OwnerState state) {
    throw new UnsupportedOperationException();
  }

  /** The same data with all types. */
  public CrdtStore crdts() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void changed(String key, Cell before, Cell after) {
    throw new UnsupportedOperationException();
  }

  @Override
  public NodeId localNode() {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Write> put(String key, Bytes value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Write> delete(String key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public NavigableMap<String, Entry> view(String prefix) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Subscription watch(String prefix, Executor executor, Listener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Set<NodeId>> awaitSeen(Write write, Duration timeout) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String why(String key) {
    throw new UnsupportedOperationException();
  }
}
