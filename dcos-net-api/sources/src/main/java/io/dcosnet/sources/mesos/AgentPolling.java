// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.Scheduler;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asks one agent again and again. <b>Confined to</b> the scheduler, but for {@link #accept}, which
 * runs where the answers are read.
 */
final class AgentPolling {

  private static final Duration LAST_RETRY = Duration.ofMinutes(1);

  private final AgentConfig config;
  private final Scheduler scheduler;
  private final StateFeed feed;
  private final SourceHealth health;

  private @Nullable OperatorClient client; // null when not running
  private @Nullable CompletableFuture<Bytes> underWay;
  private Scheduler.@Nullable Timer timer;
  private Bytes lastHash = Bytes.EMPTY;
  private int failuresInARow;

  AgentPolling(AgentConfig config, StateFeed feed, SourceHealth health) {
    this.config = config;
    this.scheduler = config.scheduler();
    this.feed = feed;
    this.health = health;
  }

  void start(OperatorClient newClient) {
    client = newClient;
    poll();
  }

  void stop() {
    client = null; // the client's own thread ends when nobody holds the client
    if (timer != null) {
      timer.cancel();
    }
    if (underWay != null) {
      underWay.cancel(true);
    }
  }

  private void poll() {
    OperatorClient current = client;
    if (current == null) {
      return;
    }
    Bytes known = lastHash;
    CompletableFuture<OperatorClient.Answer> state = call(current, "GET_STATE");
    CompletableFuture<OperatorClient.Answer> self = call(current, "GET_AGENT");
    CompletableFuture<Bytes> done =
        state.thenCombineAsync(
            self, (tasks, agent) -> accept(tasks, agent, known), config.executor());
    underWay = done;
    CompletableFuture<?> unused =
        done.whenComplete(
            (hash, failure) -> {
              state.cancel(true); // nothing to them when they have ended
              self.cancel(true);
            });
    CompletableFuture<?> unused2 = state.whenComplete((answer, failure) -> failWith(done, failure));
    CompletableFuture<?> unused3 = self.whenComplete((answer, failure) -> failWith(done, failure));
    Scheduler.Timer deadline =
        scheduler.schedule(
            config.timeout(),
            () ->
                done.completeExceptionally(
                    new HttpTimeoutException("no whole answer within " + config.timeout())));
    CompletableFuture<?> unused4 =
        done.whenCompleteAsync(
            (hash, failure) -> {
              deadline.cancel();
              if (client != null) {
                ended(hash, failure);
              }
            },
            scheduler);
  }

  /** The first failure ends both calls at once. */
  private static void failWith(CompletableFuture<Bytes> done, @Nullable Throwable failure) {
    if (failure != null) {
      done.completeExceptionally(failure);
    }
  }

  private CompletableFuture<OperatorClient.Answer> call(OperatorClient current, String type) {
    return current.call(config.agent(), type, from -> new BoundedBody(config.maxBytes()));
  }

  private Bytes accept(OperatorClient.Answer tasks, OperatorClient.Answer self, Bytes known) {
    if (tasks.response().statusCode() != 200) {
      throw new DcosNetException(tasks.problem());
    }
    boolean tellsOfItself = self.response().statusCode() == 200;
    if (!tellsOfItself && !self.isUnsupported()) {
      throw new DcosNetException(self.problem());
    }
    List<ByteBuffer> state = tasks.response().body();
    List<ByteBuffer> agent = tellsOfItself ? self.response().body() : List.of();
    Bytes hash = StateRequest.hashOf(List.of(state, agent));
    if (hash.equals(known)) {
      health.unchanged();
      return hash;
    }
    MesosState read = read(tasks, tellsOfItself ? self : null);
    feed.accept(read, UnaryOperator.identity());
    health.changed(read.rejectionCounts());
    return hash;
  }

  private MesosState read(OperatorClient.Answer tasks, OperatorClient.@Nullable Answer self) {
    try {
      return AgentAnswers.combined(
          message(tasks), self == null ? null : message(self), config.address());
    } catch (StateRefusedException e) {
      throw new DcosNetException(tasks.from() + ": " + e.getMessage(), e);
    }
  }

  private OperatorMessage message(OperatorClient.Answer answer) {
    return OperatorMessageParser.read(
        "answer",
        BoundedBody.stream(answer.response().body()),
        config.maxBytes(),
        MesosStateReader.DEFAULT_MAX_REJECTIONS);
  }

  private void ended(Bytes hash, @Nullable Throwable failure) {
    if (failure == null) {
      lastHash = hash;
      failuresInARow = 0;
      pollLater(scaled(config.interval(), 0.9 + 0.2 * config.random().nextDouble()));
      return;
    }
    failuresInARow++;
    health.failed(OperatorClient.reason(config.agent(), failure));
    Duration doubled = config.interval().multipliedBy(1L << Math.min(failuresInARow - 1, 10));
    Duration ceiling = doubled.compareTo(LAST_RETRY) < 0 ? doubled : LAST_RETRY;
    pollLater(scaled(ceiling, 0.5 + 0.5 * config.random().nextDouble()));
  }

  private void pollLater(Duration delay) {
    timer = scheduler.schedule(delay, this::poll);
  }

  private static Duration scaled(Duration duration, double factor) {
    return Duration.ofNanos((long) (duration.toNanos() * factor));
  }
}
