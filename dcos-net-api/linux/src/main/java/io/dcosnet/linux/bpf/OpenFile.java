// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

import io.dcosnet.linux.libc.Libc;
import java.util.function.IntFunction;

/**
 * A file by which this process holds something in the kernel.
 *
 * <p><b>Thread-safe.</b>
 */
final class OpenFile implements AutoCloseable {

  private int fd;

  OpenFile(int fd) {
    this.fd = fd;
  }

  /** Makes the owner of a file, which is closed when that fails. */
  static <T> T own(int fd, IntFunction<T> maker) {
    boolean done = false;
    try {
      T owner = maker.apply(fd);
      done = true;
      return owner;
    } finally {
      if (!done) {
        int unused = Libc.close(fd);
      }
    }
  }

  /**
   * Its number.
   *
   * @param what it holds, for a person
   */
  synchronized int fd(Object what) {
    if (fd < 0) {
      throw new IllegalStateException(what + " is closed");
    }
    return fd;
  }

  /** Idempotent; what it held goes on where something else holds it. */
  @Override
  public synchronized void close() {
    if (fd >= 0) {
      int unused = Libc.close(fd);
      fd = -1;
    }
  }
}
