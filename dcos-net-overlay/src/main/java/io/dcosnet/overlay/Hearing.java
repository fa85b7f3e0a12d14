// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.overlay.allocate.Adoption;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Claim;
import io.dcosnet.overlay.allocate.Lineage;
import io.dcosnet.overlay.allocate.Registration;
import io.dcosnet.overlay.allocate.Step;
import io.dcosnet.overlay.link.RegisterRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time in which a master listens to what agents say to have and gives nothing out: when its
 * store is empty, which a lost one is, too, when an agent has heard of revisions that the store
 * does not have, or when an operator says so. At its end everything that is not contradicted is
 * written, and then the store is open.
 *
 * <p><b>Confined to</b> the scheduler, but for {@link #view}.
 */
final class Hearing {

  /**
   * By so much revisions go on above all that was heard of, so that an agent that was not heard is
   * known by its revision to have been told by the lost store. More than ZooKeeper counts on when
   * its leader changes.
   */
  static final long GAP = 1L << 33;

  /** An agent that claims nonsense shall not keep everybody waiting for ever. */
  static final Duration PAUSE = Duration.ofMinutes(10);

  private static final Logger LOGGER = LoggerFactory.getLogger(Hearing.class);

  /** What everybody may see; the end is monotonic time. */
  record View(int claims, long endNanos) {}

  private final Allocations allocations;
  private final Scheduler scheduler;
  private final MasterMetrics metrics;
  private final Published published;
  private final Map<NodeId, Claim> claims = new TreeMap<>();
  private volatile Optional<View> view = Optional.empty();
  private Scheduler.@Nullable Timer timer;
  private long told;
  private long greatest;
  private boolean ending;
  private Scheduler.@Nullable Timer pause;

  /**
   * @param published what hosts have heard of from each other
   */
  Hearing(
      Allocations allocations, Scheduler scheduler, MasterMetrics metrics, Published published) {
    this.allocations = allocations;
    this.published = published;
    this.scheduler = scheduler;
    this.metrics = metrics;
  }

  Optional<View> view() {
    return view;
  }

  /** A term has begun: goes on with a hearing that was not ended, or begins one if need be. */
  void termBegins(AllocationState state) {
    clear();
    switch (state.lineage().stage()) {
      case NEW -> {
        var unused = begin();
      }
      case COLLECTING -> listen(state);
      case OPEN -> {}
    }
  }

  /** A term is over: what was nonsense to its master may be news to the next one. */
  void termEnds() {
    clear();
    if (pause != null) {
      pause.cancel();
      pause = null;
    }
  }

  private void clear() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    claims.clear();
    ending = false;
    view = Optional.empty();
  }

  /**
   * An agent has heard of more than the store knows. If the store has lost something, others know
   * of it, too; if another master leads by now, the attempt to write ends the lead.
   */
  void beginForOneAhead(RegisterRequest request) {
    if (pause == null && view.isEmpty()) {
      pause = scheduler.schedule(PAUSE, () -> pause = null);
      var unused = begin().whenComplete((done, fault) -> hear(request));
    }
  }

  /**
   * Begins to listen, also when the store is in use already. Who listens already goes on with that.
   *
   * @return fails when nobody leads here
   */
  CompletionStage<Void> begin() {
    return allocations
        .submit(
            (state, moment) -> Adoption.begin(state),
            lineage -> Optional.empty(),
            reason -> Lineage.unknown(),
            lineage -> {
              boolean listens = view.isPresent(); // then what was heard so far counts
              if (lineage.stage() == Lineage.Stage.COLLECTING && !listens) {
                allocations.view().state().ifPresent(this::listen);
              }
            })
        .thenCompose(
            lineage ->
                lineage.stage() == Lineage.Stage.COLLECTING
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(Leads.notLeading()));
  }

  private void listen(AllocationState state) {
    clear();
    Duration wait = state.config().quorumWait();
    told = state.lineage().told(allocations.view().status().revision());
    greatest = 0;
    view = Optional.of(new View(0, scheduler.time().nanos() + wait.toNanos()));
    LOGGER.info(
        "listens to what agents have before giving anything out for={} agents={}",
        wait,
        state.agents().size());
    timer = scheduler.schedule(wait, this::end);
  }

  /** How long nobody gets anything, from now; at least a second, as writing takes time, too. */
  Duration remaining() {
    long left = view.map(now -> now.endNanos() - scheduler.time().nanos()).orElse(0L);
    return Duration.ofNanos(Math.max(left, Duration.ofSeconds(1).toNanos()));
  }

  /** An agent registers while nothing is given out. */
  void hear(RegisterRequest request) {
    if (ending || view.isEmpty() || request.revision() < 1) {
      return; // who is late is judged when it registers again
    }
    Optional<Claim> claim =
        request.held().map(held -> Claim.of(held, request.ip(), request.revision()));
    claim
        .filter(Claim::isCredible)
        .filter(one -> !published.isWithdrawn(one)) // it was deleted, and begins anew
        .ifPresent(one -> hear(request.agent(), one));
  }

  private void hear(NodeId agent, Claim claim) {
    Claim before = claims.get(agent);
    if (before == null || claim.revision() >= before.revision()) {
      claims.put(agent, claim);
    }
    greatest = Math.max(greatest, claim.revision());
    long end = view.map(View::endNanos).orElse(0L);
    view = Optional.of(new View(claims.size(), end));
  }

  private void end() {
    ending = true;
    int heardOf = claims.size();
    List<Claim> all =
        allocations
            .view()
            .state()
            .map(state -> Adoption.withUnheard(state, claims.values(), published.claims(), told))
            .orElse(List.of());
    Map<NodeId, List<String>> against = Adoption.contradictions(all);
    LOGGER.info(
        "has heard claims={} from hosts that do not answer={}", heardOf, all.size() - heardOf);
    Map<String, Integer> outcomes = new TreeMap<>();
    for (Claim claim : all) {
      List<String> reasons = against.getOrDefault(claim.record().agent(), List.of());
      var unused = settle(claim, reasons, told, word -> outcomes.merge(word, 1, Integer::sum));
    }
    long heard = Math.max(greatest, published.greatest());
    long floor = heard == 0 ? 0 : heard + GAP;
    var unused =
        allocations.submit(
            (state, moment) -> Adoption.open(state, floor),
            lineage -> Optional.empty(),
            reason -> Lineage.unknown(),
            lineage -> {
              if (lineage.stage() == Lineage.Stage.OPEN) {
                clear();
                LOGGER.info(
                    "gives out what no agent has claims={} base={}", outcomes, lineage.base());
              }
            });
  }

  /** Judges one claim after the hearing. */
  CompletionStage<Registration> settle(Claim claim, List<String> against, long toldNow) {
    return settle(claim, against, toldNow, word -> {});
  }

  /**
   * Judges one claim.
   *
   * @param outcome told in a word what became of it
   */
  private CompletionStage<Registration> settle(
      Claim claim, List<String> against, long toldNow, Consumer<String> outcome) {
    NodeId agent = claim.record().agent();
    AtomicBoolean news = new AtomicBoolean(); // what is as it was is adopted from nobody
    return allocations
        .registration(
            agent,
            (state, moment) -> {
              Step<Registration> step = Adoption.settle(state, claim, against, toldNow, moment);
              news.set(!step.changes().isEmpty());
              return step;
            })
        .thenApply(
            answer -> {
              outcome.accept(settled(claim, answer, news.get()));
              return answer;
            });
  }

  private String settled(Claim claim, Registration answer, boolean news) {
    if (answer instanceof Registration.Unavailable unavailable) {
      return unavailable.reason().code();
    }
    if (!(answer instanceof Registration.Refused refused)) {
      if (news) {
        metrics.adopted();
      }
      return news ? "adopted" : "known";
    }
    String code = refused.reason().code();
    if (code.equals("CLAIM_DISPUTED")) {
      metrics.disputed();
      LOGGER.error(
          "what an agent says to have cannot be its own, nobody gets it agent={} ip={} {}",
          claim.record().agent(),
          claim.record().ip(),
          refused.reason().detail());
    } else {
      LOGGER.warn(
          "what an agent says to have counts for nothing agent={} ip={} {}: {}",
          claim.record().agent(),
          claim.record().ip(),
          code,
          refused.reason().detail());
    }
    return code;
  }
}
