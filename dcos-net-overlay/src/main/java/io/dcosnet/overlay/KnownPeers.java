// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.overlay.exchange.OverlayKeys;
import io.dcosnet.overlay.exchange.PeerEntry;
import io.dcosnet.overlay.exchange.PeerScope;
import io.dcosnet.overlay.exchange.PeerTable;
import io.dcosnet.overlay.exchange.PeerTable.Stored;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom this host knows, by the store and, after a start, by what it knew before. Those are kept on
 * the disk, since a store that comes up empty must not take anybody off the host.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class KnownPeers implements ReplicatedStore.Listener {

  /**
   * Peers of an earlier run are gone that the store does not tell of so long after it began to tell
   * of others. One that tells of nobody may just be cut off from everybody.
   */
  static final Duration REMEMBERED_FOR = Duration.ofMinutes(10);

  /**
   * Peers are kept on the disk at once when one of them changes, and for so long not again: a file
   * for each of a thousand that come together would be too much.
   */
  static final Duration KEPT_AFTER = Duration.ofSeconds(5);

  private static final Logger LOGGER = LoggerFactory.getLogger(KnownPeers.class);

  /** Told after each change. */
  interface Listener {

    /**
     * The table is another one now.
     *
     * @param peersChanged false when only what is refused, or who was deleted, changed
     */
    void peersChanged(PeerTable before, boolean peersChanged);
  }

  private final ReplicatedStore store;
  private final Scheduler scheduler;
  private final Executor executor;
  private final AgentFiles files;
  private final AgentMetrics metrics;
  private final Listener listener;
  private final NewestWrite<List<PeerEntry>> kept;
  private PeerTable table;
  private List<PeerEntry> lastKept = List.of();
  private boolean unkept; // changed since then
  private boolean closed;
  private Scheduler.@Nullable Timer keepTimer;
  private Scheduler.@Nullable Timer forgetTimer;
  private @Nullable Subscription subscription;

  KnownPeers(
      NodeId node,
      ReplicatedStore store,
      AgentFiles files,
      Scheduler scheduler,
      Executor executor,
      Listener listener,
      Runnable failureChanged,
      AgentMetrics metrics) {
    this.store = store;
    this.files = files;
    this.scheduler = scheduler;
    this.executor = executor;
    this.listener = listener;
    this.metrics = metrics;
    this.table = PeerTable.empty(node);
    this.kept =
        new NewestWrite<>(
            "peers",
            scheduler,
            value -> CompletableFuture.runAsync(() -> files.write(value), executor),
            failureChanged,
            metrics);
  }

  /** Takes in what the store has at once, as traffic to it would be cut otherwise; watches it. */
  void open(List<PeerEntry> remembered) {
    PeerTable known = table;
    for (PeerEntry peer : remembered) {
      known = known.remembering(peer);
    }
    table = known.of(stored(store.view(OverlayKeys.PREFIX)));
    expectAll();
    subscription = store.watch(OverlayKeys.PREFIX, scheduler, this);
  }

  /** Once the store tells of somebody, it soon tells of all that are still there. */
  private void expectAll() {
    if (forgetTimer == null && table.tellsOfOthers()) {
      forgetTimer = scheduler.schedule(REMEMBERED_FOR, () -> change(PeerTable::withoutRemembered));
    }
  }

  PeerTable table() {
    return table;
  }

  /** Judges all anew by what this host has now. */
  void scoped(PeerScope scope) {
    change(before -> before.scoped(scope));
  }

  @Override
  public void snapshot(NavigableMap<String, Entry> entries) {
    change(before -> before.of(stored(entries)));
  }

  private static Map<String, Stored> stored(NavigableMap<String, Entry> entries) {
    Map<String, Stored> stored = new HashMap<>();
    entries.forEach((key, entry) -> stored.put(key, new Stored(entry.value(), entry.owner())));
    return stored;
  }

  @Override
  public void changed(List<Change<Entry>> changes) {
    change(
        before -> {
          PeerTable next = before;
          for (Change<Entry> change : changes) {
            Entry after = change.after();
            if (after == null) {
              next = next.without(change.latest().key());
            } else if (!isSame(change.before(), after)) {
              next = next.with(after.key(), after.value(), after.owner());
            }
          }
          return next;
        });
  }

  /** Whether only what is believed of the owner changed; that changes nobody's containers. */
  private static boolean isSame(@Nullable Entry before, Entry after) {
    return before != null
        && before.value().equals(after.value())
        && before.owner().equals(after.owner());
  }

  private void change(UnaryOperator<PeerTable> change) {
    if (closed) {
      return;
    }
    PeerTable before = table;
    table = change.apply(before);
    for (Rejection refused : table.rejectionsSince(before)) {
      metrics.rejected(refused.code());
      LOGGER.debug("entry refused {}: {}: {}", refused.subject(), refused.code(), refused.detail());
    }
    boolean peersChanged = !table.hasPeersOf(before);
    expectAll();
    if (peersChanged) {
      unkept = true;
      if (keepTimer == null) {
        keep();
      }
    }
    listener.peersChanged(before, peersChanged);
  }

  private void keep() {
    keepTimer = null;
    List<PeerEntry> now = table.entries();
    boolean news = unkept && !now.equals(lastKept);
    unkept = false;
    if (news) {
      lastKept = now;
      kept.write(now);
      keepTimer = scheduler.schedule(KEPT_AFTER, this::keep);
    }
  }

  /** Why they are not on the disk; empty if they are. */
  Optional<String> failure() {
    return kept.failure();
  }

  /** Watches no more; completes when what is known is on the disk. */
  CompletionStage<Void> close() {
    closed = true;
    cancel(keepTimer);
    cancel(forgetTimer);
    if (subscription != null) {
      subscription.close();
    }
    CompletionStage<Void> idle = kept.close();
    List<PeerEntry> last = table.entries();
    return unkept ? idle.thenRunAsync(() -> files.write(last), executor) : idle;
  }

  private static void cancel(Scheduler.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}
