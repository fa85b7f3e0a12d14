// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import io.dcosnet.standalone.overlay.Datagrams.End;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/** Octets over TCP from one network to another. */
final class Transfers {

  /** Many packets of the largest size. */
  private static final int OCTETS = 256 * 1024;

  private static final int PATIENCE_MILLIS = Math.toIntExact(Duration.ofSeconds(3).toMillis());

  private Transfers() {}

  /**
   * Sends some and reads them at the other end.
   *
   * @return what went wrong; empty when all came as they were sent
   */
  static Optional<String> fault(End from, End to) {
    byte[] content = new byte[OCTETS];
    new SplittableRandom(OCTETS).nextBytes(content);
    StandardProtocolFamily family =
        to.address().isIpv4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    try (ServerSocketChannel server = to.network().call(() -> ServerSocketChannel.open(family));
        SocketChannel client = from.network().call(() -> SocketChannel.open(family))) {
      server.bind(Datagrams.socket(to.address(), 0));
      client.bind(Datagrams.socket(from.address(), 0));
      client.socket().connect(server.getLocalAddress(), PATIENCE_MILLIS);
      server.socket().setSoTimeout(PATIENCE_MILLIS);
      try (SocketChannel accepted = server.accept()) {
        accepted.socket().setSoTimeout(PATIENCE_MILLIS);
        Thread writer = new Thread(() -> write(client, content), "dcosnet-self-test");
        writer.start();
        byte[] got = accepted.socket().getInputStream().readNBytes(OCTETS);
        return Arrays.equals(got, content)
            ? Optional.empty()
            : Optional.of(got.length + " octets came, or others than the " + OCTETS + " sent");
      }
    } catch (IOException e) {
      return Optional.of(
          "TCP from " + from.address() + " to " + to.address() + ": " + e.getMessage());
    }
  }

  /** What fails here is seen at the other end, by what does not come. */
  private static void write(SocketChannel client, byte[] content) {
    try {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        int unused = client.write(left);
      }
      client.shutdownOutput();
    } catch (IOException e) {
      // the reader says what is missing
    }
  }
}
