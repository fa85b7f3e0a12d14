// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What a task serves: each line that comes is answered by the name of the task. It may fall silent,
 * as a host does that lost its power: connections are still made, and nothing is ever answered.
 */
public final class ServedTask implements AutoCloseable {

  private final String name;
  private final ServerSocket server;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile boolean silent;

  /** One that answers on a free port of the address. */
  public ServedTask(String name, String address) {
    this.name = name;
    try {
      server = new ServerSocket(0, 1024, InetAddress.getByName(address));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  public String name() {
    return name;
  }

  /** From now on nothing is answered. */
  public void fallSilent() {
    silent = true;
  }

  /** It answers again. */
  public void recover() {
    silent = false;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket connection = server.accept();
        connections.add(connection);
        threads.execute(() -> serve(connection));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
      while (in.readLine() != null) {
        if (!silent) {
          connection.getOutputStream().write((name + "\n").getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      // The client is gone.
    } finally {
      connections.remove(connection);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
