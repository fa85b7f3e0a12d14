// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport;

import io.dcosnet.api.net.HostPort;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/** A client over TCP or TLS, octet by octet. */
final class StreamClient implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 10_000;

  final Socket socket;
  private final DataInputStream in;

  StreamClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  static StreamClient to(HostPort address) throws IOException {
    return to(address, 0);
  }

  /**
   * Connects.
   *
   * @param receiveBuffer octets that the kernel takes for us while we do not read; 0 for its choice
   */
  static StreamClient to(HostPort address, int receiveBuffer) throws IOException {
    Socket socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress(address.address().toInetAddress(), address.port()));
    return new StreamClient(socket);
  }

  StreamClient ask(byte[] message) throws IOException {
    socket.getOutputStream().write(framed(message));
    return this;
  }

  /** Sends these octets as they are. */
  StreamClient send(byte... octets) throws IOException {
    socket.getOutputStream().write(octets);
    return this;
  }

  static byte[] framed(byte[] message) {
    byte[] framed = new byte[message.length + 2];
    framed[0] = (byte) (message.length >>> 8);
    framed[1] = (byte) message.length;
    System.arraycopy(message, 0, framed, 2, message.length);
    return framed;
  }

  byte[] read() throws IOException {
    byte[] message = new byte[in.readUnsignedShort()];
    in.readFully(message);
    return message;
  }

  int readId() throws IOException {
    return ScriptedFront.id(read());
  }

  /** Reads whatever still comes; true when the server ends the connection. */
  boolean isEnded() throws IOException {
    try {
      byte[] more = new byte[8192];
      while (in.read(more) >= 0) {
        // what had been on its way
      }
      return true;
    } catch (EOFException | SocketException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
