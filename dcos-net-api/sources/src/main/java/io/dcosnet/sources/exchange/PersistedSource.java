// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Part;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.spi.ClusterListener;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.sources.facts.KeptAgents;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another source, and on a disk what it told last, so that a node knows its cluster right after a
 * restart, also while nobody is there to tell it.
 *
 * <p>Until the other source is ready the state from the disk is {@link #stale}: what it holds is
 * told, and what came since may be missing, so it awaits {@link Masters#OTHERS}. Then the other
 * source counts; for agents that it still waits for, what is known from the disk is kept. Apps and
 * pods are told but not kept.
 *
 * <p>Changes go to the disk once a second at most, never on the way of the news. A disk that fails,
 * or holds something that cannot be read, costs only what is on it: that is logged and counted, and
 * what is damaged is set aside under another name.
 *
 * <p><b>Thread-safe.</b> Its work, disk included, runs on the executor, one piece at a time.
 */
public final class PersistedSource extends Part implements ClusterSource {

  /** How far ahead a serial is kept, so that not each one has to be. */
  static final long SERIAL_RESERVE = 1000;

  private static final long SERIAL_MASK = 0xffff_ffffL;
  private static final Logger LOGGER = LoggerFactory.getLogger(PersistedSource.class);

  private final ClusterSource source;
  private final Scheduler scheduler;
  private final Turns turns;
  private final SavedCluster saved;
  private final ClusterPublisher publisher;
  private volatile boolean stale;
  private volatile long savedMillis;
  private volatile Map<String, Long> floors = Map.of();

  // Confined to a turn.
  private KeptAgents kept = new KeptAgents(ClusterState.EMPTY);
  private ClusterState old = ClusterState.EMPTY;
  private boolean told;
  private @Nullable Subscription subscription;

  private PersistedSource(
      ClusterSource source,
      SavedPlace place,
      Scheduler scheduler,
      Executor executor,
      MetricsSink metrics) {
    super("persisted state");
    this.source = requireNonNull(source, "source");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    turns = new Turns(executor);
    saved = new SavedCluster(place, scheduler, turns, metrics);
    publisher = ClusterPublisher.create(scheduler.time());
    metrics.gauge(
        "dcosnet.sources.saved.stale",
        "1 while the state from the disk is told",
        () -> stale ? 1 : 0);
    metrics.gauge(
        "dcosnet.sources.saved.age.seconds",
        "Age of the state from the disk while that is told",
        () -> age().toSeconds());
  }

  /**
   * A source that has not touched the disk yet.
   *
   * @param source whose life is the host's own matter
   * @param directory of its own; is made when it is missing
   * @param executor for the disk, and for comparing
   */
  public static PersistedSource create(
      ClusterSource source,
      Path directory,
      Scheduler scheduler,
      Executor executor,
      MetricsSink metrics) {
    SavedPlace place = SavedPlace.directory(directory, scheduler.time(), metrics);
    return create(source, place, scheduler, executor, metrics);
  }

  /**
   * A source that keeps its state at a place of the host's own making.
   *
   * @param executor for what blocks at that place, and for comparing
   */
  public static PersistedSource create(
      ClusterSource source,
      SavedPlace place,
      Scheduler scheduler,
      Executor executor,
      MetricsSink metrics) {
    return new PersistedSource(source, place, scheduler, executor, metrics);
  }

  @Override
  protected CompletionStage<Void> open() {
    return CompletableFuture.runAsync(
        () -> {
          old = saved.open();
          floors = Map.copyOf(saved.serials());
          savedMillis = saved.wallMillis();
          kept = new KeptAgents(old);
          if (!source.ready() && savedMillis > 0) {
            stale = true;
            Masters masters = old.masters();
            Set<String> awaited = new HashSet<>(masters.awaited());
            awaited.add(Masters.OTHERS);
            publisher.replace(old.with(masters.awaiting(awaited)), List.of());
            LOGGER.info(
                "told from the disk until the source is ready tasks={} age={}",
                old.tasks().size(),
                age());
          }
          subscription = source.subscribe(turns, this::changed);
        },
        turns);
  }

  @Override
  protected CompletionStage<Void> shut(Duration grace) {
    return CompletableFuture.runAsync(
        () -> {
          if (subscription != null) {
            subscription.close();
          }
          saved.close(told);
        },
        turns);
  }

  private void changed(ClusterUpdate update) {
    ClusterChange change = kept.follow(update);
    ClusterState merged = kept.merged();
    if (told) {
      publisher.apply(change, update.sinceNanos());
      saved.keep(merged, change);
      return;
    }
    told = true;
    ClusterChange sinceSaved = ClusterChange.between(old, merged);
    old = ClusterState.EMPTY;
    publisher.replace(merged, List.of());
    if (stale) {
      stale = false;
      LOGGER.info("the source is ready, the state from the disk is not told any more");
    }
    if (!sinceSaved.isEmpty()) {
      saved.keep(merged, sinceSaved);
    }
  }

  /** True while the state from the disk is told, since the source is not ready. */
  public boolean stale() {
    return stale;
  }

  /** How old the state is while it is {@link #stale}, by the wall clock; else zero. */
  public Duration age() {
    long millis = scheduler.time().wallMillis() - savedMillis;
    return stale ? Duration.ofMillis(Math.max(0, millis)) : Duration.ZERO;
  }

  /**
   * What the serial of a zone may have reached before the restart, 0 if nothing is known: a zone
   * that begins behind it never goes back. Known after the start.
   */
  public long serialFloor(String zone) {
    return floors.getOrDefault(zone, 0L);
  }

  /** Takes note of a zone's serial; what is kept is always some way ahead of it. */
  public void serialReached(String zone, long serial) {
    turns.execute(
        () -> {
          Long ahead = saved.serials().get(zone);
          boolean close = ahead == null || (int) (ahead - serial) < SERIAL_RESERVE / 2;
          if (close) {
            saved.keep(zone, (serial + SERIAL_RESERVE) & SERIAL_MASK);
          }
        });
  }

  @Override
  public ClusterState cluster() {
    return publisher.cluster();
  }

  @Override
  public boolean ready() {
    return publisher.ready();
  }

  @Override
  public List<Rejection> rejections() {
    return source.rejections();
  }

  @Override
  public Subscription subscribe(Executor listenerExecutor, ClusterListener listener) {
    return publisher.subscribe(listenerExecutor, listener);
  }
}
