// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.ScriptedHost.EPOCH;
import static io.dcosnet.gossip.protocol.ScriptedHost.address;
import static io.dcosnet.gossip.protocol.ScriptedHost.alive;
import static io.dcosnet.gossip.protocol.ScriptedHost.body;
import static io.dcosnet.gossip.protocol.ScriptedHost.id;
import static io.dcosnet.gossip.protocol.ScriptedHost.shortId;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.Mail;
import io.dcosnet.gossip.wire.Message.MailAnswer;
import io.dcosnet.testkit.RecordingMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Node 1 sends; the test is node 2. */
class MailSendingTest {

  private static final Bytes HELLO = Bytes.utf8("hello");
  private static final Bytes LARGE = Bytes.copyOf(new byte[Message.MAX_MAIL_OCTETS]);

  private final ScriptedHost host = new ScriptedHost(1);
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final GossipCore core =
      new GossipCore(ScriptedHost.setup(1, GossipSettings.lan(), true, metrics), host);
  private final List<String> results = new ArrayList<>();

  @BeforeEach
  void knowsTheReceiver() {
    hear(alive(2));
    host.time.advance(Duration.ofSeconds(30));
    host.sent.clear();
  }

  private void hear(Message message) {
    byte[] body = body(message);
    core.received(address(2), shortId(2), body, 0, body.length);
  }

  private void send(Bytes payload) {
    core.mail(id(2), "drain", payload, results::add);
  }

  private List<Mail> mails() {
    return host.sent(Mail.class);
  }

  private void open(int link, int node) {
    core.opened(link, new LinkPeer(shortId(node), EPOCH, address(2)));
  }

  private void answer(int link, Mail mail, String fault) {
    byte[] body = body(new MailAnswer(mail.id(), fault));
    core.frame(link, body, 0, body.length);
  }

  @Test
  void sendsSmallMailByDatagramUntilItsAnswerComes() {
    send(HELLO);
    Mail sent = host.sentTo(2, Mail.class).get(0);

    hear(new MailAnswer(sent.id(), ""));
    host.time.advance(Duration.ofSeconds(10));

    assertThat(sent).isEqualTo(new Mail(id(1), EPOCH, sent.id(), id(2), "drain", HELLO));
    assertThat(mails()).hasSize(1);
    assertThat(results).containsExactly("");
    assertThat(host.opened).isEmpty();
  }

  @Test
  void tellsWhatWentWrongAtTheReceiver() {
    send(HELLO);

    hear(new MailAnswer(mails().get(0).id(), "nobody listens to the topic"));

    assertThat(results).containsExactly("nobody listens to the topic");
  }

  @Test
  void repeatsMailMoreAndMoreRarelyUntilItsTimeIsOver() {
    send(HELLO);
    host.time.advance(Duration.ofMillis(4900));
    assertThat(results).isEmpty();

    host.time.advance(Duration.ofMillis(100));

    assertThat(results).containsExactly("no answer within 5s");
    assertThat(mails()).hasSize(5).containsOnly(mails().get(0));
    hear(new MailAnswer(mails().get(0).id(), ""));
    host.time.advance(Duration.ofSeconds(10));
    assertThat(results).hasSize(1);
    assertThat(mails()).hasSize(5);
    assertThat(metrics.count("dcosnet.gossip.mail", "result", "timeout")).isEqualTo(1);
    assertThat(metrics.count("dcosnet.gossip.mail.retries")).isEqualTo(4);
  }

  @Test
  void sendsToTheAddressThatTheReceiverHasByThen() {
    send(HELLO);
    Fact.Alive moved = new Fact.Alive(id(2), EPOCH + 1, 0, ScriptedHost.profile(3));
    hear(moved);

    host.time.advance(Duration.ofMillis(300));

    assertThat(host.sentTo(3, Mail.class)).hasSize(1);
  }

  @Test
  void refusesWhoIsNoMember() {
    core.mail(id(7), "drain", HELLO, results::add);
    hear(new Fact.Left(id(2), EPOCH, 1));
    send(HELLO);

    assertThat(results).containsExactly("not a member", "has left");
    assertThat(mails()).isEmpty();
  }

  @Test
  void refusesWhatIsTooLarge() {
    send(Bytes.copyOf(new byte[Message.MAX_MAIL_OCTETS + 1]));
    core.mail(id(2), "t".repeat(65), HELLO, results::add);

    assertThat(results)
        .containsExactly(
            "65537 octets (expected: at most 65536)", "topic: 65 octets (expected: at most 64)");
  }

  @Test
  void refusesMoreThanMayWait() {
    for (int i = 0; i < Outbox.MAX_WAITING_OCTETS / LARGE.size() + 1; i++) {
      send(LARGE);
    }
    assertThat(results).hasSize(1);
    assertThat(results.get(0)).startsWith("too much waits for answers: 256 mails");
  }

  @Test
  void sendsToItself() {
    List<String> received = new ArrayList<>();
    core.onMail(
        (from, topic, payload, answer) -> {
          received.add(from + " " + topic + " " + payload.toUtf8());
          answer.accept("");
        });

    core.mail(id(1), "drain", HELLO, results::add);
    host.time.runReady();

    assertThat(received).containsExactly(id(1) + " drain hello");
    assertThat(results).containsExactly("");
    assertThat(mails()).isEmpty();
  }

  @Test
  void waitsNoLongerForItselfThanForOthers() {
    core.onMail((from, topic, payload, answer) -> {});

    core.mail(id(1), "drain", HELLO, results::add);
    host.time.advance(Duration.ofSeconds(6));

    assertThat(results).containsExactly("no answer within 5s");
  }

  @Test
  void sendsAllLargeMailToOneNodeByOneStream() {
    send(LARGE);
    open(1, 2);
    send(LARGE);

    assertThat(host.opened).containsExactly(address(2));
    assertThat(mails()).hasSize(2);
    assertThat(mails().get(0).payload()).isEqualTo(LARGE);
    answer(1, mails().get(1), "");
    assertThat(host.closed).isEmpty();
    answer(1, mails().get(0), "its receiver failed");
    assertThat(results).containsExactly("", "its receiver failed");
    assertThat(host.closed).containsExactly(1);
    host.time.advance(Duration.ofSeconds(10));
    assertThat(host.opened).hasSize(1);
  }

  @Test
  void opensAnotherStreamWhenTheFirstBreaks() {
    send(LARGE);
    core.closed(1, LinkEnd.RESET);
    host.time.advance(Duration.ofMillis(300));
    open(2, 2);

    answer(2, mails().get(0), "");

    assertThat(host.opened).containsExactly(address(2), address(2));
    assertThat(results).containsExactly("");
  }

  @Test
  void tellsAnotherNodeAtTheAddressNothing() {
    send(LARGE);

    open(1, 3);

    assertThat(host.closed).containsExactly(1);
    assertThat(mails()).isEmpty();
    host.time.advance(Duration.ofMillis(300));
    open(2, 2);
    assertThat(mails()).hasSize(1);
  }

  @Test
  void closesTheStreamWhenNobodyAnswers() {
    send(LARGE);
    open(1, 2);

    host.time.advance(Duration.ofSeconds(6));

    assertThat(results).containsExactly("no answer within 5s");
    assertThat(mails()).hasSize(1);
    assertThat(host.closed).containsExactly(1);
  }

  @Test
  void leavesNothingBehind() {
    int timers = host.time.pending();
    send(HELLO);
    hear(new MailAnswer(mails().get(0).id(), ""));

    assertThat(host.time.pending()).isEqualTo(timers);
    assertThat(metrics.gauge("dcosnet.gossip.mail.waiting")).isZero();
  }
}
