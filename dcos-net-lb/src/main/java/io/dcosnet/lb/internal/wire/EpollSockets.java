// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal.wire;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/** Sockets for epoll. <b>Thread-safe.</b> */
final class EpollSockets implements Sockets {

  // As linux/in.h has them; good for IPv6, too.
  private static final int IPPROTO_IP = 0;
  private static final int IP_FREEBIND = 15;

  private final boolean unassigned;

  EpollSockets(boolean unassigned) {
    this.unassigned = unassigned;
  }

  @Override
  public Wire connect(InetSocketAddress to) throws IOException {
    LinuxSocket socket = open(to);
    try {
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      socket.connect(to);
    } catch (IOException e) {
      Closing.quietly(socket);
      throw e;
    }
    return EpollWire.connecting(socket, to);
  }

  @Override
  public Acceptor listen(InetSocketAddress at, int backlog) throws IOException {
    LinuxSocket socket = open(at);
    try {
      // What is accepted takes these over from here, so that nobody has to set them each time.
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      socket.setReuseAddress(true);
      if (unassigned) {
        socket.setIntOpt(IPPROTO_IP, IP_FREEBIND, 1);
      }
      socket.bind(at);
      socket.listen(backlog);
    } catch (IOException e) {
      Closing.quietly(socket);
      throw e;
    }
    return new EpollAcceptor(socket);
  }

  private static LinuxSocket open(InetSocketAddress address) throws IOException {
    try {
      return LinuxSocket.newSocketStream(address.getAddress() instanceof Inet6Address);
    } catch (ChannelException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }
}
