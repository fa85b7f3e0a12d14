// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of HTTP/2 (RFC 9113). Each stream on it is an {@link HttpConnection} of its own
 * with one request; here is what they have in common: how many there are, silence, the end.
 *
 * <p><b>Confined to</b> the event loop of its channel, except for what the server calls.
 */
final class Http2Connection extends ChannelInboundHandlerAdapter
    implements ServerConnection, HttpConnection.Home {

  private static final Logger LOGGER = LoggerFactory.getLogger(Http2Connection.class);

  private final ServerState server;
  private final Channel channel;
  private final @Nullable ClientKey client;
  private final ConnectionLoop loop;
  private final Output output;
  private final Set<ServerConnection> streams = new LinkedHashSet<>();

  /** When the last stream ended. */
  private long idleSinceNanos;

  private boolean leaving;

  private Http2Connection(ServerState server, Channel channel) {
    this.server = server;
    this.channel = channel;
    this.client = ClientKey.of(channel);
    this.output = new Output(channel, server.limits.writeNanos());
    this.loop = new ConnectionLoop(channel.eventLoop(), this::broken);
    this.idleSinceNanos = server.time.nanos();
  }

  /** Speaks HTTP/2 on a channel from now on. */
  static Http2Connection begin(ServerState server, Channel channel) {
    Http2Connection connection = new Http2Connection(server, channel);
    Http2FrameCodec codec =
        Http2FrameCodecBuilder.forServer()
            .initialSettings(
                Http2Settings.defaultSettings()
                    .maxConcurrentStreams(server.limits.maxStreams())
                    .maxHeaderListSize(server.limits.maxHeaderBytes()))
            .gracefulShutdownTimeoutMillis(0) // we wait for the streams ourselves
            .build();
    channel
        .pipeline()
        .addLast(codec, new Http2MultiplexHandler(connection.streamBegins()), connection);
    return connection;
  }

  private ChannelInitializer<Channel> streamBegins() {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel stream) {
        stream
            .pipeline()
            .addLast(
                new Http2StreamFrameToHttpObjectCodec(true),
                new HttpConnection(server, Http2Connection.this, stream, false));
      }
    };
  }

  @Override
  public boolean opened(ServerConnection stream) {
    streams.add(stream);
    return !leaving;
  }

  @Override
  public void closed(ServerConnection stream) {
    if (streams.remove(stream) && streams.isEmpty()) {
      idleSinceNanos = server.time.nanos();
      if (leaving) {
        cut();
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object frame) {
    ReferenceCountUtil.release(frame); // settings and the like, which the codec has dealt with
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    server.closed(this);
    super.channelInactive(context);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    broken(cause);
  }

  private void broken(Throwable cause) {
    LOGGER.debug("connection failed remote={}", channel.remoteAddress(), cause);
    var unused = channel.close();
  }

  @Override
  public @Nullable ClientKey client() {
    return client;
  }

  @Override
  public void lookIfDue(long nowNanos) {
    loop.later(() -> look(nowNanos));
  }

  private void look(long nowNanos) {
    List.copyOf(streams).forEach(stream -> stream.lookIfDue(nowNanos));
    boolean idle = streams.isEmpty() && nowNanos - idleSinceNanos >= server.limits.idleNanos();
    boolean stalled = output.isStalled(nowNanos);
    if (stalled || idle) {
      server.metrics.timedOut.increment();
    }
    if (stalled) {
      cut();
    } else if (idle) {
      leave();
    }
  }

  @Override
  public void drain() {
    loop.later(this::leave);
  }

  /** Tells the client to come no more, and ends with the last stream. */
  private void leave() {
    if (!leaving) {
      leaving = true;
      var unused = channel.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
    }
    if (streams.isEmpty()) {
      cut();
    } else {
      List.copyOf(streams).forEach(ServerConnection::drain);
    }
  }

  @Override
  public void cut() {
    var unused = channel.close();
  }
}
