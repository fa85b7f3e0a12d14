// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns.raw;

import io.dcosnet.api.net.HostPort;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket that is connected to one server, so that it takes datagrams of that server only.
 * <b>Confined to</b> one thread.
 */
public final class UdpLine implements AutoCloseable {

  private static final int MAX_OCTETS = 65_535;

  private final DatagramSocket socket;
  private final DatagramPacket packet = new DatagramPacket(new byte[MAX_OCTETS], MAX_OCTETS);

  private UdpLine(DatagramSocket socket) {
    this.socket = socket;
  }

  /** A socket on a free port. */
  public static UdpLine to(HostPort server) throws IOException {
    DatagramSocket socket = new DatagramSocket();
    try {
      socket.connect(server.toSocketAddress());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return new UdpLine(socket);
  }

  public void send(byte[] message) throws IOException {
    socket.send(new DatagramPacket(message, message.length));
  }

  /**
   * The next datagram, null when none comes in time.
   *
   * @param millis 1 and more
   */
  public byte @Nullable [] receive(int millis) throws IOException {
    socket.setSoTimeout(millis);
    packet.setLength(MAX_OCTETS);
    try {
      socket.receive(packet);
    } catch (SocketTimeoutException e) {
      return null;
    }
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  @Override
  public void close() {
    socket.close();
  }
}
