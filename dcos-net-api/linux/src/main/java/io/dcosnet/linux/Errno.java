// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux;

import java.util.HashMap;
import java.util.Map;

/**
 * Why a system call failed, by the numbers that x86-64 and aarch64 have in common.
 * <b>Immutable.</b>
 *
 * @param number as the C library gives it in {@code errno}; also one that has no name here
 */
public record Errno(int number) {

  public static final Errno EPERM = new Errno(1);
  public static final Errno ENOENT = new Errno(2);
  public static final Errno ESRCH = new Errno(3);
  public static final Errno EINTR = new Errno(4);
  public static final Errno EBADF = new Errno(9);
  public static final Errno EAGAIN = new Errno(11);
  public static final Errno EACCES = new Errno(13);
  public static final Errno EBUSY = new Errno(16);
  public static final Errno EEXIST = new Errno(17);
  public static final Errno ENODEV = new Errno(19);
  public static final Errno EINVAL = new Errno(22);
  public static final Errno ENOSYS = new Errno(38);
  public static final Errno ERESTART = new Errno(85);
  public static final Errno EMSGSIZE = new Errno(90);
  public static final Errno EPROTOTYPE = new Errno(91);
  public static final Errno EOPNOTSUPP = new Errno(95);
  public static final Errno EAFNOSUPPORT = new Errno(97);
  public static final Errno EADDRINUSE = new Errno(98);
  public static final Errno EADDRNOTAVAIL = new Errno(99);
  public static final Errno ENOBUFS = new Errno(105);
  public static final Errno ETIMEDOUT = new Errno(110);
  public static final Errno ECANCELED = new Errno(125);

  private static final Map<Integer, Known> KNOWN =
      read(
          """
          1 EPERM operation not permitted
          2 ENOENT no such file or directory
          3 ESRCH no such process
          4 EINTR interrupted by a signal
          5 EIO input or output error
          6 ENXIO no such device or address
          7 E2BIG too many arguments
          9 EBADF not an open file
          11 EAGAIN not now, try again
          12 ENOMEM out of memory
          13 EACCES permission denied
          14 EFAULT bad address
          16 EBUSY in use
          17 EEXIST exists already
          18 EXDEV not on the same device
          19 ENODEV no such device
          20 ENOTDIR not a directory
          21 EISDIR is a directory
          22 EINVAL invalid argument
          23 ENFILE too many open files in the system
          24 EMFILE too many open files
          28 ENOSPC no space left
          32 EPIPE nobody reads the other end
          34 ERANGE out of range
          36 ENAMETOOLONG name too long
          38 ENOSYS the kernel does not have this call
          39 ENOTEMPTY not empty
          61 ENODATA no data
          75 EOVERFLOW value too large
          85 ERESTART changed meanwhile, try again
          88 ENOTSOCK not a socket
          89 EDESTADDRREQ no destination given
          90 EMSGSIZE message too long
          91 EPROTOTYPE wrong kind of socket
          92 ENOPROTOOPT no such option
          93 EPROTONOSUPPORT protocol not supported
          95 EOPNOTSUPP operation not supported
          97 EAFNOSUPPORT address family not supported
          98 EADDRINUSE address already in use
          99 EADDRNOTAVAIL cannot assign requested address
          100 ENETDOWN network is down
          101 ENETUNREACH network unreachable
          104 ECONNRESET connection reset
          105 ENOBUFS no buffer space left
          106 EISCONN already connected
          107 ENOTCONN not connected
          110 ETIMEDOUT timed out
          111 ECONNREFUSED connection refused
          113 EHOSTUNREACH host unreachable
          125 ECANCELED ended before it was done
          524 ENOTSUPP operation not supported
          """);

  private record Known(String name, String meaning) {}

  private static Map<Integer, Known> read(String table) {
    Map<Integer, Known> known = new HashMap<>();
    table
        .lines()
        .map(line -> line.split(" ", 3))
        .forEach(parts -> known.put(Integer.valueOf(parts[0]), new Known(parts[1], parts[2])));
    return Map.copyOf(known);
  }

  /** Such as {@code EACCES}; {@code errno 4711} for a number without a name. */
  public String name() {
    Known known = KNOWN.get(number);
    return known == null ? "errno " + number : known.name();
  }

  /** What it means, in a few words. */
  public String meaning() {
    Known known = KNOWN.get(number);
    return known == null ? "unknown" : known.meaning();
  }

  /** Such as {@code EACCES (permission denied)}. */
  @Override
  public String toString() {
    return name() + " (" + meaning() + ")";
  }
}
