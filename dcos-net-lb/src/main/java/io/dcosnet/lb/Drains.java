// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.lb.exchange.DrainAnswers;
import io.dcosnet.lb.exchange.DrainEntry;
import io.dcosnet.lb.exchange.DrainKey;
import io.dcosnet.lb.exchange.DrainView;
import io.dcosnet.lb.exchange.DrainView.Held;
import io.dcosnet.lb.exchange.LbNodes;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Both sides of draining. As the one who drains: writes what is drained to the store and waits
 * until all living load balancers have answered. As one of those: answers once the data path has
 * it.
 *
 * <p>A drain stays in the store until its tasks have had no back end for {@link #KEPT}, so it
 * outlives a restart of whoever drains and of whoever obeys.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class Drains {

  /** How long a drain is kept that has nothing to drain any more. */
  static final Duration KEPT = Duration.ofMinutes(1);

  private static final Logger LOGGER = LoggerFactory.getLogger(Drains.class);

  private final Scheduler scheduler;
  private final ReplicatedStore store;
  private final RandomGenerator random;
  private final LbMetrics metrics;
  private final boolean alone;
  private final Consumer<Set<String>> changed;
  private final DrainView view;
  private final DrainAnswers answers;
  private final LbNodes nodes;

  private final Set<DrainKey> unconfirmed = new LinkedHashSet<>();
  private final Map<String, Waiting> waiting = new HashMap<>();
  private final Map<DrainKey, Long> idleSince = new HashMap<>();
  private boolean closed;

  /** Somebody who wants to know when a drain is everywhere. */
  private record Waiting(
      String subject,
      Set<Place> places,
      long startNanos,
      Set<NodeId> answered,
      CompletableFuture<DrainReport> result,
      Scheduler.Timer deadline) {}

  /**
   * Does nothing yet.
   *
   * @param messages null where nodes cannot talk; then only the own data path is waited for
   * @param changed gets the tasks whose drains changed
   */
  Drains(
      ReplicatedStore store,
      @Nullable NodeMessages messages,
      Scheduler scheduler,
      RandomGenerator random,
      LbMetrics metrics,
      Consumer<Set<String>> changed) {
    this.store = store;
    this.scheduler = scheduler;
    this.random = random;
    this.metrics = metrics;
    this.changed = changed;
    alone = messages == null;
    view = new DrainView(store, scheduler, metrics, this::viewChanged);
    nodes = new LbNodes(store, scheduler, metrics, this::checkAll);
    answers =
        new DrainAnswers(
            store::localNode, messages, scheduler, metrics, this::isWanted, this::answered);
  }

  DrainView view() {
    return view;
  }

  /** The load balancers that are believed to live. */
  Set<NodeId> nodes() {
    return nodes.live();
  }

  /** The same without this one. */
  Set<NodeId> others() {
    Set<NodeId> others = nodes();
    others.remove(store.localNode());
    return others;
  }

  void open() {
    answers.open();
    nodes.open();
    view.open();
  }

  void close() {
    closed = true;
    view.close();
    nodes.close();
    answers.close();
    for (Waiting one : List.copyOf(waiting.values())) {
      one.deadline.cancel();
      one.result.completeExceptionally(
          new DcosNetException("drain of " + one.subject + ": the load balancer stopped"));
    }
    waiting.clear();
  }

  // As one who obeys

  private void viewChanged(Set<String> tasks, Set<DrainKey> fresh) {
    unconfirmed.addAll(fresh);
    unconfirmed.removeIf(key -> view.drain(key) == null);
    changed.accept(tasks);
  }

  /** Drains that the table made now has, and that nobody has been told of yet. */
  List<DrainKey> unconfirmed() {
    return List.copyOf(unconfirmed);
  }

  /** Tells that the data path has these. */
  void applied(List<DrainKey> drains) {
    for (DrainKey drain : drains) {
      if (unconfirmed.remove(drain)) {
        answers.answer(drain);
      }
    }
  }

  private boolean isWanted(DrainKey key) {
    Held held = view.drain(key);
    return held != null && held.writerLives();
  }

  // As the one who drains

  /**
   * Drains tasks.
   *
   * @param place the only place that is meant; null for all
   * @param places for the report
   */
  CompletionStage<DrainReport> drain(
      String subject,
      Set<String> tasks,
      @Nullable Place place,
      Set<Place> places,
      Duration patience) {
    CompletableFuture<DrainReport> result = new CompletableFuture<>();
    if (closed) {
      return CompletableFuture.failedStage(
          new DcosNetException("drain of " + subject + ": the load balancer has stopped"));
    }
    if (tasks.isEmpty()) {
      return CompletableFuture.completedStage(
          DrainReport.of(subject, places, Set.of(), Set.of(), Duration.ZERO));
    }
    DrainEntry entry = new DrainEntry(new TreeSet<>(tasks), place, false, subject);
    List<DrainKey> older = own(held -> held.entry().equals(entry));
    String id = newId();
    waiting.put(
        id,
        new Waiting(
            subject,
            places,
            scheduler.time().nanos(),
            new HashSet<>(),
            result,
            scheduler.schedule(patience, () -> giveUp(id))));
    put(id, entry)
        .whenCompleteAsync(
            (done, failure) -> {
              if (failure != null) {
                fail(id, failure);
              } else {
                older.forEach(this::delete); // not before: it must not be undrained in between
              }
            },
            scheduler);
    return result;
  }

  private CompletionStage<?> put(String id, DrainEntry entry) {
    metrics.exchangeWrites.increment();
    return store.put(new DrainKey(id, store.localNode()).toString(), entry.encode());
  }

  private String newId() {
    return Long.toHexString(random.nextLong());
  }

  private void fail(String id, Throwable failure) {
    Waiting one = waiting.remove(id);
    metrics.exchangeWriteFailures.increment();
    if (one != null) {
      one.deadline.cancel();
      one.result.completeExceptionally(
          new DcosNetException("drain of " + one.subject + ": the store refused it", failure));
    }
  }

  private void answered(NodeId node, String id) {
    Waiting one = waiting.get(id);
    if (one != null && one.answered.add(node)) {
      check(id, one);
    }
  }

  private void checkAll() {
    Map.copyOf(waiting).forEach(this::check);
  }

  private void check(String id, Waiting one) {
    if (laggards(one).isEmpty()) {
      finish(id, one);
    }
  }

  private Set<NodeId> laggards(Waiting one) {
    Set<NodeId> laggards = new TreeSet<>(alone ? Set.of(store.localNode()) : nodes.live());
    laggards.removeAll(one.answered);
    return laggards;
  }

  private void giveUp(String id) {
    Waiting one = waiting.get(id);
    if (one != null) {
      Set<NodeId> laggards = laggards(one);
      metrics.drainLaggards.add(laggards.size());
      LOGGER.warn("drain subject=\"{}\" is not known to be at {}", one.subject, laggards);
      finish(id, one);
    }
  }

  private void finish(String id, Waiting one) {
    waiting.remove(id);
    one.deadline.cancel();
    long nanos = scheduler.time().nanos() - one.startNanos;
    metrics.drainNanos.accept(nanos);
    one.result.complete(
        DrainReport.of(
            one.subject, one.places, one.answered, laggards(one), Duration.ofNanos(nanos)));
  }

  /** Takes back what was said of these tasks, by whichever node. */
  CompletionStage<Void> undrain(String subject, Set<String> tasks) {
    if (closed) {
      return CompletableFuture.failedStage(
          new DcosNetException("undrain of " + subject + ": the load balancer has stopped"));
    }
    Predicate<Held> meant = held -> tasks.containsAll(held.entry().tasks());
    boolean byOthers =
        view.drains().stream()
            .anyMatch(
                held ->
                    meant.test(held)
                        && !held.entry().off()
                        && !held.key().writer().equals(store.localNode()));
    List<CompletableFuture<?>> writes = new ArrayList<>();
    if (byOthers) {
      DrainEntry off = new DrainEntry(new TreeSet<>(tasks), null, true, subject);
      writes.add(put(newId(), off).toCompletableFuture());
    }
    for (DrainKey key : own(meant)) {
      writes.add(delete(key).toCompletableFuture());
    }
    return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new));
  }

  private List<DrainKey> own(Predicate<Held> which) {
    return view.drains().stream()
        .filter(held -> held.key().writer().equals(store.localNode()) && which.test(held))
        .map(Held::key)
        .toList();
  }

  private CompletionStage<?> delete(DrainKey key) {
    metrics.exchangeWrites.increment();
    return store
        .delete(key.toString())
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                metrics.exchangeWriteFailures.increment();
                LOGGER.warn("drain {} stays for now: {}", key, failure.toString());
              }
            });
  }

  /**
   * Removes own drains that have had nothing to drain for a while; to be called now and then.
   *
   * @param anyLeft whether any of these tasks has a back end
   */
  void sweep(Predicate<Collection<String>> anyLeft) {
    long now = scheduler.time().nanos();
    List<DrainKey> own = own(held -> true);
    idleSince.keySet().retainAll(own);
    for (DrainKey key : own) {
      if (anyLeft.test(requireNonNull(view.drain(key)).entry().tasks())) {
        idleSince.remove(key);
      } else if (now - idleSince.computeIfAbsent(key, k -> now) >= KEPT.toNanos()) {
        delete(key);
      }
    }
  }
}
