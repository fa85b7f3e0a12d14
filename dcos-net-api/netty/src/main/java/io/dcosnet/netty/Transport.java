// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import static java.util.Objects.requireNonNull;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannelOption;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How sockets are served: which channel classes fit which event loops. Features ask {@link
 * NetRuntime#transport()} for channels and stay the same on both.
 *
 * <p><b>Thread-safe.</b> Factories open a socket on each call to {@code newChannel}, not before.
 */
public enum Transport {

  /** Linux epoll through Netty's native library; fewer system calls and copies than the JDK's. */
  EPOLL(
      new Channels(
          EpollServerSocketChannel::new,
          EpollSocketChannel::new,
          EpollDatagramChannel::new,
          EpollServerDomainSocketChannel::new,
          EpollDomainSocketChannel::new)),

  /** The JDK's selectors; everywhere. */
  NIO(
      new Channels(
          NioServerSocketChannel::new,
          NioSocketChannel::new,
          NioDatagramChannel::new,
          NioServerDomainSocketChannel::new,
          NioDomainSocketChannel::new));

  private record Channels(
      ChannelFactory<? extends ServerSocketChannel> serverSocket,
      ChannelFactory<? extends SocketChannel> socket,
      ChannelFactory<? extends DatagramChannel> datagram,
      ChannelFactory<? extends ServerChannel> unixServer,
      ChannelFactory<? extends DuplexChannel> unix) {}

  private static final Logger LOGGER = LoggerFactory.getLogger(Transport.class);

  @SuppressWarnings("ImmutableEnumChecker") // constructor references, which hold nothing
  private final Channels channels;

  Transport(Channels channels) {
    this.channels = channels;
  }

  /** Epoll where it works, else NIO with one line in the log that says why. */
  static Transport best() {
    Optional<String> lack = EPOLL.unavailableBecause();
    lack.ifPresent(
        reason -> LOGGER.info("epoll is not available, using NIO reason=\"{}\"", reason));
    return lack.isEmpty() ? EPOLL : NIO;
  }

  /** The transport that event loops of the host serve. */
  static Transport of(EventLoopGroup loops) {
    if (loops instanceof IoEventLoopGroup io) {
      if (io.isIoType(EpollIoHandler.class) || io.isIoType(EpollHandlers.Handler.class)) {
        return EPOLL;
      }
      if (io.isIoType(NioIoHandler.class)) {
        return NIO;
      }
    }
    throw new IllegalArgumentException(
        "eventLoops: " + loops.getClass().getName() + " (expected: a group for epoll or NIO)");
  }

  /**
   * Why this transport cannot be used here; empty when it can. The first call loads native code.
   */
  public Optional<String> unavailableBecause() {
    if (this == NIO || Epoll.isAvailable()) {
      return Optional.empty();
    }
    Throwable cause = requireNonNull(Epoll.unavailabilityCause());
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return Optional.of(String.valueOf(cause.getMessage()).lines().findFirst().orElse("unknown"));
  }

  /** What drives event loops of this transport. */
  IoHandlerFactory ioHandlers() {
    return this == EPOLL ? new EpollHandlers() : NioIoHandler.newFactory();
  }

  /** Listening TCP sockets. */
  public ChannelFactory<? extends ServerSocketChannel> serverSocket() {
    return channels.serverSocket;
  }

  /** TCP connections to be made. */
  public ChannelFactory<? extends SocketChannel> socket() {
    return channels.socket;
  }

  /** UDP sockets. */
  public ChannelFactory<? extends DatagramChannel> datagram() {
    return channels.datagram;
  }

  /** Listening unix stream sockets, to be bound to a {@link #unixAddress}. */
  public ChannelFactory<? extends ServerChannel> unixServer() {
    return channels.unixServer;
  }

  /** Unix stream connections to be made, to a {@link #unixAddress}. */
  public ChannelFactory<? extends DuplexChannel> unix() {
    return channels.unix;
  }

  /** The path in the form that unix channels of this transport take. */
  public SocketAddress unixAddress(Path path) {
    return this == EPOLL
        ? new DomainSocketAddress(path.toString())
        : UnixDomainSocketAddress.of(path);
  }

  /**
   * {@code SO_REUSEPORT}: several sockets of one user on one address and port, among which the
   * kernel spreads packets or connections. Works on Linux with both transports.
   */
  public ChannelOption<Boolean> reusePort() {
    return this == EPOLL
        ? UnixChannelOption.SO_REUSEPORT
        : NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
  }

  /**
   * Whether the kernel spreads datagrams over sockets that share a port by {@link #reusePort};
   * elsewhere only one of them gets any.
   */
  public boolean spreadsDatagrams() {
    return this == EPOLL || System.getProperty("os.name", "").equals("Linux");
  }

  /**
   * Sets how much a UDP socket takes at once: with epoll many datagrams with one system call, else
   * one.
   *
   * @param octets of the longest datagram that is taken whole; the rest of a longer one is lost
   * @param datagrams most at once
   */
  public void batchDatagrams(Bootstrap bootstrap, int octets, int datagrams) {
    // Netty divides the buffer by the size of a datagram.
    int buffer = this == EPOLL ? octets * datagrams : octets;
    bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(buffer));
    if (this == EPOLL) {
      bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, octets);
    }
  }

  /** Whether the channel belongs to the unix family, where a peer has no address. */
  static boolean isUnix(Channel channel) {
    return channel.localAddress() instanceof DomainSocketAddress
        || channel.localAddress() instanceof UnixDomainSocketAddress;
  }
}
