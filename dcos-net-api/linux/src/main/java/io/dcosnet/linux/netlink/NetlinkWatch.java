// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Has somebody look again when something changes in the kernel that concerns him, and every so
 * often without being told.
 *
 * <p>What changes while he looks makes him look once more, so that nothing is missed. What he
 * changes himself does too, unless it does not concern him.
 *
 * <p><b>Thread-safe.</b> Both callbacks run on the one thread of the watch, a daemon, one call at a
 * time. It listens to the network namespace in which the monitor was opened, and is itself in that
 * of the thread that begins it.
 */
public final class NetlinkWatch implements AutoCloseable {

  /** When the kernel tells nothing but errors, somebody else is needed, and not a busy thread. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final NetlinkMonitor monitor;
  private final Duration interval;
  private final Predicate<Message> concerns;
  private final Runnable look;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicLong failures = new AtomicLong();

  private NetlinkWatch(
      NetlinkMonitor monitor, Duration interval, Predicate<Message> concerns, Runnable look) {
    this.monitor = requireNonNull(monitor, "monitor");
    this.interval = requireNonNull(interval, "interval");
    this.concerns = requireNonNull(concerns, "concerns");
    this.look = requireNonNull(look, "look");
  }

  /**
   * Begins to watch, with a thread of its own.
   *
   * @param thread its name
   * @param monitor what is listened to; closed with this
   * @param interval longest time between two looks; waits of less than that are for news
   * @param concerns whether a change calls for a look; one that it cannot read does
   * @param look may block for some milliseconds, in which news wait; when it throws it is counted,
   *     and called again after a second
   */
  public static NetlinkWatch begin(
      String thread,
      NetlinkMonitor monitor,
      Duration interval,
      Predicate<Message> concerns,
      Runnable look) {
    NetlinkWatch watch = new NetlinkWatch(monitor, interval, concerns, look);
    Thread made = new Thread(watch::run, thread);
    made.setDaemon(true);
    made.start();
    return watch;
  }

  private void run() {
    News news = new News();
    boolean open = true;
    while (open) {
      try {
        open = monitor.await(news.concerned ? Duration.ZERO : interval, news);
        if (open && (news.concerned || !news.heard)) {
          look.run();
        }
        news.forget();
      } catch (RuntimeException e) { // whatever it was, what comes after it must not be missed
        failures.incrementAndGet();
        open = pause();
        news.lost();
      }
    }
  }

  /** How often it could not be listened or looked since this began. Any thread. */
  public long failures() {
    return failures.get();
  }

  /** False when this was closed meanwhile. */
  private boolean pause() {
    try {
      return !closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return closed.getCount() > 0; // nobody knows the thread, so nobody means anything by it
    }
  }

  private final class News implements NetlinkMonitor.Listener {
    private boolean heard;
    private boolean concerned;

    void forget() {
      heard = false;
      concerned = false;
    }

    @Override
    public void changed(Message message) {
      heard = true;
      concerned |= concerns.test(message);
    }

    @Override
    public void lost() {
      heard = true;
      concerned = true;
    }
  }

  /** Stops watching; a look under way goes on to its end. Idempotent. */
  @Override
  public void close() {
    closed.countDown();
    monitor.close();
  }
}
