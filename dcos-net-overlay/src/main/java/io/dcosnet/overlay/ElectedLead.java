// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.LeaderElection;
import io.dcosnet.api.spi.Leadership;
import io.dcosnet.api.spi.Scheduler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets {@link Allocations} lead while an election says so, and no longer.
 *
 * <p>An end of the lead resigns at once, also one that a new lead followed before we heard of it.
 * Who is elected but cannot lead (the store is away or damaged, or somebody else has fenced it) is
 * tried again, after 1 s at first and at most 30 s.
 *
 * <p><b>Thread-safe.</b> Works on the scheduler, which has to be that of the allocations.
 */
public final class ElectedLead implements AutoCloseable {

  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);
  private static final Logger LOGGER = LoggerFactory.getLogger(ElectedLead.class);

  private final Allocations allocations;
  private final Scheduler scheduler;

  // Touched on the scheduler alone.
  private Leadership known = Leadership.NONE;
  private Duration retry = FIRST_RETRY;
  private Scheduler.@Nullable Timer again;

  private volatile boolean closed;
  private volatile @Nullable Subscription statuses; // set once, before anybody else sees this
  private volatile @Nullable Subscription elections;

  private ElectedLead(Allocations allocations, Scheduler scheduler) {
    this.allocations = requireNonNull(allocations, "allocations");
    this.scheduler = requireNonNull(scheduler, "scheduler");
  }

  /**
   * Begins to follow the election.
   *
   * @param election not closed by this
   * @param scheduler of the allocations
   */
  public static ElectedLead follow(
      LeaderElection election, Allocations allocations, Scheduler scheduler) {
    ElectedLead lead = new ElectedLead(allocations, scheduler);
    lead.statuses = allocations.onStatus(lead::changed);
    lead.elections = election.subscribe(scheduler, lead::told);
    return lead;
  }

  private void told(Leadership now) {
    Leadership before = known;
    known = now;
    if (before.leads() && !(now.leads() && now.term() == before.term())) {
      allocations.resign();
    }
    if (now.leads() && now.term() != before.term()) {
      retry = FIRST_RETRY;
      lead();
    }
  }

  private void lead() {
    again = null;
    if (known.leads() && !closed) {
      var unused = allocations.lead(); // how it goes is a status
    }
  }

  private void leadAgain() {
    LOGGER.warn("elected, but does not lead; tries again: {}", allocations.status().reason());
    lead();
  }

  private void changed(AllocationStatus status) {
    if (again != null) {
      again.cancel();
      again = null;
    }
    if (status.phase() == AllocationStatus.Phase.LEADING) {
      retry = FIRST_RETRY;
    } else if (status.phase() == AllocationStatus.Phase.IDLE && known.leads() && !closed) {
      again = scheduler.schedule(retry, this::leadAgain);
      Duration twice = retry.multipliedBy(2);
      retry = twice.compareTo(LAST_RETRY) < 0 ? twice : LAST_RETRY;
    }
  }

  /** Resigns, and hears of elections no more; idempotent. */
  @Override
  public void close() {
    closed = true;
    end(elections);
    end(statuses);
    allocations.resign();
  }

  private static void end(@Nullable Subscription subscription) {
    if (subscription != null) {
      subscription.close();
    }
  }
}
