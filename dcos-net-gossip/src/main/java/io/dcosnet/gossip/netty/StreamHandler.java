// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.netty;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.protocol.LinkEnd;
import io.dcosnet.gossip.protocol.LinkPeer;
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
 * One link: hellos, an empty frame each as proof of the key, then the frames of the core. For the
 * event loop.
 */
final class StreamHandler extends ChannelInboundHandlerAdapter implements Sealing.StreamInput {

  /** Most octets that wait for a peer that does not read. */
  static final long MAX_WAITING = 8L << 20;

  private static final byte[] PROOF = {};
  private static final int PIECE = 16 << 10;

  private final Streams streams;
  private final int link;
  private final boolean opening;
  private final HostPort remote;
  private final Sealing.Stream stream;
  private final byte[] piece = new byte[PIECE];

  private @Nullable Channel channel;
  private @Nullable LinkPeer peer;
  private @Nullable Future<?> handshake;
  private @Nullable LinkEnd broken;
  private boolean stranger;
  private boolean proven;
  private boolean over;

  StreamHandler(
      Streams streams, int link, boolean opening, HostPort remote, Sealing sealing) {
    this.streams = streams;
    this.link = link;
    this.opening = opening;
    this.remote = remote;
    this.stranger = !opening;
    this.stream = sealing.stream(remote, opening);
  }

  /** The channel before it is connected, so that it can be closed. */
  void connecting(Channel channel) {
    this.channel = channel;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
    if (over) {
      channel.close();
      return;
    }
    handshake =
        context
            .executor()
            .schedule(
                () -> refuse("handshake", LinkEnd.TIMEOUT),
                Streams.HANDSHAKE_MILLIS,
                TimeUnit.MILLISECONDS);
    send(stream.hello());
    channel.flush();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf content = (ByteBuf) message;
    try {
      streams.metrics().streamIn(content.readableBytes());
      while (content.isReadable() && !over) {
        int length = Math.min(content.readableBytes(), piece.length);
        content.readBytes(piece, 0, length);
        stream.received(piece, 0, length, this);
      }
    } finally {
      ReferenceCountUtil.release(content);
    }
  }

  @Override
  public void hello(LinkPeer peer) {
    this.peer = peer;
    send(stream.seal(PROOF, 0));
    requireNonNull(channel).flush();
  }

  @Override
  public void frame(byte[] octets, int offset, int length) {
    if (over) {
      return;
    }
    if (proven) {
      if (length > 0) {
        streams.tell(user -> user.frame(link, octets, offset, length));
      }
      return;
    }
    if (length != 0) {
      refuse("malformed", LinkEnd.INVALID);
      return;
    }
    proven = true;
    cancelHandshake();
    noStranger();
    LinkPeer other = requireNonNull(peer);
    streams.tell(
        user -> {
          if (opening) {
            user.opened(link, other);
          } else {
            user.accepted(link, other);
          }
        });
  }

  @Override
  public void refused(String reason) {
    refuse(reason, LinkEnd.INVALID);
  }

  private void refuse(String reason, LinkEnd end) {
    if (!over) {
      streams.metrics().dropped(reason);
      closeChannel();
      ended(end);
    }
  }

  /** Sends a frame; false when the link is no more. */
  boolean write(byte[] frame, int length) {
    Channel open = channel;
    if (over || !proven || open == null) {
      return false;
    }
    ChannelOutboundBuffer waiting = open.unsafe().outboundBuffer();
    if (waiting != null && waiting.totalPendingWriteBytes() > MAX_WAITING) {
      closeChannel();
      open.eventLoop().execute(() -> ended(LinkEnd.TIMEOUT));
      return false;
    }
    send(stream.seal(frame, length));
    return true;
  }

  private void send(byte[] octets) {
    Channel open = requireNonNull(channel);
    streams.metrics().streamOut(octets.length);
    open.write(Unpooled.wrappedBuffer(octets), open.voidPromise());
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
    context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    LinkEnd end = broken == null ? LinkEnd.CLOSED : broken;
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
    if (streams.forget(link) && (opening || proven)) {
      streams.closed(link, end);
    }
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
      open.close();
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
