// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RequestTargetProperties {

  @Property
  void readsBackWhatAClientEncodes(
      @ForAll("segments") List<String> segments, @ForAll("parameters") Map<String, String> query) {
    String path =
        segments.stream().map(RequestTargetProperties::escape).collect(Collectors.joining("/"));
    String parameters =
        query.entrySet().stream()
            .map(entry -> form(entry.getKey()) + "=" + form(entry.getValue()))
            .collect(Collectors.joining("&"));

    RequestTarget target = RequestTarget.parse("/" + path + "?" + parameters).orElseThrow();

    assertThat(target.path()).isEqualTo("/" + String.join("/", segments));
    assertThat(target.query().keySet()).isEqualTo(query.keySet());
    query.forEach((name, value) -> assertThat(target.query().get(name)).containsExactly(value));
  }

  @Property(tries = 5000)
  void neverLetsAPathClimbOrCarryControls(@ForAll("hostile") String text) {
    Optional<RequestTarget> target = RequestTarget.parse("/" + text);

    target.ifPresent(
        kept -> {
          assertThat(kept.path()).startsWith("/").doesNotContain("\\");
          assertThat(kept.path().split("/", -1)).doesNotContain(".", "..");
          assertThat(kept.path().chars()).noneMatch(Character::isISOControl);
        });
  }

  @Property(tries = 5000)
  void decodesOnlyOnce(@ForAll("segments") List<String> segments) {
    String twice = segments.stream().map(s -> escape(escape(s))).collect(Collectors.joining("/"));

    RequestTarget target = RequestTarget.parse("/" + twice).orElseThrow();

    assertThat(target.path())
        .isEqualTo(
            "/"
                + segments.stream()
                    .map(RequestTargetProperties::escape)
                    .collect(Collectors.joining("/")));
  }

  @Provide
  Arbitrary<List<String>> segments() {
    return Arbitraries.strings()
        .ofMaxLength(12)
        .filter(
            s ->
                s.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))
                    && isText(s)
                    && !s.equals(".")
                    && !s.equals(".."))
        .list()
        .ofMinSize(1)
        .ofMaxSize(5);
  }

  @Provide
  Arbitrary<Map<String, String>> parameters() {
    Arbitrary<String> text =
        Arbitraries.strings().ofMaxLength(10).filter(s -> s.indexOf('\0') < 0 && isText(s));
    return Arbitraries.maps(text, text).ofMaxSize(5);
  }

  @Provide
  Arbitrary<String> hostile() {
    return Arbitraries.of(
            "/",
            ".",
            "..",
            "%2e",
            "%2E",
            "%2f",
            "%5c",
            "\\",
            "%00",
            "%0a",
            "%",
            "a",
            "%c0%ae",
            "?",
            "%252e",
            "\n",
            "é",
            "%e2%80%ae",
            "#",
            ";",
            "//")
        .list()
        .ofMaxSize(8)
        .map(parts -> String.join("", parts));
  }

  /** No lone surrogates, which have no UTF-8. */
  private static boolean isText(String s) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(s);
  }

  private static String form(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String escape(String text) {
    return form(text).replace("+", "%20");
  }
}
