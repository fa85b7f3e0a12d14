// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A back end of a test on a loopback port, with the JDK's blocking sockets: nothing that it shares
 * with what is tested.
 */
final class BackendServer implements AutoCloseable {

  /** What it does with a connection; the socket is closed when it returns. */
  @FunctionalInterface
  interface Serves {
    void serve(Socket socket) throws IOException;
  }

  private final ServerSocket server = new ServerSocket();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  final AtomicInteger accepted = new AtomicInteger();

  BackendServer(Serves serves) throws IOException {
    server.bind(new InetSocketAddress(IpAddress.LOOPBACK_IPV4.toInetAddress(), 0), 1024);
    Thread acceptor =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                accept(serves);
              }
            });
    acceptor.setDaemon(true);
    acceptor.start();
  }

  /** Says its name and waits for the end of the client. */
  static BackendServer named(String name) throws IOException {
    return new BackendServer(
        socket -> {
          socket.getOutputStream().write(name.getBytes(UTF_8));
          socket.getOutputStream().flush();
          socket.shutdownOutput();
          socket.getInputStream().readAllBytes();
        });
  }

  /** Sends back what it gets. */
  static BackendServer echo() throws IOException {
    return new BackendServer(
        socket -> {
          socket.getInputStream().transferTo(socket.getOutputStream());
          socket.shutdownOutput();
        });
  }

  /** Takes connections and resets them. */
  static BackendServer resetting() throws IOException {
    return new BackendServer(socket -> socket.setSoLinger(true, 0));
  }

  private void accept(Serves serves) {
    try {
      Socket socket = server.accept();
      accepted.incrementAndGet();
      open.add(socket);
      Thread worker =
          new Thread(
              () -> {
                try (socket) {
                  serves.serve(socket);
                } catch (IOException e) {
                  // the other end or the test has closed it
                } finally {
                  open.remove(socket);
                }
              });
      worker.setDaemon(true);
      worker.start();
    } catch (IOException e) {
      // closed
    }
  }

  HostPort address() {
    return new HostPort(IpAddress.LOOPBACK_IPV4, server.getLocalPort());
  }

  int openConnections() {
    return open.size();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
