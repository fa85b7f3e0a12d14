// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ServerChannel;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransportIT {

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void carriesTcp(Transport transport) throws Exception {
    try (NetRuntime net = runtime(transport)) {
      Channel server = listen(net, transport.serverSocket(), new InetSocketAddress(loopback(), 0));

      assertThat(echo(net, transport.socket(), server.localAddress(), "tcp")).isEqualTo("tcp");
    }
  }

  @ParameterizedTest
  @EnumSource
  void carriesUnixStreams(Transport transport) throws Exception {
    try (NetRuntime net = runtime(transport)) {
      SocketAddress address = transport.unixAddress(folder.resolve("echo.sock"));
      Channel server = listen(net, transport.unixServer(), address);

      assertThat(echo(net, transport.unix(), address, "unix")).isEqualTo("unix");
      assertThat(Transport.isUnix(server)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void sharesAUdpPortAmongSockets(Transport transport) throws Exception {
    try (NetRuntime net = runtime(transport)) {
      CompletableFuture<String> got = new CompletableFuture<>();
      Channel first = datagram(net, new InetSocketAddress(loopback(), 0), got);
      Channel second = datagram(net, first.localAddress(), got);
      Channel sender = datagram(net, new InetSocketAddress(loopback(), 0), got);

      assertThat(second.localAddress()).isEqualTo(first.localAddress());
      ByteBuf payload = Unpooled.copiedBuffer("udp", StandardCharsets.UTF_8);
      sender
          .writeAndFlush(new DatagramPacket(payload, (InetSocketAddress) first.localAddress()))
          .sync();

      assertThat(got.get(5, TimeUnit.SECONDS)).isEqualTo("udp");
    }
  }

  private static NetRuntime runtime(Transport transport) {
    assumeThat(transport.unavailableBecause()).isEmpty();
    return NetRuntime.builder().ioThreads(2).transport(transport).build();
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  private static Channel listen(
      NetRuntime net,
      io.netty.channel.ChannelFactory<? extends ServerChannel> channels,
      SocketAddress address)
      throws InterruptedException {
    return new ServerBootstrap()
        .group(net.eventLoops())
        .channelFactory(channels)
        .childHandler(initialised(Echo::new))
        .bind(address)
        .sync()
        .channel();
  }

  private static String echo(
      NetRuntime net,
      io.netty.channel.ChannelFactory<? extends Channel> channels,
      SocketAddress address,
      String text)
      throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    Channel client =
        new Bootstrap()
            .group(net.eventLoops())
            .channelFactory(channels)
            .handler(initialised(() -> new Collect(answer, text.length())))
            .connect(address)
            .sync()
            .channel();
    client.writeAndFlush(ByteBufUtil.writeUtf8(client.alloc(), text)).sync();
    return answer.get(5, TimeUnit.SECONDS);
  }

  private static Channel datagram(
      NetRuntime net, SocketAddress address, CompletableFuture<String> got)
      throws InterruptedException {
    return new Bootstrap()
        .group(net.eventLoops())
        .channelFactory(net.transport().datagram())
        .option(net.transport().reusePort(), true)
        .handler(
            new SimpleChannelInboundHandler<DatagramPacket>() {
              @Override
              protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
                got.complete(packet.content().toString(StandardCharsets.UTF_8));
              }
            })
        .bind(address)
        .sync()
        .channel();
  }

  private static ChannelInitializer<Channel> initialised(
      java.util.function.Supplier<ChannelHandler> handler) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(handler.get());
      }
    };
  }

  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var unused = ctx.writeAndFlush(message);
    }
  }

  private static final class Collect extends SimpleChannelInboundHandler<ByteBuf> {
    private final CompletableFuture<String> answer;
    private final StringBuilder text = new StringBuilder();
    private final int length;

    Collect(CompletableFuture<String> answer, int length) {
      this.answer = answer;
      this.length = length;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf part) {
      text.append(part.toString(StandardCharsets.UTF_8));
      if (text.length() == length) {
        answer.complete(text.toString());
      }
    }
  }
}
