// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.transport.upstream.NettyExchange.SocketCounts;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.QueryWriter;
import io.dcosnet.dns.wire.ResponseReader;
import io.dcosnet.dns.wire.ResponseReader.Verdict;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a server: questions one behind the other without waiting, answers in any order
 * (RFC 7766 §7), each message behind its length.
 *
 * <p><b>Confined to</b> its lane.
 */
final class Stream extends ByteToMessageDecoder implements Asked.Place {

  private static final Logger LOGGER = LoggerFactory.getLogger(Stream.class);

  private static final int LENGTH_OCTETS = 2;

  /** Ids that were given up keep their place until the answer comes; more make a new connection. */
  private static final int MAX_IDS = 4096;

  private static final long MAX_KEEPALIVE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long KEEPALIVE_MARGIN_NANOS = Duration.ofMillis(500).toNanos();

  private final Lane lane;
  private final Server server;
  private final Carrier carrier;
  private final Streams streams;
  private final IntObjectMap<Asked> byId = new IntObjectHashMap<>();
  private final Deque<Asked> waiting = new ArrayDeque<>(2);
  private final Counter queries;
  private final Counter mismatches;
  private @Nullable Channel channel;
  private boolean ready;
  private boolean ended;

  /** Takes no more questions, as the server wishes or as it was silent for too long. */
  private boolean leaving;

  private boolean silent;
  private long answered;
  private long heardNanos;
  private long usedNanos;
  private long idleNanos;

  Stream(Lane lane, Server server, Carrier carrier, Streams streams) {
    this.lane = lane;
    this.server = server;
    this.carrier = carrier;
    this.streams = streams;
    this.queries = lane.streamQueries(carrier);
    this.mismatches = lane.udpFigures().wrongId();
    this.idleNanos = lane.config().idle().toNanos();
    this.usedNanos = lane.nanos();
    this.heardNanos = usedNanos;
  }

  void open() {
    if (carrier == Carrier.TCP) {
      connect(null);
      return;
    }
    var unused =
        lane.tls()
            .context()
            .whenCompleteAsync(
                (context, failure) -> {
                  if (failure == null) {
                    connect(context);
                  } else {
                    end(Kind.TLS, String.valueOf(failure.getMessage()));
                  }
                },
                lane.loop());
  }

  private void connect(@Nullable SslContext tls) {
    if (lane.isClosed()) {
      end(Kind.CANCELLED, "closed");
      return;
    }
    int timeout = (int) Math.min(Integer.MAX_VALUE, lane.config().connectTimeout().toMillis());
    Bootstrap bootstrap =
        new Bootstrap()
            .group(lane.loop())
            .channelFactory(lane.net().transport().socket())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeout)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel opened) {
                    if (tls != null) {
                      opened
                          .pipeline()
                          .addLast(
                              tls.newHandler(
                                  opened.alloc(), server.tlsName(), server.address().port()));
                    }
                    opened.pipeline().addLast(Stream.this);
                  }
                });
    ChannelFuture connecting = bootstrap.connect(server.socketAddress());
    SocketCounts counts = lane.socketCounts();
    channel = lane.opened(connecting, tls == null ? counts.tcp() : counts.tls());
    lane.whenDone(
        connecting,
        failure -> {
          if (failure != null) {
            end(Kind.UNREACHABLE, failure.toString());
          } else if (tls == null) {
            becomeReady();
          }
        });
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        becomeReady();
      } else {
        end(Kind.TLS, String.valueOf(handshake.cause()));
      }
    }
    super.userEventTriggered(context, event);
  }

  private void becomeReady() {
    ready = true;
    heardNanos = lane.nanos();
    // A write may find the connection broken and end it, with all that is still waiting then.
    for (Asked next = waiting.poll(); next != null; next = waiting.poll()) {
      if (!next.isDone()) {
        write(next);
      }
    }
  }

  boolean takesQuestions() {
    return !ended && !leaving && !silent && byId.size() < MAX_IDS;
  }

  /** Questions that wait here, those that were given up included. */
  int load() {
    return byId.size() + waiting.size();
  }

  void send(Asked question) {
    question.place = this;
    usedNanos = lane.nanos();
    if (ready) {
      write(question);
    } else {
      waiting.add(question);
    }
  }

  private void write(Asked question) {
    do {
      question.id = lane.random().nextInt() & 0xffff;
    } while (byId.containsKey(question.id));
    byId.put(question.id, question);
    Query query = question.query;
    question.sent = QueryWriter.question(query.name(), query.type());
    question.sentNanos = lane.nanos();
    QueryWriter writer = lane.write(question);
    if (question.edns) {
      writer.edns(query.dnssecOk()).keepalive();
      if (carrier == Carrier.TLS) {
        writer.pad();
      }
    }
    Channel open = channel;
    if (open != null) {
      ByteBuf message = open.alloc().buffer(LENGTH_OCTETS + writer.length());
      message.writeShort(writer.length()).writeBytes(writer.octets(), 0, writer.length());
      queries.increment();
      var unused = open.writeAndFlush(message, open.voidPromise());
    }
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    while (!ended && in.readableBytes() >= LENGTH_OCTETS) {
      int length = in.getUnsignedShort(in.readerIndex());
      if (in.readableBytes() < LENGTH_OCTETS + length) {
        return;
      }
      in.skipBytes(LENGTH_OCTETS).readBytes(lane.message, 0, length);
      received(length);
    }
  }

  private void received(int length) {
    heardNanos = lane.nanos();
    usedNanos = heardNanos;
    silent = false;
    if (length < QueryReader.HEADER_OCTETS) {
      end(Kind.MALFORMED, "a message of " + length + " octets");
      return;
    }
    Asked question = byId.remove(ResponseReader.id(lane.message));
    if (question == null) {
      mismatches.increment();
      return;
    }
    if (question.isDone()) {
      lane.late();
      return;
    }
    Verdict verdict =
        lane.reader.read(lane.message, length, question.sent, false, question.query.name());
    if (verdict == Verdict.OK) {
      answered++;
      keepAsLongAs(lane.reader.keepaliveTenths());
      lane.answered(question);
    } else {
      String what = verdict == Verdict.MALFORMED ? lane.reader.fault() : verdict.toString();
      lane.failed(question, Kind.MALFORMED, "malformed: " + what);
    }
    if (leaving) {
      closeIfUnused();
    }
  }

  /** What the server says of its patience (RFC 7828 §3.3). */
  private void keepAsLongAs(int tenths) {
    if (tenths != ResponseReader.UNKNOWN) {
      long nanos = Duration.ofMillis(100L * tenths).toNanos();
      idleNanos = Math.max(0, Math.min(MAX_KEEPALIVE_NANOS, nanos - KEEPALIVE_MARGIN_NANOS));
      leaving |= tenths == 0;
    }
  }

  /** One that says nothing any more may be dead: others do not follow, but it may still answer. */
  @Override
  public void left(Asked question, boolean unheard) {
    if (!waiting.remove(question) && unheard && heardNanos - question.sentNanos <= 0) {
      silent = true;
    }
  }

  void closeIfIdle(long nowNanos) {
    if (leaving || silent || nowNanos - usedNanos > idleNanos) {
      closeIfUnused();
    }
  }

  private void closeIfUnused() {
    boolean unused = true;
    for (Asked question : byId.values()) {
      unused &= question.isDone();
    }
    for (Asked question : waiting) {
      unused &= question.isDone();
    }
    if (unused) {
      end(Kind.CLOSED, "idle");
    }
  }

  /** Ends the connection; its questions go to a fresh one when it was good before. */
  private void end(Kind kind, String why) {
    if (ended) {
      return;
    }
    ended = true;
    streams.ended(this);
    if (channel != null) {
      var unused = channel.close();
    }
    List<Asked> left = new ArrayList<>(waiting);
    left.addAll(byId.values());
    waiting.clear();
    byId.clear();
    for (Asked question : left) {
      boolean wasGood = answered > 0 || !question.opener;
      if (question.isDone()) {
        continue;
      }
      if (kind == Kind.CLOSED && wasGood && !question.retried && !lane.isClosed()) {
        streams.sendAgain(question);
      } else {
        lane.failed(question, kind, why);
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    super.channelInactive(context);
    end(Kind.CLOSED, "the server ended the connection");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOGGER.debug("{} to {}: {}", carrier, server.address(), cause.toString());
    }
    end(carrier == Carrier.TLS && !ready ? Kind.TLS : Kind.CLOSED, String.valueOf(cause));
  }
}
