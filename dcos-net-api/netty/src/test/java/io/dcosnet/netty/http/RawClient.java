// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A client that sends and reads exactly the bytes that a test wants. Blocks; tests set a limit. */
final class RawClient implements AutoCloseable {

  private final SocketChannel socket;
  private final ByteBuffer input = ByteBuffer.allocate(64 * 1024).flip();

  RawClient(SocketAddress server) {
    try {
      socket =
          server instanceof UnixDomainSocketAddress
              ? SocketChannel.open(StandardProtocolFamily.UNIX)
              : SocketChannel.open();
      boolean unused = socket.connect(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RawClient send(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.hasRemaining()) {
      int unused = socket.write(bytes);
    }
    return this;
  }

  RawClient endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** One response with a Content-Length: its head and its body. */
  String response() throws IOException {
    StringBuilder head = new StringBuilder();
    String line = line();
    int length = 0;
    while (!line.isEmpty()) {
      head.append(line).append('\n');
      if (line.startsWith("content-length: ")) {
        length = Integer.parseInt(line.substring("content-length: ".length()));
      }
      line = line();
    }
    return head.append('\n').append(bytes(length)).toString();
  }

  /** The next line, without its end. */
  String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = read(); b != '\n'; b = read()) {
      if (b < 0) {
        throw new EOFException("after: " + line.toString(StandardCharsets.UTF_8));
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** All that comes until the server ends its half. */
  String rest() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int b = read(); b >= 0; b = read()) {
      all.write(b);
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  private String bytes(int count) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream(count);
    while (all.size() < count) {
      all.write(read());
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  private int read() throws IOException {
    if (!input.hasRemaining()) {
      input.clear();
      int count = socket.read(input);
      input.flip();
      if (count < 0) {
        return -1;
      }
    }
    return input.get() & 0xff;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
