// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventQueueTest {

  private static final class Nothing extends Happening {
    @Override
    void due() {}
  }

  @Test
  void givesEventsByTimeAndThenInTheOrderInWhichTheyWereAdded() {
    SplittableRandom random = new SplittableRandom(7);
    EventQueue queue = new EventQueue();
    List<Happening> expected = new ArrayList<>();
    List<Happening> taken = new ArrayList<>();
    long now = 0;
    for (int i = 0; i < 20_000; i++) {
      Nothing event = new Nothing();
      queue.add(event, now + random.nextInt(50));
      expected.add(event);
      if (random.nextInt(3) == 0) {
        Happening next = queue.poll();
        now = requireNonNull(next).at;
        taken.add(next);
      }
    }
    while (queue.size() > 0) {
      assertThat(queue.nextTime()).isGreaterThanOrEqualTo(taken.get(taken.size() - 1).at);
      taken.add(queue.poll());
    }
    expected.sort(
        Comparator.<Happening>comparingLong(event -> event.at)
            .thenComparingLong(event -> event.order));
    assertThat(taken).containsExactlyElementsOf(expected);
  }

  @Test
  void hasNothingWhenEmpty() {
    EventQueue queue = new EventQueue();

    assertThat(queue.poll()).isNull();
    assertThat(queue.nextTime()).isEqualTo(Long.MAX_VALUE);
  }
}
