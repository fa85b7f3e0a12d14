// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns.raw;

import io.dcosnet.api.net.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection to a server, with each message behind its length (RFC 1035 §4.2.2), or with
 * whatever octets a test wants. <b>Confined to</b> one thread.
 */
public final class TcpLine implements AutoCloseable {

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;

  private TcpLine(Socket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.in = new DataInputStream(socket.getInputStream());
  }

  /**
   * Connects.
   *
   * @param millis how long connecting and each read may take, 1 and more
   */
  public static TcpLine to(HostPort server, int millis) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true); // octets leave in the pieces in which they are written
      socket.setSoTimeout(millis);
      socket.connect(server.toSocketAddress(), millis);
      return new TcpLine(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** The message behind its length. */
  public static byte[] framed(byte[] message) {
    byte[] frame = new byte[message.length + 2];
    frame[0] = (byte) (message.length >>> 8);
    frame[1] = (byte) message.length;
    System.arraycopy(message, 0, frame, 2, message.length);
    return frame;
  }

  /** Several messages, each behind its length. */
  public static byte[] framed(Iterable<byte[]> messages) {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    messages.forEach(message -> frames.writeBytes(framed(message)));
    return frames.toByteArray();
  }

  /** Writes a message behind its length. */
  public void send(byte[] message) throws IOException {
    write(framed(message));
  }

  /** Writes these octets and nothing else. */
  public void write(byte... octets) throws IOException {
    out.write(octets);
    out.flush();
  }

  /**
   * The next message, null when the server has ended the connection before it began.
   *
   * @throws EOFException when it ends within a message
   * @throws java.net.SocketTimeoutException when nothing comes in time
   */
  public byte @Nullable [] receive() throws IOException {
    int first;
    try {
      first = in.read();
    } catch (SocketException e) {
      return null; // reset
    }
    if (first < 0) {
      return null;
    }
    byte[] message = new byte[first << 8 | in.readUnsignedByte()];
    in.readFully(message);
    return message;
  }

  /** Ends our side; the other one may still write. */
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Ends the connection with RST. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
