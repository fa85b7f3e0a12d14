// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.udp;

import io.dcosnet.linux.libc.Libc;
import io.dcosnet.linux.libc.NativeMemory;

/** Asks the kernel how many datagrams found no room. <b>Not thread-safe.</b> */
final class Overflows {

  /** The nine figures that SO_MEMINFO tells, of which this is the last. */
  private static final int DROPS = 8 * Integer.BYTES;

  private static final int LENGTH = 64;

  private final NativeMemory memory = new NativeMemory(LENGTH + Integer.BYTES);

  /** 0 where the kernel does not count, which is before 4.12. */
  long read(int fd) {
    memory.host().putInt(LENGTH, LENGTH);
    long figures = memory.address();
    int outcome = Libc.getsockopt(fd, Libc.SOL_SOCKET, Libc.SO_MEMINFO, figures, figures + LENGTH);
    boolean told = outcome == 0 && memory.host().getInt(LENGTH) >= DROPS + Integer.BYTES;
    return told ? Integer.toUnsignedLong(memory.host().getInt(DROPS)) : 0;
  }
}
