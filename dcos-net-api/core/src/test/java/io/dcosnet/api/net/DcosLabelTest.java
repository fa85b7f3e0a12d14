// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DcosLabelTest {

  @ParameterizedTest
  @CsvSource({
    "Search.Web, search-web",
    "api_server, api-server",
    "my app, myapp",
    "/group/app, groupapp",
    "_a_, a",
    "--a--, a",
    "ünïcode, ncode",
    "a..b, a--b",
    "..., ''",
    "-, ''",
    "123, 123",
    "1-2-3, 1-2-3",
    "marathon-0.6.0-dev, marathon-0-6-0-dev"
  })
  void sanitisesAsTheTableSays(String text, String label) {
    assertThat(DcosLabel.of(text)).isEqualTo(label);
  }

  @Test
  void cutsAtSixtyThreeCharacters() {
    assertThat(DcosLabel.of("x".repeat(70))).isEqualTo("x".repeat(63));
  }

  @Test
  void refillsACutThatFallsOnADash() {
    assertThat(DcosLabel.of("x".repeat(62) + "-y")).isEqualTo("x".repeat(62) + "y");
  }

  @Test
  void refillsWithoutDashes() {
    assertThat(DcosLabel.of("a".repeat(60) + "---a-b")).isEqualTo("a".repeat(60) + "ab");
  }

  @Test
  void neverEndsInADashAfterARefill() {
    assertThat(DcosLabel.of("hello" + "-".repeat(58) + "f-")).isEqualTo("hellof");
  }

  @Test
  void keepsDashesInsideAShortLabel() {
    String text = "hello" + "-".repeat(56) + "f";
    assertThat(DcosLabel.of(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "a.b, a.b",
    "a..b, a.b",
    ".a., a",
    "..., ''",
    "'', ''",
    "marathon-0.6.0-dev, marathon-0.6.0-dev",
    "a.-.b, a..b",
    "-.b, .b",
    "/Group/App_1.X, groupapp-1.x"
  })
  void sanitisesEachPartOfADomain(String text, String domain) {
    assertThat(DcosLabel.domainFragment(text)).isEqualTo(domain);
  }
}
