// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import com.fasterxml.jackson.core.JsonToken;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.sources.mesos.StateRefusedException.Reason;
import io.dcosnet.sources.mesos.stream.SchedulerPlace;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a master where schedulers listen, which its events do not tell: its summary, which is short
 * beside its state, has their pids. Names of schedulers can do without, so a failure is no failure
 * of the source. <b>Confined to</b> the scheduler.
 */
final class SchedulerPlaces {

  private static final Logger LOGGER = LoggerFactory.getLogger(SchedulerPlaces.class);

  private static final String SUMMARY_PATH = "/master/state-summary";
  private static final int MAX_BYTES = 64 * 1024 * 1024;

  /** Frameworks register in groups, as after an election. */
  private static final Duration GATHER = Duration.ofSeconds(1);

  private static final Duration RETRY_AFTER = Duration.ofMinutes(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Scheduler scheduler;
  private final StreamConfig config;
  private final BiConsumer<EventSession, Map<String, SchedulerPlace>> places;

  private @Nullable OperatorClient client; // null when not running
  private @Nullable EventSession of;
  private Scheduler.@Nullable Timer timer;
  private @Nullable CompletableFuture<?> asking;

  /**
   * Asks nobody yet.
   *
   * @param places gets what was found, by framework id, on the executor
   */
  SchedulerPlaces(
      StreamConfig config, BiConsumer<EventSession, Map<String, SchedulerPlace>> places) {
    this.scheduler = config.scheduler();
    this.config = config;
    this.places = places;
  }

  void start(OperatorClient newClient) {
    client = newClient;
  }

  void stop() {
    client = null;
    of = null;
    if (timer != null) {
      timer.cancel();
    }
    if (asking != null) {
      asking.cancel(true);
    }
  }

  /** A framework has registered, or there is a new snapshot. */
  void wanted(EventSession session) {
    if (session == of && timer != null) {
      return;
    }
    of = session;
    askIn(GATHER);
  }

  private void askIn(Duration delay) {
    if (timer != null) {
      timer.cancel();
    }
    timer = scheduler.schedule(delay, this::ask);
  }

  private void ask() {
    timer = null;
    OperatorClient current = client;
    EventSession session = of;
    URI uri = session == null || session.hasEnded() ? null : summary(session.from());
    if (current == null || session == null || uri == null) {
      return;
    }
    CompletableFuture<OperatorClient.Answer> answer =
        current.get(uri, from -> new BoundedBody(MAX_BYTES));
    asking = answer;
    Scheduler.Timer deadline = scheduler.schedule(TIMEOUT, () -> answer.cancel(true));
    CompletableFuture<?> unused =
        answer
            .thenAcceptAsync(good -> places.accept(session, read(good)), config.executor())
            .whenCompleteAsync(
                (done, failure) -> {
                  deadline.cancel();
                  if (failure != null && session == of && client != null) {
                    LOGGER.debug("where schedulers listen is not known: {}", failure.toString());
                    askIn(RETRY_AFTER);
                  }
                },
                scheduler);
  }

  /** Where the summary is; null for an API at a place of its own. */
  private static @Nullable URI summary(URI api) {
    String path = api.getRawPath();
    String end = MesosStreamSource.DEFAULT_PATH;
    return path.endsWith(end)
        ? api.resolve(path.substring(0, path.length() - end.length()) + SUMMARY_PATH)
        : null;
  }

  private static Map<String, SchedulerPlace> read(OperatorClient.Answer answer) {
    if (answer.response().statusCode() != 200) {
      throw new DcosNetException(answer.problem());
    }
    return read(BoundedBody.stream(answer.response().body()));
  }

  /** The frameworks of a summary that have a pid. */
  static Map<String, SchedulerPlace> read(InputStream summary) {
    return JsonInput.read(
        "summary",
        summary,
        MAX_BYTES,
        parser -> {
          if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new StateRefusedException(Reason.NOT_A_STATE, "summary", "not an object", null);
          }
          JsonCursor in = new JsonCursor(parser, new Rejections(0));
          Map<String, SchedulerPlace> found = new HashMap<>();
          while (in.nextField()) {
            if (!in.field().equals("frameworks") || !in.enterArray()) {
              in.skip();
              continue;
            }
            FrameworkParser frameworks = new FrameworkParser(in);
            while (in.nextElement()) {
              if (in.enterObject("framework")) {
                add(frameworks.framework(), found);
              }
            }
          }
          return found;
        });
  }

  private static void add(FrameworkParser.Found told, Map<String, SchedulerPlace> found) {
    Framework framework = told.framework();
    if (framework.port() != Framework.NO_PORT) {
      found.put(
          framework.id(),
          new SchedulerPlace(framework.addresses(), told.unresolved(), framework.port()));
    }
  }
}
