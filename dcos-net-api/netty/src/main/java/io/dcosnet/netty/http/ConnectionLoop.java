// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.netty.channel.EventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the work of one connection on its event loop. What the work throws goes to the connection,
 * since a mistake of ours must not leave a client waiting for ever.
 *
 * <p><b>Thread-safe.</b>
 */
final class ConnectionLoop implements Executor {

  private static final Logger LOGGER = LoggerFactory.getLogger(ConnectionLoop.class);

  private final EventLoop loop;
  private final Consumer<Throwable> failed;

  /**
   * Makes the executor for one connection.
   *
   * @param failed gets what work has thrown, on the loop
   */
  ConnectionLoop(EventLoop loop, Consumer<Throwable> failed) {
    this.loop = loop;
    this.failed = failed;
  }

  /** Runs the work now when on the loop already, else soon. */
  void run(Runnable work) {
    if (loop.inEventLoop()) {
      guarded(work);
    } else {
      later(work);
    }
  }

  /** Runs the work behind what the loop has to do already; drops it when the loop has ended. */
  void later(Runnable work) {
    try {
      execute(work);
    } catch (RejectedExecutionException e) {
      LOGGER.debug("the event loop has ended, and the connection with it", e);
    }
  }

  /**
   * As {@link #later}, but tells when the loop has ended.
   *
   * @throws RejectedExecutionException when the loop has ended
   */
  @Override
  public void execute(Runnable work) {
    loop.execute(() -> guarded(work));
  }

  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      failed.accept(e);
    }
  }
}
