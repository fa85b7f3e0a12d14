// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.choice.Crew.Member;
import io.dcosnet.lb.vip.VipTable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What paths of other kinds left in place here, by a process before. It would go on catching
 * connections, as it was when that process ended. Connections that go by it are open, so it is
 * taken over by a path of its kind, which then leaves as one does that was replaced.
 *
 * <p><b>Thread-safe.</b> All methods block.
 */
final class Leftovers {

  /** How long connections may go on that a process before has begun. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private static final Logger LOGGER = LoggerFactory.getLogger(Leftovers.class);

  private final ChoiceParts parts;
  private final Departures departures;

  Leftovers(ChoiceParts parts, Departures departures) {
    this.parts = parts;
    this.departures = departures;
  }

  /**
   * Lets go of it, or only tells where it may be that of a neighbour.
   *
   * @param table that is served now
   * @param inUse which kinds of paths are not to be touched
   */
  void seeTo(VipTable table, Predicate<String> inUse) {
    for (String name : parts.offers().keySet()) {
      if (inUse.test(name)) {
        continue;
      }
      try {
        seeTo(new Member(name, parts.offer(name).get()), table);
      } catch (RuntimeException e) { // the others are looked after all the same
        LOGGER.info("what data path {} may have left here stays: {}", name, e.getMessage());
      }
    }
  }

  private void seeTo(Member member, VipTable table) {
    List<String> left = member.path().left();
    if (!parts.sole()) {
      if (!left.isEmpty()) {
        LOGGER.warn(
            "data path {} is here too, or was, and catches connections of its services: {}"
                + " (dcos-net cleanup removes it)",
            member.name(),
            left);
      }
    } else if (left.isEmpty()) {
      remove(member.name(), member.path()); // not every path can tell
    } else {
      var unused =
          Together.apply(List.of(member.path()), table)
              .handle(
                  (taken, failure) -> {
                    // What does not take a table has no connections to wait for either.
                    Duration grace = failure == null ? GRACE : Duration.ZERO;
                    departures.retire(member, grace, () -> removeLater(member.name()));
                    return null;
                  });
    }
  }

  private void removeLater(String name) {
    try {
      parts
          .executor()
          .execute(
              () -> {
                try {
                  LOGGER.info("data path {}, which had been left here, is gone", name);
                  remove(name, parts.offer(name).get());
                } catch (RuntimeException e) { // it is told with the next start
                  LOGGER.warn("some of what data path {} left here stays", name, e);
                }
              });
    } catch (RejectedExecutionException e) { // the end comes first, or so much other work waits
      LOGGER.info("some of what data path {} left here may stay", name);
    }
  }

  private static void remove(String name, DataPath path) {
    List<String> removed = path.cleanup();
    if (!removed.isEmpty()) {
      LOGGER.info("data path {} had left here, and is gone now: {}", name, removed);
    }
  }
}
