// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.Considered;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.datapath.TrafficObservers;
import io.dcosnet.lb.datapath.choice.Crew.Member;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first of several paths that works on this machine, to be replaced while it works.
 *
 * <p>At the start paths are probed in the order of preference. Should the one that is taken refuse
 * its very first table, the next is tried; after that never again by itself, since what is in the
 * kernel then is worth more than another path.
 *
 * <p>{@link #switchTo} puts another path in its place: the new one has the whole table before the
 * old one lets go. Connections that are open then stay with the old one until its time of grace is
 * over.
 *
 * <p><b>Thread-safe.</b>
 */
public final class ChosenDataPath implements DataPath {

  private static final Logger LOGGER = LoggerFactory.getLogger(ChosenDataPath.class);

  private final ChoiceParts parts;
  private final LbMetrics metrics;
  private final Departures departures;
  private final Leftovers leftovers;
  private final Standing standing;
  private final NewestTable newest = new NewestTable(this::pass);
  private final TrafficObservers observers = new TrafficObservers();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** So that a subscription ends itself, and not another one of the same listener. */
  private static final class Listener {
    private final Runnable told;

    Listener(Runnable told) {
      this.told = told;
    }
  }

  /** Nothing is tried before {@link #probe} or the first table. */
  public ChosenDataPath(ChoiceParts parts) {
    this.parts = requireNonNull(parts, "parts");
    metrics = new LbMetrics(parts.metrics());
    departures = new Departures(parts.scheduler());
    leftovers = new Leftovers(parts, departures);
    standing =
        new Standing(
            parts,
            metrics,
            departures,
            member -> departures.endWith(member, listen(member.path())));
  }

  private Subscription listen(DataPath path) {
    Subscription observing = path.observe(observers);
    Subscription changes = path.onChange(this::tellChange);
    return () -> {
      observing.close();
      changes.close();
    };
  }

  private void tellChange() {
    listeners.forEach(listener -> listener.told.run());
  }

  /** Of the path that carries new connections; {@code auto} while that is not known. */
  @Override
  public String name() {
    String name = standing.name();
    return name == null ? "auto" : name;
  }

  @Override
  public List<Considered> considered() {
    return standing.considered();
  }

  /** {@inheritDoc} The first call chooses. */
  @Override
  public Capabilities probe() {
    Crew chosen = standing.crew();
    return chosen == null
        ? new Capabilities(false, standing.whyNone(), Set.of(), false)
        : Together.probe(chosen.paths());
  }

  // Tables

  @Override
  public CompletionStage<ApplyReport> apply(VipTable table) {
    return newest.apply(requireNonNull(table, "table"));
  }

  private CompletionStage<ApplyReport> pass(VipTable table) {
    Standing.Round round = standing.round();
    Crew now = round.crew();
    if (now == null) {
      return CompletableFuture.failedStage(none());
    }
    round.keeping().forEach(member -> keepUp(member, table));
    CompletionStage<ApplyReport> applied =
        Together.apply(now.paths(), table)
            .handle(
                (done, failure) ->
                    failure == null
                        ? taken(now, done)
                        : refused(now, table, Together.cause(failure)))
            .thenCompose(stage -> stage);
    Attempt attempt = round.attempt();
    return attempt == null ? applied : also(attempt, table, applied);
  }

  private DcosNetException none() {
    return new DcosNetException("no data path: " + standing.whyNone());
  }

  private static void keepUp(Member member, VipTable table) {
    Together.apply(List.of(member.path()), table)
        .whenComplete(
            (ok, failure) -> {
              if (failure != null) {
                LOGGER.warn("data path {}, about to go: no new table", member.name(), failure);
              }
            });
  }

  private CompletionStage<ApplyReport> taken(Crew by, ApplyReport done) {
    boolean first = standing.taken(by, done);
    if (first) {
      try {
        parts.executor().execute(() -> leftovers.seeTo(done.table(), this::isInUse));
      } catch (RuntimeException e) { // so much other work waits there
        LOGGER.warn("what other data paths may have left here stays", e);
      }
    }
    return CompletableFuture.completedStage(done);
  }

  private boolean isInUse(String name) {
    Crew now = standing.crew();
    return now == null || now.has(name) || departures.names().contains(name);
  }

  private CompletionStage<ApplyReport> refused(Crew now, VipTable table, Throwable cause) {
    if (standing.isReplaced(now)) {
      return pass(table); // its end came before this table
    }
    boolean another = standing.dismiss(now, cause);
    if (!another) {
      return CompletableFuture.failedStage(cause);
    }
    now.members().forEach(member -> departures.retire(member, Duration.ZERO, () -> {}));
    return pass(table);
  }

  /** The stage of those that carry connections, once those that are about to have ended too. */
  private CompletionStage<ApplyReport> also(
      Attempt attempt, VipTable table, CompletionStage<ApplyReport> applied) {
    CompletionStage<Void> tried =
        applied
            .handle((done, failure) -> Together.apply(attempt.crew.paths(), table))
            .thenCompose(stage -> stage)
            .handle(
                (done, failure) -> {
                  standing.tried(attempt, done, failure == null ? null : Together.cause(failure));
                  return null;
                });
    return tried.thenCompose(ok -> applied);
  }

  // Another path

  /**
   * Has another path carry connections from now on, as soon as it serves all that is served now.
   * Otherwise everything stays as it is.
   *
   * <p>Where clients find services at other addresses then, both paths serve until names have
   * followed.
   *
   * @param name of an offered path, or of several joined by {@code -}
   * @param grace how long connections of the path that goes may go on before they are cut
   * @return completes when new connections go the new way; fails with the reason when they do not:
   *     {@link IllegalArgumentException} for a name that is not offered, {@link
   *     IllegalStateException} while another switch is under way or that path is about to go,
   *     {@link DcosNetException} when it does not work here or cannot serve all
   */
  public CompletionStage<Switched> switchTo(String name, Duration grace) {
    requireNonNull(name, "name");
    requireNonNull(grace, "grace");
    CompletableFuture<Switched> done = new CompletableFuture<>();
    CompletionStage<Switched> told = done.minimalCompletionStage();
    var unused =
        done.whenComplete(
            (ok, failure) -> metrics.pathSwitches(failure == null ? "done" : "failed").increment());
    try {
      parts.executor().execute(() -> begin(name, grace, done));
    } catch (RuntimeException e) { // so much other work waits there
      done.completeExceptionally(e);
    }
    return told;
  }

  private void begin(String name, Duration grace, CompletableFuture<Switched> done) {
    Attempt attempt;
    try {
      attempt = standing.propose(name);
    } catch (RuntimeException e) {
      done.completeExceptionally(e);
      return;
    }
    if (attempt == null) {
      done.complete(new Switched(name, name, departures.names()));
      return;
    }
    CompletionStage<ApplyReport> applied = newest.again();
    if (applied == null) {
      install(attempt, grace, done); // there was no table yet
    } else {
      applied.whenComplete((ok, failure) -> settle(attempt, grace, done));
    }
  }

  private void settle(Attempt attempt, Duration grace, CompletableFuture<Switched> done) {
    String lack = standing.lack(attempt);
    if (lack == null) {
      install(attempt, grace, done);
      return;
    }
    standing
        .withdraw(attempt, lack)
        .forEach(member -> departures.retire(member, Duration.ZERO, () -> {}));
    LOGGER.warn("data path {} stays: {}: {}", name(), attempt.crew.name(), lack);
    done.completeExceptionally(
        new DcosNetException("data path " + attempt.crew.name() + ": " + lack, attempt.failure));
  }

  private void install(Attempt attempt, Duration grace, CompletableFuture<Switched> done) {
    Standing.Change change = standing.install(attempt);
    LOGGER.info("data path {} in place of {}", change.to().name(), change.from().name());
    if (change.moved()) {
      parts.scheduler().schedule(parts.linger(), () -> letGo(change.gone(), grace));
    } else {
      letGo(change.gone(), grace);
    }
    tellChange();
    List<String> leaving = change.gone().stream().map(Member::name).toList();
    done.complete(new Switched(change.from().name(), change.to().name(), leaving));
  }

  private void letGo(List<Member> gone, Duration grace) {
    if (standing.keepNoMore(gone)) {
      gone.forEach(
          member ->
              departures.retire(
                  member, grace, () -> LOGGER.info("data path {} is gone", member.name())));
    }
  }

  // What every path does

  @Override
  public Subscription observe(TrafficObserver observer) {
    return observers.add(observer);
  }

  @Override
  public Subscription onChange(Runnable listener) {
    Listener added = new Listener(requireNonNull(listener, "listener"));
    listeners.add(added);
    return () -> listeners.remove(added);
  }

  @Override
  public Optional<Traffic> traffic(Frontend frontend) {
    return Together.traffic(standing.carrying(), frontend);
  }

  @Override
  public List<String> plan(VipTable table) {
    Crew now = standing.crew();
    if (now == null) {
      throw none();
    }
    return Together.plan(now.paths(), table);
  }

  @Override
  public boolean outlivesItsProcess() {
    Crew now = standing.crew();
    return now != null && now.paths().stream().anyMatch(DataPath::outlivesItsProcess);
  }

  /** {@inheritDoc} Of all that are offered. */
  @Override
  public List<String> left() {
    return Together.left(
        parts.offers().keySet().stream().map(name -> parts.offer(name).get()).toList());
  }

  /** {@inheritDoc} Of all that are offered. */
  @Override
  public List<String> cleanup() {
    return Together.cleanup(
        parts.offers().keySet().stream().map(name -> parts.offer(name).get()).toList());
  }

  @Override
  public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
    List<DataPath> going = standing.stop();
    Crew now = standing.crew();
    newest.stop();
    return CompletableFuture.allOf(
        Together.stop(now == null ? List.of() : now.paths(), leaveInPlace, grace)
            .toCompletableFuture(),
        Together.stop(going, false, grace).toCompletableFuture(),
        departures.await(grace).toCompletableFuture());
  }
}
