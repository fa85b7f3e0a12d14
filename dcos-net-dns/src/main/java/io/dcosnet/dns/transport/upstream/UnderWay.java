// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The questions of one lane that wait for an answer, linked by themselves so that none of them
 * needs an object to stand here. One that was cancelled stays until the next look.
 *
 * <p><b>Confined to</b> the lane.
 */
final class UnderWay {

  private @Nullable Asked first;

  boolean isEmpty() {
    return first == null;
  }

  void add(Asked question) {
    question.next = first;
    if (first != null) {
      first.previous = question;
    }
    first = question;
    question.listed = true;
  }

  /** Takes a question out, unless it is out already. */
  void remove(Asked question) {
    if (!question.listed) {
      return;
    }
    Asked before = question.previous;
    Asked after = question.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    }
    question.previous = null;
    question.next = null;
    question.listed = false;
  }

  /** Ends those whose time is over, and forgets those that nobody waits for any more. */
  void endOverdue(long nowNanos) {
    Asked question = first;
    while (question != null) {
      Asked next = question.next;
      boolean cancelled = question.isDone();
      boolean overdue = !cancelled && nowNanos - question.deadlineNanos >= 0;
      if (cancelled || overdue) {
        remove(question);
        try {
          if (question.place != null) {
            question.place.left(question, overdue);
          }
        } finally {
          if (overdue) {
            question.fail(Kind.TIMEOUT, "no answer in time");
          }
        }
      }
      question = next;
    }
  }

  void endAll(Kind kind, String what) {
    while (first != null) {
      Asked question = first;
      remove(question);
      question.fail(kind, what);
    }
  }
}
