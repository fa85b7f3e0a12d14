// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.outside;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.testkit.dns.raw.Codes;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawMessage;
import io.dcosnet.testkit.dns.raw.TcpLine;
import io.dcosnet.testkit.dns.raw.UdpLine;
import java.io.DataInputStream;
import java.io.IOException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A client with a socket of its own, open before it asks, which checks what holds for each
 * response. <b>Confined to</b> one thread.
 */
final class Client implements AutoCloseable {

  /** More than the 5 s that real clients wait, so that a late answer is seen as such. */
  private static final int PATIENCE_MILLIS = 20_000;

  /** A question and what comes back. */
  @FunctionalInterface
  private interface Trip {
    byte[] take(byte[] query) throws IOException;
  }

  private final Way way;
  private final AutoCloseable line;
  private final Trip trip;

  private Client(Way way, AutoCloseable line, Trip trip) {
    this.way = way;
    this.line = line;
    this.trip = trip;
  }

  /** A client that asks in the clear. */
  static Client to(HostPort server, Way way) throws IOException {
    if (way.isUdp()) {
      UdpLine line = UdpLine.to(server);
      return new Client(
          way,
          line,
          query -> {
            line.send(query);
            return requireNonNull(line.receive(PATIENCE_MILLIS), "no response");
          });
    }
    TcpLine line = TcpLine.to(server, PATIENCE_MILLIS);
    return new Client(
        way,
        line,
        query -> {
          line.send(query);
          return requireNonNull(line.receive(), "the end instead of a response");
        });
  }

  /** A client that asks in secret. */
  static Client overTls(HostPort server, SSLContext trust) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            trust.getSocketFactory().createSocket(server.address().toInetAddress(), server.port());
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.startHandshake();
    DataInputStream in = new DataInputStream(socket.getInputStream());
    return new Client(
        Way.TLS,
        socket,
        query -> {
          socket.getOutputStream().write(TcpLine.framed(query));
          byte[] message = new byte[in.readUnsignedShort()];
          in.readFully(message);
          return message;
        });
  }

  RawMessage ask(RawDns query) throws IOException {
    byte[] octets = query.octets();
    RawMessage response = RawMessage.parse(trip.take(octets));
    RawMessage asked = RawMessage.parse(octets);
    assertThat(response.id()).isEqualTo(asked.id());
    assertThat(response.has(Codes.QR)).as("QR").isTrue();
    assertThat(response.has(Codes.RD)).as("RD").isEqualTo(asked.has(Codes.RD));
    assertThat(response.questionOctets()).as("question").isEqualTo(asked.questionOctets());
    assertThat(response.optCount()).as("OPT").isEqualTo(asked.optCount());
    assertThat(response.length()).isLessThanOrEqualTo(way.mostOctets());
    return response;
  }

  @Override
  public void close() throws IOException {
    try {
      line.close();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
