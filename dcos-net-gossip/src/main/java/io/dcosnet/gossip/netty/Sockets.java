// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.netty;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.netty.BindFailedException;
import io.dcosnet.netty.NetRuntime;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A UDP and a listening TCP socket with one address and port, both served by one event loop. */
public final class Sockets {

  private static final Logger LOGGER = LoggerFactory.getLogger(Sockets.class);

  /** Longest datagram that is taken. */
  static final int MAX_DATAGRAM_IN = 9000;

  private static final int RECEIVE_BUFFER = 2 << 20;
  private static final int DATAGRAMS_AT_ONCE = 16;
  private static final int BACKLOG = 1024;

  // A port that the system chose for TCP may be taken for UDP; each try has a new one.
  private static final int MAX_TRIES = 32;

  private final NetRuntime net;
  private final EventLoop loop;
  private final Entry entry;
  private final Channel udp;
  private final Channel tcp;
  private final HostPort address;

  private Sockets(
      NetRuntime net, EventLoop loop, Entry entry, Channel udp, Channel tcp, HostPort address) {
    this.net = net;
    this.loop = loop;
    this.entry = entry;
    this.udp = udp;
    this.tcp = tcp;
    this.address = address;
  }

  /** Gets what comes, on the event loop. */
  interface User {
    void datagram(DatagramPacket packet);

    /** A connection that was accepted; handlers are to be added to it. */
    void accepted(Channel channel);
  }

  /** First handler of both sockets; hands everything to whoever uses them at present. */
  private static final class Entry extends ChannelInitializer<Channel> {
    @Nullable User user;

    @Override
    protected void initChannel(Channel channel) {
      if (user == null) {
        var unused = channel.close();
      } else {
        user.accepted(channel);
      }
    }

    @Override
    public boolean isSharable() {
      return true;
    }
  }

  private static final class DatagramHandler extends SimpleChannelInboundHandler<DatagramPacket> {
    private final Entry entry;

    DatagramHandler(Entry entry) {
      this.entry = entry;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
      if (entry.user != null) {
        entry.user.datagram(packet);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // What ICMP says of an earlier datagram; the socket goes on.
      LOGGER.debug("a datagram socket reports a failure", cause);
    }
  }

  /**
   * Opens both; nothing is read yet.
   *
   * @param address port 0 lets the system choose one that is free for both
   * @return fails with {@link BindFailedException}
   */
  public static CompletionStage<Sockets> bind(NetRuntime net, EventLoop loop, HostPort address) {
    CompletableFuture<Sockets> result = new CompletableFuture<>();
    bind(net, loop, address, MAX_TRIES, result);
    return result;
  }

  private static void bind(
      NetRuntime net,
      EventLoop loop,
      HostPort address,
      int tries,
      CompletableFuture<Sockets> result) {
    Entry entry = new Entry();
    bindTcp(net, loop, entry, address)
        .addListener(
            (ChannelFuture tcp) -> {
              if (!tcp.isSuccess()) {
                result.completeExceptionally(BindFailedException.of("tcp", address, tcp.cause()));
                return;
              }
              HostPort bound = HostPort.of((InetSocketAddress) tcp.channel().localAddress());
              bindUdp(net, loop, entry, bound)
                  .addListener(
                      (ChannelFuture udp) -> {
                        if (udp.isSuccess()) {
                          result.complete(
                              new Sockets(net, loop, entry, udp.channel(), tcp.channel(), bound));
                          return;
                        }
                        var unused = tcp.channel().close();
                        if (address.port() == 0 && tries > 1) {
                          bind(net, loop, address, tries - 1, result);
                        } else {
                          result.completeExceptionally(
                              BindFailedException.of("udp", bound, udp.cause()));
                        }
                      });
            });
  }

  private static ChannelFuture bindTcp(
      NetRuntime net, EventLoop loop, Entry entry, HostPort address) {
    return new ServerBootstrap()
        .group(loop, loop)
        .channelFactory(net.transport().serverSocket())
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(entry)
        .bind(address.toSocketAddress());
  }

  private static ChannelFuture bindUdp(
      NetRuntime net, EventLoop loop, Entry entry, HostPort address) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(net.transport().datagram())
            .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
            .option(ChannelOption.AUTO_READ, false)
            .handler(new DatagramHandler(entry));
    // One octet more than we take, so that longer ones are seen to be too long.
    net.transport().batchDatagrams(bootstrap, MAX_DATAGRAM_IN + 1, DATAGRAMS_AT_ONCE);
    return bootstrap.bind(address.toSocketAddress());
  }

  /** Sets who gets what comes, in place of an earlier one, and reads from now on. */
  void serve(User user) {
    entry.user = user;
    udp.config().setAutoRead(true);
    tcp.config().setAutoRead(true);
  }

  NetRuntime net() {
    return net;
  }

  EventLoop loop() {
    return loop;
  }

  Channel udp() {
    return udp;
  }

  /** Where both are bound, with the port. */
  public HostPort address() {
    return address;
  }

  /** Closes both. */
  public CompletionStage<Void> close() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    udp.close().addListener(first -> tcp.close().addListener(second -> closed.complete(null)));
    return closed;
  }
}
