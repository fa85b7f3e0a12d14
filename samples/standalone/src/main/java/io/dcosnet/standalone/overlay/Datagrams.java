// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.namespace.NetworkNamespace;
import io.dcosnet.linux.udp.BatchUdpSocket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Optional;

/** Packets of an exact size from one network to another, which nobody on the way may cut up. */
final class Datagrams {

  private static final int UDP_HEADER = 8;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int LARGEST = 65_536;

  /** Longer than any way within one machine takes. */
  private static final Duration PATIENCE = Duration.ofMillis(250);

  /** A place where packets come from or go to. */
  record End(NetworkNamespace network, IpAddress address) {}

  private Datagrams() {}

  /**
   * Has a packet asked for by a small one in the other direction, and waits for it.
   *
   * @param octets of the whole packet, with its headers
   * @return what went wrong; empty when it came, from the address that it was sent from
   */
  static Optional<String> fault(End from, End to, int octets) {
    try (BatchUdpSocket sender =
            from.network()
                .call(
                    () ->
                        BatchUdpSocket.builder()
                            .batch(1)
                            .timeout(PATIENCE)
                            .open(new HostPort(from.address(), 0)));
        DatagramChannel receiver = to.network().call(() -> open(to.address()))) {
      InetSocketAddress asked = socket(from.address(), sender.localAddress().port());
      int sent = receiver.send(ByteBuffer.wrap(new byte[] {1}), asked);
      if (sent != 1 || sender.receive() != 1) {
        return Optional.of("not even a packet of 1 octet came from " + to.address());
      }
      byte[] content = new byte[octets - UDP_HEADER - header(from.address())];
      if (!sender.send(sender.returnAddress(0), content, content.length)) {
        return Optional.of("the system of the sender refused a packet of " + octets + " octets");
      }
      DatagramPacket got = new DatagramPacket(new byte[LARGEST], LARGEST);
      receiver.socket().setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      receiver.socket().receive(got);
      return compare(got, content.length, from.address());
    } catch (SocketTimeoutException e) {
      return Optional.of("a packet of " + octets + " octets from " + from.address() + " was lost");
    } catch (IOException e) {
      return Optional.of(from.address() + " and " + to.address() + ": " + e.getMessage());
    }
  }

  private static Optional<String> compare(DatagramPacket got, int octets, IpAddress sender) {
    IpAddress seen = IpAddress.of(got.getAddress());
    if (!seen.equals(sender)) {
      return Optional.of("a packet of " + sender + " came from " + seen);
    }
    return got.getLength() == octets
        ? Optional.empty()
        : Optional.of(got.getLength() + " octets came, expected " + octets);
  }

  private static DatagramChannel open(IpAddress address) throws IOException {
    DatagramChannel channel =
        DatagramChannel.open(
            address.isIpv4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
    boolean done = false;
    try {
      channel.bind(socket(address, 0));
      done = true;
      return channel;
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  static InetSocketAddress socket(IpAddress address, int port) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByAddress(address.toBytes()), port);
  }

  private static int header(IpAddress address) {
    return address.isIpv4() ? IPV4_HEADER : IPV6_HEADER;
  }
}
