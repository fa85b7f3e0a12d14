// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Visit;
import io.dcosnet.dns.transport.upstream.Scripts;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * A forger floods the server with answers while the right one is on its way. It has the luck to know
 * when a question was sent, and from which port; from the address and port of the server that was
 * asked it guesses the id and the letters, from others it knows even those.
 */
class PoisoningFloodIT {

  private static final String TRUE = "192.0.2.1";
  private static final String FORGED = "203.0.113.66";
  private static final String NAME = "www.bank.example.org";
  private static final int QUESTIONS = 5;
  private static final int FORGERIES_EACH = 10_000;
  private static final Duration DELAY = Duration.ofMillis(300);

  private final Random guesses = new Random(4711);

  @Test
  void noForgeryReachesAClientOrStaysInTheCache() throws Exception {
    ScriptedUpstream upstream =
        ScriptedUpstream.start(
            Scripts.overUdp(
                Scripts.both(this::forge, Scripts.slow(DELAY, Scripts.answering(TRUE))),
                Scripts.answering(TRUE)));
    try (AskedServer asked = AskedServer.forwarding(Policy.DUAL, upstream).with(upstream)) {
      for (int i = 0; i < QUESTIONS; i++) {
        String name = i + "." + NAME;

        assertThat(AskedServer.data(asked.ask(Way.EDNS_UDP, name))).containsExactly(TRUE);
        assertThat(AskedServer.data(asked.ask(Way.PLAIN_TCP, name))).containsExactly(TRUE);
      }

      assertThat(asked.metrics().count("dcosnet.dns.cache.hits", "kind", "positive"))
          .isEqualTo(QUESTIONS);
      assertThat(asked.metrics().count("dcosnet.dns.exchange.mismatches", "reason", "id"))
          .isPositive();
      assertThat(asked.metrics().count("dcosnet.dns.exchange.spoofed")).isPositive();
    }
  }

  private void forge(Visit visit) throws IOException {
    String name = visit.query().getQuestion().getName().toString(true);
    if (!name.toLowerCase(Locale.ROOT).endsWith(NAME)) {
      return; // what looks for loops
    }
    byte[] knowing = visit.address(FORGED).toWire();
    byte[] guessing = inLowerCase(visit.address(FORGED)).toWire();
    InetAddress here = InetAddress.getLoopbackAddress();
    try (DatagramSocket elsewhere = new DatagramSocket(0, here)) {
      DatagramPacket packet =
          new DatagramPacket(
              knowing, knowing.length, new InetSocketAddress(here, visit.clientPort()));
      for (int i = 0; i < FORGERIES_EACH / 2; i++) {
        guessing[0] = (byte) guesses.nextInt();
        guessing[1] = (byte) guesses.nextInt();
        visit.send(guessing);
        sendAnyway(elsewhere, packet);
      }
    }
  }

  private static Message inLowerCase(Message message) throws IOException {
    Record question = message.getQuestion();
    Name lower = Name.fromString(question.getName().toString().toLowerCase(Locale.ROOT));
    message.removeAllRecords(Section.QUESTION);
    message.addRecord(
        Record.newRecord(lower, question.getType(), question.getDClass()), Section.QUESTION);
    return message;
  }

  private static void sendAnyway(DatagramSocket socket, DatagramPacket packet) {
    try {
      socket.send(packet);
    } catch (IOException e) {
      // The kernel says that nobody takes it: so it should be.
    }
  }
}
