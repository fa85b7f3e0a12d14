// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import io.dcosnet.api.spi.Scheduler.Timer;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One question that others are asked, with all who wait for the answer. <b>Thread-safe.</b> Nothing
 * is called while its lock is held.
 */
final class Flight {

  /** What makes questions equal; names are equal whatever their case. */
  record Question(DomainName name, int type, boolean dnssecOk, boolean checkingDisabled) {

    static Question of(Query query) {
      return new Question(query.name(), query.type(), query.dnssecOk(), query.checkingDisabled());
    }
  }

  /** Somebody who waits. */
  static final class Waiter {

    final Query query;

    /** What is given when nothing newer comes, null when there is nothing. */
    final @Nullable CachedAnswer old;

    final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private @Nullable Timer timer;

    Waiter(Query query, @Nullable CachedAnswer old) {
      this.query = query;
      this.old = old;
    }

    /** Does something when it has waited long enough; ended with the wait. */
    synchronized void limit(Timer untilTimer) {
      if (answer.isDone()) {
        untilTimer.cancel();
      } else {
        timer = untilTimer;
      }
    }

    /** Ends the wait; false when it had ended before. */
    boolean end(Answer given) {
      boolean first = answer.complete(given);
      Timer running;
      synchronized (this) {
        running = timer;
        timer = null;
      }
      if (running != null) {
        running.cancel();
      }
      return first;
    }
  }

  /** What became of somebody who wanted to wait. */
  enum Joined {
    WAITING,
    /** There is an answer by now. */
    ENDED,
    /** So many wait already that no more may. */
    FULL
  }

  final Question question;
  final long generation;

  // Both guarded by this.
  private final List<Waiter> waiters = new ArrayList<>(1);
  private boolean ended;

  Flight(Question question, long generation) {
    this.question = question;
    this.generation = generation;
  }

  synchronized Joined join(Waiter waiter, int maxWaiters) {
    if (ended) {
      return Joined.ENDED;
    }
    if (waiters.size() >= maxWaiters) {
      return Joined.FULL;
    }
    waiters.add(waiter);
    return Joined.WAITING;
  }

  /** Lets nobody join any more and gives those who wait; null when it had ended before. */
  synchronized @Nullable List<Waiter> end() {
    if (ended) {
      return null;
    }
    ended = true;
    return waiters;
  }
}
