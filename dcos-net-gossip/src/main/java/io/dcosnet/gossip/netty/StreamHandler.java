// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.netty;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.protocol.LinkEnd;
import io.dcosnet.gossip.protocol.LinkPeer;
import io.dcosnet.gossip.secure.SealFault;
import io.dcosnet.gossip.secure.StreamEvents;
import io.dcosnet.gossip.secure.StreamSeal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One link: both sides prove that they belong to the cluster, then come the frames of the core. For
 * the event loop.
 */
final class StreamHandler extends ChannelInboundHandlerAdapter implements StreamEvents {

  /**
   * Most octets that wait for a peer that does not read. The store stops writing at less than half
   * of it, so that its longest message does not cost the link.
   */
  static final long MAX_WAITING = 20L << 20;

  private final Streams streams;
  private final int link;
  private final boolean opening;
  private final HostPort remote;
  private final StreamSeal seal;

  private @Nullable Channel channel;
  private @Nullable Future<?> handshake;
  private @Nullable LinkEnd broken;
  private boolean stranger;
  private boolean over;

  StreamHandler(Streams streams, int link, HostPort remote, StreamSeal seal, boolean opening) {
    this.streams = streams;
    this.link = link;
    this.opening = opening;
    this.remote = remote;
    this.stranger = !opening;
    this.seal = seal;
  }

  /** The channel before it is connected, so that it can be closed. */
  void connecting(Channel channel) {
    this.channel = channel;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
    if (over) {
      var unused = channel.close();
      return;
    }
    handshake =
        context
            .executor()
            .schedule(this::handshakeLate, Streams.HANDSHAKE_MILLIS, TimeUnit.MILLISECONDS);
    send(seal.greeting());
    channel.flush();
  }

  private void handshakeLate() {
    streams.metrics().dropped("handshake");
    end(LinkEnd.TIMEOUT);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf content = (ByteBuf) message;
    try {
      streams.metrics().streamIn(content.readableBytes());
      byte[] piece = streams.piece();
      while (content.isReadable() && !over) {
        int length = Math.min(content.readableBytes(), piece.length);
        content.readBytes(piece, 0, length);
        SealFault fault = seal.accept(piece, 0, length, this);
        if (fault != null) {
          streams.refusals().refused(fault, remote);
          end(LinkEnd.INVALID);
        }
      }
    } finally {
      ReferenceCountUtil.release(content);
    }
  }

  @Override
  public void reply(byte[] octets) {
    send(octets);
    flush();
  }

  @Override
  public void proven(long shortId, long epoch) {
    if (over) {
      return;
    }
    cancelHandshake();
    noStranger();
    LinkPeer peer = new LinkPeer(shortId, epoch, remote);
    streams.tell(
        user -> {
          if (opening) {
            user.opened(link, peer);
          } else {
            user.accepted(link, peer);
          }
        });
  }

  @Override
  public void frame(byte[] octets, int offset, int length) {
    if (!over && length > 0) {
      streams.tell(user -> user.frame(link, octets, offset, length));
    }
  }

  /** Closes the connection and tells the core. */
  private void end(LinkEnd end) {
    if (!over) {
      closeChannel();
      ended(end);
    }
  }

  /** Sends a frame; false when the link is no more. */
  boolean write(byte[] frame, int length) {
    Channel open = channel;
    if (over || open == null || !seal.isProven()) {
      return false;
    }
    if (pending() > MAX_WAITING) {
      broken = LinkEnd.TIMEOUT; // told when the channel is closed, and not as an end in order
      closeChannel();
      return false;
    }
    send(seal.seal(frame, length));
    return true;
  }

  /** Octets that were written and that the system has not taken. */
  long pending() {
    Channel open = channel;
    ChannelOutboundBuffer waiting = open == null ? null : open.unsafe().outboundBuffer();
    return waiting == null ? 0 : waiting.totalPendingWriteBytes();
  }

  private void send(byte[] octets) {
    Channel open = requireNonNull(channel);
    streams.metrics().streamOut(octets.length);
    var unused = open.write(Unpooled.wrappedBuffer(octets), open.voidPromise());
  }

  void flush() {
    Channel open = channel;
    if (open != null) {
      open.flush();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (broken == null) {
      broken = LinkEnds.ofBroken(cause);
    }
    var unused = context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    LinkEnd end = broken == null ? LinkEnd.CLOSED : broken;
    if (opening && !over && end == LinkEnd.CLOSED && !seal.isProven()) {
      streams.refusals().refusedUs(remote);
    }
    // Later, as a failed write inside a call of the core ends here too.
    context.executor().execute(() -> ended(end));
  }

  /** The link is no more; the core hears it once, and only if it knows the link. */
  void ended(LinkEnd end) {
    if (over) {
      return;
    }
    over = true;
    cancelHandshake();
    noStranger();
    if (streams.forget(link) && (opening || seal.isProven())) {
      streams.closed(link, end);
    }
  }

  /** Where the other end is. */
  HostPort remote() {
    return remote;
  }

  /** Ends the link at once, and the core hears of it. */
  void cut() {
    ended(LinkEnd.UNREACHABLE);
    closeChannel();
  }

  /** After what was written; the core does not hear of it. */
  void closeInOrder() {
    over = true;
    cancelHandshake();
    noStranger();
    Channel open = channel;
    if (open == null || !open.isActive()) {
      closeChannel();
      return;
    }
    Future<?> limit =
        open.eventLoop()
            .schedule(this::closeChannel, Streams.HANDSHAKE_MILLIS, TimeUnit.MILLISECONDS);
    open.closeFuture().addListener(closed -> limit.cancel(false));
    open.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /** The core does not hear of it. */
  void closeAtOnce() {
    over = true;
    cancelHandshake();
    noStranger();
    closeChannel();
  }

  private void closeChannel() {
    Channel open = channel;
    if (open != null) {
      var unused = open.close();
    }
  }

  private void noStranger() {
    if (stranger) {
      stranger = false;
      streams.noStranger(remote);
    }
  }

  private void cancelHandshake() {
    Future<?> timer = handshake;
    if (timer != null) {
      timer.cancel(false);
      handshake = null;
    }
  }
}
