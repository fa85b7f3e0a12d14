// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.overlay.exchange.OverlayKeys;
import io.dcosnet.overlay.exchange.PeerEntry;
import io.dcosnet.overlay.link.Assignment;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What this agent tells the others of itself.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class OwnEntry {

  /** Somebody who overwrites it, perhaps a copy of this host, is not fought at full speed. */
  static final Duration PAUSE = Duration.ofSeconds(5);

  private final NodeId node;
  private final String key;
  private final ReplicatedStore store;
  private final Scheduler scheduler;
  private final NewestWrite<PeerEntry> write;
  private @Nullable PeerEntry told;
  private Scheduler.@Nullable Timer timer;

  OwnEntry(
      NodeId node,
      ReplicatedStore store,
      Scheduler scheduler,
      Runnable changed,
      AgentMetrics metrics) {
    this.node = node;
    this.key = OverlayKeys.peer(node);
    this.store = store;
    this.scheduler = scheduler;
    this.write =
        new NewestWrite<>(
            "entry", scheduler, value -> store.put(key, value.encode()), changed, metrics);
  }

  /** What an earlier process told need not be told again. */
  void recall() {
    Entry entry = store.view(key).get(key);
    try {
      told = entry == null ? null : PeerEntry.decode(node, entry.value());
    } catch (DcosNetException e) {
      told = null; // written anew
    }
  }

  /**
   * Tells the others where this host is, if that is news. A revision alone is none, as each
   * heartbeat may bring a greater one; unless a master withdrew what was told before.
   */
  void publish(Assignment assignment, IpAddress reachedAt, OptionalLong withdrawn) {
    PeerEntry now = PeerEntry.of(assignment, reachedAt);
    PeerEntry before = told;
    boolean news =
        before == null
            || !before.record().equals(now.record())
            || !before.mac().equals(now.mac())
            || (before.revision() <= withdrawn.orElse(0) && now.revision() > before.revision());
    if (news) {
      told = now;
      write.write(now);
    }
  }

  /** The store may have lost it, or somebody wrote over it. */
  void check() {
    if (timer == null && told != null && write.isDone() && !isThere(told)) {
      timer =
          scheduler.schedule(
              PAUSE,
              () -> {
                timer = null;
                PeerEntry wanted = told;
                if (wanted != null && write.isDone() && !isThere(wanted)) {
                  write.write(wanted);
                }
              });
    }
  }

  private boolean isThere(PeerEntry wanted) {
    Entry entry = store.view(key).get(key);
    return entry != null && entry.value().equals(wanted.encode());
  }

  /** Why the others do not know; empty if they do. */
  Optional<String> failure() {
    return write.failure();
  }

  /** Takes it back. */
  CompletionStage<?> delete() {
    return store.delete(key);
  }

  /** Tells nothing any more; completes when no write is under way. */
  CompletionStage<Void> close() {
    if (timer != null) {
      timer.cancel();
    }
    return write.close();
  }
}
