// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.transfer.TransferService;
import io.dcosnet.dns.transport.UdpWorld.Kind;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What the workers do about faults that nobody foresaw. */
class NativeUdpIT {

  private final UdpWorld world = new UdpWorld(Kind.NATIVE);
  private final HostPort server = UdpWorld.at("127.0.0.1", UdpWorld.freePort());

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aFaultBesideTheAnsweringEndsNoWorker() throws Exception {
    UdpParts parts =
        new UdpParts(world.net, world.parts.responders(), new TooLong(), world.parts.metrics());
    NativeUdp udp = new NativeUdp(parts, 1, new AtomicInteger());
    UdpWorld.done(udp.open(server));

    try (DatagramSocket client = UdpWorld.client(server)) {
      send(client, Type.IXFR);
      send(client, Type.A);
      byte[] octets = new byte[512];
      client.receive(new DatagramPacket(octets, octets.length));

      assertThat(new Message(octets).getSection(Section.ANSWER)).hasSize(2);
      assertThat(world.metrics.count("dcosnet.dns.dropped", "reason", "failure")).isOne();
    } finally {
      UdpWorld.done(udp.close());
    }
  }

  @Test
  void leavesNoSocketOpenWhenAWorkerCannotBeMade() throws Exception {
    AtomicInteger made = new AtomicInteger();
    UdpParts parts =
        new UdpParts(
            world.net,
            protocol -> {
              if (made.incrementAndGet() == 2) {
                throw new NoClassDefFoundError("wanted by the test");
              }
              return world.parts.responders().apply(protocol);
            },
            null,
            world.parts.metrics());
    NativeUdp udp = new NativeUdp(parts, 3, new AtomicInteger());

    assertThatThrownBy(() -> UdpWorld.done(udp.open(server)))
        .hasRootCauseInstanceOf(NoClassDefFoundError.class);

    try (DatagramSocket alone = new DatagramSocket(server.toSocketAddress())) {
      assertThat(alone.getLocalPort()).isEqualTo(server.port());
    }
    UdpWorld.done(udp.close());
  }

  private static void send(DatagramSocket client, int type) throws Exception {
    byte[] query =
        Message.newQuery(Record.newRecord(Name.fromString("web.example.org."), type, DClass.IN))
            .toWire();
    client.send(new DatagramPacket(query, query.length));
  }

  /** Answers IXFR with more than a datagram takes, as no service may. */
  private static final class TooLong implements TransferService {
    @Override
    public boolean mayConcern(byte[] message, int offset, int length) {
      return message[offset + length - 3] == (byte) Type.IXFR;
    }

    @Override
    public Responses answer(
        byte[] message, int offset, int length, IpAddress client, Protocol protocol) {
      return new Responses() {
        @Override
        public int next() {
          return UdpAnswering.MAX_DATAGRAM + 1;
        }

        @Override
        public byte[] octets() {
          return new byte[UdpAnswering.MAX_DATAGRAM + 1];
        }

        @Override
        public void close() {}
      };
    }
  }
}
