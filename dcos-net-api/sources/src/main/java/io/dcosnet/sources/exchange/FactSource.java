// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Part;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.ClusterListener;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.sources.facts.FactHead;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster as masters tell it through the replicated store, for every node: it needs no master to
 * be up.
 *
 * <p>The facts of one master count at a time: of the one with the highest generation, as soon as
 * all of its entries are here, or half of them and none has come for {@link #PATIENCE}. What was
 * known before stays until then; while a higher head is known, what the former one deletes is not
 * followed, since it clears away what others still stand on. Facts leave only by deletion: that
 * their writer is dead says nothing of the tasks.
 *
 * <p>The state follows from what is in the store, so that all nodes that have the same entries have
 * equal states. A change costs what it changes.
 *
 * <p><b>Thread-safe.</b> Its work runs on the executor, one piece at a time.
 */
public final class FactSource extends Part implements ClusterSource {

  /** After so long without a new entry a head counts although some of its entries are missing. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Logger LOGGER = LoggerFactory.getLogger(FactSource.class);

  final ReplicatedStore store;
  final Scheduler scheduler;
  final Turns turns;
  final FactMetrics metrics;
  final FactBoard board;

  private final ClusterPublisher publisher;
  private volatile List<Rejection> rejections = List.of();
  private volatile @Nullable NodeId counting;
  private volatile long generation;
  private volatile int entries;

  // Confined to a turn.
  private final FactReading reading;
  private @Nullable String chosen;
  private @Nullable FactHead shown; // of the chosen one, also after it was deleted
  private boolean live; // the chosen one is the highest, and what it deletes is gone
  private @Nullable Subscription subscription;
  private Scheduler.@Nullable Timer impatience;
  private int seen;
  private @Nullable FactWriter waitedFor;
  private boolean stopped;

  private FactSource(
      ReplicatedStore store, Scheduler scheduler, Executor executor, MetricsSink sink) {
    super("facts");
    this.store = requireNonNull(store, "store");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    turns = new Turns(executor);
    metrics = new FactMetrics(requireNonNull(sink, "metrics"));
    board = new FactBoard(metrics);
    reading = new FactReading(metrics);
    publisher = ClusterPublisher.create(scheduler.time());
    metrics.generation(() -> generation);
    metrics.entries(() -> entries);
    board.add(new Reader());
  }

  /**
   * A source that has not looked into the store yet.
   *
   * @param executor for decoding and comparing
   */
  public static FactSource create(
      ReplicatedStore store, Scheduler scheduler, Executor executor, MetricsSink metrics) {
    return new FactSource(store, scheduler, executor, metrics);
  }

  /** The master whose facts count now; empty before the first. */
  public Optional<NodeId> writer() {
    return Optional.ofNullable(counting);
  }

  @Override
  protected CompletionStage<Void> open() {
    return CompletableFuture.runAsync(
        () -> subscription = store.watch(FactKey.PREFIX, turns, board), turns);
  }

  @Override
  protected CompletionStage<Void> shut(Duration grace) {
    return CompletableFuture.runAsync(
        () -> {
          stopped = true;
          if (subscription != null) {
            subscription.close();
          }
          cancelImpatience();
        },
        turns);
  }

  /** True in a turn when this writer's facts are the ones that are shown, and kept up to date. */
  boolean counts(String writer) {
    return live && writer.equals(chosen);
  }

  /** Follows the board; called in turns. */
  private final class Reader implements FactBoard.Observer {

    @Override
    public void changed(FactWriter writer, Change<Entry> change) {
      if (!writer.id().equals(chosen)) {
        return;
      }
      Entry after = change.after();
      Entry before = change.before();
      if (after != null) {
        boolean same = before != null && before.value().equals(after.value());
        if (!same) {
          reading.put(before, after);
        }
      } else if (before != null && live) {
        reading.remove(before);
      }
    }

    @Override
    public void settled() {
      String now = chosen;
      if (now != null) {
        FactHead newest = board.writer(now).head();
        if (newest != null && !newest.equals(shown)) {
          shown = newest;
          reading.headChanged();
        }
        publisher.apply(reading.take(shown));
        publishFigures(board.writer(now));
      }
      choose();
    }
  }

  private void publishFigures(FactWriter writer) {
    rejections = reading.rejections();
    entries = writer.size();
    generation = writer.generation();
  }

  private void choose() {
    FactWriter highest = board.highest();
    if (highest == null) {
      live = false; // what is known stays, see the class
      return;
    }
    FactWriter present = chosen == null ? null : board.writer(chosen);
    if (highest.id().equals(chosen)) {
      if (!live) {
        count(highest);
      }
      return;
    }
    live = false;
    FactWriter whole = board.highestWhole();
    if (whole != null && !whole.id().equals(chosen) && whole.isAbove(present)) {
      count(whole);
    }
    if (!highest.id().equals(chosen)) {
      waitFor(highest);
    }
  }

  /** Shows the facts of this writer from now on. */
  private void count(FactWriter writer) {
    boolean other = !writer.id().equals(chosen);
    chosen = writer.id();
    live = Objects.equals(writer, board.highest());
    shown = writer.head();
    ClusterState state = reading.readAll(writer);
    publisher.replace(state, reading.rejections());
    publishFigures(writer);
    counting = NodeId.parse(writer.id());
    if (live) {
      cancelImpatience();
    }
    if (other) {
      metrics.switches.increment();
      LOGGER.info(
          "facts of another master count writer={} generation={} entries={}",
          writer.id(),
          writer.generation(),
          writer.size());
    }
  }

  private void waitFor(FactWriter writer) {
    boolean progress = waitedFor != writer || seen != writer.size();
    if (!progress || stopped) {
      return;
    }
    cancelImpatience();
    waitedFor = writer;
    seen = writer.size();
    impatience = scheduler.schedule(PATIENCE, () -> turns.execute(() -> waitNoLonger(writer.id())));
  }

  private void waitNoLonger(String writer) {
    FactWriter highest = board.highest();
    if (stopped || highest == null || !highest.id().equals(writer) || highest.size() != seen) {
      return;
    }
    impatience = null;
    if (!highest.isUsable()) {
      return; // what is known is better
    }
    FactHead head = requireNonNull(highest.head(), "head");
    LOGGER.warn(
        "entries are missing, the facts count all the same writer={} entries={} missing={}",
        writer,
        highest.size(),
        head.entries() - highest.size());
    count(highest);
  }

  private void cancelImpatience() {
    waitedFor = null;
    if (impatience != null) {
      impatience.cancel();
      impatience = null;
    }
  }

  @Override
  public ClusterState cluster() {
    return publisher.cluster();
  }

  @Override
  public boolean ready() {
    return publisher.ready();
  }

  /** Entries that could not be read, the first 1000 by key. */
  @Override
  public List<Rejection> rejections() {
    return rejections;
  }

  @Override
  public Subscription subscribe(Executor listenerExecutor, ClusterListener listener) {
    return publisher.subscribe(listenerExecutor, listener);
  }
}
