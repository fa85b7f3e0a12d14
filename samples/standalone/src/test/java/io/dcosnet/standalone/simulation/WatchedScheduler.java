// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.simulation;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The scheduler of a simulated node, which remembers what failed on it. */
final class WatchedScheduler implements Scheduler {

  private final Scheduler scheduler;
  private final TimeSource time;
  private final List<Throwable> failures = new ArrayList<>();

  WatchedScheduler(Scheduler scheduler) {
    this.scheduler = scheduler;
    this.time = scheduler.time();
  }

  List<Throwable> failures() {
    return failures;
  }

  @Override
  public TimeSource time() {
    return time;
  }

  @Override
  public Timer schedule(Duration delay, Runnable work) {
    return scheduler.schedule(delay, () -> run(work));
  }

  @Override
  public void execute(Runnable work) {
    scheduler.execute(() -> run(work));
  }

  private void run(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | AssertionError e) {
      failures.add(e);
    }
  }
}
