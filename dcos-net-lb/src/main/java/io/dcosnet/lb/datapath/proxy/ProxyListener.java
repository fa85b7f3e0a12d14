// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.balance.BackendLoad;
import io.dcosnet.lb.balance.FlowHash;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderException;
import io.dcosnet.lb.internal.wire.Acceptor;
import io.dcosnet.lb.internal.wire.Wire;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Target;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP front end: its socket, its route, and the connections that came in there.
 *
 * <p>One event loop accepts, and serves what it accepted unless others have much less to do.
 *
 * <p><b>Thread-safe.</b> The route is set by the data path; connections come and go on event loops.
 */
final class ProxyListener implements Listener, Acceptor.Taker {

  private static final int BACKLOG = 1024; // the kernel takes the smaller of this and somaxconn
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);
  private static final Logger LOGGER = LoggerFactory.getLogger(ProxyListener.class);

  private final ProxyContext context;
  private final Frontend frontend;
  private final HostPort address;
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicInteger connecting = new AtomicInteger();
  private final AtomicInteger retrying = new AtomicInteger();
  private final List<Lane> lanes;
  private final int accepting;
  private volatile Route route;
  private volatile @Nullable Acceptor acceptor;

  ProxyListener(ProxyContext context, Frontend frontend, HostPort address, Route route) {
    this.context = context;
    this.frontend = frontend;
    this.address = address;
    this.route = route;
    lanes = context.loops().all().stream().map(Lane::new).toList();
    accepting = context.loops().next();
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
    CompletableFuture<Void> bound = new CompletableFuture<>();
    IoEventLoop loop = lanes.get(accepting).loop().events();
    loop.execute(
        () -> {
          try {
            Acceptor opened = context.sockets().listen(address.toSocketAddress(), BACKLOG);
            acceptor = opened;
            opened.watch(loop, this);
            bound.complete(null);
          } catch (IOException | RuntimeException e) {
            closeAcceptor();
            bound.completeExceptionally(e);
          }
        });
    return bound;
  }

  /** Comes on the event loop that accepts. */
  @Override
  public void take(Wire client) {
    Route now = route;
    context.metrics().connections.increment();
    now.tally().came();
    int most = now.service().options().maxConnections();
    if (active.incrementAndGet() > most) {
      active.decrementAndGet();
      context.metrics().limited("vip").increment();
      client.reset();
      return;
    }
    int serving = context.loops().serving(accepting);
    Lane lane = lanes.get(serving);
    ProxyConnection connection = new ProxyConnection(this, lane, client);
    if (serving == accepting) {
      connection.begin();
    } else if (!lane.loop().events().isShuttingDown()) {
      lane.loop().events().execute(connection::begin);
    } else {
      active.decrementAndGet();
      client.reset();
    }
  }

  @Override
  public void failed(IOException cause) {
    context.metrics().acceptPauses.increment();
    LOGGER.debug("accept on {} failed, resting {}", address, ACCEPT_PAUSE, cause);
    Acceptor resting = acceptor;
    if (resting != null) {
      resting.pause();
      IoEventLoop loop = lanes.get(accepting).loop().events();
      context.net().scheduler().schedule(ACCEPT_PAUSE, () -> loop.execute(resting::resume));
    }
  }

  @Override
  public CompletableFuture<Void> route(Route newRoute) {
    route = newRoute;
    lanes.forEach(
        lane ->
            lane.each(
                connection -> {
                  HostPort to = connection.connectedTo();
                  if (to != null && newRoute.target(to) == null) {
                    connection.cut();
                  }
                }));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void cutDrained(long nowNanos) {
    Set<HostPort> drained = new HashSet<>();
    for (Target target : route.service().targets()) {
      if (target.drainIsOver(nowNanos)) {
        drained.add(target.endpoint());
      }
    }
    if (!drained.isEmpty()) {
      lanes.forEach(
          lane ->
              lane.each(
                  connection -> {
                    HostPort to = connection.connectedTo();
                    if (to != null && drained.contains(to)) {
                      connection.cut();
                    }
                  }));
    }
  }

  @Override
  public CompletableFuture<Void> close() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    IoEventLoop loop = lanes.get(accepting).loop().events();
    if (loop.isShuttingDown()) {
      closed.complete(null);
      return closed;
    }
    loop.execute(
        () -> {
          closeAcceptor();
          // The JDK gives the port back with the next turn of its selector, which comes before
          // that.
          var unused = loop.schedule(() -> closed.complete(null), 1, TimeUnit.MILLISECONDS);
        });
    return closed;
  }

  private void closeAcceptor() {
    Acceptor open = acceptor;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void cutAll() {
    lanes.forEach(lane -> lane.each(ProxyConnection::cut));
  }

  @Override
  public void cutIdle(long nowNanos) {
    long idle = context.config().idleTimeout().toNanos();
    lanes.forEach(lane -> lane.each(connection -> connection.sweep(nowNanos, idle)));
  }

  @Override
  public int active() {
    return active.get();
  }

  // What connections tell, on event loops

  void closed() {
    active.decrementAndGet();
  }

  /** The connection left a back end that it was connected to; the load counts it no more. */
  void left(HostPort endpoint, BackendLoad load) {
    Target target = route.target(endpoint);
    if (load.active() == 0 && (target == null || !target.takesNew())) {
      context.observers().drained(frontend, endpoint);
    }
  }

  /** False when too many wait for a back end already. */
  boolean beginConnect() {
    if (connecting.incrementAndGet() > context.config().maxPendingConnects()) {
      connecting.decrementAndGet();
      return false;
    }
    return true;
  }

  void endConnect() {
    connecting.decrementAndGet();
  }

  /**
   * False when a further try would make a bad hour worse: many connections are at their second try
   * already.
   */
  boolean beginRetry() {
    int most =
        Math.max(
            ProxyConfig.RETRIES_IN_ANY_CASE,
            (int) ((long) active.get() * context.config().retryBudgetPercent() / 100));
    if (retrying.incrementAndGet() > most) {
      retrying.decrementAndGet();
      return false;
    }
    return true;
  }

  void endRetry() {
    retrying.decrementAndGet();
  }

  /** True when some clients send a header of the PROXY protocol. */
  boolean takesHeaders() {
    return !context.config().acceptProxyHeaderFrom().isEmpty();
  }

  /** True when this one does. */
  boolean takesHeaders(@Nullable HostPort client) {
    for (Cidr trusted : context.config().acceptProxyHeaderFrom()) {
      if (client != null && trusted.contains(client.address())) {
        return true;
      }
    }
    return false;
  }

  void headerRefused(@Nullable HostPort client, ProxyHeaderException why) {
    context.metrics().headersRefused(why.fault().name().toLowerCase(Locale.ROOT)).increment();
    LOGGER.debug("header of {} on {} refused: {}", client, frontend, why.getMessage());
  }

  /** The number that a client is known by to pickers. */
  long flow(@Nullable HostPort client) {
    return client == null ? 0 : FlowHash.of(client.address());
  }
}
