// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LabelSpecTest {

  /** What the original answered: input, RFC 1123, RFC 952, domain fragment. */
  static Stream<Arguments> observed() {
    return Stream.of(
        Arguments.of("Search.Web", "search-web", "search-web", "search.web"),
        Arguments.of("api_server", "api-server", "api-server", "api-server"),
        Arguments.of("my app", "myapp", "myapp", "myapp"),
        Arguments.of("/group/app", "groupapp", "groupapp", "groupapp"),
        Arguments.of("_a_", "a", "a", "a"),
        Arguments.of("--a--", "a", "a", "a"),
        Arguments.of("ünïcode", "ncode", "ncode", "ncode"),
        Arguments.of("a..b", "a--b", "a--b", "a.b"),
        Arguments.of("...", "", "", ""),
        Arguments.of("-", "", "", ""),
        Arguments.of("123", "123", "", "123"),
        Arguments.of("1-2-3", "1-2-3", "", "1-2-3"),
        Arguments.of("9lives", "9lives", "lives", "9lives"),
        Arguments.of(
            "x".repeat(62) + "-y", "x".repeat(62) + "y", "x".repeat(24), "x".repeat(62) + "y"),
        Arguments.of(
            "a".repeat(23) + "-bcd",
            "a".repeat(23) + "-bcd",
            "a".repeat(23) + "b",
            "a".repeat(23) + "-bcd"),
        Arguments.of(
            "a".repeat(24) + "---bcd",
            "a".repeat(24) + "---bcd",
            "a".repeat(24),
            "a".repeat(24) + "---bcd"),
        Arguments.of(
            "a".repeat(60) + "---a-b",
            "a".repeat(60) + "a-b",
            "a".repeat(24),
            "a".repeat(60) + "a-b"),
        Arguments.of("hello" + "-".repeat(58) + "f-", "hellof-", "hellof-", "hellof-"),
        Arguments.of(
            "hello" + "-".repeat(56) + "f",
            "hello" + "-".repeat(56) + "f",
            "hellof",
            "hello" + "-".repeat(56) + "f"),
        Arguments.of(
            "marathon-0.6.0-dev", "marathon-0-6-0-dev", "marathon-0-6-0-dev", "marathon-0.6.0-dev"),
        Arguments.of(
            "chronos with a space AND MIXED CASE-2.0.1",
            "chronoswithaspaceandmixedcase-2-0-1",
            "chronoswithaspaceandmixe",
            "chronoswithaspaceandmixedcase-2.0.1"));
  }

  @ParameterizedTest
  @MethodSource("observed")
  void givesWhatMesosDnsGave(String input, String rfc1123, String rfc952, String fragment) {
    assertThat(LabelSpec.RFC1123.label(input)).isEqualTo(rfc1123);
    assertThat(LabelSpec.RFC952.label(input)).isEqualTo(rfc952);
    assertThat(LabelSpec.RFC1123.domainFragment(input)).isEqualTo(fragment);
  }

  @Test
  void dcosRuleMovesNoDashesUpBehindACut() {
    assertThat(LabelSpec.DCOS.label("a".repeat(60) + "---a-b")).isEqualTo("a".repeat(60) + "ab");
  }

  @Test
  void dcosRuleKeepsADashBeforeTheCutAndStripsTheLast() {
    assertThat(LabelSpec.DCOS.label("Foo_bar.baz--")).isEqualTo("foo-bar-baz");
    assertThat(LabelSpec.DCOS.label("x".repeat(62) + "-")).isEqualTo("x".repeat(62));
    assertThat(LabelSpec.DCOS.label("x".repeat(62) + "-%")).isEqualTo("x".repeat(62));
    assertThat(LabelSpec.DCOS.label("x".repeat(62) + "--y")).isEqualTo("x".repeat(62) + "y");
  }

  @Test
  void fragmentsDifferWhereAPartIsLost() {
    assertThat(LabelSpec.RFC1123.domainFragment("a.%.b")).isEqualTo("a.b");
    assertThat(LabelSpec.DCOS.domainFragmentKeepingLost("a.%.b")).isEqualTo("a..b");
    assertThat(LabelSpec.DCOS.domainFragmentKeepingLost("..a..b.")).isEqualTo("a.b");
    assertThat(LabelSpec.DCOS.domainFragmentKeepingLost("/mygroup/myapp"))
        .isEqualTo("mygroupmyapp");
    assertThat(LabelSpec.DCOS.domainFragmentKeepingLost("%.%")).isEqualTo(".");
    assertThat(LabelSpec.DCOS.domainFragmentKeepingLost("")).isEmpty();
  }
}
