// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.balance.BackendLoad;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One client of a UDP front end and the back end that it was given, with a socket of its own: what
 * comes in there is for this client, and what the kernel learns of the back end (ICMP) arrives
 * there too.
 *
 * <p><b>Confined to</b> the event loop of the front end.
 */
final class UdpSession extends ChannelInboundHandlerAdapter {

  /** Room for the longest datagram. */
  static final int MAX_DATAGRAM = 65_535;

  /** What waits for a full network device; beyond that datagrams are dropped. */
  static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 << 10, 128 << 10);

  private final UdpListener listener;
  private final InetSocketAddress client;
  private final HostPort endpoint;
  private final BackendLoad load;
  private final ServiceTally tally;
  private final long begunNanos;
  private @Nullable Channel backend;
  private long lastNanos;
  private boolean answered;
  private boolean vouched;
  private boolean unflushed;
  private byte @Nullable [] lead; // before the first datagram

  private UdpSession(
      UdpListener listener,
      InetSocketAddress client,
      HostPort endpoint,
      BackendLoad load,
      long nowNanos) {
    this.listener = listener;
    this.client = client;
    this.endpoint = endpoint;
    this.load = load;
    tally = listener.route().tally();
    begunNanos = nowNanos;
    lastNanos = nowNanos;
  }

  /**
   * Opens a socket towards a back end.
   *
   * @throws IOException as the kernel has no way there
   * @throws io.netty.channel.ChannelException as there is no free file descriptor
   */
  static UdpSession open(
      UdpListener listener,
      InetSocketAddress client,
      HostPort endpoint,
      BackendLoad load,
      long nowNanos)
      throws IOException {
    UdpSession session = new UdpSession(listener, client, endpoint, load, nowNanos);
    Channel channel = listener.context().net().transport().datagram().newChannel();
    channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(MAX_DATAGRAM));
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    channel.pipeline().addLast(session);
    // On the loop itself both end at once: connecting a UDP socket only notes the address.
    EventLoop loop = listener.loop();
    succeeded(loop.register(channel), channel);
    succeeded(channel.connect(endpoint.toSocketAddress()), channel);
    session.backend = channel;
    return session;
  }

  private static void succeeded(ChannelFuture done, Channel channel) throws IOException {
    if (!done.isSuccess()) {
      channel.unsafe().closeForcibly();
      throw done.cause() instanceof IOException e
          ? e
          : new IOException(done.cause() == null ? "not at once" : done.cause().toString());
    }
  }

  /** What it says of the back end; {@link Failure#OTHER} when nothing. */
  static Failure failure(Throwable cause) {
    if (cause instanceof PortUnreachableException) {
      return Failure.REFUSED;
    }
    String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    boolean unreachable = cause instanceof NoRouteToHostException || text.contains("unreachable");
    return unreachable ? Failure.UNREACHABLE : Failure.OTHER;
  }

  /** What it counts for. */
  ServiceTally tally() {
    return tally;
  }

  InetSocketAddress client() {
    return client;
  }

  HostPort endpoint() {
    return endpoint;
  }

  BackendLoad load() {
    return load;
  }

  /** When a datagram went through it for the last time, in either direction. */
  long lastNanos() {
    return lastNanos;
  }

  /**
   * Tells that it turned out well when nobody complained for so long as an idle one is kept: some
   * back ends never answer by design, and some of their clients are never idle.
   */
  void vouch(long nowNanos) {
    if (!vouched
        && nowNanos - begunNanos >= listener.context().config().udpIdleTimeout().toNanos()) {
      turnedOutWell();
    }
  }

  private void turnedOutWell() {
    if (!vouched) {
      vouched = true;
      listener.context().observers().served(listener.frontend(), endpoint);
    }
  }

  /**
   * Passes a datagram of the client on, with the next {@link #flush}; takes it over.
   *
   * @return false when it had to be dropped, as the socket is full
   */
  boolean send(ByteBuf datagram, long nowNanos) {
    Channel channel = requireNonNull(backend);
    lastNanos = nowNanos;
    if (!channel.isWritable()) {
      channel.flush();
      if (!channel.isWritable()) {
        datagram.release();
        return false;
      }
    }
    ByteBuf whole = datagram;
    byte[] header = lead;
    if (header != null) {
      lead = null;
      whole = channel.alloc().directBuffer(header.length + datagram.readableBytes());
      whole.writeBytes(header).writeBytes(datagram);
      datagram.release();
    }
    var unused = channel.write(whole, channel.voidPromise());
    return true;
  }

  /** Puts this in front of the first datagram; comes before that. */
  void lead(byte[] octets) {
    lead = octets;
  }

  /** Whether it begins to have something to flush. */
  boolean becomesUnflushed() {
    boolean becomes = !unflushed;
    unflushed = true;
    return becomes;
  }

  void flush() {
    unflushed = false;
    requireNonNull(backend).flush();
  }

  void close() {
    Channel channel = backend;
    if (channel != null) {
      channel.flush(); // what it was given before still goes
      var unused = channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    DatagramPacket packet = (DatagramPacket) message;
    lastNanos = listener.nowNanos();
    if (!answered) {
      answered = true;
      listener.firstAnswer(this, lastNanos - begunNanos);
      turnedOutWell();
    }
    listener.answer(this, packet.content());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    listener.flushAnswers();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Failure failure = failure(cause);
    if (failure == Failure.OTHER) {
      listener.notSent(cause);
    } else {
      listener.failed(this, failure);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    listener.lost(this);
  }
}
