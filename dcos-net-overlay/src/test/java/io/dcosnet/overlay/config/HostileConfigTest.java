// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.ConfigurationException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that nobody writes by mistake. */
class HostileConfigTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "null", "1", "[]", "\"x\"", "{", "{}}", "{\"a\":1,\"a\":2}", "\0"})
  void whatIsNotOneObjectIsRefusedWithOneReason(String json) {
    ConfigCheck check = NetworkConfig.check(json);

    assertThat(check.problems()).extracting(ConfigProblem::code).containsExactly("NOT_JSON");
  }

  @Test
  void deepNestingIsRefused() {
    String deep = "{\"overlays\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

    assertThat(NetworkConfig.check(deep).problems())
        .extracting(ConfigProblem::code)
        .containsExactly("TOO_DEEP");
  }

  @Test
  void moreThanOneMebibyteIsRefused() {
    String large = "{\"overlays\":[]" + " ".repeat(1024 * 1024) + "}";

    assertThat(NetworkConfig.check(large).problems())
        .extracting(ConfigProblem::code)
        .containsExactly("TOO_LARGE");
    assertThat(NetworkConfig.check(Bytes.utf8(large)).problems())
        .extracting(ConfigProblem::code)
        .containsExactly("TOO_LARGE");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] bytes = {'{', '"', (byte) 0xc3, '"', ':', '1', '}'};

    assertThat(NetworkConfig.check(Bytes.copyOf(bytes)).problems())
        .extracting(ConfigProblem::code)
        .containsExactly("NOT_UTF8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"vtep_subnet\":{}}|vtep_subnet",
        "{\"vtep_subnet\":[\"44.128.0.0/20\"]}|vtep_subnet",
        "{\"vtep_subnet\":44}|vtep_subnet",
        "{\"vtep_mac_oui\":true}|vtep_mac_oui",
        "{\"overlays\":{}}|overlays",
        "{\"overlays\":[1]}|overlays[0]",
        "{\"overlays\":[null]}|overlays[0]",
        "{\"overlays\":[{\"name\":1}]}|overlays[0].name",
        "{\"overlays\":[{\"name\":\"a\",\"prefix\":\"24\"}]}|overlays[0].prefix",
        "{\"overlays\":[{\"name\":\"a\",\"enabled\":\"yes\"}]}|overlays[0].enabled",
        "{\"overlays\":[{\"name\":\"a\",\"enabled\":0}]}|overlays[0].enabled",
        "{\"vni\":1e3}|vni",
        "{\"vni\":1e400}|vni",
        "{\"reserved\":\"9.0.0.0/8\"}|reserved",
        "{\"reserved\":[null]}|reserved[0]"
      })
  void wrongTypesAreNamedOnce(String json, String option) {
    assertThat(NetworkConfig.check(json).problems())
        .filteredOn(problem -> problem.option().equals(option))
        .extracting(ConfigProblem::code)
        .containsExactly("WRONG_TYPE");
  }

  @Test
  void unprintableValuesAreShownEscapedAndShort() {
    String json = "{\"vtep_subnet\":\"\\u0000\\u001b[31m\\u202e" + "x".repeat(1000) + "\"}";

    String shown = NetworkConfig.check(json).problems().get(0).value();

    assertThat(shown).startsWith("\\u0000\\u001b[31m\\u202exxx").endsWith("…").hasSizeLessThan(80);
  }

  @Test
  void aHundredThousandFaultsAreCutOff() {
    String json =
        IntStream.range(0, 40_000)
            .mapToObj(i -> "{\"name\":\"" + i + "!\"}")
            .collect(Collectors.joining(",", "{\"overlays\":[", "]}"));

    ConfigCheck check = NetworkConfig.check(json);

    assertThat(check.problems()).hasSize(Findings.MAX + 1);
    assertThat(check.problems().get(Findings.MAX).code()).isEqualTo("MORE");
  }

  @Test
  void thousandsOfOverlaysAreCheckedInTime() {
    String json =
        IntStream.range(0, 12_000)
            .mapToObj(
                i ->
                    "{\"name\":\"n%d\",\"subnet\":\"10.%d.%d.0/24\",\"prefix\":24}"
                        .formatted(i, i >> 8, i & 255))
            .collect(
                Collectors.joining(
                    ",",
                    "{\"vtep_subnet\":\"44.128.0.0/20\",\"vtep_mac_oui\":\"70:b3:d5:00:00:00\","
                        + "\"overlays\":[",
                    "]}"));

    assertThat(NetworkConfig.check(json).problems()).isEmpty();
  }

  @Test
  void parseThrowsAllProblemsAsText() {
    assertThatThrownBy(() -> NetworkConfig.parse("{}"))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "vtep_subnet: missing (expected: an IPv4 network such as 44.128.0.0/20)",
                        "vtep_mac_oui: missing (expected: a MAC address such as"
                            + " 70:b3:d5:00:00:00)",
                        "overlays: none (expected: at least one overlay)"));
  }

  @Test
  void aByteOrderMarkIsNoFault() {
    assertThat(NetworkConfig.check("\ufeff{}").problems())
        .extracting(ConfigProblem::code)
        .doesNotContain("NOT_JSON");
  }
}
