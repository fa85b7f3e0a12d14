// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Claim;
import io.dcosnet.overlay.exchange.OverlayKeys;
import io.dcosnet.overlay.exchange.Withdrawal;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells all hosts of agents that were deleted. The deletion is safe before that; what a crash in
 * between has left out follows when the next master begins to lead.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class Withdrawals {

  /** How often what is of no use any more is looked for. */
  static final Duration SWEEP = Duration.ofMinutes(10);

  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Logger LOGGER = LoggerFactory.getLogger(Withdrawals.class);

  private final @Nullable ReplicatedStore store;
  private final Scheduler scheduler;
  private final MasterMetrics metrics;
  private final Map<NodeId, Long> pending = new HashMap<>();
  private boolean retryComes;

  /** Grows with each end of a lead; what one had to tell is of no interest in the next one. */
  private long lead;

  /**
   * @param store null when there are no other hosts that could be told
   */
  Withdrawals(@Nullable ReplicatedStore store, Scheduler scheduler, MasterMetrics metrics) {
    this.store = store;
    this.scheduler = scheduler;
    this.metrics = metrics;
  }

  /**
   * Agents have nothing any more.
   *
   * @param revision that is told for the state without them
   */
  void gone(Collection<NodeId> agents, long revision) {
    if (store != null) {
      agents.forEach(agent -> pending.put(agent, revision));
      publish(store);
    }
  }

  private void publish(ReplicatedStore to) {
    long mine = lead;
    Map.copyOf(pending)
        .forEach(
            (agent, revision) -> {
              String key = OverlayKeys.gone(agent, to.localNode());
              pending.remove(agent);
              var unused =
                  guarded(() -> to.put(key, new Withdrawal(revision).encode()))
                      .whenComplete(
                          (write, fault) ->
                              scheduler.execute(() -> written(to, mine, agent, revision, fault)));
            });
  }

  private void written(
      ReplicatedStore to, long mine, NodeId agent, long revision, @Nullable Throwable fault) {
    if (fault == null) {
      metrics.withdrawn();
      LOGGER.info("hosts are told that an agent is gone agent={} revision={}", agent, revision);
      return;
    }
    if (mine != lead) {
      return; // who leads now tells
    }
    LOGGER.warn("hosts cannot be told that {} is gone, tries again: {}", agent, fault.toString());
    pending.merge(agent, revision, Math::max);
    if (!retryComes) {
      retryComes = true;
      var unused =
          scheduler.schedule(
              RETRY,
              () -> {
                retryComes = false;
                publish(to);
              });
    }
  }

  /** A store that refuses outright fails like one that refuses later. */
  private static <T> CompletionStage<T> guarded(Supplier<CompletionStage<T>> work) {
    try {
      return work.get();
    } catch (RuntimeException fault) {
      return CompletableFuture.failedFuture(fault);
    }
  }

  /** Tells what was never told, and takes back what hosts have no use for any more. */
  void sweep(AllocationState state, long revision) {
    if (store == null) {
      return;
    }
    for (NodeId agent : state.formerAgents()) {
      if (state.agent(agent).isEmpty() && !isTold(store, agent)) {
        pending.putIfAbsent(agent, revision);
      }
    }
    for (Claim told : new Published(store).claims()) {
      if (isReplaced(told, state, revision)) {
        pending.putIfAbsent(told.record().agent(), revision);
      }
    }
    publish(store);
    String mine = "/" + store.localNode();
    store
        .view(OverlayKeys.GONE)
        .forEach(
            (key, entry) -> {
              if (key.endsWith(mine)) {
                String id = key.substring(OverlayKeys.GONE.length(), key.length() - mine.length());
                if (isUseless(store, id, state, entry)) {
                  var unused = guarded(() -> store.delete(key));
                }
              }
            });
  }

  /**
   * Whether another agent is where this one said to be. Who inherits all that another one has
   * leaves nothing of it in the state by which it would be known as gone.
   */
  private static boolean isReplaced(Claim told, AllocationState state, long revision) {
    NodeId agent = told.record().agent();
    return told.revision() <= revision
        && state.agent(agent).isEmpty()
        && state.dispute(agent).isEmpty() // its containers use what it claims
        && state.agentAt(told.record().ip()).isPresent();
  }

  /** Whether some master has told of a deletion behind all that the agent wrote. */
  private static boolean isTold(ReplicatedStore store, NodeId agent) {
    long told = Published.withdrawn(store, agent);
    return told > 0 && told >= Published.written(store, agent);
  }

  /** It is of use as long as it contradicts what the agent itself wrote last, or may do so. */
  private static boolean isUseless(
      ReplicatedStore store, String id, AllocationState state, ReplicatedStore.Entry gone) {
    try {
      NodeId agent = NodeId.parse(id);
      long written = Published.written(store, agent);
      return written == 0
          ? !state.formerAgents().contains(agent)
          : written > Withdrawal.decode(gone.value()).revision();
    } catch (DecodeException e) {
      return false; // who wrote that knows better
    }
  }

  /** Somebody else leads and tells. */
  void clear() {
    pending.clear();
    lead++;
  }
}
