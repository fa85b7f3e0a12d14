// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.metrics.UpstreamMetrics;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.QueryWriter;
import io.dcosnet.dns.wire.ResponseReader;
import io.dcosnet.dns.wire.ResponseReader.Verdict;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One UDP socket that is connected to a server: the kernel lets nothing in that comes from
 * elsewhere, and says at once when nobody listens there. It takes {@value PendingIds#MAX} questions
 * within a minute; then another port takes its place.
 *
 * <p>A message that answers none of its questions is counted and waited past. When more than
 * {@value #MAX_MISMATCHES} of them come while a question waits, somebody is guessing: the question
 * is given up, to be asked in a way that cannot be forged, and the port is left.
 *
 * <p><b>Confined to</b> its lane.
 */
final class UdpPort extends ChannelInboundHandlerAdapter implements Asked.Place {

  static final int MAX_MISMATCHES = 20;

  private static final Logger LOGGER = LoggerFactory.getLogger(UdpPort.class);

  private static final long LIFE_NANOS = Duration.ofMinutes(1).toNanos();

  /** More than we say we take, as not every server listens. */
  private static final int MAX_DATAGRAM = 4096;

  private final Lane lane;
  private final Server server;
  private final UdpPorts ports;
  private final PendingIds ids = new PendingIds();
  private final Queue<Asked> waiting = new ArrayDeque<>(2);
  private final long openedNanos;
  private final Figures figures;
  private @Nullable Channel channel;
  private boolean connected;
  private boolean broken;
  private int taken;
  private int mismatches;

  /** Counters of all ports of a lane. */
  record Figures(
      Counter queries,
      Counter wrongId,
      Counter wrongQuestion,
      Counter wrongLetters,
      Counter wrongCookie,
      Counter noResponse,
      Counter spoofed,
      Counter lettersOff) {
    static Figures of(UpstreamMetrics metrics) {
      return new Figures(
          metrics.queries("udp"),
          metrics.mismatches("id"),
          metrics.mismatches("question"),
          metrics.mismatches("letters"),
          metrics.mismatches("cookie"),
          metrics.mismatches("no-response"),
          metrics.spoofed(),
          metrics.lettersOff());
    }
  }

  UdpPort(Lane lane, Server server, UdpPorts ports) {
    this.lane = lane;
    this.server = server;
    this.ports = ports;
    this.openedNanos = lane.nanos();
    this.figures = lane.udpFigures();
  }

  void open() {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(lane.loop())
            .channelFactory(lane.net().transport().datagram())
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM))
            .handler(this);
    ChannelFuture connecting = bootstrap.connect(server.socketAddress());
    channel = lane.opened(connecting, lane.socketCounts().udp());
    lane.whenDone(
        connecting,
        failure -> {
          if (failure == null) {
            connected = true;
            sendWaiting();
          } else {
            breakUp(failure.toString());
          }
        });
  }

  private void sendWaiting() {
    for (Asked question = waiting.poll(); question != null; question = waiting.poll()) {
      if (!question.isDone()) {
        write(question);
      }
    }
  }

  /** True when it is to take no more questions. */
  boolean isSpent(long nowNanos) {
    return broken || taken >= PendingIds.MAX || nowNanos - openedNanos > LIFE_NANOS;
  }

  void send(Asked question) {
    taken++;
    question.place = this;
    if (connected) {
      write(question);
    } else {
      waiting.add(question);
    }
  }

  private void write(Asked question) {
    do {
      question.id = lane.random().nextInt() & 0xffff;
    } while (!ids.add(question.id, question));
    Query query = question.query;
    question.sent = QueryWriter.question(query.name(), query.type());
    question.exactLetters = lane.config().mixedLetters() && server.repeatsLetters(lane.nanos());
    if (question.exactLetters) {
      QueryWriter.mixLetters(question.sent, lane.random());
    }
    question.mismatchesBefore = mismatches;
    QueryWriter writer = lane.write(question);
    if (question.edns) {
      writer.edns(query.dnssecOk());
      if (lane.config().cookies()) {
        writer.cookie(server.cookies().toSend());
      }
    }
    Channel open = channel;
    if (open != null) {
      ByteBuf message = open.alloc().buffer(writer.length());
      message.writeBytes(writer.octets(), 0, writer.length());
      figures.queries.increment();
      var unused = open.writeAndFlush(message, open.voidPromise());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object packet) {
    try {
      ByteBuf content = ((DatagramPacket) packet).content();
      int length = content.readableBytes();
      content.readBytes(lane.message, 0, length);
      received(length);
    } finally {
      ReferenceCountUtil.release(packet);
    }
  }

  private void received(int length) {
    if (length < QueryReader.HEADER_OCTETS) {
      mismatch(figures.noResponse);
      return;
    }
    int id = ResponseReader.id(lane.message);
    Asked question = ids.get(id);
    if (question == null || question.isDone()) {
      if (ids.isKnown(id)) {
        lane.late();
      } else {
        mismatch(figures.wrongId);
      }
      return;
    }
    Verdict verdict =
        lane.reader.read(
            lane.message, length, question.sent, question.exactLetters, question.query.name());
    switch (verdict) {
      case OK -> answered(question);
      case MALFORMED -> {
        ids.over(id);
        lane.failed(question, Kind.MALFORMED, "malformed: " + lane.reader.fault());
      }
      case OTHER_LETTERS -> otherLetters(question);
      case OTHER_QUESTION -> mismatch(figures.wrongQuestion);
      case NO_RESPONSE -> mismatch(figures.noResponse);
    }
  }

  private void answered(Asked question) {
    boolean withCookie = question.edns && lane.config().cookies() && !lane.reader.truncated();
    if (withCookie && !server.cookies().accept(lane.reader)) {
      mismatch(figures.wrongCookie);
      return;
    }
    ids.over(question.id);
    if (withCookie && ServerCookie.isRefused(lane.reader) && !question.cookieRefused) {
      question.cookieRefused = true; // the new one came with the refusal
      ports.send(question);
    } else {
      lane.answered(question);
    }
  }

  /**
   * Either a forger guessed id and port, or the server does not repeat letters. So it is asked once
   * more in new ones; a forger would have to guess again.
   */
  private void otherLetters(Asked question) {
    figures.wrongLetters.increment();
    ids.over(question.id);
    question.letterFaults++;
    if (question.letterFaults > 1) {
      figures.lettersOff.increment();
      server.doesNotRepeatLetters(lane.nanos());
    }
    ports.send(question);
  }

  private void mismatch(Counter reason) {
    reason.increment();
    mismatches++;
    if (mismatches <= MAX_MISMATCHES) {
      return;
    }
    for (Asked question : ids.questions()) {
      if (question != null
          && !question.isDone()
          && mismatches - question.mismatchesBefore > MAX_MISMATCHES) {
        ids.over(question.id);
        figures.spoofed.increment();
        lane.failed(question, Kind.SPOOFED, mismatches + " wrong answers came");
      }
    }
    broken = true; // whoever guesses has found this port
    ports.retire(this);
  }

  @Override
  public void left(Asked question, boolean unheard) {
    if (!waiting.remove(question)) {
      ids.over(question.id);
    }
  }

  /** Closes it when nothing waits for an answer here; false when something does. */
  boolean closeIfUnused() {
    for (Asked question : waiting) {
      if (!question.isDone()) {
        return false;
      }
    }
    for (Asked question : ids.questions()) {
      if (question != null && !question.isDone()) {
        return false;
      }
    }
    if (channel != null) {
      var unused = channel.close();
    }
    return true;
  }

  /** Nobody listens there, or no packet gets there: so it is for all its questions. */
  private void breakUp(String why) {
    broken = true;
    for (Asked question = waiting.poll(); question != null; question = waiting.poll()) {
      lane.failed(question, Kind.UNREACHABLE, why);
    }
    for (Asked question : ids.questions()) {
      if (question != null) {
        ids.over(question.id);
        lane.failed(question, Kind.UNREACHABLE, why);
      }
    }
    ports.retire(this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    breakUp("the socket was closed");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOGGER.error("udp to {}: {}", server.address(), cause, cause);
    }
    breakUp(String.valueOf(cause.getMessage()));
  }
}
