// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.LeaderElection;
import io.dcosnet.api.spi.Leadership;
import io.dcosnet.api.spi.Scheduler;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a master lead as long as an election says so. Without an election it leads at once: who runs
 * one master needs none.
 *
 * <p><b>Confined to</b> the scheduler, but for {@link #leader}.
 */
final class Leads {

  private static final Duration FIRST_RETRY = Duration.ofSeconds(5);

  /**
   * Whoever was fenced although the election says that it leads waits for longer than an election
   * takes to notice, so that two never take the lead from each other in turn.
   */
  private static final Duration LAST_RETRY = Duration.ofMinutes(1);

  private static final Logger LOGGER = LoggerFactory.getLogger(Leads.class);

  private final Allocations allocations;
  private final @Nullable LeaderElection election;
  private final Scheduler scheduler;
  private Subscription hearing = () -> {};
  private Subscription watching = () -> {};
  private long term;
  private boolean leads;
  private boolean asked;
  private Duration retry = FIRST_RETRY;
  private Scheduler.@Nullable Timer timer;

  Leads(Allocations allocations, @Nullable LeaderElection election, Scheduler scheduler) {
    this.allocations = allocations;
    this.election = election;
    this.scheduler = scheduler;
  }

  /** Where the leader is, as far as is known. */
  Optional<URI> leader() {
    return election == null
        ? Optional.empty()
        : Optional.ofNullable(election.leadership().leader());
  }

  /** Where the leader is, if that is not here. */
  Optional<URI> elsewhere() {
    return leader().filter(uri -> election != null && !election.leadership().leads());
  }

  /**
   * Begins to follow the election.
   *
   * @return without an election, completes when this process leads, or fails when it cannot
   */
  CompletionStage<Void> open() {
    watching = allocations.onStatus(this::changed);
    if (election != null) {
      hearing = election.subscribe(scheduler, this::heard);
      return CompletableFuture.completedFuture(null);
    }
    leads = true;
    asked = true;
    return allocations.lead().whenComplete((done, fault) -> scheduler.execute(() -> asked = false));
  }

  void close() {
    hearing.close();
    watching.close();
    lose();
  }

  private void heard(Leadership now) {
    if (leads && (!now.leads() || now.term() != term)) {
      lose();
    }
    if (now.leads() && !leads) {
      term = now.term();
      leads = true;
      retry = FIRST_RETRY;
      lead();
    }
  }

  private void lose() {
    leads = false;
    asked = false;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    allocations.resign();
  }

  private void lead() {
    long mine = term;
    asked = true;
    var unused =
        allocations
            .lead()
            .whenComplete(
                (done, fault) ->
                    scheduler.execute(
                        () -> {
                          if (leads && mine == term) {
                            led(fault);
                          }
                        }));
  }

  private void led(@Nullable Throwable fault) {
    asked = false;
    if (fault == null) {
      retry = FIRST_RETRY;
    } else {
      LOGGER.error(
          "elected, but cannot lead, tries again in {} s: {}",
          retry.toSeconds(),
          fault.getMessage());
      leadLater(retry);
      Duration twice = retry.multipliedBy(2);
      retry = twice.compareTo(LAST_RETRY) < 0 ? twice : LAST_RETRY;
    }
  }

  /** A lead has ended although nobody took it away by the election: another one has written. */
  private void changed(AllocationStatus status) {
    if (leads && !asked && status.phase() == AllocationStatus.Phase.IDLE) {
      LOGGER.warn("leads no more, although elected: {}", status.reason());
      leadLater(LAST_RETRY);
    }
  }

  private void leadLater(Duration delay) {
    if (timer != null) {
      timer.cancel();
    }
    timer =
        scheduler.schedule(
            delay,
            () -> {
              timer = null;
              if (leads) {
                lead();
              }
            });
  }

  static DcosNetException notLeading() {
    return new DcosNetException("this master does not lead (expected: the leader is asked)");
  }
}
