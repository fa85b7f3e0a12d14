// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.choice.Crew.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Paths that carry nothing new any more, until the last of their connections has ended.
 *
 * <p><b>Thread-safe.</b>
 */
final class Departures {

  private static final Logger LOGGER = LoggerFactory.getLogger(Departures.class);

  private final Scheduler scheduler;

  // Guards the two below; no foreign code runs in it.
  private final Object lock = new Object();
  private final Map<Member, CompletableFuture<Void>> leaving = new LinkedHashMap<>();
  private final Map<Member, Subscription> observed = new LinkedHashMap<>();

  Departures(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** What is to end with a path that leaves one day. */
  void endWith(Member member, Subscription observing) {
    synchronized (lock) {
      observed.put(member, observing);
    }
  }

  /**
   * Ends a path, and all of it in the kernel.
   *
   * @param ended called when it is gone, also when it did not go in good order
   */
  void retire(Member member, Duration grace, Runnable ended) {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    synchronized (lock) {
      leaving.put(member, gone);
    }
    stop(member.path(), grace)
        .whenComplete(
            (ok, failure) -> {
              if (failure != null) {
                LOGGER.error("data path {} did not end in good order", member.name(), failure);
              }
              Subscription observing;
              synchronized (lock) {
                leaving.remove(member);
                observing = observed.remove(member);
              }
              if (observing != null) {
                observing.close();
              }
              gone.complete(null);
              ended.run();
            });
  }

  private static CompletionStage<Void> stop(DataPath path, Duration grace) {
    try {
      return path.stop(false, grace);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  List<DataPath> paths() {
    synchronized (lock) {
      return leaving.keySet().stream().map(Member::path).toList();
    }
  }

  List<String> names() {
    synchronized (lock) {
      return leaving.keySet().stream().map(Member::name).toList();
    }
  }

  /**
   * When all that leave now are gone, or the time is over. They cut what is open by then, whatever
   * time they were given before: a process that ends does not outlive them.
   */
  CompletionStage<Void> await(Duration atMost) {
    List<CompletableFuture<Void>> all;
    List<DataPath> paths;
    synchronized (lock) {
      all = new ArrayList<>(leaving.values());
      paths = paths();
    }
    for (DataPath path : paths) {
      var unused = stop(path, atMost); // what becomes of it is told by the first one
    }
    if (all.isEmpty()) {
      return CompletableFuture.completedStage(null);
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    var unused =
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
            .thenRun(() -> done.complete(null));
    Scheduler.Timer timer = scheduler.schedule(atMost, () -> done.complete(null));
    return done.whenComplete((ok, failure) -> timer.cancel());
  }
}
