// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.vip.VipTable.Target;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client and the back end that it was given.
 *
 * <p>Until a byte went either way, another back end may take the place of one that fails. An end of
 * input travels on as one, so a client may finish sending and still receive; a reset travels on as
 * a reset. A side that does not keep up stops the other one from being read.
 *
 * <p><b>Confined to</b> the event loop of the client, which serves the back end's channel too;
 * {@link #cut} and {@link #cutIfIdle} come from anywhere.
 */
final class ProxyConnection {

  private final ProxyListener listener;
  private final ProxyContext context;
  private final SocketChannel client;
  private final long begunNanos;
  private final List<HostPort> tried = new ArrayList<>(1);
  // What a client sent with its end of input before there was a back end; epoll hands it out then.
  private final Deque<ByteBuf> early = new ArrayDeque<>(0);

  private @Nullable Channel backend;
  private @Nullable HostPort endpoint;
  private boolean bytesWent;
  private boolean clientEnded;
  private boolean clientEndPassedOn;
  private boolean backendEndPassedOn;
  private boolean over;
  private volatile long lastByteNanos;

  ProxyConnection(ProxyListener listener, SocketChannel client) {
    this.listener = listener;
    this.context = listener.context();
    this.client = client;
    begunNanos = context.net().time().nanos();
    lastByteNanos = begunNanos;
  }

  void begin() {
    context.metrics().connections.increment();
    listener.opened(this);
    client.pipeline().addLast(new Side(true));
  }

  /** Ends it with a reset, as its back end is not to be used any more. */
  void cut() {
    client
        .eventLoop()
        .execute(
            () -> {
              if (!over) {
                context.metrics().drainCuts.increment();
                abort();
              }
            });
  }

  void cutIfIdle(long nowNanos) {
    if (nowNanos - lastByteNanos >= context.config().idleTimeout().toNanos()) {
      client.eventLoop().execute(this::abort);
    }
  }

  private void connect() {
    long now = context.net().time().nanos();
    long left = context.config().connectBudget().toNanos() - (now - begunNanos);
    boolean mayTry = left > 0 && tried.size() <= context.config().connectRetries();
    Target target = mayTry ? listener.route().pick(tried) : null;
    if (target == null) {
      context.metrics().noBackend.increment();
      abort();
      return;
    }
    if (!tried.isEmpty()) {
      context.metrics().connectRetries.increment();
    }
    tried.add(target.endpoint());
    long timeout = Math.min(left, context.config().connectTimeout().toNanos());
    HostPort place = target.endpoint();
    new Bootstrap()
        .group(client.eventLoop())
        .channelFactory(context.net().transport().socket())
        .disableResolver()
        .option(
            ChannelOption.CONNECT_TIMEOUT_MILLIS,
            (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeout)))
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, listener.waterMark())
        .handler(new Side(false))
        .connect(new InetSocketAddress(place.address().toInetAddress(), place.port()))
        .addListener((ChannelFutureListener) done -> connected(done, place, now));
  }

  private void connected(ChannelFuture done, HostPort place, long begun) {
    if (!done.isSuccess()) {
      failed(place, failure(done.cause()));
      return;
    }
    if (over) {
      var unused = done.channel().close();
      return;
    }
    context.observers().connected(listener.frontend(), place, context.net().time().nanos() - begun);
    backend = done.channel();
    endpoint = place;
    listener.joined(place, this);
    while (!early.isEmpty()) {
      pass(requireNonNull(backend), early.poll());
    }
    requireNonNull(backend).flush();
    if (clientEnded) {
      passEnd(true);
    }
    backend.config().setAutoRead(client.isWritable());
    client.config().setAutoRead(backend.isWritable());
  }

  private void failed(HostPort place, Failure failure) {
    context.metrics().connectFailures(failure.name().toLowerCase(Locale.ROOT)).increment();
    context.observers().failed(listener.frontend(), place, failure);
    if (!over) {
      connect();
    }
  }

  private static Failure failure(Throwable cause) {
    if (cause instanceof ConnectTimeoutException) {
      return Failure.TIMEOUT;
    }
    if (cause instanceof NoRouteToHostException) {
      return Failure.UNREACHABLE;
    }
    String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (text.contains("unreachable")) {
      return Failure.UNREACHABLE;
    }
    boolean refused = cause instanceof ConnectException && text.contains("refused");
    return refused ? Failure.REFUSED : Failure.OTHER;
  }

  private void pass(Channel to, ByteBuf data) {
    bytesWent = true;
    long size = data.readableBytes();
    (to == client ? context.metrics().bytesToClients : context.metrics().bytesToBackends).add(size);
    var unused = to.write(data, to.voidPromise());
  }

  /** Tells one side that the other will send no more, once everything before that is written. */
  private void passEnd(boolean ofClient) {
    Channel to = ofClient ? backend : client;
    if (to == null) {
      return; // told when there is a back end
    }
    to.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            written -> {
              if (written.isSuccess() && !over) {
                ((DuplexChannel) to).shutdownOutput().addListener(shut -> endPassedOn(ofClient));
              }
            });
  }

  private void endPassedOn(boolean ofClient) {
    if (ofClient) {
      clientEndPassedOn = true;
    } else {
      backendEndPassedOn = true;
    }
    if (clientEndPassedOn && backendEndPassedOn && !over) {
      end();
      var unused = client.close();
      closeBackend();
    }
  }

  /** A back end that fails before it was of any use may be replaced. */
  private void backendFailed() {
    Channel failed = backend;
    HostPort place = endpoint;
    if (bytesWent || failed == null || place == null || !early.isEmpty()) {
      abort();
      return;
    }
    client.config().setAutoRead(false);
    backend = null;
    endpoint = null;
    clientEndPassedOn = false;
    listener.left(place, this);
    var unused = failed.close();
    failed(place, Failure.RESET);
  }

  private void abort() {
    if (over) {
      return;
    }
    end();
    reset(client);
    closeBackend();
  }

  private void closeBackend() {
    Channel channel = backend;
    if (channel == null) {
      return;
    }
    if (clientEndPassedOn && backendEndPassedOn) {
      var unused = channel.close();
    } else {
      reset(channel);
    }
  }

  private void end() {
    over = true;
    early.forEach(ByteBuf::release);
    early.clear();
    HostPort place = endpoint;
    if (place != null) {
      listener.left(place, this);
    }
    listener.closed(this);
  }

  private static void reset(Channel channel) {
    try {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    } catch (ChannelException e) {
      // closed by the peer already: there is nobody left to tell
    }
    var unused = channel.close();
  }

  /** What arrives from one of the two. */
  private final class Side extends ChannelInboundHandlerAdapter {
    private final boolean ofClient;

    Side(boolean ofClient) {
      this.ofClient = ofClient;
    }

    private @Nullable Channel other() {
      return ofClient ? backend : client;
    }

    /** False for a back end that was given up. */
    private boolean counts(ChannelHandlerContext ctx) {
      return !over && (ofClient || ctx.channel() == backend);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      if (ofClient) {
        connect();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf data = (ByteBuf) message;
      if (!counts(ctx)) {
        data.release();
        return;
      }
      lastByteNanos = context.net().time().nanos();
      Channel to = other();
      if (to == null) {
        early.add(data);
      } else {
        pass(to, data);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      Channel to = other();
      if (to != null) {
        to.flush();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      Channel reader = other();
      if (counts(ctx) && reader != null) {
        reader.config().setAutoRead(ctx.channel().isWritable());
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent && counts(ctx)) {
        if (ofClient) {
          clientEnded = true;
        }
        passEnd(ofClient);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (!counts(ctx)) {
        return;
      }
      if (ofClient) {
        abort();
      } else {
        backendFailed();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (counts(ctx)) {
        abort();
      }
    }
  }
}
