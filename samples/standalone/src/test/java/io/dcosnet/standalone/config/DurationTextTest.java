// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

  @ParameterizedTest
  @ValueSource(strings = {"250ms", "30s", "10m", "2h", "1d", "90s", "0s", "36h"})
  void writesWhatItReads(String text) {
    assertThat(DurationText.of(DurationText.parse(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "s", "-1s", "1.5s", "1 s", "1S", "1w", "01s", "9999999999s"})
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> DurationText.parse(text)).isInstanceOf(RuntimeException.class);
  }

  @Test
  void takesTheLargestUnitThatFits() {
    assertThat(DurationText.of(Duration.ofSeconds(90))).isEqualTo("90s");
    assertThat(DurationText.of(Duration.ofSeconds(90).plusSeconds(30))).isEqualTo("2m");
    assertThat(DurationText.of(Duration.ofMillis(1500))).isEqualTo("1500ms");
  }
}
