// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.cli;

import io.dcosnet.api.Lifecycle;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that runs on end in an orderly way when Ctrl-C or SIGTERM asks for it. The process
 * waits for {@link #close} and then ends with the number that the system gives such an end: 130
 * after Ctrl-C, 143 after SIGTERM.
 *
 * <p><b>Thread-safe.</b>
 */
public final class Interruption implements AutoCloseable {

  /** Longer than any part may take to stop, so that a stuck one cannot keep the process. */
  private static final Duration LONGEST_END = Lifecycle.DEFAULT_GRACE.multipliedBy(4);

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::askAndWait, "dcosnet-stop");

  private Interruption() {}

  /** From now on until {@link #close} an interruption is told by {@link #await}. */
  public static Interruption expected() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Waits until somebody asks for the end. */
  public void await() {
    try {
      asked.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits until somebody asks for the end or the time is over.
   *
   * @return true when asked
   */
  public boolean await(Duration longest) {
    try {
      return asked.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Asks for the end, as a signal would. */
  public void ask() {
    asked.countDown();
  }

  /** Says that everything is stopped. */
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, and waits for the line above.
    }
  }

  private void askAndWait() {
    asked.countDown();
    try {
      if (!ended.await(LONGEST_END.toNanos(), TimeUnit.NANOSECONDS)) {
        Console.ofProcess()
            .err()
            .println("dcos-net: not stopped in " + LONGEST_END + ", giving up");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
