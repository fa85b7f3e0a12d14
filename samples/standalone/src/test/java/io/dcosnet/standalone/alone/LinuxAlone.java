// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.alone;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.linux.udp.BatchUdpSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.Optional;

/** {@code dcos-net-linux} by itself; where there is no Linux it says so. */
final class LinuxAlone implements Scenario {

  @Override
  public Use build() {
    BatchUdpSocket.Builder options = BatchUdpSocket.builder();
    return () -> {
      Optional<String> lack = BatchUdpSocket.unavailableBecause();
      boolean linux = System.getProperty("os.name").equals("Linux");
      if (lack.isPresent() == linux) {
        throw new AssertionError(lack.orElse("should not be there"));
      }
      if (linux) {
        exchange(options);
      }
    };
  }

  private static void exchange(BatchUdpSocket.Builder options) {
    try (BatchUdpSocket server = options.open(HostPort.parse("127.0.0.1:0"));
        DatagramSocket client = new DatagramSocket()) {
      byte[] message = new byte[4096];
      client.setSoTimeout(5000);
      client.send(new DatagramPacket(message, 5, server.localAddress().toSocketAddress()));
      int count = 0;
      while (count == 0) {
        count = server.receive();
      }
      server.answer(0, message, server.copy(0, message));
      if (server.send() != 0) {
        throw new AssertionError("not sent");
      }
      client.receive(new DatagramPacket(message, 5));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
