// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A UDP back end that answers each datagram with its name, with the JDK's blocking socket.
 *
 * <p><b>Thread-safe.</b>
 */
public final class NamedUdpServer implements AutoCloseable {

  private final DatagramSocket socket;
  private final AtomicInteger served = new AtomicInteger();

  /** One that listens at once. */
  public NamedUdpServer(String name, IpAddress address) throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(address.toInetAddress(), 0));
    Thread thread = new Thread(() -> serve(name.getBytes(UTF_8)), name);
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(byte[] name) {
    DatagramPacket packet = new DatagramPacket(new byte[512], 512);
    while (!socket.isClosed()) {
      try {
        packet.setLength(512);
        socket.receive(packet);
        served.incrementAndGet();
        socket.send(new DatagramPacket(name, name.length, packet.getSocketAddress()));
      } catch (IOException e) {
        // closed, or the other end is
      }
    }
  }

  public HostPort address() {
    return HostPort.of((InetSocketAddress) socket.getLocalSocketAddress());
  }

  /** Datagrams that it ever got. */
  public int served() {
    return served.get();
  }

  @Override
  public void close() {
    socket.close();
  }
}
