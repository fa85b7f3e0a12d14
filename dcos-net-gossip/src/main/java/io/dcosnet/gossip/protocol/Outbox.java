// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.Mail;
import io.dcosnet.gossip.wire.Message.MailAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Mail of this node that has no answer yet. It is sent again and again, more and more rarely, to
 * the address that the receiver has by then, until its time is over.
 */
final class Outbox {

  /** Most mails that wait for their answers. */
  static final int MAX_WAITING = 4096;

  /** Most octets of them. */
  static final int MAX_WAITING_OCTETS = 16 << 20;

  private static final Duration FIRST_RETRY = Duration.ofMillis(200);

  // One datagram, also where the path takes no more than 1 280 octets of IPv6.
  private static final int MAX_DATAGRAM_OCTETS = 1100;

  // Type, length, two identities, epoch, id and the length of the topic at most.
  private static final int FIXED_OCTETS = 3 + 16 + 6 + 9 + 16 + 1;

  private static final class Waiting {
    private final Mail mail;
    private final Consumer<String> result;
    private final long since;
    private final boolean small;
    private long delay;
    private Host.@Nullable Timer timer;

    Waiting(Mail mail, Consumer<String> result, long since, boolean small) {
      this.mail = mail;
      this.result = result;
      this.since = since;
      this.small = small;
    }
  }

  private final Node node;
  private final Inbox own;
  private final MailLines lines;
  private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
  private final Counter retries;
  private long lastId;
  private long waitingOctets;

  Outbox(Node node, Inbox own) {
    this.node = node;
    this.own = own;
    this.lines = new MailLines(node, this::answered);
    this.retries =
        node.metrics.sink.counter(
            "dcosnet.gossip.mail.retries", "Mail sent once more, as no answer had come");
    node.metrics.sink.gauge(
        "dcosnet.gossip.mail.waiting", "Mail without an answer yet", waiting::size);
  }

  void send(NodeId to, String topic, Bytes payload, Consumer<String> result) {
    int topicOctets = topic.getBytes(StandardCharsets.UTF_8).length;
    String fault = refusal(to, topicOctets, payload.size());
    if (fault != null) {
      count("refused");
      result.accept(fault);
      return;
    }
    if (lastId == 0) {
      // At random, so that an answer to mail of an earlier start fits none of this one.
      lastId = node.host.random().nextInt(1 << 28);
    }
    int octets = FIXED_OCTETS + topicOctets + payload.size();
    int most = Math.min(MAX_DATAGRAM_OCTETS, node.settings.maxDatagram() - Courier.ENVELOPE_OCTETS);
    MemberRecord self = node.table.self();
    Mail mail = new Mail(self.id(), self.epoch(), ++lastId, to, topic, payload);
    Waiting sent = new Waiting(mail, result, node.host.nanos(), octets <= most);
    // To ourselves it needs to be sent once only.
    sent.delay =
        to.equals(self.id()) ? node.settings.mailTimeout().toNanos() : node.varied(FIRST_RETRY);
    waiting.put(mail.id(), sent);
    waitingOctets += payload.size();
    attempt(sent);
  }

  private @Nullable String refusal(NodeId to, int topicOctets, int octets) {
    if (topicOctets > Message.MAX_TOPIC_OCTETS) {
      return "topic: %d octets (expected: at most %d)"
          .formatted(topicOctets, Message.MAX_TOPIC_OCTETS);
    }
    if (octets > Message.MAX_MAIL_OCTETS) {
      return "%d octets (expected: at most %d)".formatted(octets, Message.MAX_MAIL_OCTETS);
    }
    if (waiting.size() >= MAX_WAITING || waitingOctets + octets > MAX_WAITING_OCTETS) {
      return "too much waits for answers: %d mails, %d octets"
          .formatted(waiting.size(), waitingOctets);
    }
    return absence(to);
  }

  /** Why there is nobody to send to; null when there is. A dead one may be there after all. */
  private @Nullable String absence(NodeId to) {
    MemberRecord member = node.table.find(to);
    if (member == null) {
      return "not a member";
    }
    return member.state() == State.LEFT ? "has left" : null;
  }

  private void attempt(Waiting sent) {
    NodeId to = sent.mail.to();
    long left = node.settings.mailTimeout().toNanos() - (node.host.nanos() - sent.since);
    if (left <= 0) {
      count("timeout");
      finish(sent, "no answer within " + text(node.settings.mailTimeout()));
      return;
    }
    sent.timer = node.host.schedule(Math.min(sent.delay, left), () -> again(sent));
    sent.delay *= 2;
    MemberRecord member = node.table.find(to);
    if (to.equals(node.table.self().id())) {
      var unused = node.host.schedule(0, () -> own.received(sent.mail, this::answered));
    } else if (member == null) {
      count("fault");
      finish(sent, "not a member any more");
    } else if (sent.small) {
      node.courier.send(member.address(), sent.mail);
    } else {
      lines.send(member, sent.mail);
    }
  }

  private void again(Waiting sent) {
    if (node.host.nanos() - sent.since < node.settings.mailTimeout().toNanos()) {
      retries.increment();
    }
    attempt(sent);
  }

  /** An answer came, by whatever way. */
  void answered(MailAnswer answer) {
    Waiting sent = waiting.get(answer.id());
    if (sent != null) {
      count(answer.fault().isEmpty() ? "done" : "fault");
      finish(sent, answer.fault());
    }
  }

  private void finish(Waiting sent, String fault) {
    waiting.remove(sent.mail.id());
    waitingOctets -= sent.mail.payload().size();
    if (sent.timer != null) {
      sent.timer.cancel();
    }
    if (!sent.small) {
      lines.done(sent.mail);
    }
    sent.result.accept(fault);
  }

  private void count(String result) {
    node.metrics
        .sink
        .counter(
            "dcosnet.gossip.mail",
            "Mail of this node by how it ended: done, fault (at the receiver), timeout or refused",
            "result",
            result)
        .increment();
  }

  private static String text(Duration time) {
    long millis = time.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
