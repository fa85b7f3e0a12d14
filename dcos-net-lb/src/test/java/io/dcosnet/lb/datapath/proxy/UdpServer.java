// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/** A UDP back end of a test on a loopback port, with the JDK's blocking socket. */
final class UdpServer implements AutoCloseable {

  private final DatagramSocket socket;
  final Queue<byte[]> received = new ConcurrentLinkedQueue<>();

  /**
   * @param answers makes the answer to a datagram; an empty one is not sent
   */
  UdpServer(IpAddress address, UnaryOperator<byte[]> answers) throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(address.toInetAddress(), 0));
    socket.setReceiveBufferSize(4 << 20);
    Thread thread = new Thread(() -> serve(answers));
    thread.setDaemon(true);
    thread.start();
  }

  /** Sends back what it gets. */
  static UdpServer echo() throws IOException {
    return new UdpServer(IpAddress.LOOPBACK_IPV4, data -> data);
  }

  /** Answers with its name. */
  static UdpServer named(String name) throws IOException {
    return new UdpServer(IpAddress.LOOPBACK_IPV4, data -> name.getBytes(UTF_8));
  }

  private void serve(UnaryOperator<byte[]> answers) {
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    while (!socket.isClosed()) {
      try {
        packet.setLength(65_535);
        socket.receive(packet);
        byte[] data = Arrays.copyOf(packet.getData(), packet.getLength());
        received.add(data);
        byte[] answer = answers.apply(data);
        if (answer.length > 0) {
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        // closed, or the other end is
      }
    }
  }

  HostPort address() {
    return HostPort.of((InetSocketAddress) socket.getLocalSocketAddress());
  }

  @Override
  public void close() {
    socket.close();
  }
}
