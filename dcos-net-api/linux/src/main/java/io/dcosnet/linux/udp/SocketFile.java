// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.udp;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.libc.Libc;
import io.dcosnet.linux.libc.NativeMemory;
import io.dcosnet.linux.libc.SocketAddress;
import java.time.Duration;

/** Makes the socket itself and sets its options. <b>Confined to</b> one thread. */
final class SocketFile {

  private final NativeMemory scratch = new NativeMemory(64);
  private final int fd;
  private final String shown;

  private SocketFile(int fd, String shown) {
    this.fd = fd;
    this.shown = shown;
  }

  static SocketFile open(HostPort address) {
    String shown = "udp " + address;
    int family = address.address().isIpv4() ? Libc.AF_INET : Libc.AF_INET6;
    int fd = Libc.socket(family, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
    if (fd < 0) {
      throw new KernelException("open " + shown, new Errno(Libc.errno()));
    }
    return new SocketFile(fd, shown);
  }

  /** One that somebody else has opened and bound. */
  static SocketFile of(int fd) {
    SocketFile file = new SocketFile(fd, "inherited socket " + fd);
    int type = file.get(Libc.SOL_SOCKET, Libc.SO_TYPE, "SO_TYPE");
    if (type != Libc.SOCK_DGRAM) {
      throw new KernelException("use " + file.shown + " for udp", Errno.EPROTOTYPE);
    }
    return file;
  }

  int fd() {
    return fd;
  }

  void set(int level, int option, int value, String name) {
    if (!tries(level, option, value)) {
      throw new KernelException("set " + name + " of " + shown, new Errno(Libc.errno()));
    }
  }

  /** Whether the kernel lets us. */
  boolean tries(int level, int option, int value) {
    scratch.host().putInt(0, value);
    return Libc.setsockopt(fd, level, option, scratch.address(), Integer.BYTES) == 0;
  }

  int get(int level, int option, String name) {
    scratch.host().putInt(0, 0).putInt(8, Integer.BYTES);
    if (Libc.getsockopt(fd, level, option, scratch.address(), scratch.address() + 8) != 0) {
      throw new KernelException("read " + name + " of " + shown, new Errno(Libc.errno()));
    }
    return scratch.host().getInt(0);
  }

  void receiveTimeout(Duration timeout) {
    scratch.host().putLong(0, timeout.getSeconds()).putLong(8, timeout.getNano() / 1000);
    if (Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, scratch.address(), 16) != 0) {
      throw new KernelException("set SO_RCVTIMEO of " + shown, new Errno(Libc.errno()));
    }
  }

  /** The kernel's limit for others holds only where we may not go beyond it. */
  void receiveBuffer(int octets) {
    if (!tries(Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, octets)) {
      set(Libc.SOL_SOCKET, Libc.SO_RCVBUF, octets, "SO_RCVBUF");
    }
  }

  void bind(HostPort address) {
    int length = SocketAddress.write(scratch, 0, address);
    if (Libc.bind(fd, scratch.address(), length) != 0) {
      throw new KernelException("bind " + shown, new Errno(Libc.errno()));
    }
  }

  /** Where it is bound, with the real port. */
  HostPort localAddress() {
    scratch.host().putInt(32, SocketAddress.MAX_OCTETS);
    if (Libc.getsockname(fd, scratch.address(), scratch.address() + 32) != 0) {
      throw new KernelException("read the address of " + shown, new Errno(Libc.errno()));
    }
    int family = scratch.host().getShort(0);
    if (family != Libc.AF_INET && family != Libc.AF_INET6) {
      throw new KernelException("use " + shown + " for udp", Errno.EAFNOSUPPORT);
    }
    return SocketAddress.read(scratch, 0);
  }

  void close() {
    int unused = Libc.close(fd); // on Linux it is closed whatever this says
  }
}
