// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.standalone.admin.Health.Finding;
import io.dcosnet.standalone.admin.Health.Question;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthTest {

  private final Health health = new Health();

  @Test
  void isWellWithoutChecks() {
    assertThat(health.holds(Question.LIVE)).isTrue();
    assertThat(health.holds(Question.READY)).isTrue();
  }

  @Test
  void tellsEachQuestionApartWithReasons() {
    health.ready("zone mesos.", () -> Optional.of("no state yet"));
    health.live("timers", Optional::empty);

    assertThat(health.holds(Question.LIVE)).isTrue();
    assertThat(health.holds(Question.READY)).isFalse();
    assertThat(health.ask(Question.READY))
        .contains(new Finding("zone mesos.", Question.READY, Optional.of("no state yet")));
  }

  @Test
  void isAliveButNotReadyWhileItLeaves() {
    health.leave();

    assertThat(health.holds(Question.LIVE)).isTrue();
    assertThat(health.ask(Question.READY))
        .singleElement()
        .extracting(finding -> finding.reason().orElseThrow())
        .isEqualTo("the node is stopping");
  }
}
