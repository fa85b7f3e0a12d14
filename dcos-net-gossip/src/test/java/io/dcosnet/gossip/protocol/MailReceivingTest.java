// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.ScriptedHost.EPOCH;
import static io.dcosnet.gossip.protocol.ScriptedHost.address;
import static io.dcosnet.gossip.protocol.ScriptedHost.body;
import static io.dcosnet.gossip.protocol.ScriptedHost.id;
import static io.dcosnet.gossip.protocol.ScriptedHost.shortId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.Mail;
import io.dcosnet.gossip.wire.Message.MailAnswer;
import io.dcosnet.testkit.RecordingMetrics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Node 1 receives; the test is node 2. */
class MailReceivingTest {

  private final ScriptedHost host = new ScriptedHost(1);
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final GossipCore core =
      new GossipCore(ScriptedHost.setup(1, GossipSettings.lan(), true, metrics), host);
  private final List<String> received = new ArrayList<>();
  private final List<Consumer<String>> answers = new ArrayList<>();

  private void listen() {
    core.onMail(
        (from, topic, payload, answer) -> {
          received.add(from + " " + topic + " " + payload.toUtf8());
          answers.add(answer);
        });
  }

  private static Mail mail(long id, int to) {
    return new Mail(id(2), EPOCH, id, id(to), "drain", Bytes.utf8("hello"));
  }

  private void hear(int from, Message message) {
    byte[] body = body(message);
    core.received(address(from), shortId(2), body, 0, body.length);
  }

  @Test
  void handsMailOverAndAnswersWhenItsReceiverDoes() {
    listen();
    hear(2, mail(5, 1));
    assertThat(received).containsExactly(id(2) + " drain hello");
    assertThat(host.sent(MailAnswer.class)).isEmpty();

    answers.get(0).accept("");
    answers.get(0).accept("twice");

    assertThat(host.sentTo(2, MailAnswer.class)).containsExactly(new MailAnswer(5, ""));
  }

  @Test
  void handsRepeatedMailOverOnceAndAnswersItAgain() {
    listen();
    hear(2, mail(5, 1));
    hear(3, mail(5, 1));
    answers.get(0).accept("no");
    hear(2, mail(5, 1));

    assertThat(received).hasSize(1);
    assertThat(host.sentTo(3, MailAnswer.class)).containsExactly(new MailAnswer(5, "no"));
    assertThat(host.sentTo(2, MailAnswer.class)).containsExactly(new MailAnswer(5, "no"));
    assertThat(metrics.count("dcosnet.gossip.mail.received", "result", "repeated")).isEqualTo(2);
  }

  @Test
  void takesTheSameIdFromALaterStartAsOtherMail() {
    listen();
    hear(2, mail(5, 1));
    hear(2, new Mail(id(2), EPOCH + 1, 5, id(1), "drain", Bytes.utf8("again")));

    assertThat(received).hasSize(2);
  }

  @Test
  void saysThatNobodyListens() {
    hear(2, mail(5, 1));

    assertThat(host.sentTo(2, MailAnswer.class))
        .containsExactly(new MailAnswer(5, "nobody listens to the topic"));
  }

  @Test
  void saysThatTheReceiverFailed() {
    core.onMail(
        (from, topic, payload, answer) -> {
          throw new IllegalStateException("thrown on purpose by MailReceivingTest");
        });

    hear(2, mail(5, 1));

    assertThat(host.sentTo(2, MailAnswer.class).get(0).fault())
        .startsWith("its receiver failed: ")
        .contains("on purpose");
  }

  @Test
  void neitherTakesNorAnswersMailForAnotherNode() {
    listen();
    hear(2, mail(5, 3));
    host.time.advance(Duration.ofSeconds(10));

    assertThat(received).isEmpty();
    assertThat(host.sent(MailAnswer.class)).isEmpty();
    assertThat(metrics.count("dcosnet.gossip.mail.received", "result", "wrong-node")).isEqualTo(1);
  }

  @Test
  void cutsAFaultThatIsTooLong() {
    listen();
    hear(2, mail(5, 1));

    answers.get(0).accept("é\uD83D\uDE00".repeat(300));

    String told = host.sentTo(2, MailAnswer.class).get(0).fault();
    assertThat(told.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(505, 512);
    assertThat(told).startsWith("é\uD83D\uDE00é").endsWith("…");
  }

  @Test
  void answersMailOfAStreamOnTheStream() {
    listen();
    core.accepted(9, new LinkPeer(shortId(2), EPOCH, address(2)));
    for (int i = 0; i < 2; i++) {
      byte[] body = body(mail(5 + i, 1));
      core.frame(9, body, 0, body.length);
    }

    answers.get(1).accept("");
    answers.get(0).accept("no");

    assertThat(host.sent)
        .extracting(ScriptedHost.Sent::link, ScriptedHost.Sent::message)
        .containsExactly(tuple(9, new MailAnswer(6, "")), tuple(9, new MailAnswer(5, "no")));
    assertThat(host.closed).isEmpty();
  }

  /** Who answers late may find the stream gone; the sender asks again, and gets the answer. */
  @Test
  void answersOnTheNextStreamWhenTheFirstIsGone() {
    listen();
    byte[] body = body(mail(5, 1));
    core.accepted(9, new LinkPeer(shortId(2), EPOCH, address(2)));
    core.frame(9, body, 0, body.length);
    core.closed(9, LinkEnd.RESET);
    answers.get(0).accept("");
    assertThat(host.sent).isEmpty();

    core.accepted(10, new LinkPeer(shortId(2), EPOCH, address(2)));
    core.frame(10, body, 0, body.length);

    assertThat(received).hasSize(1);
    assertThat(host.sent(MailAnswer.class)).containsExactly(new MailAnswer(5, ""));
  }

  @Test
  void remembersOnlySoMuchMail() {
    listen();
    for (int id = 0; id <= Inbox.MAX_REMEMBERED; id++) {
      hear(2, mail(id, 1));
    }
    hear(2, mail(Inbox.MAX_REMEMBERED, 1));
    assertThat(received).hasSize(Inbox.MAX_REMEMBERED + 1);

    hear(2, mail(0, 1)); // forgotten: it counts as new

    assertThat(received).hasSize(Inbox.MAX_REMEMBERED + 2);
  }
}
