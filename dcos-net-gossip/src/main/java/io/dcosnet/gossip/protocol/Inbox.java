// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.Mail;
import io.dcosnet.gossip.wire.Message.MailAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Mail that came for this node. A sender repeats its mail until it has the answer, so each is
 * handed over once, and whoever asks again is told the same again.
 */
final class Inbox {

  static final int MAX_REMEMBERED = 8192;

  // Longer than anybody repeats a mail.
  private static final long MEMORY_NANOS = Duration.ofMinutes(1).toNanos();

  private record MailId(NodeId from, long epoch, long id) {}

  /** A mail that was handed over. */
  private static final class Taken {
    private final long id;
    private Consumer<MailAnswer> way;
    private @Nullable MailAnswer answer;

    Taken(long id, Consumer<MailAnswer> way) {
      this.id = id;
      this.way = way;
    }

    void answer(String fault) {
      if (answer == null) {
        answer = new MailAnswer(id, cut(fault));
        way.accept(answer);
      }
    }
  }

  private final Node node;
  private final Recent<MailId, Taken> recent = new Recent<>(MAX_REMEMBERED, MEMORY_NANOS, id -> {});
  private final Counter taken;
  private final Counter repeated;
  private final Counter strange;
  private @Nullable MailReceiver receiver;

  Inbox(Node node) {
    this.node = node;
    this.taken = counted("taken");
    this.repeated = counted("repeated");
    this.strange = counted("wrong-node");
  }

  private Counter counted(String result) {
    return node.metrics.sink.counter(
        "dcosnet.gossip.mail.received",
        "Mail that came: taken, repeated by its sender, or meant for another node",
        "result",
        result);
  }

  void receiver(MailReceiver receiver) {
    this.receiver = receiver;
  }

  /**
   * Mail came.
   *
   * @param way how its answer goes back
   */
  void received(Mail mail, Consumer<MailAnswer> way) {
    if (!mail.to().equals(node.table.self().id())) {
      // Its sender does not know yet that the address has changed hands; it will ask again.
      strange.increment();
      return;
    }
    MailId id = new MailId(mail.from(), mail.epoch(), mail.id());
    Taken before = recent.find(id);
    if (before != null) {
      repeated.increment();
      before.way = way;
      if (before.answer != null) {
        way.accept(before.answer);
      }
      return;
    }
    taken.increment();
    Taken now = new Taken(mail.id(), way);
    recent.put(id, now, node.host.nanos());
    deliver(mail, now);
  }

  private void deliver(Mail mail, Taken now) {
    if (receiver == null) {
      now.answer("nobody listens to the topic");
      return;
    }
    try {
      receiver.received(mail.from(), mail.topic(), mail.payload(), now::answer);
    } catch (RuntimeException e) {
      now.answer("its receiver failed: " + e);
    }
  }

  /** As much of a text as an answer takes. */
  private static String cut(String fault) {
    if (fault.getBytes(StandardCharsets.UTF_8).length <= Message.MAX_FAULT_OCTETS) {
      return fault;
    }
    StringBuilder kept = new StringBuilder();
    int octets = 3; // of the ellipsis
    for (int at = 0; at < fault.length(); ) {
      int point = fault.codePointAt(at);
      octets += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (octets > Message.MAX_FAULT_OCTETS) {
        break;
      }
      kept.appendCodePoint(point);
      at += Character.charCount(point);
    }
    return kept.append('…').toString();
  }
}
