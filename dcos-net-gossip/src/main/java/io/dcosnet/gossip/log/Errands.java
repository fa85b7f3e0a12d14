// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import io.dcosnet.api.DcosNetException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that goes from the thread of the replica to one that may block, and back. */
record Errands(Executor loop, Executor blocking) {

  private static final Logger LOGGER = LoggerFactory.getLogger(Errands.class);

  /** Work that blocks. */
  interface DiskWork {
    void run() throws IOException;
  }

  /** Does work that blocks; what it throws is handled on the loop. */
  void onDisk(DiskWork work, Consumer<Throwable> failed) {
    Consumer<Throwable> back = cause -> onLoop(() -> failed.accept(cause));
    try {
      blocking.execute(() -> guarded(work, back));
    } catch (RejectedExecutionException e) {
      back.accept(e);
    }
  }

  /** Does work that blocks and must be done, on this thread where there is no other one. */
  void onDiskAtLast(DiskWork work) {
    Consumer<Throwable> told = cause -> LOGGER.warn("not closed in order", cause);
    try {
      blocking.execute(() -> guarded(work, told));
    } catch (RejectedExecutionException e) {
      guarded(work, told);
    }
  }

  void onLoop(Runnable work) {
    try {
      loop.execute(work);
    } catch (RejectedExecutionException e) {
      LOGGER.debug("the replica is gone, and with it who waits", e);
    }
  }

  private static void guarded(DiskWork work, Consumer<Throwable> failed) {
    try {
      work.run();
    } catch (IOException | RuntimeException e) {
      failed.accept(e);
    }
  }

  /** What is wrong, for people. */
  static String text(Throwable fault) {
    Throwable cause = fault.getCause();
    Throwable said = fault instanceof CompletionException && cause != null ? cause : fault;
    return said instanceof DcosNetException ? String.valueOf(said.getMessage()) : said.toString();
  }
}
