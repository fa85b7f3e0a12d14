// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.libc;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * Functions of the C library with their own names and arguments; a pointer is a {@code long}. A
 * call costs about 0.1 µs and allocates nothing.
 *
 * <p>What fails returns -1; {@link #errno} says why when it is the next call on this thread.
 *
 * <p><b>Thread-safe</b>, as far as what is done to one file allows.
 */
public final class Libc {

  public static final int AF_INET = 2;
  public static final int AF_INET6 = 10;
  public static final int AF_NETLINK = 16;
  public static final int SOCK_DGRAM = 2;
  public static final int SOCK_RAW = 3;
  public static final int SOCK_CLOEXEC = 0x80000;

  public static final int SOL_SOCKET = 1;
  public static final int SO_TYPE = 3;
  public static final int SO_SNDBUF = 7;
  public static final int SO_RCVBUF = 8;
  public static final int SO_REUSEPORT = 15;
  public static final int SO_RCVTIMEO = 20;
  public static final int SO_SNDBUFFORCE = 32;
  public static final int SO_RCVBUFFORCE = 33;
  public static final int SO_MEMINFO = 55;

  public static final int IPPROTO_IP = 0;
  public static final int IP_PKTINFO = 8;
  public static final int IP_MTU_DISCOVER = 10;

  public static final int IPPROTO_IPV6 = 41;
  public static final int IPV6_MTU_DISCOVER = 23;
  public static final int IPV6_V6ONLY = 26;
  public static final int IPV6_RECVPKTINFO = 49;

  /** Sets DF, never cuts a datagram up, and believes nobody who says that the path is narrow. */
  public static final int PMTUDISC_PROBE = 3;

  public static final int SOL_NETLINK = 270;
  public static final int NETLINK_ADD_MEMBERSHIP = 1;
  public static final int NETLINK_CAP_ACK = 10;
  public static final int NETLINK_EXT_ACK = 11;
  public static final int NETLINK_GET_STRICT_CHK = 12;

  public static final int MSG_CTRUNC = 0x8;
  public static final int MSG_TRUNC = 0x20;
  public static final int MSG_DONTWAIT = 0x40;
  public static final int MSG_NOSIGNAL = 0x4000;
  public static final int MSG_WAITFORONE = 0x10000;

  public static final int SHUT_RD = 0;

  public static final int POLLIN = 1;

  public static final int EFD_NONBLOCK = 0x800;
  public static final int EFD_CLOEXEC = 0x80000;

  public static final int O_RDONLY = 0;
  public static final int O_CLOEXEC = 0x80000;

  public static final int CLONE_NEWNET = 0x40000000;

  public static final long MS_BIND = 0x1000;
  public static final long MS_REC = 0x4000;
  public static final long MS_SHARED = 0x100000;
  public static final int MNT_DETACH = 2;

  private static final long BPF_CALL =
      System.getProperty("os.arch", "").equals("aarch64") ? 280 : 321;

  static {
    // The JVM itself is linked against it, so it need not be searched for.
    Native.register(Libc.class, NativeLibrary.getProcess());
  }

  private Libc() {}

  /**
   * Loads what the calls need.
   *
   * @throws LinkageError when that is not possible
   */
  public static void load() {
    // Initializing this class has done it.
  }

  /** Why the last call on this thread failed. */
  public static int errno() {
    return Native.getLastError();
  }

  public static native int socket(int family, int type, int protocol);

  public static native int close(int fd);

  public static native int shutdown(int fd, int how);

  public static native int bind(int fd, long address, int length);

  public static native int getsockname(int fd, long address, long length);

  public static native int setsockopt(int fd, int level, int option, long value, int length);

  public static native int getsockopt(int fd, int level, int option, long value, long length);

  public static native long sendto(
      int fd, long octets, long length, int flags, long address, int addressLength);

  public static native long recvfrom(
      int fd, long octets, long length, int flags, long address, long addressLength);

  public static native int poll(long files, long count, int timeoutMillis);

  public static native int eventfd(int initial, int flags);

  public static native long write(int fd, long octets, long length);

  /** Without making a file, for which it would take another argument. */
  public static native int open(String path, int flags);

  public static native int setns(int fd, int kind);

  public static native int unshare(int kinds);

  public static native int mount(
      String source, String target, String type, long flags, long options);

  public static native int umount2(String target, int flags);

  private static native long syscall(long number, long first, long second, long third);

  /** For this one there is no function. */
  public static int bpf(int command, long attributes, int length) {
    return (int) syscall(BPF_CALL, command, attributes, length);
  }

  public static native int recvmmsg(int fd, long headers, int count, int flags, long timeout);

  public static native int sendmmsg(int fd, long headers, int count, int flags);
}
