// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.transfer.TransferService;
import io.dcosnet.dns.transport.UdpWorld.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

class UdpAnsweringTest {

  private final UdpWorld world = new UdpWorld(Kind.NIO);
  private final UdpAnswering answering = new UdpAnswering(world.parts);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void answersOneMessageAfterTheOther() throws Exception {
    int first = ask(answering, "web.example.org.", Type.A);
    Message known = new Message(Arrays.copyOf(answering.octets(), first));
    int second = ask(answering, "no.example.org.", Type.A);
    Message unknown = new Message(Arrays.copyOf(answering.octets(), second));

    assertThat(known.getSection(Section.ANSWER)).hasSize(2);
    assertThat(unknown.getRcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  @Test
  void staysSilentTowardsPortZero() {
    byte[] query = query("web.example.org.", Type.A);
    System.arraycopy(query, 0, answering.message, 0, query.length);
    answering.sender.setIpv4(0xc0000201, 0);

    assertThat(answering.answer(query.length)).isEqualTo(Responder.SILENCE);
    assertThat(dropped("port-zero")).isEqualTo(1);
  }

  @Test
  void goesOnAfterAFaultOfOurs() {
    assertThat(ask(answering, "web.example.org.", UdpWorld.FAULTY_TYPE))
        .isEqualTo(Responder.SILENCE);
    assertThat(ask(answering, "web.example.org.", Type.A)).isPositive();
    assertThat(dropped("failure")).isEqualTo(1);
  }

  @Test
  void putsOffWhatOthersMustBeAskedFor() {
    assertThat(ask(answering, "www.example.net.", Type.A)).isEqualTo(Responder.LATER);
    assertThat(answering.later().toCompletableFuture())
        .isCompletedWithValueMatching(octets -> octets.length > 12);
  }

  @Test
  void letsMessagesAboutWholeZonesBeAnsweredByWhoeverKnows() {
    OneZone transfers = new OneZone();
    UdpAnswering both =
        new UdpAnswering(
            new UdpParts(
                world.parts.net(), world.parts.responders(), transfers, world.parts.metrics()));

    int about = ask(both, "example.org.", Type.IXFR);
    byte[] answer = Arrays.copyOf(both.octets(), about);
    int other = ask(both, "web.example.org.", Type.A);

    assertThat(answer).containsExactly(1, 2, 3);
    assertThat(other).isGreaterThan(12);
    assertThat(transfers.asked).containsExactly(IpAddress.ofIpv4(0xc0000201));
    assertThat(transfers.closed).isEqualTo(1);
  }

  /** Knows IXFR at a glance, and always says the same. */
  private static final class OneZone implements TransferService {
    private final List<IpAddress> asked = new ArrayList<>();
    private int closed;

    @Override
    public boolean mayConcern(byte[] message, int offset, int length) {
      return message[offset + length - 3] == (byte) Type.IXFR;
    }

    @Override
    public @Nullable Responses answer(
        byte[] message, int offset, int length, IpAddress client, Protocol protocol) {
      asked.add(client);
      byte[] octets = {1, 2, 3};
      return new Responses() {
        @Override
        public int next() {
          return octets.length;
        }

        @Override
        public byte[] octets() {
          return octets;
        }

        @Override
        public void close() {
          closed++;
          Arrays.fill(octets, (byte) 0);
        }
      };
    }
  }

  private long dropped(String reason) {
    return world.metrics.count("dcosnet.dns.dropped", "reason", reason);
  }

  private static int ask(UdpAnswering answering, String name, int type) {
    byte[] query = query(name, type);
    System.arraycopy(query, 0, answering.message, 0, query.length);
    answering.sender.setIpv4(0xc0000201, 5300);
    return answering.answer(query.length);
  }

  private static byte[] query(String name, int type) {
    try {
      return Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN)).toWire();
    } catch (TextParseException e) {
      throw new AssertionError(e);
    }
  }
}
