// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.sources.HostResolver;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Asks the masters again and again, one request at a time. <b>Confined to</b> the scheduler, but
 * for {@link #accept}, which runs where the answer was read.
 */
final class StatePolling {

  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);

  private static final class TimedOut extends RuntimeException {
    private static final long serialVersionUID = 1;

    TimedOut(Duration timeout) {
      super("no whole answer within " + timeout);
    }
  }

  private final PollingConfig config;
  private final Scheduler scheduler;
  private final HostResolver hosts;
  private final ClusterPublisher publisher;
  private final SourceHealth health;
  private final StateFeed feed;
  private final RecoveringAgents recovering;

  private @Nullable StateRequest request;
  private @Nullable URI lastGood;
  private Bytes lastHash = Bytes.EMPTY;
  private int failuresInARow;
  private Scheduler.@Nullable Timer timer;
  private @Nullable CompletableFuture<StateRequest.Answer> underWay;
  private boolean askAgain;
  private @Nullable Subscription election;
  private @Nullable Master detectedLeader;

  /** Another one when the leader changes; what was asked before then does not count any more. */
  private volatile Object round = new Object();

  // Guards the acceptance of answers, so that one to an older round never comes later.
  private final Object accepting = new Object();
  private volatile boolean waiting;

  StatePolling(
      PollingConfig config,
      HostResolver hosts,
      ClusterPublisher publisher,
      SourceHealth health,
      StateFeed feed) {
    this.config = config;
    this.scheduler = config.scheduler();
    this.hosts = hosts;
    this.publisher = publisher;
    this.health = health;
    this.feed = feed;
    this.recovering = new RecoveringAgents(config.electionGrace());
  }

  void start(StateRequest newRequest) {
    request = newRequest;
    MasterDetector detector = config.masters().detector();
    if (detector != null) {
      detectedLeader = detector.masters().leader();
      election = detector.subscribe(scheduler, this::mastersChanged);
    }
    refresh();
  }

  void stop() {
    request = null; // the client's own thread ends when nobody holds the client
    cancelTimer();
    if (election != null) {
      election.close();
    }
    if (underWay != null) {
      underWay.cancel(true);
    }
  }

  void refreshNow() {
    askAgain = underWay != null;
    refresh();
  }

  /** A new leader is asked at once; who led before may be what does not answer. */
  private void mastersChanged(Masters masters) {
    if (request == null) {
      return;
    }
    feed.publishAgain();
    Master leader = masters.leader();
    if (leader == null || leader.equals(detectedLeader)) {
      return;
    }
    detectedLeader = leader;
    lastGood = null;
    round = new Object();
    if (underWay != null) {
      underWay.cancel(true);
      underWay = null;
    }
    failuresInARow = 0;
    refresh();
  }

  private void refresh() {
    StateRequest current = request;
    if (current == null || underWay != null) {
      return;
    }
    cancelTimer();
    List<URI> candidates = config.masters().candidates(detectedLeader, lastGood);
    if (candidates.isEmpty()) {
      failed(List.of("no master is known yet"));
    } else {
      ask(current, candidates, 0, new ArrayList<>());
    }
  }

  private void ask(StateRequest current, List<URI> candidates, int index, List<String> failures) {
    Object asked = round;
    CompletableFuture<StateRequest.Answer> answer = current.ask(candidates.get(index), lastHash);
    underWay = answer;
    Scheduler.Timer deadline =
        scheduler.schedule(
            config.timeout(), () -> answer.completeExceptionally(new TimedOut(config.timeout())));
    CompletableFuture<?> unused =
        answer
            .thenApply(good -> accept(good, asked))
            .whenCompleteAsync(
                (good, failure) -> {
                  deadline.cancel();
                  if (request == null || asked != round) {
                    return; // stopped, or another round is under way
                  }
                  underWay = null;
                  if (failure == null) {
                    succeeded(good);
                    return;
                  }
                  failures.add(OperatorClient.reason(candidates.get(index), failure));
                  if (index + 1 < candidates.size()) {
                    ask(current, candidates, index + 1, failures);
                  } else {
                    failed(failures);
                  }
                },
                scheduler);
  }

  private void failed(List<String> failures) {
    failuresInARow++;
    health.failed(String.join("; ", failures));
    schedule(retryDelay());
  }

  private void succeeded(StateRequest.Answer answer) {
    failuresInARow = 0;
    lastGood = answer.from();
    // Agents that are waited for may give up while the content stays as it is.
    lastHash = waiting ? Bytes.EMPTY : answer.hash();
    double jitter = 0.9 + 0.2 * config.random().nextDouble();
    schedule(askAgain ? Duration.ZERO : scaled(config.refresh(), jitter));
  }

  /** Away from the scheduler, since comparing large states takes long. */
  private StateRequest.Answer accept(StateRequest.Answer answer, Object asked) {
    synchronized (accepting) {
      MesosState state = answer.state();
      if (asked != round) {
        return answer;
      }
      if (state == null) {
        health.unchanged();
        return answer;
      }
      Set<String> agents = recovering.waitingFor(state.recoveredAgents(), scheduler.time().nanos());
      waiting = !agents.isEmpty();
      feed.accept(state, after -> completed(after, agents));
      health.changed(state.rejectionCounts());
      return answer;
    }
  }

  /** What a master said with what it cannot know. */
  private ClusterState completed(ClusterState after, Set<String> waitedFor) {
    ClusterState kept = RecoveringAgents.keep(publisher.cluster(), after, waitedFor);
    List<Master> all = List.copyOf(config.masters().known(hosts).values());
    Masters masters = new Masters(all, after.masters().leader());
    return kept.with(masters.awaiting(RecoveringAgents.unknown(kept, waitedFor)));
  }

  private void schedule(Duration delay) {
    askAgain = false;
    cancelTimer();
    timer = scheduler.schedule(delay, this::refresh);
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /** Doubles from half a second, never beyond a regular read; jitter keeps crowds apart. */
  private Duration retryDelay() {
    Duration most = LAST_RETRY.compareTo(config.refresh()) < 0 ? LAST_RETRY : config.refresh();
    Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.min(failuresInARow - 1, 10));
    Duration ceiling = doubled.compareTo(most) < 0 ? doubled : most;
    return scaled(ceiling, 0.5 + 0.5 * config.random().nextDouble());
  }

  private static Duration scaled(Duration duration, double factor) {
    return Duration.ofNanos((long) (duration.toNanos() * factor));
  }
}
