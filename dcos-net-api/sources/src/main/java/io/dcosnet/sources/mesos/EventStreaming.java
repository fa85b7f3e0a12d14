// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.sources.mesos.StreamMetrics.End;
import io.dcosnet.sources.mesos.stream.OperatorEvent.FrameworkPut;
import io.dcosnet.sources.mesos.stream.OperatorEvent.Subscribed;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one subscription at the leading master: asks the masters one after the other, watches for
 * signs of life, and begins anew when it ends. <b>Confined to</b> the scheduler, but for the two
 * methods of {@link EventSession.Owner}, which run where the bytes arrive.
 */
final class EventStreaming implements EventSession.Owner {

  /** Learns whether there is a stream at all. */
  interface Watcher {
    /** A snapshot has come and is about to be published; called where the bytes arrive. */
    void subscribed();

    /** No master has a stream to offer; called on the scheduler. */
    void unsupported();
  }

  /** A master that does not know this API is asked again after this. */
  static final Duration UNSUPPORTED_RETRY = Duration.ofMinutes(5);

  /** Snapshots are costly for a master, so they are asked for no oftener than this. */
  static final Duration RESYNC_EVERY = Duration.ofSeconds(30);

  private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration RESYNC_AFTER = Duration.ofSeconds(1);
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);
  private static final Duration HEALTHY_AFTER = Duration.ofMinutes(1);
  private static final int MISSED_HEARTBEATS = 3;

  private static final Logger LOGGER = LoggerFactory.getLogger(EventStreaming.class);

  private final StreamConfig config;
  private final Scheduler scheduler;
  private final KnownMasters masters;
  private final EventFeed feed;
  private final SourceHealth health;
  private final StreamMetrics metrics;
  private final Watcher watcher;
  private final SchedulerPlaces places;

  private @Nullable OperatorClient client; // null when not running
  private @Nullable Subscription election;
  private @Nullable Master detectedLeader;
  private @Nullable URI lastGood;
  private @Nullable CompletableFuture<OperatorClient.Answer> asking;
  private @Nullable EventSession session;
  private long sessionNanos;
  private long resyncNanos;
  private @Nullable EventSession resyncWanted; // by the session that a timer runs for
  private @Nullable EventSession resyncEarly; // wanted by it before it was noted as the session
  private int failuresInARow;
  private boolean unsupported;
  private Scheduler.@Nullable Timer timer; // of the next attempt, or of the next look

  EventStreaming(
      StreamConfig config,
      KnownMasters masters,
      EventFeed feed,
      SourceHealth health,
      StreamMetrics metrics,
      Watcher watcher) {
    this.config = config;
    this.scheduler = config.scheduler();
    this.masters = masters;
    this.feed = feed;
    this.health = health;
    this.metrics = metrics;
    this.watcher = watcher;
    this.places = new SchedulerPlaces(config, feed::schedulers);
  }

  void start(OperatorClient newClient) {
    client = newClient;
    places.start(newClient);
    resyncNanos = scheduler.time().nanos() - RESYNC_EVERY.toNanos();
    MasterDetector detector = config.masters().detector();
    if (detector != null) {
      detectedLeader = detector.masters().leader();
      election = detector.subscribe(scheduler, this::mastersChanged);
    }
    connect();
  }

  void stop() {
    client = null; // the client's own thread ends when nobody holds the client
    cancelTimer();
    places.stop();
    if (election != null) {
      election.close();
    }
    if (asking != null) {
      asking.cancel(true);
      asking = null;
    }
    endSession(End.CLOSED, "stopped");
  }

  private void endSession(End reason, String text) {
    EventSession current = session;
    session = null; // its end is no news
    if (current != null) {
      current.end(reason, text);
      feed.disconnected();
    }
  }

  /** A new leader is asked at once; who led before may be what does not answer. */
  private void mastersChanged(Masters detected) {
    if (client == null) {
      return;
    }
    feed.placesChanged();
    Master leader = detected.leader();
    if (leader == null || leader.equals(detectedLeader)) {
      return;
    }
    detectedLeader = leader;
    EventSession current = session;
    if (current != null && masters.endpoints(current.from()).contains(leader.endpoint())) {
      return;
    }
    if (current != null) {
      metrics.ended(End.LEADER);
      endSession(End.LEADER, "another master leads");
    }
    lastGood = null;
    failuresInARow = 0;
    if (asking != null) {
      asking.cancel(true);
      asking = null;
    }
    connect();
  }

  private void connect() {
    OperatorClient current = client;
    if (current == null || asking != null || session != null) {
      return;
    }
    cancelTimer();
    unsupported = false;
    List<URI> candidates = config.masters().candidates(detectedLeader, lastGood);
    if (candidates.isEmpty()) {
      refused(List.of("no master is known yet"));
    } else {
      ask(current, candidates, 0, new ArrayList<>());
    }
  }

  private void ask(OperatorClient current, List<URI> candidates, int index, List<String> failures) {
    URI master = candidates.get(index);
    EventSession[] begun = new EventSession[1];
    CompletableFuture<OperatorClient.Answer> answer =
        current.call(
            master,
            "SUBSCRIBE",
            from -> {
              EventSession begins =
                  new EventSession(from, this, config.maxRecordBytes(), scheduler.time(), metrics);
              begun[0] = begins;
              return begins;
            });
    asking = answer;
    Scheduler.Timer deadline =
        scheduler.schedule(
            RESPONSE_TIMEOUT,
            () ->
                answer.completeExceptionally(
                    new HttpTimeoutException("no answer within " + RESPONSE_TIMEOUT)));
    CompletableFuture<?> unused =
        answer.whenCompleteAsync(
            (good, failure) -> {
              deadline.cancel();
              EventSession begins = begun[0];
              if (asking != answer) {
                if (begins != null) {
                  begins.end(End.CLOSED, "not wanted any more");
                }
                return;
              }
              asking = null;
              String problem =
                  failure != null ? OperatorClient.reason(master, failure) : problem(good);
              if (problem == null && begins != null) {
                begin(begins);
                return;
              }
              if (begins != null) {
                begins.end(End.REFUSED, "not a stream");
              }
              failures.add(String.valueOf(problem));
              unsupported |= good != null && good.isUnsupported();
              if (index + 1 < candidates.size()) {
                ask(current, candidates, index + 1, failures);
              } else {
                refused(failures);
              }
            },
            scheduler);
  }

  /** Why there is no stream in the answer; null when there is one. */
  private static @Nullable String problem(OperatorClient.Answer answer) {
    var response = answer.response();
    if (response.statusCode() != 200) {
      return answer.problem();
    }
    String type = response.headers().firstValue("Content-Type").orElse("");
    String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
    boolean json = type.isEmpty() || type.startsWith("application/");
    boolean stream = json && encoding.equals("identity");
    return stream
        ? null
        : answer.from()
            + " answered "
            + Rejections.printable(type + " " + encoding)
            + " (expected: application/json, a page to log in is none)";
  }

  private void begin(EventSession begins) {
    session = begins;
    sessionNanos = scheduler.time().nanos();
    lastGood = begins.from();
    EventSession.Outcome outcome = begins.outcome();
    if (outcome != null) {
      lost(begins, outcome); // before anybody knew that it had begun
    } else {
      look(begins);
      if (resyncEarly == begins) {
        resync(begins);
      }
    }
    resyncEarly = null;
  }

  /** Ends a session that gives no sign of life, or comes back when it may be time for that. */
  private void look(EventSession looked) {
    if (looked != session) {
      return;
    }
    Duration told = looked.heartbeat();
    Duration interval = told == null ? Subscribed.DEFAULT_HEARTBEAT : told;
    long left = interval.multipliedBy(MISSED_HEARTBEATS).toNanos() - looked.silence();
    if (left <= 0) {
      looked.end(End.SILENT, "no sign of life for " + MISSED_HEARTBEATS + " × " + interval);
      return;
    }
    // Looked at once an interval at least: the master may have told a shorter one meanwhile.
    cancelTimer();
    timer =
        scheduler.schedule(
            Duration.ofNanos(Math.min(left, interval.toNanos())), () -> look(looked));
  }

  @Override
  public void event(EventSession from, OperatorMessage message) {
    boolean snapshot = message.event() instanceof Subscribed;
    if (snapshot) {
      watcher.subscribed();
    }
    if (feed.accept(from, message)) {
      scheduler.execute(() -> resync(from));
    }
    if (snapshot) {
      LOGGER.info("subscribed to the events of a master: master={}", from.from());
      health.changed(message.rejections().counts());
      scheduler.execute(() -> look(from));
    } else {
      health.heard();
      health.rejected(message.rejections().counts());
    }
    if (snapshot || message.event() instanceof FrameworkPut) {
      scheduler.execute(() -> places.wanted(from));
    }
  }

  @Override
  public void ended(EventSession from, EventSession.Outcome outcome) {
    scheduler.execute(() -> lost(from, outcome));
  }

  private void lost(EventSession from, EventSession.Outcome outcome) {
    if (from != session) {
      return;
    }
    session = null;
    feed.disconnected();
    metrics.ended(outcome.reason());
    health.failed(from.from() + ": " + outcome.text());
    boolean healthy = scheduler.time().nanos() - sessionNanos >= HEALTHY_AFTER.toNanos();
    failuresInARow = healthy ? 1 : failuresInARow + 1;
    connectLater(retryDelay());
  }

  private void refused(List<String> failures) {
    failuresInARow++;
    metrics.ended(End.REFUSED);
    health.failed(String.join("; ", failures));
    if (unsupported) {
      connectLater(scaled(UNSUPPORTED_RETRY, 0.9 + 0.2 * config.random().nextDouble()));
      watcher.unsupported();
    } else {
      connectLater(retryDelay());
    }
  }

  /**
   * Something should be known and is not, so a snapshot is fetched, but not for each such thing.
   */
  private void resync(EventSession from) {
    if (from != session) {
      if (asking != null && !from.hasEnded()) {
        resyncEarly = from; // bytes of the stream overtook the news that there is one
      }
      return;
    }
    boolean pending = resyncWanted != null;
    resyncWanted = from; // which the timer of a session that has ended serves as well
    if (pending) {
      return;
    }
    long since = scheduler.time().nanos() - resyncNanos;
    long wait = Math.max(RESYNC_AFTER.toNanos(), RESYNC_EVERY.toNanos() - since);
    var unused = scheduler.schedule(Duration.ofNanos(wait), this::fetchSnapshot);
  }

  private void fetchSnapshot() {
    EventSession from = resyncWanted;
    resyncWanted = null;
    if (from != session || client == null) {
      return; // another snapshot has come or will come anyhow
    }
    resyncNanos = scheduler.time().nanos();
    metrics.ended(End.RESYNC);
    endSession(End.RESYNC, "a new snapshot is wanted");
    connect();
  }

  private void connectLater(Duration delay) {
    cancelTimer();
    timer = scheduler.schedule(delay, this::connect);
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /** Doubles from half a second; the whole of it is jitter, so that crowds spread out. */
  private Duration retryDelay() {
    Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.min(failuresInARow - 1, 10));
    Duration ceiling = doubled.compareTo(LAST_RETRY) < 0 ? doubled : LAST_RETRY;
    return scaled(ceiling, config.random().nextDouble());
  }

  private static Duration scaled(Duration duration, double factor) {
    return Duration.ofNanos((long) (duration.toNanos() * factor));
  }
}
