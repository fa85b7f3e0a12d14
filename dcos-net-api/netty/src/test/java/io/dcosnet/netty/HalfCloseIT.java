// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class HalfCloseIT {

  private static final int SIZE = 16 << 20;

  /** Answers the end of input with more than a socket takes at once, when it is told to. */
  private static final class AnswersLate extends ChannelInboundHandlerAdapter {
    private final CountDownLatch ended;

    AnswersLate(CountDownLatch ended) {
      this.ended = ended;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        // By then the channel waits for nothing, neither input nor room for output.
        var unused = ctx.executor().schedule(() -> answer(ctx), 100, TimeUnit.MILLISECONDS);
        ended.countDown();
      }
    }

    private static void answer(ChannelHandlerContext ctx) {
      ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[SIZE]))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void stillSendsALotAfterThePeerHasEndedItsSide(Transport transport) throws Exception {
    assumeThat(transport.unavailableBecause()).isEmpty();
    CountDownLatch ended = new CountDownLatch(1);
    try (NetRuntime net = NetRuntime.builder().transport(transport).ioThreads(1).build()) {
      Channel server = listen(net, ended);
      try (Socket socket = connect(server)) {
        socket.getOutputStream().write(1);
        socket.shutdownOutput();
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(socket.getInputStream().readAllBytes().length).isEqualTo(SIZE);
      }
      server.close().sync();
    }
  }

  private static Channel listen(NetRuntime net, CountDownLatch ended) throws InterruptedException {
    return new ServerBootstrap()
        .group(net.eventLoops())
        .channelFactory(net.transport().serverSocket())
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(new AnswersLate(ended));
              }
            })
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .sync()
        .channel();
  }

  private static Socket connect(Channel server) throws IOException {
    InetSocketAddress address = (InetSocketAddress) server.localAddress();
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }
}
