// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/v1/vips, /v1/vips",
    "/v1//vips/, /v1//vips/",
    "/a+b, /a+b",
    "/%7Euser, /~user",
    "/caf%c3%A9, /café",
    "/a%2Eb, /a.b",
    "/..., /...",
    "/.hidden, /.hidden",
    "http://master.example.org:5050/v1, /v1",
    "HTTPS://master.example.org, /",
    "http://master.example.org?x=1, /"
  })
  void decodesPaths(String target, String path) {
    assertThat(RequestTarget.parse(target)).map(RequestTarget::path).hasValue(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "v1",
        "master.example.org:443",
        "/..",
        "/../etc/passwd",
        "/v1/../../etc",
        "/v1/./x",
        "/%2e%2e/etc",
        "/%2E./etc",
        "/a/..",
        "/a%2fb",
        "/a%2Fb",
        "/a\\..\\b",
        "/a%5cb",
        "/a%00b",
        "/a%0d%0ab",
        "/a%7f",
        "/a%C2%85b",
        "/%",
        "/%4",
        "/%zz",
        "/%+1",
        "/%c3",
        "/%c3%28",
        "/%ed%a0%80",
        "/%c0%ae%c0%ae/",
        "/a b",
        "/a\tb",
        "/caf\u00e9",
        "/a#b",
        "ftp://host/x",
        "/x?a=%",
        "/x?a=%ff",
        "/x?%00=1",
        "/x?a=b%00"
      })
  void refusesWhatHasMoreThanOneReading(String target) {
    assertThat(RequestTarget.parse(target)).isEmpty();
  }

  @Test
  void decodesQueriesInTheirOrder() {
    RequestTarget target =
        RequestTarget.parse("/x?z=1&a=b+c%2Bd&flag&&z=%2Fweb%3A80&=empty&e=").orElseThrow();

    assertThat(target.query().keySet()).containsExactly("z", "a", "flag", "", "e");
    assertThat(target.query())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "z", List.of("1", "/web:80"),
                "a", List.of("b c+d"),
                "flag", List.of(""),
                "", List.of("empty"),
                "e", List.of("")));
  }

  @Test
  void boundsTheNumberOfParameters() {
    String many = "/x?" + "a&".repeat(RequestTarget.MAX_PARAMETERS);

    assertThat(RequestTarget.parse(many)).isPresent();
    assertThat(RequestTarget.parse(many + "a")).isEmpty();
  }
}
