// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.forward.Exchange.Call;
import io.dcosnet.dns.forward.ExchangeFailedException;
import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.Reply;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Script;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Visit;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A forger who knows the question and even our port, and guesses the rest as fast as it can. */
class PoisoningIT {

  private static final String REAL = "192.0.2.1";
  private static final String FORGED = "203.0.113.66";
  private static final int FLOOD = 10_000;
  private static final String NAME = "www.bank.example.org.";

  private final ExchangeBench bench = new ExchangeBench(2);
  private final Random random = new Random(4711);

  @AfterEach
  void close() {
    bench.close();
  }

  private byte[] forgery(Visit visit) {
    Message message = visit.address(FORGED);
    message.removeAllRecords(Section.QUESTION);
    message.addRecord(
        Record.newRecord(Name.fromConstantString(NAME), Type.A, DClass.IN), Section.QUESTION);
    return message.toWire();
  }

  private void guessId(byte[] message) {
    message[0] = (byte) random.nextInt();
    message[1] = (byte) random.nextInt();
  }

  /** From the address and port of the real server, before its own answer. */
  private Script forgingTheSource() {
    return visit -> {
      byte[] message = forgery(visit);
      for (int i = 0; i < FLOOD; i++) {
        guessId(message);
        visit.send(message);
      }
    };
  }

  /** With the right id, but from other ports. */
  private Script fromOtherPorts() {
    return visit -> {
      byte[] message = forgery(visit);
      InetAddress here = InetAddress.getLoopbackAddress();
      try (DatagramSocket other = new DatagramSocket(0, here)) {
        DatagramPacket packet =
            new DatagramPacket(
                message, message.length, new InetSocketAddress(here, visit.clientPort()));
        for (int i = 0; i < FLOOD; i++) {
          sendAnyway(other, packet);
        }
      }
    };
  }

  private static void sendAnyway(DatagramSocket socket, DatagramPacket packet) {
    try {
      socket.send(packet);
    } catch (IOException e) {
      // The kernel says that nobody takes it: so it should be.
    }
  }

  @Test
  void takesNothingFromOtherPorts() {
    try (ScriptedUpstream server =
        ScriptedUpstream.start(Scripts.both(fromOtherPorts(), Scripts.answering(REAL)))) {
      for (int i = 0; i < 5; i++) {
        Reply reply = bench.ask(server.upstream(), NAME, Carrier.UDP);

        assertThat(reply.answer().answer().toString()).contains(REAL).doesNotContain(FORGED);
      }
      assertThat(bench.mismatches("id")).as("let in by the kernel").isZero();
    }
  }

  @Test
  void goesToTcpRatherThanToBelieveAGuess() {
    Script udp = Scripts.both(forgingTheSource(), Scripts.answering(REAL));
    int spoofed = 0;
    try (ScriptedUpstream server =
        ScriptedUpstream.start(Scripts.overUdp(udp, Scripts.answering(REAL)))) {
      for (int i = 0; i < 10; i++) {
        Call call = bench.start(server.upstream(), NAME, Carrier.UDP, true);
        Reply reply;
        try {
          reply = bench.get(call);
        } catch (CompletionException e) {
          assertThat(e.getCause())
              .isInstanceOfSatisfying(
                  ExchangeFailedException.class,
                  failure -> assertThat(failure.kind()).isEqualTo(Kind.SPOOFED));
          spoofed++;
          reply = bench.ask(server.upstream(), NAME, Carrier.TCP);
        }
        assertThat(reply.answer().answer().toString()).contains(REAL).doesNotContain(FORGED);
      }
    }
    assertThat(spoofed).isPositive();
    assertThat(bench.metrics.count("dcosnet.dns.exchange.spoofed")).isEqualTo(spoofed);
  }

  @Test
  void leavesThePortThatAForgerHasFound() {
    bench.restart(ExchangeConfig.builder().ports(1).build());
    Script forging = forgingTheSource();
    try (ScriptedUpstream server =
        ScriptedUpstream.start(
            Scripts.first(1, Scripts.overUdp(forging, forging), Scripts.answering(REAL)))) {
      assertThat(bench.failure(server.upstream(), Carrier.UDP)).isEqualTo(Kind.SPOOFED);
      for (int i = 0; i < 4; i++) {
        bench.ask(server.upstream(), NAME, Carrier.UDP);
      }

      int found = server.visits().get(0).clientPort();
      assertThat(server.visits().subList(1, 5))
          .allSatisfy(visit -> assertThat(visit.clientPort()).isNotEqualTo(found));
    }
  }
}
