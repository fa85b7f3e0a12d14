// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.gossip.wire.Message;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The messages of this node: those it sends go to the core, those for it to their topics. */
final class Mailbox implements NodeMessages {

  private final OnCore core;
  private final Supplier<@Nullable NodeId> self;
  private final ConcurrentMap<String, Topic> topics = new ConcurrentHashMap<>();

  /**
   * @param self null while it is not known
   */
  Mailbox(OnCore core, Supplier<@Nullable NodeId> self) {
    this.core = core;
    this.self = self;
  }

  @Override
  public CompletionStage<Void> send(NodeId to, String topic, Bytes message) {
    requireNonNull(to, "to");
    checkTopic(topic);
    if (message.size() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "message: %d bytes (expected: at most %d)".formatted(message.size(), MAX_BYTES));
    }
    CompletableFuture<Void> sent = new CompletableFuture<>();
    Consumer<String> result =
        fault -> {
          if (fault.isEmpty()) {
            sent.complete(null);
          } else {
            sent.completeExceptionally(
                new DcosNetException("message to " + to + " on " + topic + ": " + fault));
          }
        };
    core.call(
        running -> {
          if (to.equals(self.get())) {
            arrived(to, topic, message, result);
          } else {
            running.mail(to, topic, message, result);
          }
        },
        result);
    return sent.minimalCompletionStage();
  }

  static void checkTopic(String topic) {
    int octets = topic.getBytes(StandardCharsets.UTF_8).length;
    if (octets == 0 || octets > Message.MAX_TOPIC_OCTETS) {
      throw new IllegalArgumentException(
          "topic: \"%s\" (expected: 1 to %d octets)".formatted(topic, Message.MAX_TOPIC_OCTETS));
    }
  }

  /** Mail for this node; the answer may come on any thread. */
  void arrived(NodeId from, String topic, Bytes message, Consumer<String> answer) {
    Topic receiving = topics.get(topic);
    if (receiving == null) {
      answer.accept("nobody listens there");
    } else {
      receiving.take(from, message, answer);
    }
  }

  @Override
  public Subscription receive(String topic, Executor executor, Receiver receiver) {
    checkTopic(topic);
    Topic added = new Topic(executor, receiver);
    if (topics.putIfAbsent(topic, added) != null) {
      throw new IllegalStateException("topic " + topic + " has a receiver already");
    }
    return () -> {
      topics.remove(topic, added);
      added.close();
    };
  }
}
