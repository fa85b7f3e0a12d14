// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import java.lang.reflect.Method;

/**
 * What a thread has allocated since it began, for tests of paths that must not.
 *
 * <p>Asked for by reflection: the module under test does not read {@code jdk.management}, and tests
 * are compiled into it.
 */
public final class AllocatedOctets {

  private final Object threads;
  private final Method ofThread;

  public AllocatedOctets() {
    try {
      threads =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      ofThread =
          Class.forName("com.sun.management.ThreadMXBean")
              .getMethod("getThreadAllocatedBytes", long.class);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this JDK does not count what threads allocate", e);
    }
  }

  /** Octets of this thread so far, those of some ten objects for asking included. */
  public long now() {
    return now(Thread.currentThread().getId());
  }

  /** The same of another one. */
  public long now(long thread) {
    try {
      return (long) ofThread.invoke(threads, thread);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
