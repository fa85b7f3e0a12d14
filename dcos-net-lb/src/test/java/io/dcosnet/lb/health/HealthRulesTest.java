// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HealthRulesTest {

  @Test
  void ejectsATenthButOneOfTwoInAnyCase() {
    HealthRules rules = HealthRules.defaults();
    assertThat(rules.mayEject(0)).isZero();
    assertThat(rules.mayEject(1)).isZero();
    assertThat(rules.mayEject(2)).isEqualTo(1);
    assertThat(rules.mayEject(19)).isEqualTo(1);
    assertThat(rules.mayEject(20)).isEqualTo(2);
    assertThat(rules.mayEject(10_000)).isEqualTo(1000);
  }

  @Test
  void ejectsNobodyWithAShareOfNothing() {
    assertThat(HealthRules.builder().maxEjectionPercent(0).build().mayEject(100)).isZero();
  }

  @Test
  void listsAllProblems() {
    HealthRules.Builder bad =
        HealthRules.builder()
            .consecutiveFailures(-1)
            .sweepInterval(Duration.ZERO)
            .ejectionTime(Duration.ofSeconds(-1))
            .maxEjectionTime(Duration.ofDays(2))
            .jitterPercent(101)
            .maxEjectionPercent(-1)
            .successRateDeviations(Double.NaN)
            .successRateBackends(1)
            .successRateConnections(0)
            .failurePercent(101)
            .failurePercentConnections(0)
            .panicPercent(-1)
            .slowStart(Duration.ofSeconds(-1))
            .slowStartMinPercent(0)
            .slowStartAggression(0);
    assertThatThrownBy(bad::build)
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(15));
  }

  @Test
  void refusesALongestEjectionThatIsShorterThanTheFirst() {
    HealthRules.Builder bad = HealthRules.builder().ejectionTime(Duration.ofMinutes(6));
    assertThatThrownBy(bad::build).hasMessageContaining("maxEjectionTime: PT5M");
  }
}
