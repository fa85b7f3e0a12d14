// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Target;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One front end: its socket, its route, and the connections that came in there.
 *
 * <p><b>Thread-safe.</b> The route is set by the data path; connections come and go on event loops.
 */
final class ProxyListener implements Listener {

  private static final int BACKLOG = 1024; // the kernel takes the smaller of this and somaxconn

  private final ProxyContext context;
  private final Frontend frontend;
  private final HostPort address;
  private final Set<ProxyConnection> connections = ConcurrentHashMap.newKeySet();
  private final Map<HostPort, Set<ProxyConnection>> byTarget = new ConcurrentHashMap<>();
  private volatile Route route;
  private volatile @Nullable Channel server;

  ProxyListener(ProxyContext context, Frontend frontend, HostPort address, Route route) {
    this.context = context;
    this.frontend = frontend;
    this.address = address;
    this.route = route;
  }

  @Override
  public Frontend frontend() {
    return frontend;
  }

  @Override
  public HostPort address() {
    return address;
  }

  @Override
  public Route route() {
    return route;
  }

  ProxyContext context() {
    return context;
  }

  @Override
  public CompletableFuture<Void> bind() {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(context.net().eventLoops())
            .channelFactory(context.net().transport().serverSocket())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .handler(new AcceptPause(context.net().scheduler(), context.metrics()))
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel client) {
                    new ProxyConnection(ProxyListener.this, client).begin();
                  }
                });
    CompletableFuture<Void> bound = new CompletableFuture<>();
    bootstrap
        .bind(new InetSocketAddress(address.address().toInetAddress(), address.port()))
        .addListener(
            (ChannelFutureListener)
                done -> {
                  if (done.isSuccess()) {
                    server = done.channel();
                    bound.complete(null);
                  } else {
                    bound.completeExceptionally(done.cause());
                  }
                });
    return bound;
  }

  WriteBufferWaterMark waterMark() {
    int high = context.config().highWaterBytes();
    return new WriteBufferWaterMark(high / 2, high);
  }

  @Override
  public void route(Route newRoute) {
    route = newRoute;
    for (HostPort endpoint : byTarget.keySet()) {
      if (newRoute.target(endpoint) == null) {
        cut(endpoint);
      }
    }
  }

  @Override
  public void cutDrained(long nowNanos) {
    for (Target target : route.service().targets()) {
      long deadline = target.drainDeadlineNanos();
      if (deadline != Target.NEVER && deadline - nowNanos <= 0) {
        cut(target.endpoint());
      }
    }
  }

  private void cut(HostPort endpoint) {
    for (ProxyConnection connection : byTarget.getOrDefault(endpoint, Set.of())) {
      connection.cut();
    }
  }

  @Override
  public CompletableFuture<Void> close() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    Channel channel = server;
    if (channel == null) {
      closed.complete(null);
    } else {
      channel.close().addListener(done -> closed.complete(null));
    }
    return closed;
  }

  @Override
  public void cutAll() {
    connections.forEach(ProxyConnection::cut);
  }

  @Override
  public void cutIdle(long nowNanos) {
    connections.forEach(connection -> connection.cutIfIdle(nowNanos));
  }

  @Override
  public int active() {
    return connections.size();
  }

  void opened(ProxyConnection connection) {
    connections.add(connection);
  }

  void closed(ProxyConnection connection) {
    connections.remove(connection);
  }

  /** Counts a connection under its target; one that came too late for a route is cut. */
  void joined(HostPort endpoint, ProxyConnection connection) {
    byTarget.compute(
        endpoint,
        (at, there) -> {
          Set<ProxyConnection> set = there == null ? ConcurrentHashMap.newKeySet() : there;
          set.add(connection);
          return set;
        });
    if (route.target(endpoint) == null) {
      connection.cut();
    }
  }

  void left(HostPort endpoint, ProxyConnection connection) {
    boolean[] last = new boolean[1];
    byTarget.computeIfPresent(
        endpoint,
        (at, there) -> {
          there.remove(connection);
          last[0] = there.isEmpty();
          return there.isEmpty() ? null : there;
        });
    Target target = route.target(endpoint);
    if (last[0] && (target == null || !target.takesNew())) {
      context.observers().drained(frontend, endpoint);
    }
  }
}
