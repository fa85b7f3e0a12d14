// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.dcosnet.dns.answer.Responder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers datagrams on one socket. <b>Confined to</b> its event loop. */
final class UdpHandler extends ChannelInboundHandlerAdapter {

  private static final Logger LOGGER = LoggerFactory.getLogger(UdpHandler.class);

  private final UdpAnswering answering;

  UdpHandler(UdpAnswering answering) {
    this.answering = answering;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object read) {
    DatagramPacket packet = (DatagramPacket) read;
    try {
      InetSocketAddress client = packet.sender();
      int length = packet.content().readableBytes();
      packet.content().readBytes(answering.message, 0, length);
      answering.sender.set(client.getAddress(), client.getPort());
      answer(context, answering.answer(length), client);
    } finally {
      packet.release();
    }
  }

  private void answer(ChannelHandlerContext context, int octets, InetSocketAddress client) {
    if (octets > 0) {
      send(context, answering.octets(), octets, client);
    } else if (octets == Responder.LATER) {
      var unused =
          answering.later().thenAccept(response -> sendLate(context.channel(), response, client));
    }
  }

  /** Leaves with all other answers of this round. */
  private void send(
      ChannelHandlerContext context, byte[] octets, int length, InetSocketAddress client) {
    if (!context.channel().isWritable()) {
      answering.notSent(1); // the client asks again; waiting answers only grow old
      return;
    }
    ByteBuf answer = context.alloc().directBuffer(length).writeBytes(octets, 0, length);
    // Nobody listens to each promise: what fails is told to exceptionCaught.
    var unused = context.write(new DatagramPacket(answer, client), context.voidPromise());
  }

  /** On any thread. */
  private void sendLate(Channel channel, byte[] response, InetSocketAddress client) {
    if (response.length == 0) {
      return;
    }
    if (!channel.isWritable()) { // or closed by now
      answering.notSent(1);
      return;
    }
    ByteBuf answer =
        channel.alloc().directBuffer(response.length).writeBytes(response, 0, response.length);
    var unused =
        channel
            .writeAndFlush(new DatagramPacket(answer, client))
            .addListener(
                done -> {
                  if (!done.isSuccess()) {
                    answering.notSent(1);
                  }
                });
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    answering.notSent(1);
    LOGGER.debug("udp {}: {}", context.channel().localAddress(), cause.toString());
  }
}
