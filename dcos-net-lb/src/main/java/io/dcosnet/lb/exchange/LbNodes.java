// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.lb.internal.LbMetrics;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which nodes run a load balancer: each one says so with an entry {@code lb/nodes/<id>} of its own,
 * from its start to its orderly end.
 *
 * <p><b>Confined to</b> the scheduler, on which the listener is called too.
 */
public final class LbNodes {

  private static final String PREFIX = "lb/nodes/";
  private static final Bytes VALUE = Bytes.copyOf("{\"v\":1}".getBytes(StandardCharsets.UTF_8));
  private static final Logger LOGGER = LoggerFactory.getLogger(LbNodes.class);

  private final ReplicatedStore store;
  private final KeyReader<NodeId> keys;
  private final OwnEntries own;
  private final Scheduler scheduler;
  private final LbMetrics metrics;
  private final Runnable listener;
  private final Map<NodeId, OwnerState> nodes = new HashMap<>();
  private @Nullable Subscription subscription;

  /**
   * Follows nothing yet.
   *
   * @param listener is told that other nodes live now
   */
  public LbNodes(ReplicatedStore store, Scheduler scheduler, LbMetrics metrics, Runnable listener) {
    this.store = requireNonNull(store, "store");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.metrics = requireNonNull(metrics, "metrics");
    keys = new KeyReader<>(key -> NodeId.parse(key.substring(PREFIX.length())), metrics);
    own = new OwnEntries(store, scheduler, metrics);
    this.listener = requireNonNull(listener, "listener");
  }

  /** Says that this node is one, and begins to follow the others. */
  public void open() {
    subscription = store.watch(PREFIX, scheduler, new StoreListener());
    Entry entry = store.view(key()).get(key());
    if (entry == null || !entry.value().equals(VALUE)) {
      own.put(key(), VALUE);
    }
  }

  private String key() {
    return PREFIX + store.localNode();
  }

  /** Follows no more; this node is none any more. */
  public void close() {
    own.close();
    if (subscription != null) {
      subscription.close();
    }
    store
        .delete(key())
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                metrics.exchangeWriteFailures.increment();
                LOGGER.warn("{} stays in the store although this node ends", key(), failure);
              }
            });
  }

  /** Those that are not believed dead, this one always among them. */
  public Set<NodeId> live() {
    Set<NodeId> live = new TreeSet<>();
    live.add(store.localNode());
    nodes.forEach(
        (node, state) -> {
          if (state.lives()) {
            live.add(node);
          }
        });
    return live;
  }

  private final class StoreListener implements ReplicatedStore.Listener {

    @Override
    public void snapshot(NavigableMap<String, Entry> entries) {
      nodes.clear();
      entries.values().forEach(this::put);
      listener.run();
    }

    @Override
    public void changed(List<Change<Entry>> changes) {
      for (Change<Entry> change : changes) {
        Entry after = change.after();
        if (after != null) {
          put(after);
        } else {
          NodeId node = keys.read(change.latest().key());
          if (node != null && node.equals(change.latest().owner())) {
            nodes.remove(node);
          }
        }
      }
      listener.run();
    }

    private void put(Entry entry) {
      NodeId node = keys.read(entry.key());
      if (node != null && node.equals(entry.owner())) {
        nodes.put(node, entry.ownerState());
      }
    }
  }
}
