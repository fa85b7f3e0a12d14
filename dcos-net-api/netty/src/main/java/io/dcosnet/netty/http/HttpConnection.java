// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.netty.http.Reply.Asked;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens on one connection: requests are taken one after the other, each is answered before
 * the next is looked at, and what a pipelining client sends ahead waits.
 *
 * <p><b>Confined to</b> the event loop of its channel, except for {@link #lookIfDue}, {@link
 * #drain} and {@link #cut}, which any thread may call.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter implements ServerConnection {

  /** Where connections are counted: their server, or for a stream of HTTP/2 what it runs on. */
  interface Home {
    /** False when the connection must be closed again. */
    boolean opened(ServerConnection connection);

    void closed(ServerConnection connection);
  }

  /**
   * Where the connection stands. Input is taken in the first two; from CLOSING on it is dropped.
   */
  private enum Phase {
    IDLE,
    BODY,
    ANSWERING,
    CLOSING,
    LINGERING,
    CLOSED
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(HttpConnection.class);

  /** How long a client that we have given up may go on sending before it is cut off. */
  private static final long LINGER_NANOS = Duration.ofSeconds(2).toNanos();

  private static final long FAR_NANOS = Duration.ofDays(10_000).toNanos();

  private final ServerState server;
  private final Home home;
  private final Channel channel;
  private final @Nullable ClientKey client;
  private final boolean unix;
  private final Output output;
  private final ConnectionLoop loop;

  /** What a pipelining client has sent ahead. */
  private final Queue<HttpObject> waiting = new ArrayDeque<>();

  /** When something is to be done although nothing arrives; read by the sweep of the server. */
  private volatile long lookAtNanos;

  private Phase phase = Phase.IDLE;
  private @Nullable Exchange exchange;
  private @Nullable Answering answering;
  private boolean headBegun;
  private boolean inputEnded;
  private boolean reading;
  private boolean resuming;

  HttpConnection(ServerState server, Home home, Channel channel, boolean unix) {
    this.server = server;
    this.home = home;
    this.channel = channel;
    this.client = ClientKey.of(channel);
    this.unix = unix;
    this.output = new Output(channel, server.limits.writeNanos());
    this.loop = new ConnectionLoop(channel.eventLoop(), this::broken);
    lookIn(server.limits.idleNanos());
  }

  /** Speaks HTTP/1.1 on a channel from now on. */
  static HttpConnection begin(ServerState server, Channel channel, boolean unix) {
    HttpConnection connection = new HttpConnection(server, server, channel, unix);
    channel
        .pipeline()
        .addLast(
            new RequestDecoder(server.limits, connection::bytesArrived),
            new HttpResponseEncoder(),
            connection);
    return connection;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (!home.opened(this)) {
      close();
    }
  }

  /** Called before the decoder sees the bytes: from the first on, a request has its time. */
  void bytesArrived() {
    if (phase == Phase.IDLE && !headBegun) {
      headBegun = true;
      lookIn(server.limits.requestNanos());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    reading = true;
    if (phase.compareTo(Phase.CLOSING) >= 0) {
      ReferenceCountUtil.release(message);
    } else if (takesInput() && waiting.isEmpty()) {
      take((HttpObject) message);
    } else {
      waiting.add((HttpObject) message);
      channel.config().setAutoRead(false);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
    output.flush();
  }

  /** Not while answers pile up that the client does not read. */
  private boolean takesInput() {
    return (phase == Phase.IDLE || phase == Phase.BODY) && channel.isWritable();
  }

  private void take(HttpObject part) {
    try {
      if (part.decoderResult().isFailure()) {
        refuse(Refusal.of(part.decoderResult().cause()));
        return;
      }
      if (part instanceof HttpRequest head) {
        begin(head);
      }
      if (part instanceof HttpContent content && phase == Phase.BODY) {
        append(requireNonNull(exchange), content);
      }
    } finally {
      ReferenceCountUtil.release(part);
    }
  }

  private void begin(HttpRequest head) {
    phase = Phase.BODY;
    if (!headBegun) { // it came ahead, while another was answered
      headBegun = true;
      lookIn(server.limits.requestNanos());
    }
    Refusal fault = Exchange.fault(head, unix);
    if (fault != null) {
      refuse(fault);
      return;
    }
    Optional<RequestTarget> target = RequestTarget.parse(head.uri());
    if (target.isEmpty()) {
      refuse(Refusal.TARGET);
      return;
    }
    Exchange begun =
        new Exchange(
            head,
            target.get(),
            server.routes.find(target.get().path()),
            server.limits.maxBodyBytes(),
            server.time.nanos());
    if (begun.announcesTooMuch()) {
      refuse(Refusal.BODY_TOO_LARGE);
      return;
    }
    exchange = begun;
    if (begun.wantsContinue() && begun.mount() == null) {
      refuse(Refusal.NOT_FOUND);
    } else if (begun.wantsContinue()) {
      var unused =
          channel.writeAndFlush(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
  }

  private void append(Exchange arriving, HttpContent content) {
    if (!arriving.append(content.content(), channel.alloc())) {
      refuse(Refusal.BODY_TOO_LARGE);
    } else if (content instanceof LastHttpContent) {
      answer(arriving);
    }
  }

  private void answer(Exchange complete) {
    phase = Phase.ANSWERING;
    headBegun = false;
    exchange = null;
    lookIn(FAR_NANOS); // how long an answer may take is the handler's business
    answering = new Answering(server, this, loop, output, complete);
    answering.begin(remote());
  }

  /** Whether no further request is wanted or can come after the present one. */
  boolean endsHere() {
    return server.isStopping() || (inputEnded && waiting.isEmpty());
  }

  /** An answer was handed over completely. */
  void finished(boolean closes) {
    answering = null;
    if (!closes && !endsHere()) {
      phase = Phase.IDLE;
      lookIn(server.limits.idleNanos());
      resume();
    } else if (waiting.isEmpty()) {
      closeAfterFlush();
    } else {
      linger();
    }
  }

  /** Goes on with what came while it could not be taken. */
  private void resume() {
    if (resuming) {
      return; // called by an answer that the loop below has brought about
    }
    resuming = true;
    while (takesInput()) {
      HttpObject next = waiting.poll();
      if (next == null) {
        break;
      }
      take(next);
    }
    resuming = false;
    if (waiting.isEmpty() && takesInput()) {
      if (inputEnded) {
        closeAfterFlush();
      } else {
        channel.config().setAutoRead(true);
      }
    }
    if (!reading) {
      output.flush();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (!channel.isWritable()) {
      return;
    }
    Answering running = answering;
    if (running != null) {
      running.becameWritable();
    } else {
      resume();
    }
  }

  /** Answers without a handler; what else the client sends on this connection is dropped. */
  private void refuse(Refusal refusal) {
    Reply reply = Reply.of(refusal.response(), Asked.UNCLEARLY, server.date.now());
    server.metrics.refused(refusal);
    server.metrics.answered(reply.status());
    output.whole(reply);
    linger();
  }

  private void closeAfterFlush() {
    phase = Phase.CLOSING;
    lookIn(server.limits.writeNanos() / 4);
    output.closeAfterFlush();
  }

  /**
   * Ends our half and reads on for a while: closing at once with unread bytes would make the kernel
   * send a reset, which can take the answer away from a client that has not read it yet.
   */
  private void linger() {
    phase = Phase.LINGERING;
    lookIn(LINGER_NANOS);
    release();
    channel.config().setAutoRead(true);
    if (inputEnded) {
      output.closeAfterFlush();
    } else {
      output.endHalfAfterFlush();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (!(event instanceof ChannelInputShutdownEvent) || Output.isStream(channel)) {
      return; // a stream of HTTP/2 is ended on one side by each complete request
    }
    inputEnded = true;
    Answering running = answering;
    if (running != null) {
      if (running.isStream()) {
        close(); // a client that only ends its half looks the same as one that has left
      }
    } else if (phase == Phase.LINGERING) {
      output.closeAfterFlush();
    } else if ((phase == Phase.IDLE || phase == Phase.BODY)
        && waiting.isEmpty()) { // what has begun stays incomplete
      closeAfterFlush();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    phase = Phase.CLOSED;
    home.closed(this);
    release(); // calls the publisher of a stream, which may fail
  }

  private void release() {
    Exchange unfinished = exchange;
    exchange = null;
    if (unfinished != null) {
      unfinished.release();
    }
    Answering unanswered = answering;
    answering = null;
    if (unanswered != null) {
      unanswered.abandon();
    }
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    broken(cause);
  }

  private void broken(Throwable cause) {
    boolean ofTheClient = cause instanceof IOException || cause instanceof Http2Exception;
    if (ofTheClient || cause.getCause() instanceof IOException) {
      LOGGER.debug("connection failed remote={}", remote(), cause);
    } else {
      server.failures.warn("connection", "a connection failed", cause);
    }
    close();
  }

  @Override
  public @Nullable ClientKey client() {
    return client;
  }

  @Override
  public void lookIfDue(long nowNanos) {
    if (nowNanos - lookAtNanos >= 0) {
      loop.later(this::look);
    }
  }

  private void look() {
    long now = server.time.nanos();
    if (now - lookAtNanos < 0) {
      return; // something has happened since the sweep saw us
    }
    Answering running = answering;
    if (phase == Phase.LINGERING) {
      close();
    } else if (output.isStalled(now)) {
      tooSlow();
    } else if (phase == Phase.BODY || headBegun) {
      server.metrics.timedOut.increment();
      refuse(Refusal.TIMEOUT);
    } else if (output.isPending() || phase == Phase.CLOSING) {
      lookIn(server.limits.writeNanos() / 4);
    } else if (running != null) {
      lookIn(running.heartbeat() ? server.limits.heartbeatNanos() : FAR_NANOS);
    } else {
      tooSlow();
    }
  }

  private void tooSlow() {
    server.metrics.timedOut.increment();
    close();
  }

  void lookIn(long nanos) {
    lookAtNanos = server.time.nanos() + nanos;
  }

  @Override
  public void drain() {
    loop.later(
        () -> {
          if (phase == Phase.IDLE && !headBegun && waiting.isEmpty()) {
            closeAfterFlush();
          } else if (answering != null) {
            answering.drain();
          }
        });
  }

  @Override
  public void cut() {
    loop.later(this::close);
  }

  void close() {
    phase = Phase.CLOSED;
    var unused = channel.close();
  }

  private String remote() {
    if (unix) {
      return "unix";
    }
    return channel.remoteAddress() instanceof InetSocketAddress address
        ? HostPort.of(address).toString()
        : "unknown";
  }
}
