// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.answer.Front;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.transfer.TransferService;
import io.dcosnet.netty.BindFailedException;
import io.dcosnet.netty.NetRuntime;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections on one address and speaks DNS on them, in the clear or within TLS.
 *
 * <p><b>Thread-safe.</b>
 */
final class TcpListener {

  /**
   * What the kernel holds for a client that is slow to read. It tells that there is room again only
   * when a third is free: with the megabytes that it takes by itself, a client that reads steadily
   * would look for longer than {@link TcpLimits#idle} like one that does not. And a thousand
   * clients must not take gigabytes.
   */
  private static final int SEND_BUFFER_OCTETS = 256 * 1024;

  private final NetRuntime net;
  private final Supplier<? extends Front> fronts;
  private final @Nullable TransferService transfers;
  private final @Nullable Supplier<SslContext> tls;
  private final DnsMetrics metrics;
  private final TcpConnections connections;
  private final Map<EventLoop, Front> byLoop = new ConcurrentHashMap<>();
  private volatile @Nullable Channel channel;

  /**
   * A listener that is not open yet.
   *
   * @param fronts makes one for each event loop, since each belongs to one thread
   * @param transfers is asked before them; null when whole zones are not spoken about
   * @param tls what to encrypt new connections with, asked for each; null for plain TCP
   */
  TcpListener(
      NetRuntime net,
      Supplier<? extends Front> fronts,
      @Nullable TransferService transfers,
      @Nullable Supplier<SslContext> tls,
      DnsMetrics metrics,
      TcpLimits limits) {
    this.net = net;
    this.fronts = fronts;
    this.transfers = transfers;
    this.tls = tls;
    this.metrics = metrics;
    this.connections = new TcpConnections(limits, net.scheduler());
  }

  /**
   * Binds; may be called again after {@link #unbind}.
   *
   * @return where, with the real port; fails with {@link BindFailedException}
   */
  CompletionStage<HostPort> bind(HostPort wanted) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(net.eventLoops())
            .channelFactory(net.transport().serverSocket())
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_OCTETS)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel accepted) {
                    begin(accepted);
                  }
                });
    ChannelFuture binding = bootstrap.bind(wanted.toSocketAddress());
    CompletableFuture<HostPort> result = new CompletableFuture<>();
    var unused =
        binding.addListener(
            done -> {
              if (done.isSuccess()) {
                channel = binding.channel();
                int port = ((InetSocketAddress) binding.channel().localAddress()).getPort();
                result.complete(new HostPort(wanted.address(), port));
              } else {
                result.completeExceptionally(
                    BindFailedException.of("tcp", wanted, requireNonNull(done.cause())));
              }
            });
    return result;
  }

  private void begin(SocketChannel accepted) {
    SslHandler encryption = null;
    if (tls != null) {
      encryption = tls.get().newHandler(accepted.alloc());
      encryption.setHandshakeTimeoutMillis(0); // the connection watches over that itself
      accepted.pipeline().addLast(encryption);
    }
    // Connections of one event loop share one: each holds 64 KiB for the largest answer.
    Front front = byLoop.computeIfAbsent(accepted.eventLoop(), loop -> fronts.get());
    accepted
        .pipeline()
        .addLast(
            new TcpHandler(accepted, front, transfers, connections, metrics, encryption != null));
  }

  /** Connections that are open now. */
  int open() {
    return connections.open();
  }

  /** Queries that were put off and have no answer yet. */
  int pending() {
    return connections.pending().get();
  }

  /** Accepts no more; connections that are there go on. */
  CompletionStage<Void> unbind() {
    Channel bound = channel;
    CompletableFuture<Void> result = new CompletableFuture<>();
    if (bound == null) {
      result.complete(null);
    } else {
      channel = null;
      var unused = bound.close().addListener(done -> result.complete(null));
    }
    return result;
  }

  /** Accepts no more and ends all connections, after their answers but not after the grace. */
  CompletionStage<Void> close(Duration grace) {
    return unbind().thenCompose(done -> connections.close(grace));
  }
}
