// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for a connection until the TLS handshake has shown what the client speaks; then one for
 * HTTP/2 or HTTP/1.1 takes its place.
 *
 * <p><b>Confined to</b> the event loop of its channel, except for what the server calls.
 */
final class ProtocolChoice extends ApplicationProtocolNegotiationHandler
    implements ServerConnection {

  private static final Logger LOGGER = LoggerFactory.getLogger(ProtocolChoice.class);

  private final ServerState server;
  private final Channel channel;
  private final @Nullable ClientKey client;
  private final long beganNanos;
  private boolean chosen;

  ProtocolChoice(ServerState server, Channel channel) {
    super(ApplicationProtocolNames.HTTP_1_1);
    this.server = server;
    this.channel = channel;
    this.client = ClientKey.of(channel);
    this.beganNanos = server.time.nanos();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    if (server.opened(this)) {
      super.channelActive(context);
    } else {
      cut();
    }
  }

  @Override
  protected void configurePipeline(ChannelHandlerContext context, String protocol) {
    chosen = true;
    if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
      server.became(this, Http2Connection.begin(server, channel));
    } else {
      server.became(this, HttpConnection.begin(server, channel, false));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    if (!chosen) {
      server.closed(this);
    }
    super.channelInactive(context);
  }

  @Override
  protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
    server.metrics.handshakesFailed.increment();
    LOGGER.debug("handshake failed remote={}", channel.remoteAddress(), cause);
    cut();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOGGER.debug("connection failed remote={}", channel.remoteAddress(), cause);
    cut();
  }

  @Override
  public @Nullable ClientKey client() {
    return client;
  }

  @Override
  public void lookIfDue(long nowNanos) {
    if (nowNanos - beganNanos >= server.limits.requestNanos()) {
      server.metrics.timedOut.increment();
      cut();
    }
  }

  @Override
  public void drain() {
    cut(); // nothing has been asked yet
  }

  @Override
  public void cut() {
    var unused = channel.close();
  }
}
