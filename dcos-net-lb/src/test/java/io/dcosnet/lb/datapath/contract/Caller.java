// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.api.net.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * One connection of a client to a {@link NamedServer}.
 *
 * <p><b>Confined to</b> one thread.
 */
public final class Caller implements AutoCloseable {

  private static final byte[] QUESTION = {'?', '\n'};

  private final Socket socket;

  /**
   * Connects, with a socket that is not connected yet, which it takes over.
   *
   * @param patience for the connect and for each answer
   */
  public Caller(Socket socket, HostPort to, Duration patience) throws IOException {
    this.socket = socket;
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
      socket.connect(to.toSocketAddress(), Math.toIntExact(patience.toMillis()));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Asks for the name.
   *
   * @throws SocketException when the connection was reset
   * @throws EOFException when it was closed
   * @throws SocketTimeoutException when nothing happens at all
   */
  public String ask() throws IOException {
    socket.getOutputStream().write(QUESTION);
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream name = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException("closed after \"" + name.toString(UTF_8) + "\"");
      }
      name.write(octet);
    }
    return name.toString(UTF_8);
  }

  /** Closes with a reset, so that no port is left waiting behind many short connections. */
  public void drop() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
