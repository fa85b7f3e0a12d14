// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.transfer.TransferService;
import io.dcosnet.dns.transfer.TransferService.Responses;
import io.dcosnet.dns.wire.Sender;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers datagrams on one socket. <b>Confined to</b> its event loop. */
final class UdpHandler extends SimpleChannelInboundHandler<DatagramPacket> {

  private static final Logger LOGGER = LoggerFactory.getLogger(UdpHandler.class);

  private final Responder responder;
  private final @Nullable TransferService transfers;
  private final Counter notSent;
  private final Counter fromPortZero;
  private final Sender sender = new Sender();
  private byte[] message = new byte[512];

  UdpHandler(Responder responder, @Nullable TransferService transfers, DnsMetrics metrics) {
    this.responder = responder;
    this.transfers = transfers;
    this.notSent = metrics.dropped("send");
    this.fromPortZero = metrics.dropped("port-zero");
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
    InetSocketAddress client = packet.sender();
    if (client.getPort() == 0) {
      fromPortZero.increment(); // forged: nobody can get an answer there
      return;
    }
    ByteBuf content = packet.content();
    int length = content.readableBytes();
    if (message.length < length) {
      message = new byte[length];
    }
    content.readBytes(message, 0, length);
    if (transfers != null && answerTransfer(transfers, context, length, client)) {
      return;
    }
    sender.set(client.getAddress(), client.getPort());
    int octets = responder.answer(message, 0, length, sender);
    if (octets == Responder.LATER) {
      sendLater(context, client);
    } else if (octets != Responder.SILENCE) {
      send(context, responder.octets(), octets, client);
    }
  }

  private void sendLater(ChannelHandlerContext context, InetSocketAddress client) {
    var unused =
        responder
            .later()
            .thenAccept(
                answer -> {
                  if (answer.length > 0) {
                    send(context, answer, answer.length, client);
                    context.flush();
                  }
                });
  }

  /** False when the message is not about a whole zone. */
  private boolean answerTransfer(
      TransferService service,
      ChannelHandlerContext context,
      int length,
      InetSocketAddress client) {
    IpAddress address = IpAddress.of(client.getAddress());
    try (Responses one = service.answer(message, 0, length, address, Protocol.UDP)) {
      if (one == null) {
        return false;
      }
      int octets = one.next();
      send(context, one.octets(), octets, client);
      return true;
    }
  }

  private void send(
      ChannelHandlerContext context, byte[] octets, int length, InetSocketAddress client) {
    if (!context.channel().isWritable()) {
      notSent.increment(); // the client asks again; waiting answers only grow old
      return;
    }
    ByteBuf answer = context.alloc().buffer(length).writeBytes(octets, 0, length);
    var unused =
        context
            .write(new DatagramPacket(answer, client))
            .addListener(
                done -> {
                  if (!done.isSuccess()) {
                    notSent.increment();
                  }
                });
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.flush();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // Such as an ICMP error of an earlier answer; the socket goes on.
    LOGGER.debug("udp {}: {}", context.channel().localAddress(), cause.toString());
  }
}
