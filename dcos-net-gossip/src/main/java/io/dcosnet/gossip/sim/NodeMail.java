// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.gossip.protocol.GossipCore;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The mail of one life of a node. */
final class NodeMail implements NodeMessages {

  private final Scheduler scheduler;
  private final GossipCore core;
  private final Map<String, Listening> topics = new HashMap<>();

  private record Listening(Executor executor, Receiver receiver) {}

  NodeMail(Scheduler scheduler, GossipCore core) {
    this.scheduler = scheduler;
    this.core = core;
    core.onMail(this::received);
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
    // Never from within the core, which may be telling the caller something right now.
    scheduler.execute(
        () -> core.mail(to, topic, message, fault -> complete(sent, to, topic, fault)));
    return sent.minimalCompletionStage();
  }

  private void complete(CompletableFuture<Void> sent, NodeId to, String topic, String fault) {
    scheduler.execute(
        () -> {
          if (fault.isEmpty()) {
            sent.complete(null);
          } else {
            sent.completeExceptionally(
                new DcosNetException("message to " + to + " on " + topic + ": " + fault));
          }
        });
  }

  @Override
  public Subscription receive(String topic, Executor executor, Receiver receiver) {
    Listening added =
        new Listening(requireNonNull(executor, "executor"), requireNonNull(receiver, "receiver"));
    if (topics.putIfAbsent(requireNonNull(topic, "topic"), added) != null) {
      throw new IllegalStateException("topic " + topic + " has a receiver already");
    }
    return () -> topics.remove(topic, added);
  }

  private void received(NodeId from, String topic, Bytes payload, Consumer<String> answer) {
    Listening listening = topics.get(topic);
    if (listening == null) {
      scheduler.execute(() -> answer.accept("nobody listens there"));
      return;
    }
    scheduler.execute(
        () ->
            listening
                .executor()
                .execute(() -> answer.accept(deliver(listening.receiver(), from, payload))));
  }

  private static String deliver(Receiver receiver, NodeId from, Bytes payload) {
    try {
      receiver.received(from, payload);
      return "";
    } catch (RuntimeException | AssertionError e) {
      return "the receiver failed: " + e;
    }
  }
}
