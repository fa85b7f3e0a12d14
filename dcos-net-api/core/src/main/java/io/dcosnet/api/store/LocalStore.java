// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A {@link ReplicatedStore} within one process: for one node by itself, and for several nodes that
 * live in one process, as in tests and demonstrations. {@link #forNode} gives the same data as seen
 * by another node.
 *
 * <p>A write is everywhere as soon as it is made, and nothing outlives the process. Nobody watches
 * over the nodes either: {@link #ownerState} says what is believed of them.
 *
 * <p>A watcher may be late by {@value #MAX_PENDING_KEYS} changed keys before it gets everything
 * anew.
 *
 * <p><b>Thread-safe.</b> Stages are complete when they are returned.
 */
public final class LocalStore implements ReplicatedStore {

  /** With more changed keys waiting than this a watcher gets a new snapshot instead. */
  public static final int MAX_PENDING_KEYS = Board.MAX_PENDING_KEYS;

  private final LocalEntries entries;
  private final NodeId node;

  private LocalStore(LocalEntries entries, NodeId node) {
    this.entries = entries;
    this.node = requireNonNull(node, "node");
  }

  /** An empty store on the clocks of this machine. */
  public static LocalStore of(NodeId node) {
    return of(node, TimeSource.system(), MetricsSink.none());
  }

  /** An empty store. */
  public static LocalStore of(NodeId node, TimeSource time, MetricsSink metrics) {
    return new LocalStore(
        new LocalEntries(time, metrics, new LocalEntries.Limits(MAX_KEYS, MAX_TOTAL_BYTES)), node);
  }

  static LocalStore of(NodeId node, TimeSource time, LocalEntries.Limits limits) {
    return new LocalStore(new LocalEntries(time, MetricsSink.none(), limits), node);
  }

  /** The same data, written by and seen from another node. */
  public LocalStore forNode(NodeId other) {
    return new LocalStore(entries, other);
  }

  /**
   * Says what is believed of a node from now on; its entries carry it, and watchers are told. A
   * node of which nothing was said is alive.
   */
  public void ownerState(NodeId owner, OwnerState state) {
    entries.board().ownerState(requireNonNull(owner, "owner"), requireNonNull(state, "state"));
  }

  @Override
  public NodeId localNode() {
    return node;
  }

  @Override
  public CompletionStage<Write> put(String key, Bytes value) {
    int keyBytes = StoreKeys.requireKey(key);
    StoreKeys.requireValue(key, value);
    return completed(entries.put(node, key, keyBytes, value));
  }

  @Override
  public CompletionStage<Write> delete(String key) {
    int keyBytes = StoreKeys.requireKey(key);
    return completed(entries.delete(node, key, keyBytes));
  }

  private static CompletionStage<Write> completed(CompletableFuture<Write> write) {
    return write.minimalCompletionStage();
  }

  @Override
  public NavigableMap<String, Entry> view(String prefix) {
    return entries.board().view(requireNonNull(prefix, "prefix"));
  }

  @Override
  public Subscription watch(String prefix, Executor executor, Listener listener) {
    return entries.board().watch(prefix, executor, listener);
  }

  /** {@inheritDoc} Here that is always so. */
  @Override
  public CompletionStage<Set<NodeId>> awaitSeen(Write write, Duration timeout) {
    requireNonNull(write, "write");
    requireNonNull(timeout, "timeout");
    return CompletableFuture.completedStage(Set.of());
  }

  @Override
  public String why(String key) {
    return entries.why(requireNonNull(key, "key"));
  }
}
