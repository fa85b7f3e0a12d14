// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.overlay.AllocationStatus.Phase;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Recovery;
import io.dcosnet.overlay.allocate.Step;
import io.dcosnet.overlay.config.NetworkConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets into a {@link Term} and out of it: takes the epoch, reads the store, steps down, reads
 * again.
 *
 * <p><b>Confined to</b> the scheduler, except for {@link #view}, {@link #status}, {@link #state}
 * and {@link #listeners}.
 */
final class Leader {

  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);
  private static final Logger LOGGER = LoggerFactory.getLogger(Leader.class);

  /** What everybody may see, of one moment. */
  record View(AllocationStatus status, Optional<AllocationState> state) {}

  final List<Consumer<AllocationStatus>> listeners = new CopyOnWriteArrayList<>();

  private final DurableStore store;
  private final Scheduler scheduler;
  private final Duration commitTimeout;
  private final OverlayMetrics metrics;
  private volatile View view =
      new View(AllocationStatus.idle(0, "not asked to lead"), Optional.empty());

  private NetworkConfig wanted;
  private long epoch;
  private Duration retry = FIRST_RETRY;
  private @Nullable Term term;
  private @Nullable CompletableFuture<Void> leading;

  // Grows with each call to lead and each end: what an earlier attempt had asked the store for is
  // of no interest any more.
  private long attempt;

  Leader(
      DurableStore store,
      NetworkConfig wanted,
      Scheduler scheduler,
      Duration commitTimeout,
      OverlayMetrics metrics) {
    this.store = store;
    this.wanted = wanted;
    this.scheduler = scheduler;
    this.commitTimeout = commitTimeout;
    this.metrics = metrics;
    metrics.state(this::status, this::state);
    gauges(wanted);
  }

  View view() {
    return view;
  }

  AllocationStatus status() {
    return view.status();
  }

  /** Empty unless leading. */
  Optional<AllocationState> state() {
    return view.state();
  }

  /** Starts to lead unless it does so already. */
  void lead(CompletableFuture<Void> told) {
    CompletableFuture<Void> current = leading;
    if (current == null) {
      current = new CompletableFuture<>();
      leading = current;
      begin(++attempt);
    }
    var unused =
        current.whenComplete(
            (done, fault) -> {
              if (fault == null) {
                told.complete(null);
              } else {
                told.completeExceptionally(fault);
              }
            });
  }

  void resign() {
    if (leading != null) {
      giveUp("resigned");
    }
  }

  void submit(Task<?> task) {
    AllocationStatus now = status();
    if (now.phase() == Phase.LEADING && term != null) {
      term.submit(task);
    } else {
      boolean soon = now.phase() == Phase.RECOVERING;
      task.refuse(reason(soon ? "RECOVERING" : "NOT_LEADING", now.reason()));
    }
  }

  void heard(NodeId agent) {
    if (term != null) {
      term.heard(agent);
    }
  }

  /** A configuration is in force from now on, also after the next read. */
  void accepted(NetworkConfig config) {
    wanted = config;
    gauges(config);
    AllocationStatus now = status();
    publish(new AllocationStatus(now.phase(), epoch, now.revision(), "", List.of()), state());
  }

  static Rejection reason(String code, String detail) {
    return new Rejection("overlay", "allocations", code, detail);
  }

  private void begin(long mine) {
    publish(AllocationStatus.recovering(epoch, "takes the lead"), Optional.empty());
    ask(
        store::newEpoch,
        mine,
        given -> {
          epoch = given;
          read(mine);
        },
        () -> begin(mine));
  }

  /**
   * Takes a new epoch, so that a write of the old one cannot happen any more. Who took the lead
   * meanwhile keeps it, as far as can be seen.
   */
  private void fence(long mine) {
    publish(AllocationStatus.recovering(epoch, "takes the lead again"), Optional.empty());
    Runnable again = () -> fence(mine);
    ask(
        store::load,
        mine,
        snapshot -> {
          if (isOurs(snapshot.epoch())) {
            ask(store::newEpoch, mine, given -> refence(mine, given), again);
          }
        },
        again);
  }

  private void refence(long mine, long given) {
    if (isOurs(given - 1)) {
      epoch = given;
      read(mine);
    }
  }

  /** False, and the end, when somebody else has taken an epoch since we took ours. */
  private boolean isOurs(long newest) {
    if (newest != epoch) {
      metrics.steppedDown(true);
      giveUp("somebody else leads with epoch " + newest + ", ours was " + epoch);
    }
    return newest == epoch;
  }

  private void read(long mine) {
    publish(AllocationStatus.recovering(epoch, "reads the store"), Optional.empty());
    ask(store::load, mine, snapshot -> rebuild(mine, snapshot), () -> read(mine));
  }

  /** Asks the store something, and goes on here when it has answered and still matters. */
  private <T> void ask(
      Supplier<CompletionStage<T>> question, long mine, Consumer<T> then, Runnable again) {
    CompletionStage<T> answer;
    try {
      answer = question.get();
    } catch (RuntimeException fault) {
      answer = CompletableFuture.failedFuture(fault);
    }
    var unused =
        answer.whenComplete(
            (value, fault) ->
                scheduler.execute(
                    () -> {
                      if (mine != attempt) {
                        return;
                      }
                      if (fault == null) {
                        then.accept(value);
                      } else {
                        failed(mine, "the store cannot be read: " + fault, again);
                      }
                    }));
  }

  /** Until it has led once, failure is for the caller to judge; later we go on trying. */
  private void failed(long mine, String reason, Runnable again) {
    if (leading != null && leading.isDone()) {
      retryLater(mine, reason, again);
    } else {
      giveUp(reason);
    }
  }

  private void rebuild(long mine, DurableStore.Snapshot snapshot) {
    if (!isOurs(snapshot.epoch())) {
      return;
    }
    Recovery recovery = Recovery.of(snapshot, wanted, scheduler.time().nanos());
    if (recovery instanceof Recovery.Recovered recovered) {
      open(mine, recovered, snapshot);
    } else if (recovery instanceof Recovery.Damaged damaged) {
      StringBuilder faults = new StringBuilder("the store is damaged, nobody may lead on it:");
      for (Rejection fault : damaged.faults()) {
        faults.append("\n").append(fault.subject()).append(' ').append(fault.code());
        faults.append(' ').append(fault.detail());
      }
      if (leading != null && leading.isDone()) {
        LOGGER.error("{}", faults); // it led before, so nobody waits who would be told
      }
      giveUp(faults.toString());
    }
  }

  /** What recovery itself has to write goes first; only then is anybody answered. */
  private void open(long mine, Recovery.Recovered recovered, DurableStore.Snapshot snapshot) {
    Map<String, Long> revisions = new HashMap<>();
    snapshot.entries().forEach((key, entry) -> revisions.put(key, entry.revision()));
    publish(
        new AllocationStatus(
            Phase.RECOVERING, epoch, snapshot.revision(), "opens the store", List.of()),
        Optional.empty());
    Term opened =
        new Term(
            store,
            scheduler,
            epoch,
            recovered.state(),
            revisions,
            commitTimeout,
            metrics,
            new Watch(mine));
    term = opened;
    CompletableFuture<Boolean> ready = new CompletableFuture<>();
    var unused =
        ready.thenAccept(
            ok -> {
              if (ok && mine == attempt) {
                serve(recovered);
              }
            });
    opened.submit(
        new Task<>(
            (state, moment) -> new Step<>(state, recovered.changes(), true),
            ok -> Optional.empty(),
            reason -> false,
            ready));
  }

  private void serve(Recovery.Recovered recovered) {
    retry = FIRST_RETRY;
    gauges(recovered.state().config());
    long revision = status().revision();
    publish(
        new AllocationStatus(Phase.LEADING, epoch, revision, "", recovered.blockers()),
        Optional.of(recovered.state()));
    recovered
        .blockers()
        .forEach(blocker -> LOGGER.warn("the wanted configuration is not in force: {}", blocker));
    LOGGER.info(
        "gives out addresses epoch={} revision={} agents={}",
        epoch,
        revision,
        recovered.state().agents().size());
    if (leading != null) {
      leading.complete(null);
    }
  }

  /** How the term of one attempt goes. */
  private final class Watch implements Term.Owner {
    private final long mine;

    Watch(long mine) {
      this.mine = mine;
    }

    @Override
    public void committed(AllocationState state, long revision) {
      AllocationStatus now = status();
      boolean open = now.phase() == Phase.LEADING;
      publish(
          new AllocationStatus(now.phase(), epoch, revision, now.reason(), now.blockers()),
          open ? Optional.of(state) : Optional.empty());
    }

    @Override
    public void ended(Term.Ending ending) {
      if (mine == attempt) {
        term = null;
        metrics.steppedDown(ending.cause() == Term.Cause.FENCED);
        switch (ending.cause()) {
          case FENCED -> giveUp(ending.reason());
          case UNCERTAIN -> failed(mine, ending.reason(), () -> read(mine));
          case SILENT -> failed(mine, ending.reason(), () -> fence(mine));
        }
      }
    }
  }

  private void retryLater(long mine, String reason, Runnable again) {
    LOGGER.warn("reads the store again in {} s: {}", retry.toSeconds(), reason);
    publish(AllocationStatus.recovering(epoch, reason), Optional.empty());
    var unused =
        scheduler.schedule(
            retry,
            () -> {
              if (mine == attempt) {
                again.run();
              }
            });
    Duration twice = retry.multipliedBy(2);
    retry = twice.compareTo(LAST_RETRY) < 0 ? twice : LAST_RETRY;
  }

  private void giveUp(String reason) {
    attempt++;
    Term ended = term;
    term = null;
    CompletableFuture<Void> asked = leading;
    leading = null;
    retry = FIRST_RETRY;
    LOGGER.info("gives out no addresses: {}", reason);
    publish(AllocationStatus.idle(epoch, reason), Optional.empty());
    if (ended != null) {
      ended.end(reason);
    }
    if (asked != null) {
      asked.completeExceptionally(new DcosNetException("lead: " + reason));
    }
  }

  private void gauges(NetworkConfig config) {
    metrics.pools(
        config, pool -> state().flatMap(now -> now.usage(pool, scheduler.time().nanos())));
  }

  private void publish(AllocationStatus status, Optional<AllocationState> state) {
    AllocationStatus before = view.status();
    view = new View(status, state);
    if (before.phase() != status.phase()) {
      listeners.forEach(listener -> listener.accept(status));
    }
  }
}
