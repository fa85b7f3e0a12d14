// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.cli;

import io.dcosnet.api.spi.TimeSource;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tries things one after the other and prints a line for each: how it ended, how long it took, what
 * it was.
 *
 * <p><b>Confined to</b> one thread.
 */
public final class Steps {

  /** How long a step may take; a cluster of one process needs a fraction of a second. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Between two tries. */
  public static final Duration PAUSE = Duration.ofMillis(20);

  private final Console console;
  private final TimeSource time;
  private final Interruption interruption;
  private final long deadlineNanos;
  private int held;
  private int failed;

  /**
   * @param longest for all steps together
   */
  public Steps(Console console, TimeSource time, Interruption interruption, Duration longest) {
    this.console = console;
    this.time = time;
    this.interruption = interruption;
    deadlineNanos = time.nanos() + longest.toNanos();
  }

  /**
   * Tries until it holds or the patience is over.
   *
   * @param fault says what is wrong; empty when nothing is
   * @return true when it held
   */
  public boolean until(String what, Supplier<Optional<String>> fault) {
    return within(PATIENCE, what, fault);
  }

  /** As {@link #until}, with a patience of its own. */
  public boolean within(Duration patience, String what, Supplier<Optional<String>> fault) {
    if (isInterrupted()) {
      failed++; // nobody waits for it any more
      return false;
    }
    long begin = time.nanos();
    long end = Math.min(begin + patience.toNanos(), deadlineNanos);
    Optional<String> wrong = fault.get();
    while (wrong.isPresent() && time.nanos() < end && !interruption.await(PAUSE)) {
      wrong = fault.get();
    }
    print(wrong.isEmpty() ? "ok  " : "FAIL", time.nanos() - begin, what);
    if (wrong.isPresent()) {
      failed++;
      console.line("              " + wrong.get());
    } else {
      held++;
    }
    return wrong.isEmpty();
  }

  private boolean isInterrupted() {
    return interruption.await(Duration.ZERO);
  }

  /** Does something that the following steps are about. */
  public void act(String what, Runnable action) {
    if (isInterrupted()) {
      return;
    }
    long begin = time.nanos();
    action.run();
    print(" -> ", time.nanos() - begin, what);
  }

  private void print(String sign, long nanos, String what) {
    double millis = nanos / 1e6;
    console.line(String.format(Locale.ROOT, "%s %7.1f ms  %s", sign, millis, what));
  }

  public boolean allHeld() {
    return failed == 0 && held > 0;
  }

  /** How it went, in one line. */
  public String summary() {
    return failed == 0
        ? "all " + held + " steps hold"
        : failed + " of " + (held + failed) + " steps failed";
  }
}
