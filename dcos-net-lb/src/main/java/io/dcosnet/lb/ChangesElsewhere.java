// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipExplanation.Elsewhere;
import io.dcosnet.lb.exchange.ChangesMessage;
import io.dcosnet.lb.vip.VipChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks other load balancers what happened to a VIP there, and answers them.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class ChangesElsewhere {

  /** How long an answer is waited for. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Nodes that one question goes to; of more the first by their ids. */
  static final int MOST_NODES = 100;

  /** Questions at a time; further ones are not asked. */
  static final int MOST_QUESTIONS = 64;

  private static final String TOPIC = "lb/changes";
  private static final Logger LOGGER = LoggerFactory.getLogger(ChangesElsewhere.class);

  private static final String UNREACHED = "cannot be asked";

  private record Question(
      VipKey key,
      SortedMap<NodeId, Elsewhere> answers,
      CompletableFuture<List<Elsewhere>> result,
      Scheduler.Timer deadline) {}

  private final @Nullable NodeMessages messages;
  private final Scheduler scheduler;
  private final Function<VipKey, List<VipChange>> own;
  private final Map<String, Question> open = new HashMap<>();
  private @Nullable Subscription subscription;
  private long lastId;
  private boolean closed;

  /**
   * Asks nobody yet.
   *
   * @param messages null where nodes cannot talk
   * @param own what happened here
   */
  ChangesElsewhere(
      @Nullable NodeMessages messages, Scheduler scheduler, Function<VipKey, List<VipChange>> own) {
    this.messages = messages;
    this.scheduler = scheduler;
    this.own = own;
  }

  void open() {
    if (messages != null && !closed) {
      subscription = messages.receive(TOPIC, scheduler, this::received);
    }
  }

  void close() {
    closed = true;
    if (subscription != null) {
      subscription.close();
    }
    List.copyOf(open.keySet()).forEach(this::finish);
  }

  /** Completes when all have answered, or patience ends; never fails. */
  CompletionStage<List<Elsewhere>> ask(VipKey key, Collection<NodeId> nodes) {
    if (messages == null || closed || nodes.isEmpty() || open.size() >= MOST_QUESTIONS) {
      return CompletableFuture.completedStage(List.of());
    }
    String id = Long.toString(++lastId);
    CompletableFuture<List<Elsewhere>> result = new CompletableFuture<>();
    SortedMap<NodeId, Elsewhere> answers = new TreeMap<>();
    for (NodeId node : nodes.stream().sorted().limit(MOST_NODES).toList()) {
      answers.put(
          node, new Elsewhere(node, List.of(), "no answer in " + PATIENCE.toMillis() + " ms"));
    }
    open.put(
        id, new Question(key, answers, result, scheduler.schedule(PATIENCE, () -> finish(id))));
    Bytes question = ChangesMessage.ask(id, key).encode();
    for (NodeId node : List.copyOf(answers.keySet())) {
      messages
          .send(node, TOPIC, question)
          .whenCompleteAsync(
              (done, failure) -> {
                if (failure != null) {
                  answered(id, new Elsewhere(node, List.of(), UNREACHED));
                }
              },
              scheduler);
    }
    return result;
  }

  private void received(NodeId from, Bytes bytes) {
    ChangesMessage message = ChangesMessage.decode(bytes);
    List<VipChange> changes = message.changes();
    if (changes != null) {
      Question question = open.get(message.id());
      if (question != null && question.key.equals(message.key())) {
        answered(message.id(), new Elsewhere(from, changes, ""));
      }
      return;
    }
    NodeMessages way = messages;
    if (way != null && !closed) {
      way.send(from, TOPIC, message.answer(own.apply(message.key())).encode())
          .whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  LOGGER.debug("{} did not get its answer", from, failure);
                }
              });
    }
  }

  /** Takes what a node says; who was not asked, or has answered, is not heard. */
  private void answered(String id, Elsewhere answer) {
    Question question = open.get(id);
    Elsewhere before = question == null ? null : question.answers.get(answer.node());
    if (question == null || before == null || before.problem().isEmpty()) {
      return;
    }
    question.answers.put(answer.node(), answer);
    boolean all =
        question.answers.values().stream()
            .allMatch(one -> one.problem().isEmpty() || one.problem().equals(UNREACHED));
    if (all) {
      finish(id);
    }
  }

  private void finish(String id) {
    Question question = open.remove(id);
    if (question != null) {
      question.deadline.cancel();
      question.result.complete(new ArrayList<>(question.answers.values()));
    }
  }
}
