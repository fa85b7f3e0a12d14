// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.AllocatedOctets;
import io.dcosnet.dns.transport.UdpWorld.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Steady traffic leaves nothing for the garbage collector. */
class UdpAllocationIT {

  private static final AllocatedOctets ALLOCATED = new AllocatedOctets();

  /** Less than this for each query is what the machine did once, not what a handler does. */
  private static final int SMALLEST_OBJECT = 16;

  private static final int QUERIES = 60_000;
  private static final int WINDOW = 30;

  /** The compilers take some rounds until they have seen that nothing escapes. */
  private static final int MOST_ROUNDS = 12;

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void nativeWorkersAllocateNothing(String address) throws Exception {
    try (UdpWorld world = new UdpWorld(Kind.NATIVE)) {
      UdpListener listener = world.listener(1);
      HostPort server = UdpWorld.at(address, UdpWorld.freePort());
      UdpWorld.done(listener.open(server));
      long worker = threadId("dcosnet-dns-udp-1");
      List<Long> allocated = new ArrayList<>();
      try (DatagramSocket client = UdpWorld.client(server)) {
        while (allocated.size() < MOST_ROUNDS && !allocated.contains(0L)) {
          long before = ALLOCATED.now(worker);
          exchange(client);
          allocated.add(ALLOCATED.now(worker) - before);
        }
      } finally {
        UdpWorld.done(listener.close());
      }
      assertThat(allocated).as("octets for %s queries, round by round", QUERIES).contains(0L);
      assertThat(world.metrics.count("dcosnet.dns.dropped", "reason", "failure")).isZero();
    }
  }

  @Test
  void theNettyHandlerAllocatesNoMoreThanNettyAsksFor() throws Exception {
    try (UdpWorld world = new UdpWorld(Kind.NIO)) {
      byte[] query = queries().get(1);
      byte[] answer = answer(world, query);

      long bare = Long.MAX_VALUE;
      long ours = Long.MAX_VALUE;
      for (int round = 0;
          round < MOST_ROUNDS && (round < 4 || ours >= bare + SMALLEST_OBJECT);
          round++) {
        bare = Math.min(bare, allocatedBy(new Stub(answer), query) / QUERIES);
        UdpHandler handler = new UdpHandler(new UdpAnswering(world.parts));
        ours = Math.min(ours, allocatedBy(handler, query) / QUERIES);
      }

      assertThat(ours)
          .as("octets a query, and those of a handler with a fixed answer")
          .isLessThan(bare + SMALLEST_OBJECT)
          .isPositive();
    }
  }

  /** Answers everything with the same octets; the least that a handler can do. */
  private static final class Stub extends ChannelInboundHandlerAdapter {
    private final byte[] answer;

    Stub(byte[] answer) {
      this.answer = answer;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
      DatagramPacket packet = (DatagramPacket) read;
      ByteBuf content = context.alloc().directBuffer(answer.length).writeBytes(answer);
      var unused =
          context.write(new DatagramPacket(content, packet.sender()), context.voidPromise());
      packet.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }
  }

  private static byte[] answer(UdpWorld world, byte[] query) {
    UdpAnswering answering = new UdpAnswering(world.parts);
    answering.sender.setIpv4(0xc0000201, 5300);
    System.arraycopy(query, 0, answering.message, 0, query.length);
    int length = answering.answer(query.length);
    assertThat(length).isGreaterThan(query.length);
    return Arrays.copyOf(answering.octets(), length);
  }

  private static long allocatedBy(ChannelHandler handler, byte[] query) {
    EmbeddedChannel channel = new EmbeddedChannel(handler);
    InetSocketAddress here = UdpWorld.at("127.0.0.1", 53).toSocketAddress();
    InetSocketAddress client = UdpWorld.at("127.0.0.1", 5300).toSocketAddress();
    ByteBuf content = Unpooled.directBuffer().writeBytes(query);
    long before = ALLOCATED.now();
    for (int i = 0; i < QUERIES; i++) {
      content.readerIndex(0);
      var unused = channel.writeOneInbound(new DatagramPacket(content.retain(), here, client));
      channel.flushInbound();
      DatagramPacket answer = channel.readOutbound();
      answer.release();
    }
    long after = ALLOCATED.now();
    content.release();
    channel.finishAndReleaseAll();
    return after - before;
  }

  /** Keeps so many queries under way that none is lost. */
  private static void exchange(DatagramSocket client) throws IOException {
    List<byte[]> queries = queries();
    java.net.DatagramPacket answer = new java.net.DatagramPacket(new byte[4096], 4096);
    for (int i = 0; i < QUERIES; i++) {
      byte[] query = queries.get(i % queries.size());
      client.send(new java.net.DatagramPacket(query, query.length));
      if (i >= WINDOW) {
        client.receive(answer);
      }
    }
    for (int i = 0; i < WINDOW; i++) {
      client.receive(answer);
    }
  }

  /** Known and unknown names, and one with too many records, with and without an OPT record. */
  private static List<byte[]> queries() {
    List<byte[]> queries = new ArrayList<>();
    for (String name : List.of("web.example.org.", "no.example.org.", "many.example.org.")) {
      Message plain = query(name);
      Message edns = query(name);
      edns.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
      queries.add(plain.toWire());
      queries.add(edns.toWire());
    }
    return queries;
  }

  private static Message query(String name) {
    try {
      return Message.newQuery(Record.newRecord(Name.fromString(name), Type.A, DClass.IN));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static long threadId(String name) {
    List<Long> found = new ArrayList<>();
    await()
        .until(
            () -> {
              Thread.getAllStackTraces().keySet().stream()
                  .filter(thread -> thread.getName().equals(name))
                  .forEach(thread -> found.add(thread.getId()));
              return !found.isEmpty();
            });
    return found.get(0);
  }
}
