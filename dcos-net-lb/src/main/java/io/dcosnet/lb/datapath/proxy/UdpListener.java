// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.balance.BackendLoad;
import io.dcosnet.lb.balance.FlowHash;
import io.dcosnet.lb.balance.Picker;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One UDP front end: its socket, and a session for each client address and port that sends to it.
 * Answers leave from that socket, so they come from where the client has sent to.
 *
 * <p>A session ends when it is idle, when its back end drains or leaves, when that host says that
 * nobody listens there, or to make room for others; the next datagram of the client begins another
 * one. Where the service asks for a PROXY header of version 2, it stands in front of the first
 * datagram of each session, in the same datagram; a back end must look for it there.
 *
 * <p>While no back end is up the socket is closed, and the kernel tells clients so by ICMP: a
 * program cannot do that for a socket that it holds open.
 *
 * <p><b>Thread-safe.</b> All traffic of a front end runs on one event loop.
 */
final class UdpListener implements Listener {

  /** What comes while the loop is busy for a moment; with less, bursts are lost. */
  private static final int RECEIVE_BUFFER = 4 << 20;

  /** With datagrams of {@value UdpSession#MAX_DATAGRAM} octets just below 1 MiB of buffer. */
  private static final int BATCH = 16;

  private static final Logger LOGGER = LoggerFactory.getLogger(UdpListener.class);

  private final ProxyContext context;
  private final LbMetrics metrics;
  private final UdpSessionLimit limit;
  private final Frontend frontend;
  private final HostPort address;
  private final EventLoop loop;
  private volatile Route route;
  private volatile int active;

  // All below is touched on the loop only.
  private final UdpSessions sessions;
  private final Choice choice = new Choice();
  private final List<UdpSession> unflushed = new ArrayList<>();
  private @Nullable Channel front;
  private boolean closed;
  private long batchNanos;
  private boolean inBatch;

  UdpListener(
      ProxyContext context,
      UdpSessionLimit limit,
      Frontend frontend,
      HostPort address,
      Route route) {
    this.context = context;
    this.metrics = context.metrics();
    this.limit = limit;
    this.frontend = frontend;
    this.address = address;
    this.route = route;
    loop = context.net().eventLoops().next();
    sessions = new UdpSessions(context.net().random().nextLong());
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

  EventLoop loop() {
    return loop;
  }

  @Override
  public CompletableFuture<Void> bind() {
    limit.joined(this);
    return route(route);
  }

  /** {@inheritDoc} Done when sessions with others have ended. */
  @Override
  public CompletableFuture<Void> route(Route newRoute) {
    route = newRoute;
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(() -> follow(newRoute, done));
    return done;
  }

  private void follow(Route newRoute, CompletableFuture<Void> done) {
    boolean usable = newRoute.service().targets().stream().anyMatch(Target::takesNew);
    if (usable && front == null && !closed) {
      open(done);
    } else if (!usable) {
      shut(done);
    } else {
      done.complete(null);
    }
    for (HostPort endpoint : List.copyOf(sessions.targets())) {
      if (!keeps(newRoute.target(endpoint))) {
        endAll(session -> session.endpoint().equals(endpoint), "left");
      }
    }
  }

  /** One that was only ejected keeps its clients, as a connection would be kept. */
  private static boolean keeps(@Nullable Target target) {
    return target != null && target.state() == Backend.State.UP;
  }

  private void open(CompletableFuture<Void> opened) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(context.net().transport().datagram())
            .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, UdpSession.WATER_MARK)
            .handler(new Front());
    if (context.config().listensOnRoutes() && context.net().transport() == Transport.EPOLL) {
      bootstrap.option(EpollChannelOption.IP_FREEBIND, true);
    }
    context.net().transport().batchDatagrams(bootstrap, UdpSession.MAX_DATAGRAM, BATCH);
    bootstrap
        .bind(address.toSocketAddress())
        .addListener(
            (ChannelFutureListener)
                done -> {
                  if (done.isSuccess() && closed) {
                    done.channel().close().addListener(ended -> opened.complete(null));
                  } else if (done.isSuccess()) {
                    front = done.channel();
                    opened.complete(null);
                  } else {
                    opened.completeExceptionally(done.cause());
                  }
                });
  }

  private void shut(CompletableFuture<Void> done) {
    endAll(session -> true, "left");
    Channel channel = front;
    front = null;
    if (channel == null) {
      done.complete(null);
    } else {
      // The JDK gives the port back with the next turn of its selector, which comes before that.
      channel
          .close()
          .addListener(
              closing -> {
                var unused = loop.schedule(() -> done.complete(null), 1, TimeUnit.MILLISECONDS);
              });
    }
  }

  /** A drain is over here as soon as it begins: see {@link #route(Route)}. */
  @Override
  public void cutDrained(long nowNanos) {}

  @Override
  public void cutIdle(long nowNanos) {
    loop.execute(
        () -> {
          long idle = context.config().udpIdleTimeout().toNanos();
          UdpSession oldest = sessions.oldest();
          while (oldest != null && nowNanos - oldest.lastNanos() >= idle) {
            if (end(oldest, "idle")) {
              oldest.vouch(nowNanos);
            }
            oldest = sessions.oldest();
          }
        });
  }

  @Override
  public void cutAll() {
    loop.execute(() -> endAll(session -> true, "closed"));
  }

  /** Ends the sessions too: without the socket nobody could answer. */
  @Override
  public CompletableFuture<Void> close() {
    limit.left(this);
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          closed = true;
          endAll(session -> true, "closed");
          shut(done);
        });
    return done;
  }

  @Override
  public int active() {
    return active;
  }

  /** Ends the session that was not used for the longest time; from anywhere. */
  void evictOldest() {
    if (!loop.inEventLoop()) {
      loop.execute(this::evictOldest);
      return;
    }
    UdpSession oldest = sessions.oldest();
    if (oldest != null) {
      end(oldest, "evicted");
    }
  }

  private void endAll(Predicate<UdpSession> which, String reason) {
    for (UdpSession session : sessions.all()) {
      if (which.test(session)) {
        end(session, reason);
      }
    }
  }

  private boolean end(UdpSession session, String reason) {
    if (!sessions.remove(session)) {
      return false;
    }
    active = sessions.size();
    limit.ended();
    metrics.udpSessionsEnded(reason).increment();
    session.tally().ended();
    session.close();
    session.load().end();
    HostPort endpoint = session.endpoint();
    Target target = route.target(endpoint);
    if (!sessions.targets().contains(endpoint) && (target == null || !target.takesNew())) {
      context.observers().drained(frontend, endpoint);
    }
    return true;
  }

  /** The time; within one batch of datagrams read only once. */
  long nowNanos() {
    if (!inBatch) {
      return context.net().time().nanos();
    }
    if (batchNanos == 0) {
      batchNanos = context.net().time().nanos();
    }
    return batchNanos;
  }

  private void received(DatagramPacket packet) {
    InetSocketAddress client = packet.sender();
    UdpSession session = sessions.use(client);
    if (session == null) {
      session = begin(client);
    }
    if (session == null) {
      packet.release();
      return;
    }
    long size = packet.content().readableBytes();
    if (size == 0) { // Netty does not send them
      metrics.udpDropped("empty").increment();
      packet.release();
    } else if (session.send(packet.content(), nowNanos())) {
      metrics.udpToBackends.increment();
      session.tally().toBackends.add(size);
      session.vouch(nowNanos());
      if (session.becomesUnflushed()) {
        unflushed.add(session);
      }
    } else {
      metrics.udpDropped("full").increment();
    }
  }

  private @Nullable UdpSession begin(InetSocketAddress client) {
    Route current = route;
    if (active >= current.service().options().maxConnections()) {
      metrics.limited("vip").increment();
      return null;
    }
    long flow = current.asksForFlow() ? FlowHash.of(IpAddress.of(client.getAddress())) : 0;
    choice.of(current, true); // what is new of UDP never goes to one that drains
    for (int tries = 0; tries <= context.config().connectRetries(); tries++) {
      int index = choice.pick(flow, nowNanos(), context.net().random());
      if (index == Picker.NONE) {
        break;
      }
      HostPort endpoint = current.target(index).endpoint();
      BackendLoad load = current.load(index);
      try {
        UdpSession session = UdpSession.open(this, client, endpoint, load, nowNanos());
        HeaderOut header = current.header();
        if (header != null) {
          session.lead(header.octets(HostPort.of(client)));
        }
        sessions.add(session);
        active = sessions.size();
        metrics.udpSessions.increment();
        session.tally().came();
        session.tally().began();
        limit.began(this);
        return session;
      } catch (IOException e) {
        load.end();
        tell(endpoint, UdpSession.failure(e));
        choice.without(endpoint);
      } catch (ChannelException e) {
        load.end();
        LOGGER.debug("no socket for a session of {}", frontend, e);
        metrics.udpDropped("descriptors").increment();
        return null;
      }
    }
    if (choice.someFull()) {
      metrics.limited("backend").increment();
    } else {
      metrics.udpDropped("no_backend").increment();
    }
    return null;
  }

  private void tell(HostPort endpoint, Failure failure) {
    context.failed(route.tally(), frontend, endpoint, failure);
  }

  /** A back end has answered for the first time: that is all there is of a connect. */
  void firstAnswer(UdpSession session, long nanos) {
    session.load().connected(nanos, nowNanos());
    context.connected(frontend, session.endpoint(), nanos);
  }

  /** Passes an answer on, with the next {@link #flushAnswers}; takes it over. */
  void answer(UdpSession session, ByteBuf datagram) {
    Channel channel = front;
    if (channel == null || sessions.use(session.client()) != session) {
      datagram.release();
      return;
    }
    if (!channel.isWritable()) {
      channel.flush();
    }
    long size = datagram.readableBytes();
    if (!channel.isWritable() || size == 0) {
      metrics.udpDropped(size == 0 ? "empty" : "full").increment();
      datagram.release();
      return;
    }
    metrics.udpToClients.increment();
    session.tally().toClients.add(size);
    var unused =
        channel.write(new DatagramPacket(datagram, session.client()), channel.voidPromise());
  }

  void flushAnswers() {
    if (front != null) {
      front.flush();
    }
  }

  void failed(UdpSession session, Failure failure) {
    session.load().failed(nowNanos());
    if (end(session, "unreachable")) {
      tell(session.endpoint(), failure);
    }
  }

  /** Its socket was closed by something else than its end. */
  void lost(UdpSession session) {
    end(session, "lost");
  }

  /** A datagram that the kernel did not take, such as one too long for IPv6. */
  void notSent(Throwable cause) {
    LOGGER.debug("a datagram of {} was not sent", frontend, cause);
    metrics.udpDropped("unsendable").increment();
  }

  /** What clients send. */
  private final class Front extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      inBatch = true;
      received((DatagramPacket) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      inBatch = false;
      batchNanos = 0;
      for (UdpSession session : unflushed) {
        session.flush();
      }
      unflushed.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      notSent(cause);
    }
  }
}
