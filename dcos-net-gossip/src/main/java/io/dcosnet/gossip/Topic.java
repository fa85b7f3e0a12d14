// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.NodeMessages.Receiver;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of one topic on their way to its receiver, one after the other. Each gets its
 * answer: empty when the receiver has returned, else what went wrong.
 *
 * <p><b>Thread-safe.</b>
 */
final class Topic {

  /** Most messages that wait for a slow receiver; more are answered at once. */
  static final int MAX_WAITING = 1024;

  private static final Logger LOGGER = LoggerFactory.getLogger(Topic.class);

  private final Executor executor;
  private final Receiver receiver;
  private final Queue<Arrived> waiting = new ArrayDeque<>();
  private boolean busy;
  private boolean closed;

  private record Arrived(NodeId from, Bytes message, Consumer<String> answer) {}

  Topic(Executor executor, Receiver receiver) {
    this.executor = requireNonNull(executor, "executor");
    this.receiver = requireNonNull(receiver, "receiver");
  }

  synchronized void close() {
    closed = true;
  }

  void take(NodeId from, Bytes message, Consumer<String> answer) {
    boolean full;
    synchronized (this) {
      full = waiting.size() >= MAX_WAITING;
      if (!full) {
        waiting.add(new Arrived(from, message, answer));
        if (busy) {
          return;
        }
        busy = true;
      }
    }
    if (full) {
      answer.accept("too many messages wait for its receiver");
    } else {
      hand();
    }
  }

  private void hand() {
    try {
      executor.execute(this::deliver);
    } catch (RuntimeException e) {
      Queue<Arrived> refused;
      synchronized (this) {
        refused = new ArrayDeque<>(waiting);
        waiting.clear();
        busy = false;
      }
      refused.forEach(message -> message.answer().accept("its executor refuses: " + e));
    }
  }

  private void deliver() {
    Arrived message;
    boolean late;
    synchronized (this) {
      message = waiting.remove();
      late = closed;
    }
    String fault = late ? "nobody listens there any more" : "";
    if (!late) {
      try {
        receiver.received(message.from(), message.message());
      } catch (RuntimeException | AssertionError e) {
        LOGGER.debug("a receiver of messages failed", e);
        fault = "its receiver failed: " + e;
      }
    }
    message.answer().accept(fault);
    boolean more;
    synchronized (this) {
      more = !waiting.isEmpty();
      busy = more;
    }
    if (more) {
      hand();
    }
  }
}
