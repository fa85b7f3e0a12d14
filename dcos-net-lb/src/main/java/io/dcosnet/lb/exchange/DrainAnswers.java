// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.lb.internal.LbMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the writers of drains that this node sends nothing new to what they drained, and hears the
 * same from others. An answer is repeated until it has arrived, or the drain is over, or nobody can
 * be waiting for it any more.
 *
 * <p><b>Confined to</b> the scheduler.
 */
public final class DrainAnswers {

  /** Time between two tries. */
  public static final Duration REPEAT = Duration.ofMillis(200);

  /** How long one answer is repeated; whoever drains has to lose patience before. */
  public static final Duration PATIENCE = Duration.ofMinutes(1);

  /** What the messages go by. */
  static final String TOPIC = "lb/drain";

  /** Most answers in one message; further ones go with the next. */
  static final int MAX_IDS = 1000;

  private static final JsonFactory JSON = new JsonFactory();
  private static final Logger LOGGER = LoggerFactory.getLogger(DrainAnswers.class);

  private final Supplier<NodeId> self;
  private final @Nullable NodeMessages messages;
  private final Scheduler scheduler;
  private final LbMetrics metrics;
  private final Predicate<DrainKey> wanted;
  private final BiConsumer<NodeId, String> listener;
  // For each writer its drains, with the time at which we stop to repeat.
  private final Map<NodeId, Map<String, Long>> open = new HashMap<>();
  private @Nullable Subscription subscription;
  private Scheduler.@Nullable Timer timer;
  private boolean closed;

  /**
   * Sends nothing yet.
   *
   * @param messages null where nodes cannot talk: then only this node hears its own answers
   * @param wanted whether an answer is still of use
   * @param listener gets the answers of nodes to drains of this node, those of this node among them
   */
  public DrainAnswers(
      Supplier<NodeId> self,
      @Nullable NodeMessages messages,
      Scheduler scheduler,
      LbMetrics metrics,
      Predicate<DrainKey> wanted,
      BiConsumer<NodeId, String> listener) {
    this.self = requireNonNull(self, "self");
    this.messages = messages;
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.metrics = requireNonNull(metrics, "metrics");
    this.wanted = requireNonNull(wanted, "wanted");
    this.listener = requireNonNull(listener, "listener");
  }

  /** Begins to listen. */
  public void open() {
    if (messages != null) {
      subscription = messages.receive(TOPIC, scheduler, this::received);
    }
  }

  /** Listens and repeats no more. */
  public void close() {
    closed = true;
    if (subscription != null) {
      subscription.close();
    }
    if (timer != null) {
      timer.cancel();
    }
  }

  /** Answers a drain. */
  public void answer(DrainKey drain) {
    if (drain.writer().equals(self.get())) {
      listener.accept(self.get(), drain.id());
      return;
    }
    if (messages == null || closed) {
      return;
    }
    long until = scheduler.time().nanos() + PATIENCE.toNanos();
    open.computeIfAbsent(drain.writer(), writer -> new LinkedHashMap<>()).put(drain.id(), until);
    // Behind what is going on, so that drains that were applied together are one message.
    arm(Duration.ZERO);
  }

  private void arm(Duration delay) {
    if (timer != null) {
      if (!delay.isZero()) {
        return;
      }
      timer.cancel();
    }
    timer = scheduler.schedule(delay, this::sendAll);
  }

  private void sendAll() {
    timer = null;
    if (closed) {
      return;
    }
    long now = scheduler.time().nanos();
    open.forEach(
        (writer, drains) ->
            drains
                .entrySet()
                .removeIf(
                    drain ->
                        drain.getValue() - now <= 0
                            || !wanted.test(new DrainKey(drain.getKey(), writer))));
    open.values().removeIf(Map::isEmpty);
    open.forEach(
        (writer, drains) -> send(writer, drains.keySet().stream().limit(MAX_IDS).toList()));
    if (!open.isEmpty()) {
      arm(REPEAT);
    }
  }

  private void send(NodeId writer, List<String> ids) {
    metrics.drainAnswers.increment();
    requireNonNull(messages)
        .send(writer, TOPIC, encode(ids))
        .whenCompleteAsync(
            (done, failure) -> {
              if (failure != null) {
                LOGGER.debug(
                    "answer to drains of {} did not arrive, trying again", writer, failure);
                return;
              }
              Map<String, Long> drains = open.get(writer);
              if (drains != null) {
                ids.forEach(drains::remove);
                if (drains.isEmpty()) {
                  open.remove(writer);
                }
              }
            },
            scheduler);
  }

  private void received(NodeId from, Bytes message) {
    decode(message).forEach(id -> listener.accept(from, id));
  }

  private static Bytes encode(List<String> ids) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("v", 1);
      json.writeArrayFieldStart("applied");
      for (String id : ids) {
        json.writeString(id);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("into memory", e);
    }
    return Bytes.copyOf(out.toByteArray());
  }

  private static List<String> decode(Bytes message) {
    List<String> ids = new ArrayList<>();
    try (JsonParser json = JSON.createParser(message.toArray())) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new DecodeException("answer to a drain: no JSON object", 0);
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        if ("applied".equals(name)) {
          JsonTexts.read(json, ids);
        } else {
          json.skipChildren();
        }
      }
      return ids;
    } catch (IOException e) {
      throw new DecodeException("answer to a drain: " + e.getMessage() + " (expected: JSON)", 0);
    }
  }
}
