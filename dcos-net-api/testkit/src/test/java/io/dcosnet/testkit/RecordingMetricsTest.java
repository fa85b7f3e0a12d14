// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RecordingMetricsTest {

  private final RecordingMetrics metrics = new RecordingMetrics();

  @Test
  void givesTheSameCounterForTheSameNameAndTags() {
    metrics.counter("dcosnet.test.seen", "Seen", "kind", "a", "code", "B").increment();
    metrics.counter("dcosnet.test.seen", "Seen", "code", "B", "kind", "a").add(2);

    assertThat(metrics.count("dcosnet.test.seen", "kind", "a", "code", "B")).isEqualTo(3);
    assertThat(metrics.count("dcosnet.test.seen")).isZero();
    assertThat(metrics.counts()).containsOnlyKeys("dcosnet.test.seen{code=B,kind=a}");
  }

  @Test
  void readsGaugesWhenAsked() {
    long[] value = {1};
    metrics.gauge("dcosnet.test.size", "Size", () -> value[0]);

    value[0] = 7;

    assertThat(metrics.gauge("dcosnet.test.size")).isEqualTo(7);
  }

  @Test
  void keepsTheValuesOfADistribution() {
    metrics.distribution("dcosnet.test.time.nanos", "Time").accept(5);
    metrics.distribution("dcosnet.test.time.nanos", "Time").accept(3);

    assertThat(metrics.values("dcosnet.test.time.nanos")).containsExactly(5L, 3L);
  }

  @Test
  void refusesOneNameWithTwoKinds() {
    metrics.counter("dcosnet.test.seen", "Seen");

    assertThatThrownBy(() -> metrics.gauge("dcosnet.test.seen", "Seen", () -> 0))
        .hasMessageContaining("was a counter");
  }
}
