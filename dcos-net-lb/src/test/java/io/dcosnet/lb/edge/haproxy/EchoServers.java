// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.dcosnet.api.net.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Servers that answer each request with their own place and with what they were sent. */
final class EchoServers implements AutoCloseable {

  private final List<ServerSocket> sockets = new ArrayList<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "echo");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Starts a server at each place.
   *
   * @param more lines of each answer's head
   */
  static EchoServers at(Collection<HostPort> places, String... more) {
    EchoServers servers = new EchoServers();
    for (HostPort place : places) {
      servers.start(place, String.join("", List.of(more).stream().map(l -> l + "\r\n").toList()));
    }
    return servers;
  }

  private void start(HostPort place, String more) {
    try {
      ServerSocket socket = new ServerSocket();
      sockets.add(socket);
      socket.setReuseAddress(true);
      socket.bind(place.toSocketAddress());
      threads.execute(() -> serve(socket, place, more));
    } catch (IOException e) {
      throw new UncheckedIOException(place.toString(), e);
    }
  }

  private void serve(ServerSocket socket, HostPort place, String more) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        threads.execute(() -> answer(client, place, more));
      } catch (IOException e) {
        return; // closed at the end of the test
      }
    }
  }

  private static void answer(Socket client, HostPort place, String more) {
    try (client) {
      String head = head(client.getInputStream());
      byte[] body = (place + "\n" + head).getBytes(ISO_8859_1);
      OutputStream out = client.getOutputStream();
      String answer =
          "HTTP/1.1 200 OK\r\n"
              + more
              + "Content-Length: "
              + body.length
              + "\r\nConnection: close\r\n\r\n";
      out.write(answer.getBytes(ISO_8859_1));
      out.write(body);
      out.flush();
    } catch (IOException e) {
      // a client that goes away is no matter of the server's; its test sees it
    }
  }

  /** Reads up to the empty line. */
  static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    int c = in.read();
    while (c >= 0) {
      head.append((char) c);
      if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
        break;
      }
      c = in.read();
    }
    return head.toString();
  }

  @Override
  public void close() {
    for (ServerSocket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    threads.shutdownNow();
  }
}
