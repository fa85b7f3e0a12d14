// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What this thread has made so far. */
final class Allocated {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocated() {}

  static long octets() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
