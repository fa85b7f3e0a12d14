// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes to the log, and whether the disk does as it is told. After a fault nothing of this node
 * is safe until a whole image of the store is on disk again, which is tried from time to time.
 */
final class Ledger {

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  /** So much may wait to be written before those who bring more have to wait too. */
  private static final long MOST_WAITING = 16L << 20;

  private static final long RETRY_NANOS = Duration.ofSeconds(10).toNanos();

  private final Replica replica;
  private final List<Runnable> whenWell = new ArrayList<>();
  private String fault = "";
  private final Deque<Later> later = new ArrayDeque<>();

  /** Records of own writes that were added, and those of them that are safe. */
  private long added;

  private long confirmed;
  private boolean stopped;

  /** What waits for so many own records to be safe. */
  private record Later(long upTo, Runnable work) {}

  Ledger(Replica replica) {
    this.replica = replica;
  }

  /** What is wrong with the disk; empty when it does well. */
  String fault() {
    return fault;
  }

  /** What a writer is told whose write was taken in and is not safe. */
  static DcosNetException unsafe(String key, String fault) {
    return new DcosNetException(
        "store: cannot keep the write to %s: %s; it may come to be safe and known all the same"
            .formatted(shown(key), fault));
  }

  /** What a writer is told while the disk fails; nothing was changed. */
  static DcosNetException refusal(String key, String fault) {
    return new DcosNetException(
        "store: no write to %s while the disk fails: %s".formatted(shown(key), fault));
  }

  /**
   * Adds a record of a write of this node.
   *
   * @param safe run when it may be told to others; at once, later, or after the disk is well again
   * @param failed told what is wrong when it is not safe for now
   */
  void own(Bytes octets, Runnable safe, Consumer<String> failed) {
    long number = ++added;
    replica.setup.log().append(octets, true, text -> answered(number, text, safe, failed));
    snapshotIfWanted();
  }

  private void answered(long number, String text, Runnable safe, Consumer<String> failed) {
    if (text.isEmpty()) {
      safe.run();
      if (whenWell.isEmpty()) {
        confirmed(number);
      }
    } else {
      broken(text);
      // It is part of the next image, and then it is as safe as all else.
      whenWell.add(safe);
      failed.accept(text);
    }
  }

  private void confirmed(long number) {
    confirmed = Math.max(confirmed, number);
    for (Later next = later.peek(); next != null && next.upTo <= confirmed; next = later.peek()) {
      later.remove();
      next.work.run();
    }
  }

  /**
   * Runs this when all own writes so far are safe, at once where they are: nobody must hear of one
   * whose number may be used again after a crash.
   */
  void whenSafe(Runnable work) {
    if (later.isEmpty() && confirmed == added) {
      work.run();
    } else {
      later.add(new Later(added, work));
    }
  }

  /** Whether own writes are in the store that the disk did not take. */
  boolean isUnsafe() {
    return !whenWell.isEmpty();
  }

  /** Adds a record of what came from others. */
  void taken(Bytes octets) {
    replica
        .setup
        .log()
        .append(
            octets,
            false,
            text -> {
              if (!text.isEmpty()) {
                broken(text);
              }
            });
    snapshotIfWanted();
  }

  /** Runs this when the disk is not far behind: a log for which too much waits fails as a whole. */
  void whenKeptUp(Runnable work) {
    if (replica.setup.log().waiting() <= MOST_WAITING) {
      work.run();
    } else {
      replica.setup.log().settled(work);
    }
  }

  /** Runs {@code then} when all so far is on disk for good. */
  void settled(Runnable then) {
    if (fault.isEmpty()) {
      replica.setup.log().settled(then);
    }
  }

  void stop() {
    stopped = true;
  }

  private void snapshotIfWanted() {
    if (fault.isEmpty() && replica.setup.log().wantsSnapshot()) {
      replica.setup.log().snapshot(replica.state.image());
    }
  }

  private void broken(String text) {
    boolean news = fault.isEmpty();
    fault = text;
    if (news) {
      replica.metrics.logFaults.increment();
      LOG.warn("store: the log fails, writes are refused until it does well again: {}", text);
      retryLater();
    }
  }

  private void retryLater() {
    replica.host.schedule(
        RETRY_NANOS,
        () -> {
          if (!fault.isEmpty() && !stopped) {
            replica.setup.log().snapshot(replica.state.image());
            replica.setup.log().settled(this::well);
            retryLater();
          }
        });
  }

  private void well() {
    if (fault.isEmpty()) {
      return;
    }
    fault = "";
    LOG.info("store: the log does well again, all of the store is on disk");
    List<Runnable> waited = List.copyOf(whenWell);
    whenWell.clear();
    waited.forEach(Runnable::run);
    confirmed(added);
  }

  private static String shown(String key) {
    return key.length() <= 128 ? key : key.substring(0, 128) + "…";
  }
}
