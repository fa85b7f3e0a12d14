// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.DurableStore.Batch;
import io.dcosnet.api.store.DurableStore.Committed;
import io.dcosnet.api.store.DurableStore.Fenced;
import io.dcosnet.api.store.DurableStore.Outcome;
import io.dcosnet.api.store.DurableStore.Snapshot;
import io.dcosnet.api.store.DurableStore.Unknown;
import io.dcosnet.api.store.DurableStore.Versioned;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The three things that a store does, each from its beginning to its end; one at a time.
 *
 * <p><b>Confined to</b> the scheduler, except for {@link #end}.
 */
final class StoreTransactions {

  private static final Logger LOGGER = LoggerFactory.getLogger(StoreTransactions.class);

  /** Others who write between our reading and our writing; a leader has none. */
  private static final int MAX_ATTEMPTS = 20;

  private static final Duration RETRY = Duration.ofMillis(100);

  private final String root;
  private final KeyLayout layout;
  private final Requests requests;
  private final Scheduler scheduler;
  private final Duration patience;
  private final ZooKeeperStoreMetrics metrics;

  private @Nullable StoreMirror mirror;
  private @Nullable String doubt;
  private long losses;
  private volatile boolean ending;

  StoreTransactions(
      String root,
      Requests requests,
      Scheduler scheduler,
      Duration patience,
      ZooKeeperStoreMetrics metrics) {
    this.root = root;
    this.layout = new KeyLayout(StoreHead.keysOf(root));
    this.requests = requests;
    this.scheduler = scheduler;
    this.patience = patience;
    this.metrics = metrics;
  }

  KeyLayout layout() {
    return layout;
  }

  /** The connection or the session is gone: whoever led may not be the last to have written. */
  void lost(String what) {
    losses++;
    doubtful(what);
  }

  private void doubtful(String what) {
    if (doubt == null) {
      LOGGER.warn("{}: {}; takes no transaction until it is loaded again", root, what);
    }
    doubt = what;
    mirror = null;
  }

  /** What fails from now on is not tried again. */
  void end() {
    ending = true;
  }

  /** All keys at one moment, as new as this call; nothing is in doubt afterwards. */
  CompletableFuture<Snapshot> load() {
    long begun = scheduler.time().nanos();
    return untilAnswered(begun, () -> loadOnce(1))
        .whenComplete(
            (snapshot, fault) -> {
              if (fault == null) {
                metrics.loaded(scheduler.time().nanos() - begun);
              }
            });
  }

  private CompletableFuture<Snapshot> loadOnce(int attempt) {
    long lossesBefore = losses;
    return StoreHead.read(requests, root)
        .thenCompose(head -> doubt == null ? done(head) : barrier(head))
        .thenCompose(before -> readUnchanged(before))
        .thenCompose(
            found ->
                found == null
                    ? again(attempt, () -> loadOnce(attempt + 1))
                    : lossesBefore == losses
                        ? done(settled(found))
                        : CompletableFuture.failedFuture(
                            KeeperException.create(Code.CONNECTIONLOSS)));
  }

  private record Found(StoreHead head, TreeReader.Tree tree) {}

  /**
   * What was in doubt may still be on its way through a server that we are not connected to any
   * more. The same token in a new version of its node, which every transaction demands, keeps it
   * from being written behind our back.
   */
  private CompletableFuture<StoreHead> barrier(StoreHead head) {
    return head.writeEpoch(requests, head.epoch());
  }

  /** Null when somebody wrote meanwhile. */
  private CompletableFuture<@Nullable Found> readUnchanged(StoreHead before) {
    return TreeReader.read(requests, layout)
        .thenCompose(
            tree ->
                StoreHead.read(requests, root)
                    .thenApply(after -> before.hasSameKeys(after) ? new Found(after, tree) : null));
  }

  private Snapshot settled(Found found) {
    doubt = null;
    mirror = new StoreMirror(layout, found.head, found.tree);
    if (!found.tree.foreign().isEmpty()) {
      metrics.foreign(found.tree.foreign().size());
      LOGGER.warn(
          "{}: nodes that are not of this store are left alone: {}",
          root,
          found.tree.foreign().stream().limit(3).toList());
    }
    NavigableMap<String, Versioned> entries = new TreeMap<>();
    found
        .tree
        .leaves()
        .forEach((key, leaf) -> entries.put(key, new Versioned(leaf.value(), leaf.revision())));
    return new Snapshot(
        found.head.revision(), found.head.epoch(), Collections.unmodifiableNavigableMap(entries));
  }

  CompletableFuture<Long> newEpoch() {
    return untilAnswered(scheduler.time().nanos(), () -> newEpochOnce(1));
  }

  private CompletableFuture<Long> newEpochOnce(int attempt) {
    return StoreHead.read(requests, root)
        .thenCompose(
            head ->
                head.writeEpoch(requests, head.epoch() + 1)
                    .thenApply(this::taken)
                    .exceptionallyCompose(
                        fault ->
                            isOvertaken(fault)
                                ? again(attempt, () -> newEpochOnce(attempt + 1))
                                : CompletableFuture.failedFuture(StoreHead.causeOf(fault))));
  }

  private long taken(StoreHead written) {
    follow(written);
    return written.epoch();
  }

  private void follow(StoreHead now) {
    if (mirror != null && !mirror.follows(now)) {
      mirror = null;
    }
  }

  /** Never fails because of the connection: that is an outcome. */
  CompletableFuture<Outcome> commit(Batch batch) {
    return attempt(batch, 1, false)
        .exceptionallyCompose(
            fault -> {
              Throwable cause = StoreHead.causeOf(fault);
              if (isUnanswered(cause)) {
                doubtful("a transaction was not answered: " + cause.getMessage());
                return done(new Unknown("load again: " + cause.getMessage()));
              }
              return CompletableFuture.failedFuture(explained(cause));
            });
  }

  /**
   * @param fresh whether the mirror is newer than the batch
   */
  private CompletableFuture<Outcome> attempt(Batch batch, int attempt, boolean fresh) {
    if (doubt != null) {
      return done(new Unknown("load again: " + doubt));
    }
    StoreMirror known = mirror;
    if (known == null) {
      return refreshed(batch, attempt, false);
    }
    boolean strange = batch.fence() > known.head().epoch();
    Optional<Outcome> refusal = known.refusal(batch);
    if ((strange || refusal.isPresent()) && !fresh) {
      // Others may have written what makes it right.
      return refreshed(batch, attempt, false);
    }
    if (strange) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException(
              "%s: fence %d was never given out (newest: %d)"
                  .formatted(root, batch.fence(), known.head().epoch())));
    }
    return refusal.isPresent() ? done(refusal.get()) : write(known, batch, attempt);
  }

  private CompletableFuture<Outcome> write(StoreMirror known, Batch batch, int attempt) {
    List<String> missing = known.missingDirectories(batch);
    // Not awaited: requests are done in order, and without its directory the transaction fails.
    missing.forEach(directory -> ignored(requests.ensure(directory)));
    known.ensured(missing);
    return requests
        .multi(known.operations(batch, requests))
        .thenApply(results -> committed(known, batch, results))
        .exceptionallyCompose(
            fault -> {
              if (isOvertaken(fault)) {
                metrics.overtaken();
                return again(attempt, () -> refreshed(batch, attempt + 1, true));
              }
              return CompletableFuture.failedFuture(StoreHead.causeOf(fault));
            });
  }

  private static void ignored(CompletableFuture<?> future) {
    var unused = future;
  }

  private Outcome committed(StoreMirror known, Batch batch, List<OpResult> results) {
    OpResult.SetDataResult revision =
        (OpResult.SetDataResult) results.get(StoreHead.REVISION_OPERATION);
    StoreHead now = known.head().after(revision.getStat());
    known.applied(batch, now);
    return new Committed(now.revision());
  }

  /**
   * Tries it again with a mirror as new as this call; reads the keys only if they changed.
   *
   * @param overtaken whether ZooKeeper has refused the transaction
   */
  private CompletableFuture<Outcome> refreshed(Batch batch, int attempt, boolean overtaken) {
    StoreMirror before = mirror;
    return StoreHead.read(requests, root)
        .thenCompose(
            head -> {
              if (batch.fence() < head.epoch()) {
                follow(head);
                return done((Outcome) new Fenced(head.epoch()));
              }
              if (before != null && before == mirror) {
                // Refused although the head is as we thought: somebody changed keys by hand.
                boolean byHand = overtaken && before.head().equals(head);
                if (!byHand && before.follows(head)) {
                  return attempt(batch, attempt, true);
                }
              }
              mirror = null;
              return readUnchanged(head)
                  .thenCompose(
                      found -> {
                        if (found == null) {
                          return again(attempt, () -> refreshed(batch, attempt + 1, overtaken));
                        }
                        if (doubt == null) {
                          mirror = new StoreMirror(layout, found.head, found.tree);
                        }
                        return attempt(batch, attempt, true);
                      });
            });
  }

  private <T> CompletableFuture<T> again(int attempt, Supplier<CompletableFuture<T>> next) {
    return attempt < MAX_ATTEMPTS
        ? next.get()
        : CompletableFuture.failedFuture(
            new DcosNetException(
                "%s: others wrote %d times in between, given up; nothing was written (expected: one"
                        .formatted(root, attempt)
                    + " leader)"));
  }

  /** Repeats what can be repeated while nobody answers, up to the patience. */
  private <T> CompletableFuture<T> untilAnswered(
      long begun, Supplier<CompletableFuture<T>> question) {
    return question
        .get()
        .exceptionallyCompose(
            fault -> {
              Throwable cause = StoreHead.causeOf(fault);
              boolean passing =
                  isUnanswered(cause) || cause instanceof KeeperException.BadVersionException;
              boolean late = scheduler.time().nanos() - begun > patience.toNanos();
              if (!passing || ending || late) {
                return CompletableFuture.failedFuture(explained(cause));
              }
              return later().thenCompose(waited -> untilAnswered(begun, question));
            });
  }

  private CompletableFuture<Void> later() {
    CompletableFuture<Void> waited = new CompletableFuture<>();
    try {
      var unused = scheduler.schedule(RETRY, () -> waited.complete(null));
    } catch (RejectedExecutionException e) {
      waited.complete(null);
    }
    return waited;
  }

  private Throwable explained(Throwable cause) {
    if (!(cause instanceof KeeperException failure)) {
      return cause;
    }
    String hint =
        switch (failure.code()) {
          case NOAUTH, AUTHFAILED, INVALIDACL ->
              " (expected: the user:password in the URL that the nodes were made with)";
          case CONNECTIONLOSS, SESSIONEXPIRED, OPERATIONTIMEOUT ->
              " (is a majority of the servers up, and can they be reached?)";
          default -> "";
        };
    return new DcosNetException("zookeeper: " + root + ": " + failure.getMessage() + hint, failure);
  }

  /** Certainly not written: the tree is not as we thought. */
  private static boolean isOvertaken(Throwable fault) {
    return StoreHead.causeOf(fault) instanceof KeeperException failure
        && switch (failure.code()) {
          case BADVERSION, NONODE, NODEEXISTS, NOTEMPTY -> true;
          default -> false;
        };
  }

  /** Perhaps written. What is not certain to be a refusal is taken for this. */
  private static boolean isUnanswered(Throwable cause) {
    return cause instanceof KeeperException failure
        && !isOvertaken(cause)
        && switch (failure.code()) {
          case NOAUTH, INVALIDACL, BADARGUMENTS, MARSHALLINGERROR, UNIMPLEMENTED, QUOTAEXCEEDED ->
              false;
          default -> true;
        };
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
