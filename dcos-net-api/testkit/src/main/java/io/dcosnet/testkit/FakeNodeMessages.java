// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.api.spi.Scheduler.Timer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The messages of one node of a {@link FakeNetwork}. */
final class FakeNodeMessages implements NodeMessages {

  private final FakeNetwork network;
  private final NodeId id;
  private final Map<String, Topic> topics = new HashMap<>();

  FakeNodeMessages(FakeNetwork network, NodeId id) {
    this.network = network;
    this.id = id;
  }

  @Override
  public CompletionStage<Void> send(NodeId to, String topic, Bytes message) {
    requireNonNull(to, "to");
    requireNonNull(topic, "topic");
    if (message.size() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "message: %d bytes (expected: at most %d)".formatted(message.size(), MAX_BYTES));
    }
    CompletableFuture<Void> sent = new CompletableFuture<>();
    Timer timer =
        network
            .scheduler()
            .schedule(
                network.senderTimeout(),
                () -> fail(sent, to, topic, "no answer within " + network.senderTimeout()));
    Consumer<@Nullable String> confirm =
        fault ->
            network.travel(
                to,
                id,
                () -> {
                  timer.cancel();
                  if (fault == null) {
                    sent.complete(null);
                  } else {
                    fail(sent, to, topic, fault);
                  }
                });
    network.travel(id, to, () -> arrive(to, topic, message, confirm));
    return sent.minimalCompletionStage();
  }

  private static void fail(CompletableFuture<Void> sent, NodeId to, String topic, String fault) {
    sent.completeExceptionally(
        new DcosNetException("message to " + to + " on " + topic + ": " + fault));
  }

  private void arrive(NodeId to, String topic, Bytes message, Consumer<@Nullable String> confirm) {
    FakeNodeMessages there = network.find(to);
    if (there == null) {
      return; // nobody answers; the sender's time runs out
    }
    Topic receiving;
    synchronized (network.lock) {
      receiving = there.topics.get(topic);
    }
    if (receiving == null) {
      confirm.accept("nobody listens there");
    } else {
      receiving.take(new Arrived(id, message, confirm));
    }
  }

  @Override
  public Subscription receive(String topic, Executor executor, Receiver receiver) {
    Topic added = new Topic(executor, receiver);
    synchronized (network.lock) {
      if (topics.putIfAbsent(requireNonNull(topic, "topic"), added) != null) {
        throw new IllegalStateException("topic " + topic + " has a receiver already");
      }
    }
    return () -> {
      synchronized (network.lock) {
        topics.remove(topic, added);
      }
      added.close();
    };
  }

  private record Arrived(NodeId from, Bytes message, Consumer<@Nullable String> confirm) {}

  /** The messages of one topic on their way to its receiver, one after the other. */
  private static final class Topic {
    private final Executor executor;
    private final Receiver receiver;
    private final Queue<Arrived> waiting = new ArrayDeque<>();
    private boolean busy;
    private boolean closed;

    Topic(Executor executor, Receiver receiver) {
      this.executor = requireNonNull(executor, "executor");
      this.receiver = requireNonNull(receiver, "receiver");
    }

    synchronized void close() {
      closed = true;
    }

    void take(Arrived message) {
      synchronized (this) {
        waiting.add(message);
        if (busy) {
          return;
        }
        busy = true;
      }
      next();
    }

    private void next() {
      try {
        executor.execute(this::deliver);
      } catch (RejectedExecutionException e) {
        Arrived refused;
        synchronized (this) {
          refused = waiting.remove();
          busy = false;
        }
        refused.confirm.accept("its executor refuses: " + e);
      }
    }

    private void deliver() {
      Arrived message;
      boolean late;
      synchronized (this) {
        message = waiting.remove();
        late = closed;
      }
      String fault = null;
      try {
        if (late) {
          fault = "nobody listens there any more";
        } else {
          receiver.received(message.from, message.message);
        }
      } catch (RuntimeException | AssertionError e) {
        fault = "its receiver failed: " + e;
      }
      message.confirm.accept(fault);
      boolean more;
      synchronized (this) {
        more = !waiting.isEmpty();
        busy = more;
      }
      if (more) {
        next();
      }
    }
  }
}
