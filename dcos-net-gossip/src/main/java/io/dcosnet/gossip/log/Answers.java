// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for the disk, each told behind all before it. An empty text says that all is well.
 *
 * <p><b>Not thread-safe.</b>
 */
final class Answers {

  private final Queue<Answer> waiting = new ArrayDeque<>();

  /** Somebody who waits. */
  static final class Answer {
    private final Consumer<String> told;
    private @Nullable String outcome;

    private Answer(Consumer<String> told) {
      this.told = told;
    }
  }

  Answer add(Consumer<String> told) {
    Answer answer = new Answer(told);
    waiting.add(answer);
    return answer;
  }

  /** It is known how it ended; who was told already is not told again. */
  void set(Answer answer, String outcome) {
    if (answer.outcome == null) {
      answer.outcome = outcome;
      tell();
    }
  }

  /** All who wait are told this. */
  void setAll(String outcome) {
    waiting.forEach(answer -> answer.outcome = outcome);
    tell();
  }

  private void tell() {
    for (Answer next = waiting.peek();
        next != null && next.outcome != null;
        next = waiting.peek()) {
      waiting.remove();
      next.told.accept(requireNonNull(next.outcome));
    }
  }
}
