// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.sim;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.TimeSource;
import java.time.Duration;

/** The scheduler of a process: when that is killed, nothing of it runs any more. */
final class MortalScheduler implements Scheduler {

  private final Scheduler time;
  private boolean dead;

  MortalScheduler(Scheduler time) {
    this.time = time;
  }

  void kill() {
    dead = true;
  }

  boolean isDead() {
    return dead;
  }

  @Override
  public TimeSource time() {
    return time.time();
  }

  @Override
  public Timer schedule(Duration delay, Runnable work) {
    return time.schedule(delay, () -> alive(work));
  }

  @Override
  public void execute(Runnable work) {
    time.execute(() -> alive(work));
  }

  private void alive(Runnable work) {
    if (!dead) {
      work.run();
    }
  }
}
