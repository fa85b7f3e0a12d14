// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.store.ReplicatedStore.Version;
import io.dcosnet.api.store.ReplicatedStore.Write;
import io.dcosnet.api.store.StoreKeys;
import io.dcosnet.gossip.crdt.ConcurrentUpdateException;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.crdt.CrdtStore;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.replica.WriteResult;
import io.dcosnet.gossip.store.Atom;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.Stamp;
import io.dcosnet.gossip.view.StoreView.OnReplica;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands what hosts want to the replica, and gives them what comes of it when readers can see it.
 * <b>Thread-safe</b>; stages complete on the replica's thread.
 */
final class StoreWrites {

  /** Most writes and questions that may be under way. */
  static final int MAX_WAITING = 100_000;

  private final OnReplica onReplica;
  private final Shown shown;
  private final MetricsSink.Counter failures;

  /** Of hosts, so that none of them waits for ever when the node ends. */
  private final Set<CompletableFuture<?>> waiting = ConcurrentHashMap.newKeySet();

  // Touched on the replica's thread only.
  private final OwnWrites own = new OwnWrites();

  StoreWrites(OnReplica onReplica, Shown shown, MetricsSink metrics) {
    this.onReplica = onReplica;
    this.shown = shown;
    this.failures =
        metrics.counter("dcosnet.gossip.kv.write.failures", "Writes of this node that failed");
    metrics.gauge(
        "dcosnet.gossip.kv.pending",
        "Writes of this node that are not safe yet, and questions who has one",
        waiting::size);
  }

  CompletionStage<Version> update(String key, @Nullable Version expected, List<CrdtOp> ops) {
    requireKey(key);
    List<CrdtOp> all = List.copyOf(ops);
    if (all.isEmpty() || all.size() > CrdtStore.MAX_OPS) {
      throw new IllegalArgumentException(
          "ops: %d (expected: 1 to %d)".formatted(all.size(), CrdtStore.MAX_OPS));
    }
    return write(
        key,
        (replica, result) -> {
          requireVersion(key, expected);
          replica.update(key, all, result);
        });
  }

  CompletionStage<Version> delete(String key) {
    requireKey(key);
    return write(key, (replica, result) -> replica.delete(key, result));
  }

  private static void requireKey(String key) {
    var unused = StoreKeys.requireKey(key);
    if (Shown.isHidden(key)) {
      throw new IllegalArgumentException("key: begins with U+0000 (expected: another character)");
    }
  }

  private void requireVersion(String key, @Nullable Version expected) {
    if (expected != null) {
      shown.show();
      Held held = shown.keys.get(key);
      if (held == null || !held.version().equals(expected)) {
        throw new ConcurrentUpdateException(
            "%s: %s (expected: version %s)"
                .formatted(key, held == null ? "removed" : "version " + held.version(), expected));
      }
    }
  }

  private CompletionStage<Version> write(String key, BiConsumer<Replica, WriteResult> work) {
    return ask(
        "write of " + key,
        (replica, stage) -> {
          WriteResult result =
              new WriteResult() {
                @Override
                public void done(Stamp write) {
                  Version version = own.add(write);
                  shown.afterwards(() -> stage.complete(version));
                }

                @Override
                public void failed(RuntimeException why) {
                  failures.increment();
                  shown.afterwards(() -> stage.completeExceptionally(failure(key, why)));
                }
              };
          try {
            work.accept(replica, result);
          } catch (RuntimeException e) {
            result.failed(e);
          }
        });
  }

  private static RuntimeException failure(String key, RuntimeException why) {
    return why instanceof DcosNetException
        ? why
        : new DcosNetException("write of " + key + ": " + why.getMessage(), why);
  }

  CompletionStage<Set<NodeId>> awaitSeen(Write write, Duration timeout) {
    requireNonNull(write, "write");
    requireNonNull(timeout, "timeout");
    return ask(
        "awaitSeen of " + write.key(),
        (replica, stage) -> {
          Dot dot = dotOf(write, replica);
          if (dot == null) {
            stage.completeExceptionally(
                new DcosNetException(
                    "awaitSeen of %s: this node does not know of version %s"
                        .formatted(write.key(), write.version())));
          } else {
            replica.awaitSeen(dot, timeout, stage::complete);
          }
        });
  }

  /** The dot of the write or of one that came later; null for a write that was never seen here. */
  private @Nullable Dot dotOf(Write write, Replica replica) {
    Map.Entry<Dot, Atom> winner = replica.state().cell(write.key()).winner();
    if (winner != null && winner.getValue().time() == write.version().clock()) {
      return winner.getKey();
    }
    if (write.version().writer().equals(replica.state().self().node())) {
      Dot known = own.covering(write.version());
      if (known != null) {
        return known;
      }
    }
    return winner == null ? null : winner.getKey();
  }

  @SuppressWarnings("CollectionUndefinedEquality") // each stage is itself only
  private <T> CompletionStage<T> ask(
      String what, BiConsumer<Replica, CompletableFuture<T>> question) {
    CompletableFuture<T> stage = new CompletableFuture<>();
    if (waiting.size() >= MAX_WAITING) {
      failures.increment();
      return CompletableFuture.failedStage(
          new DcosNetException(
              "%s: %d others wait (expected: fewer than %d)"
                  .formatted(what, waiting.size(), MAX_WAITING)));
    }
    waiting.add(stage);
    var unused = stage.whenComplete((result, failure) -> waiting.remove(stage));
    Consumer<String> otherwise =
        reason -> stage.completeExceptionally(new DcosNetException(what + ": " + reason));
    onReplica.call(
        replica -> {
          try {
            question.accept(replica, stage);
          } catch (RuntimeException e) {
            stage.completeExceptionally(e);
          }
        },
        otherwise);
    return stage.minimalCompletionStage();
  }

  /** Nothing more comes of what waits. */
  void end(String reason) {
    for (CompletableFuture<?> stage : List.copyOf(waiting)) {
      stage.completeExceptionally(
          new DcosNetException("no answer: " + reason + "; a write may be there or not"));
    }
  }
}
