// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP back end that answers each line with its name, with blocking sockets of the JDK: nothing
 * that it shares with what is tested. Its threads are made by the thread that makes it, so they are
 * in the same network namespace.
 *
 * <p><b>Thread-safe.</b>
 */
public final class NamedServer implements AutoCloseable {

  private final String name;
  private final HostPort address;
  private final ServerSocket server = new ServerSocket();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger served = new AtomicInteger();
  private final Socket reserved = new Socket();
  private final Thread acceptor;
  private volatile boolean frozen;
  private final CountDownLatch thawed = new CountDownLatch(1);

  /** One that listens at once. */
  public NamedServer(String name, IpAddress address) throws IOException {
    this.name = name;
    server.bind(new InetSocketAddress(address.toInetAddress(), 0), 1024);
    this.address = HostPort.of((InetSocketAddress) server.getLocalSocketAddress());
    acceptor = start("accepts of " + name, this::accept);
  }

  private static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        accepted.incrementAndGet();
        socket.setTcpNoDelay(true);
        open.add(socket);
        start("client of " + name, () -> serve(socket));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void serve(Socket socket) {
    byte[] answer = (name + "\n").getBytes(UTF_8);
    try (socket) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      for (int octet = in.read(); octet >= 0; octet = in.read()) {
        if (octet == '\n') {
          if (frozen) {
            thawed.await();
            return;
          }
          served.incrementAndGet();
          out.write(answer);
        }
      }
    } catch (IOException e) {
      // the other end or the test has closed it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  public HostPort address() {
    return address;
  }

  /** Connections that it ever took. */
  public int accepted() {
    return accepted.get();
  }

  /** Lines that it ever answered. */
  public int served() {
    return served.get();
  }

  /** Connections that are open now. */
  public int open() {
    return open.size();
  }

  /** Answers nothing from now on and closes nothing, as a machine that has lost its power. */
  public void freeze() {
    frozen = true;
  }

  /** What waits since {@link #freeze} is closed, never answered. */
  public void thaw() {
    thawed.countDown();
  }

  /**
   * Ends as a process that is killed: what is open gets a reset, new ones are refused. Nobody else
   * gets its port before {@link #close}.
   */
  public void kill() throws IOException {
    if (server.isClosed()) {
      return;
    }
    server.close();
    try {
      acceptor.join(10_000); // as long as it waits, the kernel keeps the port open
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    reserved.setReuseAddress(true);
    reserved.bind(address.toSocketAddress());
    for (Socket socket : open) {
      try {
        socket.setSoLinger(true, 0);
      } catch (IOException e) {
        // closed by its thread meanwhile
      }
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    kill();
    thaw();
    reserved.close();
  }
}
