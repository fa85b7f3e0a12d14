// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.spi.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says what is refused or odd, in at most one line a minute for each kind and reason: the first at
 * once, and how many came after it when the minute is over.
 *
 * <p><b>Confined to</b> the scheduler. As large as the number of reasons, which are words of ours.
 */
final class RefusalLog {

  /** Least time between two lines of one kind and reason. */
  static final Duration PAUSE = Duration.ofMinutes(1);

  private record Reason(String kind, String code) {}

  /** What was not said yet. */
  private static final class Held {
    private long more;
    private @Nullable Rejection last;
    private Scheduler.@Nullable Timer timer;
  }

  private final Scheduler scheduler;
  private final Consumer<String> log;
  private final Map<Reason, Held> held = new HashMap<>();

  /**
   * @param log takes a line
   */
  RefusalLog(Scheduler scheduler, Consumer<String> log) {
    this.scheduler = scheduler;
    this.log = log;
  }

  void add(Rejection refused) {
    Reason reason = new Reason(refused.kind(), refused.code());
    Held before = held.get(reason);
    if (before == null) {
      log.accept(line("refused or odd", refused));
      pause(reason);
    } else {
      before.more++;
      before.last = refused;
    }
  }

  private void pause(Reason reason) {
    Held pausing = new Held();
    held.put(reason, pausing);
    pausing.timer = scheduler.schedule(PAUSE, () -> over(reason, pausing));
  }

  private void over(Reason reason, Held ended) {
    held.remove(reason);
    Rejection last = ended.last;
    if (last != null) {
      log.accept(line("refused or odd, more count=" + ended.more + ", the last", last));
      pause(reason);
    }
  }

  private static String line(String begin, Rejection refused) {
    return "%s %s=\"%s\" reason=%s: %s"
        .formatted(begin, refused.kind(), refused.subject(), refused.code(), refused.detail());
  }

  /** Says nothing more. */
  void close() {
    for (Held one : held.values()) {
      if (one.timer != null) {
        one.timer.cancel();
      }
    }
    held.clear();
  }
}
