// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.sources.mesos.StreamMetrics.End;
import io.dcosnet.sources.mesos.stream.FramingException;
import io.dcosnet.sources.mesos.stream.OperatorEvent.Subscribed;
import io.dcosnet.sources.mesos.stream.RecordFraming;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription, from the first byte of its body to its end. Bytes are asked for when the ones
 * before are dealt with, so that a busy reader slows the master's connection down and never grows a
 * queue.
 *
 * <p>Bytes arrive on the executor of the HTTP client, one call at a time; {@link #end} and {@link
 * #silence} may be called from any thread.
 */
final class EventSession implements HttpResponse.BodySubscriber<List<ByteBuffer>> {

  /** Why it ended, for a machine and for a person. */
  record Outcome(End reason, String text) {}

  /** Hears of it, on the thread that brings the bytes or ends the session. */
  interface Owner {
    /** The next event. */
    void event(EventSession session, OperatorMessage message);

    /** The end, once. */
    void ended(EventSession session, Outcome outcome);
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(EventSession.class);

  private final URI from;
  private final Owner owner;
  private final RecordFraming framing;
  private final TimeSource time;
  private final StreamMetrics metrics;
  private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();

  private volatile Flow.@Nullable Subscription subscription;
  private volatile long heardNanos;
  private volatile long arrivedNanos;
  private volatile boolean busy;
  private volatile @Nullable Duration heartbeat;

  EventSession(URI from, Owner owner, int maxRecordBytes, TimeSource time, StreamMetrics metrics) {
    this.from = from;
    this.owner = owner;
    this.framing = new RecordFraming(maxRecordBytes);
    this.time = time;
    this.metrics = metrics;
    this.heardNanos = time.nanos();
  }

  /** Whose events these are. */
  URI from() {
    return from;
  }

  /** The interval of heartbeats; null before the snapshot has come. */
  @Nullable Duration heartbeat() {
    return heartbeat;
  }

  /** Why it ended; null while it goes on. */
  @Nullable Outcome outcome() {
    return outcome.get();
  }

  boolean hasEnded() {
    return outcome.get() != null;
  }

  /** When the bytes came that the event which is told now ends in. */
  long arrivedNanos() {
    return arrivedNanos;
  }

  /** Nanoseconds since the last record; before the first one, since the last byte. */
  long silence() {
    return busy ? 0 : time.nanos() - heardNanos;
  }

  /** The response counts as complete at once; its body goes on. */
  @Override
  public CompletionStage<List<ByteBuffer>> getBody() {
    return CompletableFuture.completedStage(List.of());
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    if (hasEnded()) {
      newSubscription.cancel();
    } else {
      newSubscription.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    busy = true;
    arrivedNanos = time.nanos();
    try {
      for (ByteBuffer piece : pieces) {
        metrics.bytes(piece.remaining());
        framing.feed(piece, this::record);
      }
    } catch (FramingException e) {
      end(End.FRAMING, String.valueOf(e.getMessage()));
    } catch (StateRefusedException e) {
      end(End.EVENT, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOGGER.error("an event could not be dealt with: from={}", from, e);
      end(End.EVENT, "an event could not be dealt with: " + e);
    } finally {
      if (heartbeat == null) {
        heardNanos = time.nanos();
      }
      busy = false;
    }
    Flow.Subscription current = subscription;
    if (current != null && !hasEnded()) {
      current.request(1);
    }
  }

  private void record(byte[] record) {
    if (hasEnded()) {
      return;
    }
    OperatorMessage message = OperatorMessageParser.read(record);
    metrics.event(message.type());
    if (message.event() instanceof Subscribed first) {
      heartbeat = first.heartbeat();
    } else if (heartbeat == null) {
      String type = Rejections.printable(message.type());
      end(End.EVENT, "the stream begins with " + type + " (expected: SUBSCRIBED with a state)");
      return;
    }
    owner.event(this, message);
    heardNanos = time.nanos();
  }

  @Override
  public void onError(Throwable failure) {
    String message = failure.getMessage();
    end(End.BROKEN, message == null ? failure.getClass().getSimpleName() : message);
  }

  @Override
  public void onComplete() {
    try {
      framing.end();
      end(End.CLOSED, "the master closed the stream");
    } catch (FramingException e) {
      end(End.CLOSED, String.valueOf(e.getMessage()));
    }
  }

  /** Ends it, if it has not ended yet. */
  void end(End reason, String text) {
    Outcome mine = new Outcome(reason, text);
    if (!outcome.compareAndSet(null, mine)) {
      return;
    }
    Flow.Subscription current = subscription;
    if (current != null) {
      current.cancel();
    }
    owner.ended(this, mine);
  }
}
