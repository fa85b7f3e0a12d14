// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal.wire;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.NotYetConnectedException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A connection under epoll, told of edges: registered once for everything, so that a connection
 * costs one {@code epoll_ctl} in its life.
 */
final class EpollWire extends Wire implements EpollIoHandle, Runnable {

  /** All that may happen, each told when it begins. */
  private static final EpollIoOps EDGES =
      EpollIoOps.EPOLLIN
          .with(EpollIoOps.EPOLLOUT)
          .with(EpollIoOps.EPOLLRDHUP)
          .with(EpollIoOps.EPOLLET);

  private static final int EPOLLHUP = 0x10; // always told; Netty has no name for it
  private static final int MOST_AT_ONCE = 1 << 20; // the kernel takes what fits in the pipe

  private final Socket socket;
  private final byte @Nullable [] accepted;
  private final @Nullable InetSocketAddress connectedTo;
  private @Nullable IoRegistration registration;
  private @Nullable IoEventLoop loop;

  private EpollWire(
      Socket socket, byte @Nullable [] accepted, @Nullable InetSocketAddress connectedTo) {
    this.socket = socket;
    this.accepted = accepted;
    this.connectedTo = connectedTo;
  }

  static EpollWire connecting(Socket socket, InetSocketAddress to) {
    return new EpollWire(socket, null, to);
  }

  /**
   * One that was accepted.
   *
   * @param address its length, then the address, scope and port as Netty's native code wrote them
   */
  static EpollWire accepted(Socket socket, byte[] address) {
    EpollWire wire = new EpollWire(socket, Arrays.copyOf(address, address[0] + 1), null);
    wire.writable = true;
    return wire;
  }

  @Override
  void register(IoEventLoop loop) throws IOException {
    Future<IoRegistration> registered = loop.register(this);
    if (!registered.isSuccess()) {
      throw new IOException("epoll: not registered", registered.cause());
    }
    IoRegistration now = registered.getNow();
    registration = now;
    this.loop = loop;
    try {
      now.submit(EDGES);
    } catch (RuntimeException e) { // how Netty tells of a failed epoll_ctl
      throw new IOException("epoll: not registered", e);
    }
  }

  @Override
  public void handle(IoRegistration told, IoEvent event) {
    if (closed) {
      return;
    }
    int ops = ((EpollIoEvent) event).ops().value();
    if ((ops & (Native.EPOLLERR | EPOLLHUP)) != 0) {
      readable = true;
      writable = true;
      ended = true;
      broken |= (ops & Native.EPOLLERR) != 0;
    } else {
      if ((ops & Native.EPOLLRDHUP) != 0) {
        readable = true;
        ended = true;
      } else if ((ops & Native.EPOLLIN) != 0) {
        readable = true;
      }
      if ((ops & Native.EPOLLOUT) != 0) {
        writable = true;
      }
    }
    tellReady();
  }

  @Override
  public FileDescriptor fd() {
    return socket;
  }

  @Override
  public void close() {
    tellLost();
  }

  @Override
  public @Nullable HostPort peer() {
    byte[] raw = accepted;
    if (raw == null) {
      return HostPort.of(requireNonNull(connectedTo));
    }
    boolean ipv6 = raw.length > 1 + 4 + 4; // an address, then four bytes for the port
    byte[] address = Arrays.copyOfRange(raw, 1, ipv6 ? 17 : 5);
    int port = ((raw[raw.length - 2] & 0xff) << 8) | (raw[raw.length - 1] & 0xff);
    return new HostPort(IpAddress.ofBytes(address).unmapped(), port);
  }

  @Override
  void connectResult() throws IOException {
    if (broken || ended) { // else being writable says that it stands
      socket.finishConnect();
    }
  }

  @Override
  int receive(ByteBuf into, int room) throws IOException {
    int at = into.writerIndex();
    try {
      if (into.hasMemoryAddress()) {
        return socket.recvAddress(into.memoryAddress(), at, at + room);
      }
      return socket.recv(into.internalNioBuffer(at, room), at, at + room);
    } catch (NotYetConnectedException e) {
      throw gone(e);
    }
  }

  @Override
  int send(ByteBuf from, int size) throws IOException {
    int at = from.readerIndex();
    try {
      if (from.hasMemoryAddress()) {
        return socket.sendAddress(from.memoryAddress(), at, at + size);
      }
      return socket.send(from.internalNioBuffer(at, size), at, at + size);
    } catch (NotYetConnectedException e) {
      throw gone(e);
    }
  }

  /**
   * What Netty makes of ENOTCONN, which a socket says that was reset meanwhile. It would end the
   * turn of the event loop, and with it all that others should have heard in that turn.
   */
  private static IOException gone(NotYetConnectedException netty) {
    return new IOException("not connected any more", netty);
  }

  @Override
  public boolean splices() {
    return true;
  }

  @Override
  public int fill(Pipe pipe) throws IOException {
    int count = splice(socket.intValue(), pipe.in(), MOST_AT_ONCE);
    pipe.add(count);
    if (count == 0 && !ended) {
      readable = false;
    }
    return count;
  }

  @Override
  public int drain(Pipe pipe) throws IOException {
    int count = splice(pipe.out(), socket.intValue(), pipe.held());
    pipe.add(-count);
    if (count == 0) {
      writable = false;
    }
    return count;
  }

  private int splice(int from, int to, int most) throws IOException {
    try {
      return Native.splice(from, -1, to, -1, most);
    } catch (IOException e) {
      broken = true;
      throw e;
    } catch (NotYetConnectedException e) {
      broken = true;
      throw gone(e);
    }
  }

  @Override
  void endOutput() throws IOException {
    try {
      socket.shutdown(false, true);
    } catch (NotYetConnectedException e) {
      throw gone(e);
    }
  }

  @Override
  void lingerNot() {
    try {
      socket.setSoLinger(0);
    } catch (IOException e) {
      // closed by the peer already: there is nobody left to tell
    }
  }

  /**
   * Keeps the descriptor until the events that the loop has at hand are dealt with. Else what comes
   * next in the same turn could get its number, and with it what was meant for this one: a
   * connection that just begins would be taken for one that was reset.
   */
  @Override
  void release() {
    IoEventLoop on = loop;
    if (on == null || on.isShuttingDown()) {
      run();
    } else {
      on.execute(this);
    }
  }

  /** Closes it in fact. */
  @Override
  public void run() {
    Closing.quietly(socket); // first: epoll forgets what is closed without being asked
    if (registration != null) {
      registration.cancel();
    }
  }
}
