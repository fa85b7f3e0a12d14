// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.StoreCodec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Asks members whether they have a write, again and again until they do or time is over.
 *
 * <p>A question is its number (u64) and a list of one dot; the answer is the number alone, and only
 * who has the write gives one.
 */
final class SeenQuestions {

  private static final int MOST = 1_024;
  private static final int NUMBER_OCTETS = Long.BYTES;
  private static final long REPEAT_NANOS = Duration.ofMillis(200).toNanos();

  private static final class Question {
    final StoreMessage message;
    final Set<NodeId> open;
    final long deadline;
    final Consumer<Set<NodeId>> laggards;

    Question(
        StoreMessage message, Set<NodeId> open, long deadline, Consumer<Set<NodeId>> laggards) {
      this.message = message;
      this.open = open;
      this.deadline = deadline;
      this.laggards = laggards;
    }
  }

  private final Replica replica;
  private final Map<Long, Question> questions = new LinkedHashMap<>();
  private long number;

  SeenQuestions(Replica replica) {
    this.replica = replica;
    // So that an answer to a question of before a restart is none to another one.
    this.number = replica.host.random().nextLong();
  }

  /** See {@link Replica#awaitSeen}. */
  void ask(Dot write, Duration timeout, Consumer<Set<NodeId>> laggards) {
    Set<NodeId> open = new TreeSet<>(replica.host.living());
    if (open.isEmpty() || questions.size() >= MOST) {
      laggards.accept(open);
      return;
    }
    long id = ++number;
    Bytes dots = StoreCodec.encode(List.of(write));
    ByteBuffer body = ByteBuffer.allocate(NUMBER_OCTETS + dots.size());
    body.putLong(id).put(dots.toByteBuffer()).flip();
    StoreMessage message = new StoreMessage(StoreMessage.SEEN_QUESTION, Bytes.copyOf(body));
    long deadline = replica.host.nanos() + timeout.toNanos();
    questions.put(id, new Question(message, open, deadline, laggards));
    repeat(id);
  }

  private void repeat(long id) {
    Question question = questions.get(id);
    if (question == null) {
      return;
    }
    long left = question.deadline - replica.host.nanos();
    if (left <= 0) {
      end(id, question);
      return;
    }
    for (NodeId member : question.open) {
      replica.host.send(member, question.message); // lost ones are repeated
    }
    replica.host.schedule(Math.min(left, REPEAT_NANOS), () -> repeat(id));
  }

  private void end(long id, Question question) {
    questions.remove(id);
    question.laggards.accept(question.open);
  }

  /** A question or an answer. */
  void received(NodeId from, StoreMessage message) {
    if (message.body().size() < NUMBER_OCTETS) {
      replica.metrics.fault("malformed");
      return;
    }
    ByteBuffer body = message.body().toByteBuffer();
    long id = body.getLong();
    if (message.kind() == StoreMessage.SEEN_QUESTION) {
      answer(from, id, Bytes.copyOf(body));
    } else {
      confirmed(id, from);
    }
  }

  private void answer(NodeId from, long id, Bytes dots) {
    List<Dot> asked;
    try {
      asked = StoreCodec.decodeDots(dots);
    } catch (DecodeException e) {
      replica.metrics.fault("malformed");
      return;
    }
    if (asked.size() == 1 && replica.state.clock().has(asked.get(0))) {
      ByteBuffer answer = ByteBuffer.allocate(NUMBER_OCTETS).putLong(id).flip();
      replica.host.send(from, new StoreMessage(StoreMessage.SEEN_ANSWER, Bytes.copyOf(answer)));
    }
  }

  private void confirmed(long id, NodeId member) {
    Question question = questions.get(id);
    if (question != null && question.open.remove(member) && question.open.isEmpty()) {
      end(id, question);
    }
  }

  /** See {@link Replica#membersChanged}. */
  void membersChanged(NodeId member) {
    State state = replica.host.state(member);
    if (state != State.ALIVE && state != State.SUSPECT) {
      for (long id : List.copyOf(questions.keySet())) {
        confirmed(id, member);
      }
    }
  }
}
