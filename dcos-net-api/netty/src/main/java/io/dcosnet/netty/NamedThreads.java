// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the threads {@code dcosnet-<part>-1}, {@code -2}, …; what ends one is logged. */
final class NamedThreads implements ThreadFactory {

  private static final Logger LOGGER = LoggerFactory.getLogger(NamedThreads.class);

  private final String prefix;
  private final AtomicInteger made = new AtomicInteger();

  NamedThreads(String part) {
    this.prefix = "dcosnet-" + part + "-";
  }

  @Override
  public Thread newThread(Runnable work) {
    Thread thread = new Made(work, prefix + made.incrementAndGet());
    thread.setDaemon(false); // threads inherit it from whoever happens to call first
    thread.setUncaughtExceptionHandler(
        (died, failure) -> LOGGER.error("thread ended by a failure thread={}", died, failure));
    return thread;
  }

  /** Whether the caller runs on one of these threads. */
  boolean madeCurrentThread() {
    return Thread.currentThread() instanceof Made thread && thread.maker() == this;
  }

  private final class Made extends FastThreadLocalThread {
    Made(Runnable work, String name) {
      super(work, name);
    }

    NamedThreads maker() {
      return NamedThreads.this;
    }
  }
}
