// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;

/** Sockets of the JDK. <b>Thread-safe.</b> */
final class NioSockets implements Sockets {

  @Override
  public Wire connect(InetSocketAddress to) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      prepare(channel);
      boolean stands = channel.connect(to);
      return new NioWire(channel, !stands);
    } catch (IOException | UnresolvedAddressException e) {
      channel.close();
      throw e;
    }
  }

  static void prepare(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
  }

  @Override
  public Acceptor listen(InetSocketAddress at, int backlog) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(at, backlog);
      return new NioAcceptor(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }
}
