// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal.wire;

import io.dcosnet.netty.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Opens sockets that fit the event loops of a transport.
 *
 * <p><b>Thread-safe.</b>
 */
public interface Sockets {

  /**
   * Those of a transport.
   *
   * @param unassigned true lets epoll listen on addresses that no device of this node has
   */
  static Sockets of(Transport transport, boolean unassigned) {
    return transport == Transport.EPOLL ? new EpollSockets(unassigned) : new NioSockets();
  }

  /**
   * Begins to connect; the wire becomes writable, or broken, once it is {@link Wire#watch watched}.
   *
   * @throws IOException when it fails at once
   */
  Wire connect(InetSocketAddress to) throws IOException;

  /**
   * Listens; nothing is accepted before {@link Acceptor#watch}.
   *
   * @throws IOException with what the kernel said
   */
  Acceptor listen(InetSocketAddress at, int backlog) throws IOException;
}
