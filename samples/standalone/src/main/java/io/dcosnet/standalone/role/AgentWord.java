// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.spi.TimeSource;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Whether the word of the agent beside this node still counts for what runs on it. When that does
 * not answer for a while, the masters know better; when they do not answer either, nobody does.
 *
 * <p><b>Thread-safe.</b>
 */
final class AgentWord implements BooleanSupplier {

  /** Longer than an agent takes to restart, shorter than a master waits to give it up. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final BooleanSupplier agentFails;
  private final BooleanSupplier othersFail;
  private final TimeSource time;
  private boolean failing; // guarded by this
  private long sinceNanos; // guarded by this

  /**
   * Asks these two each time, {@link #getAsBoolean} itself being asked every few seconds.
   *
   * @param othersFail whether who tells of the whole cluster has no news either
   */
  AgentWord(BooleanSupplier agentFails, BooleanSupplier othersFail, TimeSource time) {
    this.agentFails = agentFails;
    this.othersFail = othersFail;
    this.time = time;
  }

  @Override
  public synchronized boolean getAsBoolean() {
    boolean before = failing;
    failing = agentFails.getAsBoolean();
    if (!failing) {
      return true;
    }
    if (!before) {
      sinceNanos = time.nanos();
    }
    return time.nanos() - sinceNanos < PATIENCE.toNanos() || othersFail.getAsBoolean();
  }
}
