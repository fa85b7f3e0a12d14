// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.dns.records.NameRules.Rule;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameRulesTest {

  private static final NamePolicy OTHERWISE = NamePolicy.DEFAULT;
  private static final NamePolicy SPECIAL = NamePolicy.DEFAULT.withTtl(7);

  @ParameterizedTest
  @CsvSource({
    "*, web, marathon, true",
    "web.marathon, web, marathon, true",
    "WEB.Marathon, Web, MARATHON, true",
    "web.marathon, web2, marathon, false",
    "*.marathon, a.b, marathon, true",
    "*.marathon, a, marathon.prod, false",
    "web*, web-7, kafka, true",
    "web?.kafka, web7, kafka, true",
    "web?.kafka, web, kafka, false",
    "w*b*n, web, marathon, true",
    "*a*a*a*b, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, aaaa, false",
    "web, web, marathon, false",
    "*?, w, k, true",
    "w.k**, w, k, true",
    "[w].k, w, k, false"
  })
  void fitsAPatternToTaskAndFramework(String pattern, String task, String framework, boolean fits) {
    NameRules rules = NameRules.of(new Rule(pattern, SPECIAL));

    assertThat(rules.policy(task, framework, OTHERWISE)).isSameAs(fits ? SPECIAL : OTHERWISE);
  }

  @Test
  void takesTheFirstRuleThatFits() {
    NamePolicy second = NamePolicy.DEFAULT.withTtl(8);
    NameRules rules =
        NameRules.of(
            new Rule("db.*", OTHERWISE), new Rule("web.*", SPECIAL), new Rule("*", second));

    assertThat(rules.policy("web", "marathon", OTHERWISE)).isSameAs(SPECIAL);
    assertThat(rules.policy("ui", "marathon", OTHERWISE)).isSameAs(second);
  }

  @Test
  void refusesWhatCannotBeMeant() {
    assertThatThrownBy(() -> new Rule("", SPECIAL)).hasMessageContaining("pattern: empty");
    assertThatThrownBy(() -> new NamePolicy(HealthPolicy.IGNORE, Set.of(), OptionalInt.of(-1)))
        .hasMessage("states: none (expected: one at least)\nttl: -1 (expected: 0 or more)");
  }
}
