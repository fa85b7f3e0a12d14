// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.libc.Libc;
import io.dcosnet.linux.libc.NativeMemory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The open file of a netlink socket, with a second one that ends its waiting.
 *
 * <p><b>Confined to</b> the thread that holds {@link #lock}; only {@link #close} may be called
 * without.
 */
final class NetlinkFile implements AutoCloseable {

  /** More than the kernel puts into one datagram, which is 32 KiB, whatever it grows to. */
  private static final int MAX_DATAGRAM = 1 << 18;

  private static final int ADDRESS = 12;

  private final NativeMemory in = new NativeMemory(MAX_DATAGRAM);
  private final NativeMemory scratch = new NativeMemory(64);
  private final NativeMemory one = new NativeMemory(8);
  private NativeMemory out = new NativeMemory(1 << 14);

  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final NetlinkProtocol protocol;
  private final int fd;
  private final int waker;
  private int sendBuffer;

  private NetlinkFile(NetlinkProtocol protocol, int fd, int waker) {
    this.protocol = protocol;
    this.fd = fd;
    this.waker = waker;
    one.host().putLong(0, 1);
  }

  static NetlinkFile open(NetlinkProtocol protocol) {
    int fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, protocol.number());
    if (fd < 0) {
      throw new KernelException("open " + protocol, new Errno(Libc.errno()));
    }
    int waker = Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
    if (waker < 0) {
      KernelException refused =
          new KernelException("make an eventfd for " + protocol, new Errno(Libc.errno()));
      int unused = Libc.close(fd);
      throw refused;
    }
    NetlinkFile file = new NetlinkFile(protocol, fd, waker);
    file.bind();
    return file;
  }

  /** Without a number of its own, a socket hears nothing of what is told to groups. */
  private void bind() {
    addressKernel();
    if (Libc.bind(fd, scratch.address(), ADDRESS) != 0) {
      KernelException refused = new KernelException("bind " + protocol, new Errno(Libc.errno()));
      close();
      throw refused;
    }
  }

  /** The kernel's address, which as our own one means any that is free; no groups. */
  private void addressKernel() {
    scratch.host().putShort(0, (short) Libc.AF_NETLINK).putShort(2, (short) 0);
    scratch.host().putInt(4, 0).putInt(8, 0);
  }

  ReentrantLock lock() {
    return lock;
  }

  boolean isClosed() {
    return closed.get();
  }

  /** Also hears what is told to a group. */
  void join(int group) {
    if (!tries(Libc.SOL_NETLINK, Libc.NETLINK_ADD_MEMBERSHIP, group)) {
      throw new KernelException("join group " + group + " of " + protocol, new Errno(Libc.errno()));
    }
  }

  /** Whether the kernel lets us. */
  boolean tries(int level, int option, int value) {
    scratch.host().putInt(0, value);
    return Libc.setsockopt(fd, level, option, scratch.address(), Integer.BYTES) == 0;
  }

  /** The kernel's limit for others holds only where we may not go beyond it. */
  void receiveBuffer(int octets) {
    boolean unused =
        tries(Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, octets)
            || tries(Libc.SOL_SOCKET, Libc.SO_RCVBUF, octets);
  }

  /** As {@link #receiveBuffer}, for what is sent at once. */
  void sendBuffer(int octets) {
    boolean unused =
        tries(Libc.SOL_SOCKET, Libc.SO_SNDBUFFORCE, octets)
            || tries(Libc.SOL_SOCKET, Libc.SO_SNDBUF, octets);
    scratch.host().putInt(0, 0).putInt(8, Integer.BYTES);
    int done =
        Libc.getsockopt(
            fd, Libc.SOL_SOCKET, Libc.SO_SNDBUF, scratch.address(), scratch.address() + 8);
    sendBuffer = done == 0 ? scratch.host().getInt(0) : 0;
  }

  /** Most octets that the kernel takes at once. */
  int sendableOctets() {
    return sendBuffer - 64;
  }

  /** Empty memory to write so many octets to, for {@link #send}. */
  ByteBuffer toSend(int octets) {
    if (out.host().capacity() < octets) {
      out = new NativeMemory(Math.max(octets, 2 * out.host().capacity()));
    }
    return out.host().clear();
  }

  /** Sends what was written to {@link #toSend}; the kernel has worked it off on return. */
  void send(String tried) {
    addressKernel();
    int length = out.host().position();
    while (true) {
      checkOpen(tried);
      long sent = Libc.sendto(fd, out.address(), length, 0, scratch.address(), ADDRESS);
      if (sent == length) {
        return;
      }
      Errno errno = sent < 0 ? new Errno(Libc.errno()) : Errno.EMSGSIZE;
      if (!errno.equals(Errno.EINTR)) {
        throw new KernelException(tried + " (send " + length + " octets)", errno);
      }
    }
  }

  /**
   * Takes one datagram of the kernel.
   *
   * @return its messages; null when none came in time, or this was closed meanwhile
   * @throws KernelException with ENOBUFS when messages were lost; later ones can be taken
   */
  @Nullable List<Message> receive(Duration timeout) {
    while (!closed.get()) {
      scratch.host().putInt(16, ADDRESS);
      long count =
          Libc.recvfrom(
              fd,
              in.address(),
              MAX_DATAGRAM,
              Libc.MSG_DONTWAIT | Libc.MSG_TRUNC,
              scratch.address(),
              scratch.address() + 16);
      if (count > MAX_DATAGRAM) {
        throw new KernelException("receive " + count + " octets on " + protocol, Errno.EMSGSIZE);
      }
      if (count >= 0) {
        int sender = scratch.host().getInt(4);
        if (sender == 0) { // other programs may send us something too
          return Message.readAll(in.host().limit((int) count).position(0));
        }
      } else {
        Errno errno = new Errno(Libc.errno());
        if (errno.equals(Errno.EAGAIN)) {
          if (!await(timeout)) {
            return null;
          }
        } else if (!errno.equals(Errno.EINTR)) {
          throw new KernelException("receive on " + protocol, errno);
        }
      }
    }
    return null;
  }

  /** Waits until something came; false when nothing did, or this was closed. */
  private boolean await(Duration timeout) {
    ByteBuffer files = scratch.host();
    files.putInt(32, fd).putShort(36, (short) Libc.POLLIN).putShort(38, (short) 0);
    files.putInt(40, waker).putShort(44, (short) Libc.POLLIN).putShort(46, (short) 0);
    int millis = (int) Math.min(Integer.MAX_VALUE, timeout.plusNanos(999_999).toMillis());
    int ready = Libc.poll(scratch.address() + 32, 2, millis);
    if (ready < 0 && Libc.errno() != Errno.EINTR.number()) {
      throw new KernelException("wait on " + protocol, new Errno(Libc.errno()));
    }
    return ready != 0 && !closed.get();
  }

  void checkOpen(String tried) {
    if (closed.get()) {
      throw new KernelException(tried + " (" + protocol + " was closed)", Errno.ECANCELED);
    }
  }

  /** Ends the waiting of whoever holds the lock, and closes the file after that. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    long unused = Libc.write(waker, one.address(), Long.BYTES);
    lock.lock();
    try {
      int unusedFile = Libc.close(fd); // on Linux it is closed whatever this says
      int unusedWaker = Libc.close(waker);
    } finally {
      lock.unlock();
    }
  }
}
