// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.dcosnet.api.net.HostPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reasons as the kernel really gives them, through both transports. */
class BindFailedExceptionIT {

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void namesAnAddressThatIsTaken(Transport transport) throws Exception {
    try (NetRuntime net = runtime(transport)) {
      ChannelFuture first = bind(net, transport.serverSocket(), address("127.0.0.1:0"));
      HostPort taken = HostPort.of((InetSocketAddress) first.sync().channel().localAddress());

      assertThat(failure("tcp", taken, bind(net, transport.serverSocket(), address(taken))))
          .isEqualTo(
              "bind tcp %s: EADDRINUSE (stop what listens there, or choose another port)", taken);
    }
  }

  @ParameterizedTest
  @EnumSource
  void namesAnAddressThatIsNotOnThisHost(Transport transport) throws Exception {
    try (NetRuntime net = runtime(transport)) {
      String foreign = "192.0.2.1:5353";

      assertThat(failure("tcp", foreign, bind(net, transport.serverSocket(), address(foreign))))
          .isEqualTo("bind tcp 192.0.2.1:5353: EADDRNOTAVAIL (is the address on this host?)");
    }
  }

  @ParameterizedTest
  @EnumSource
  void namesAMissingFolderOfAUnixSocket(Transport transport) throws Exception {
    try (NetRuntime net = runtime(transport)) {
      Path path = folder.resolve("absent/api.sock");

      String message =
          failure("unix", path, bind(net, transport.unixServer(), transport.unixAddress(path)));

      assertThat(message).startsWith("bind unix " + path + ": ENOENT (create the folder");
    }
  }

  @ParameterizedTest
  @EnumSource
  void namesAUnixPathThatIsTooLong(Transport transport) throws Exception {
    try (NetRuntime net = runtime(transport)) {
      Path path = folder.resolve("x".repeat(120));

      String message =
          failure("unix", path, bind(net, transport.unixServer(), transport.unixAddress(path)));

      assertThat(message).startsWith("bind unix " + path + ": ENAMETOOLONG (");
    }
  }

  private static NetRuntime runtime(Transport transport) {
    assumeThat(transport.unavailableBecause()).isEmpty();
    return NetRuntime.builder().ioThreads(1).transport(transport).build();
  }

  private static SocketAddress address(String text) {
    return HostPort.parse(text).toSocketAddress();
  }

  private static SocketAddress address(HostPort hostPort) {
    return hostPort.toSocketAddress();
  }

  private static ChannelFuture bind(
      NetRuntime net, ChannelFactory<? extends ServerChannel> channels, SocketAddress address) {
    return new ServerBootstrap()
        .group(net.eventLoops())
        .channelFactory(channels)
        .childHandler(new ChannelInboundHandlerAdapter())
        .bind(address);
  }

  private static String failure(String protocol, Object address, ChannelFuture bound)
      throws InterruptedException {
    assertThat(bound.await().cause()).isNotNull();
    return String.valueOf(BindFailedException.of(protocol, address, bound.cause()).getMessage());
  }
}
