// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureLogTest {

  private final VirtualTime time = new VirtualTime();
  private final FailureLog log = new FailureLog(time);

  @Test
  void writesTheFirstOfEachKindAtOnce() {
    assertThat(due("a")).isZero();
    assertThat(due("b")).isZero();
  }

  @Test
  void writesOnePerMinuteWithTheNumberLeftOut() {
    assertThat(due("a")).isZero();
    time.advance(Duration.ofSeconds(59));
    assertThat(due("a")).isNegative();
    assertThat(due("a")).isNegative();
    time.advance(Duration.ofSeconds(1));

    assertThat(due("a")).isEqualTo(2);
    assertThat(due("a")).isNegative();
  }

  @Test
  void boundsWhatManyKindsCost() {
    for (int i = 0; i < 100_000; i++) {
      assertThat(due("kind " + i)).isZero();
    }
  }

  private long due(String kind) {
    return log.due(kind, time.nanos());
  }
}
