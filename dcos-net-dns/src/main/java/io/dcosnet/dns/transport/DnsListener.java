// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.answer.Responder;
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
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One address and port on which DNS is spoken, over UDP and over TCP.
 *
 * <p><b>Thread-safe.</b>
 */
public final class DnsListener {

  /** Other programs may hold the same ephemeral port for UDP that we got for TCP. */
  private static final int EPHEMERAL_TRIES = 20;

  private final NetRuntime net;
  private final Function<Protocol, Responder> responders;
  private final @Nullable TransferService transfers;
  private final DnsMetrics metrics;
  private final TcpLimits limits;
  private final List<Channel> channels = new CopyOnWriteArrayList<>();
  private final TcpConnections connections;
  private final Map<EventLoop, Responder> tcpResponders = new ConcurrentHashMap<>();
  private final UdpParts udpParts;
  private final UdpSockets udpSockets;
  private volatile @Nullable UdpListener udp;
  private volatile HostPort address;

  /**
   * A listener that is not open yet.
   *
   * @param wanted port 0 takes one that is free for both UDP and TCP
   * @param responders makes a responder for each socket, since each belongs to one thread
   * @param transfers is asked before them; null when whole zones are not spoken about
   */
  public DnsListener(
      NetRuntime net,
      HostPort wanted,
      Function<Protocol, Responder> responders,
      @Nullable TransferService transfers,
      DnsMetrics metrics,
      TcpLimits limits,
      UdpSockets udpSockets) {
    this.net = requireNonNull(net, "net");
    this.address = requireNonNull(wanted, "wanted");
    this.responders = requireNonNull(responders, "responders");
    this.transfers = transfers;
    this.metrics = requireNonNull(metrics, "metrics");
    this.limits = requireNonNull(limits, "limits");
    this.connections = new TcpConnections(limits);
    this.udpSockets = requireNonNull(udpSockets, "udpSockets");
    this.udpParts = new UdpParts(net, responders, transfers, metrics);
  }

  /**
   * Binds; fails with {@link BindFailedException} and leaves nothing open but for {@link #close}.
   */
  public CompletionStage<Void> open() {
    int tries = address.port() == 0 ? EPHEMERAL_TRIES : 1;
    // A look at the machine for the first time takes a while.
    return CompletableFuture.supplyAsync(() -> udpSockets.listener(udpParts), net.executor())
        .thenCompose(
            datagrams -> {
              udp = datagrams;
              CompletableFuture<Void> done = new CompletableFuture<>();
              open(datagrams, tries, done);
              return done;
            })
        .thenRun(() -> metrics.connections(address.toString(), connections::open));
  }

  private void open(UdpListener datagrams, int triesLeft, CompletableFuture<Void> done) {
    HostPort wanted = address;
    bindTcp(wanted)
        .thenCompose(
            tcp -> {
              int port = ((InetSocketAddress) tcp.localAddress()).getPort();
              HostPort bound = new HostPort(wanted.address(), port);
              return datagrams.open(bound).thenAccept(all -> address = bound);
            })
        .whenComplete(
            (ok, failure) -> {
              if (failure == null) {
                done.complete(null);
              } else if (triesLeft > 1) {
                var unused = closeSockets().thenRun(() -> open(datagrams, triesLeft - 1, done));
              } else {
                done.completeExceptionally(
                    failure.getCause() == null ? failure : failure.getCause());
              }
            });
  }

  private CompletionStage<Channel> bindTcp(HostPort wanted) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(net.eventLoops())
            .channelFactory(net.transport().serverSocket())
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    Responder responder = tcpResponder(channel.eventLoop());
                    channel
                        .pipeline()
                        .addLast(
                            new TcpHandler(responder, transfers, connections, limits, metrics));
                  }
                });
    return bound(bootstrap.bind(wanted.toSocketAddress()), "tcp", wanted);
  }

  /** Connections of one event loop share a responder: each holds 64 KiB for the largest answer. */
  private Responder tcpResponder(EventLoop loop) {
    return tcpResponders.computeIfAbsent(loop, key -> responders.apply(Protocol.TCP));
  }

  private CompletionStage<Channel> bound(ChannelFuture binding, String protocol, HostPort wanted) {
    CompletableFuture<Channel> result = new CompletableFuture<>();
    var unused =
        binding.addListener(
            done -> {
              if (done.isSuccess()) {
                channels.add(binding.channel());
                result.complete(binding.channel());
              } else {
                result.completeExceptionally(
                    BindFailedException.of(protocol, wanted, requireNonNull(done.cause())));
              }
            });
    return result;
  }

  /** Where it listens; the real port once it is open. */
  public HostPort address() {
    return address;
  }

  /** Stops accepting and ends all connections; answers under way leave first. */
  public CompletionStage<Void> close() {
    return closeSockets().thenRun(connections::closeAll);
  }

  private CompletionStage<Void> closeSockets() {
    CompletableFuture<?>[] all =
        channels.stream().map(DnsListener::closed).toArray(CompletableFuture<?>[]::new);
    channels.clear();
    return CompletableFuture.allOf(all).thenCompose(done -> closeUdp());
  }

  private CompletionStage<Void> closeUdp() {
    UdpListener datagrams = udp;
    return datagrams == null ? CompletableFuture.completedFuture(null) : datagrams.close();
  }

  private static CompletableFuture<Void> closed(Channel channel) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    var unused = channel.close().addListener(done -> result.complete(null));
    return result;
  }
}
