// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.dcosnet.api.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * Writes answers: small bodies with their head, large ones piece by piece as fast as the client
 * reads. Confined to the event loop of its channel.
 */
final class Output {

  /** Bodies up to this size are handed over at once. */
  static final int PIECE = 64 * 1024;

  private final Channel channel;
  private final long patienceNanos;

  private Bytes body = Bytes.EMPTY;
  private int taken;
  private boolean unflushed;
  private boolean pumping;

  // How far the kernel had taken our bytes when somebody last looked.
  private long pendingBytes;
  private long progressBytes;
  private long movedAtNanos;

  /**
   * @param patienceNanos how long a client may take nothing of what waits for it
   */
  Output(Channel channel, long patienceNanos) {
    this.channel = channel;
    this.patienceNanos = patienceNanos;
  }

  /** An answer with its whole body. */
  void whole(Reply reply) {
    Bytes content = reply.body();
    write(
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(reply.status()),
            content.size() == 0 ? Unpooled.EMPTY_BUFFER : buffer(content, 0, content.size()),
            reply.headers(),
            EmptyHttpHeaders.INSTANCE));
  }

  /** The head of an answer; its body follows by {@link #pump}, a stream's by {@link #chunk}. */
  void head(Reply reply) {
    body = reply.body();
    taken = 0;
    write(
        new DefaultHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()), reply.headers()));
  }

  /** False while the client reads slower than we write. */
  boolean isWritable() {
    return channel.isWritable();
  }

  /** Writes what the client is ready to take; true once all of the body is handed over. */
  boolean pump() {
    if (pumping) {
      return false; // the flush below made the channel writable again; the loop goes on by itself
    }
    pumping = true;
    while (taken < body.size() && channel.isWritable()) {
      int size = Math.min(PIECE, body.size() - taken);
      ByteBuf piece = buffer(body, taken, size);
      taken += size;
      write(
          taken == body.size() ? new DefaultLastHttpContent(piece) : new DefaultHttpContent(piece));
      flush();
    }
    pumping = false;
    return taken == body.size();
  }

  void chunk(String text) {
    write(new DefaultHttpContent(ByteBufUtil.writeUtf8(channel.alloc(), text)));
  }

  void lastChunk() {
    write(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  void flush() {
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
  }

  void closeAfterFlush() {
    if (isStream(channel)) {
      flush(); // it closes by itself when both sides have ended
      return;
    }
    var unused = flushed().addListener(ChannelFutureListener.CLOSE);
  }

  /** Lets the client read to the end and go on sending; closes where that is not possible. */
  void endHalfAfterFlush() {
    if (isStream(channel)) {
      flush(); // the end of an answer is the end of our half
      return;
    }
    var unused =
        flushed()
            .addListener(
                done -> {
                  var unusedToo = done.isSuccess() ? endHalf() : channel.close();
                });
  }

  /** TLS has an end of its own for our half, after which the client's half goes on. */
  private ChannelFuture endHalf() {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls != null) {
      return tls.closeOutbound();
    }
    return channel instanceof DuplexChannel halves ? halves.shutdownOutput() : channel.close();
  }

  /** Completes when everything written before has left for the kernel. */
  private ChannelFuture flushed() {
    unflushed = false;
    return channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
  }

  /** Whether bytes wait for the client to read. */
  boolean isPending() {
    return pendingBytes(channel.unsafe().outboundBuffer()) > 0;
  }

  /** Whether the client has taken nothing for too long; to be asked from time to time. */
  boolean isStalled(long nowNanos) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    long pending = pendingBytes(buffer);
    long progress = buffer == null ? 0 : buffer.currentProgress();
    if (pending == 0 || pending != pendingBytes || progress != progressBytes) {
      pendingBytes = pending;
      progressBytes = progress;
      movedAtNanos = nowNanos;
    }
    return nowNanos - movedAtNanos >= patienceNanos;
  }

  private long pendingBytes(@Nullable ChannelOutboundBuffer buffer) {
    if (buffer != null) {
      return buffer.totalPendingWriteBytes();
    }
    if (!isStream(channel) || !channel.isActive()) {
      return 0;
    }
    // A stream of HTTP/2 has no buffer of its own; how far it is from its marks tells as much.
    WriteBufferWaterMark marks = channel.config().getWriteBufferWaterMark();
    return channel.isWritable()
        ? marks.high() + 1 - channel.bytesBeforeUnwritable()
        : marks.low() - 1 + channel.bytesBeforeWritable();
  }

  /** Whether this is one stream of a connection of HTTP/2. */
  static boolean isStream(Channel channel) {
    return channel instanceof Http2StreamChannel;
  }

  private void write(HttpObject part) {
    unflushed = true;
    var unused = channel.write(part, channel.voidPromise());
  }

  private ByteBuf buffer(Bytes content, int from, int size) {
    return channel.alloc().ioBuffer(size).writeBytes(content.toByteBuffer().slice(from, size));
  }
}
