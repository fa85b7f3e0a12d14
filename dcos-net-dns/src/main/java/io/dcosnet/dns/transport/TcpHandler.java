// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.transfer.TransferService;
import io.dcosnet.dns.transfer.TransferService.Responses;
import io.dcosnet.dns.wire.Sender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection: each message behind its length in two octets (RFC 1035 §4.2.2), as many as
 * the client likes, answered in order.
 *
 * <p>A connection is ended when it is silent for too long, sends octets but never a whole query, or
 * does not read what we answer. While answers wait to leave, nothing more is read.
 *
 * <p><b>Confined to</b> its event loop.
 */
final class TcpHandler extends ByteToMessageDecoder {

  private static final Logger LOGGER = LoggerFactory.getLogger(TcpHandler.class);
  private static final int LENGTH_OCTETS = 2;

  private final Responder responder;
  private final Sender sender = new Sender();
  private final @Nullable TransferService transfers;
  private final TcpConnections connections;
  private final TcpLimits limits;
  private final DnsMetrics metrics;
  private byte[] message = new byte[512];
  private boolean admitted;
  private boolean ending;
  private long progress;

  /** What answers the last query message by message; nothing else is answered meanwhile. */
  private @Nullable Responses transfer;

  private boolean halfClosed;

  TcpHandler(
      Responder responder,
      @Nullable TransferService transfers,
      TcpConnections connections,
      TcpLimits limits,
      DnsMetrics metrics) {
    this.responder = responder;
    this.transfers = transfers;
    this.connections = connections;
    this.limits = limits;
    this.metrics = metrics;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    String refusal = connections.admit(context.channel());
    if (!refusal.isEmpty()) {
      end(context, refusal);
      return;
    }
    admitted = true;
    watch(context, 0, limits.firstQuery().toMillis());
    super.channelActive(context);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    if (admitted) {
      connections.left(context.channel());
    }
    if (transfer != null) {
      metrics.transfers("cut").increment();
      transfer.close();
      transfer = null;
    }
    super.channelInactive(context);
  }

  /** Ends the connection when no whole query has come in, and no part of a zone left, by then. */
  private void watch(ChannelHandlerContext context, long seen, long millis) {
    var unused =
        context
            .executor()
            .schedule(
                () -> {
                  if (!context.channel().isActive()) {
                    return;
                  }
                  boolean unread = transfer == null && !context.channel().isWritable();
                  boolean stuck = progress == seen || unread;
                  if (stuck) {
                    end(context, "idle");
                  } else {
                    watch(context, progress, limits.idle().toMillis());
                  }
                },
                millis,
                TimeUnit.MILLISECONDS);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    while (mayAnswer(context) && in.readableBytes() >= LENGTH_OCTETS) {
      int length = in.getUnsignedShort(in.readerIndex());
      if (length == 0) {
        end(context, "empty-message");
        return;
      }
      if (in.readableBytes() < LENGTH_OCTETS + length) {
        return;
      }
      in.skipBytes(LENGTH_OCTETS);
      answer(context, in, length);
    }
  }

  private boolean mayAnswer(ChannelHandlerContext context) {
    return !ending && transfer == null && context.channel().isWritable();
  }

  private void answer(ChannelHandlerContext context, ByteBuf in, int length) {
    if (message.length < length) {
      message = new byte[length];
    }
    in.readBytes(message, 0, length);
    progress++;
    if (transfers != null) {
      transfer = transfers.answer(message, 0, length, client(context), Protocol.TCP);
      if (transfer != null) {
        writeTransfer(context);
        return;
      }
    }
    sender.set(remote(context).getAddress(), remote(context).getPort());
    int octets = responder.answer(message, 0, length, sender);
    if (octets == Responder.SILENCE) {
      end(context, "not-a-query"); // no more sense to be expected on this connection
      return;
    }
    write(context, responder.octets(), octets);
  }

  /** Length and message in one write, so that they leave in one segment (RFC 7766 §8). */
  private static void write(ChannelHandlerContext context, byte[] octets, int length) {
    ByteBuf answer = context.alloc().buffer(LENGTH_OCTETS + length);
    answer.writeShort(length).writeBytes(octets, 0, length);
    var unused = context.write(answer);
  }

  /** Writes as much as the client reads; the rest when it has read that. */
  private void writeTransfer(ChannelHandlerContext context) {
    Responses messages = transfer;
    while (messages != null && context.channel().isWritable()) {
      int length = messages.next();
      if (length == 0) {
        messages.close();
        messages = null;
      } else {
        write(context, messages.octets(), length);
        progress++;
      }
    }
    transfer = messages;
    if (messages == null && halfClosed) {
      finish(context);
    }
  }

  private static IpAddress client(ChannelHandlerContext context) {
    return IpAddress.of(remote(context).getAddress());
  }

  private static InetSocketAddress remote(ChannelHandlerContext context) {
    return (InetSocketAddress) context.channel().remoteAddress();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
    readOrWait(context);
    // Not the decoder's own way, which would read on although we have stopped reading.
    discardSomeReadBytes();
    context.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
    if (context.channel().isWritable() && !ending) {
      writeTransfer(context);
      // Queries that came before we stopped reading are still waiting in the decoder.
      callDecode(context, internalBuffer(), List.of());
      context.flush();
    }
    readOrWait(context);
    super.channelWritabilityChanged(context);
  }

  private void readOrWait(ChannelHandlerContext context) {
    context.channel().config().setAutoRead(transfer == null && context.channel().isWritable());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    context.flush(); // makes room for the answers to what is left
    super.userEventTriggered(context, event); // decodes that
    if (event instanceof ChannelInputShutdownEvent) {
      finish(context);
    }
  }

  /** The client asks no more but still reads: what was answered leaves first. */
  private void finish(ChannelHandlerContext context) {
    if (transfer != null) {
      halfClosed = true;
      return;
    }
    ending = true;
    var unused =
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  private void end(ChannelHandlerContext context, String reason) {
    ending = true;
    metrics.connectionsClosed(reason).increment();
    context.flush();
    var unused = context.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOGGER.debug("tcp {}: {}", context.channel().remoteAddress(), cause.toString());
    end(context, "error");
  }
}
