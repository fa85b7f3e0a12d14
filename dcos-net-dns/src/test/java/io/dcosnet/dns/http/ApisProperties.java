// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.dns.explain.Explainer;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ApisProperties {

  private static final Cluster CLUSTER = Cluster.withWeb();
  private static final Explainer ZONES = Explainer.of(List.of(CLUSTER.zone));

  private static final List<HttpHandler> APIS =
      List.of(
          MesosDnsApi.builder(CLUSTER.zone, Runnable::run).build(),
          DcosDnsApi.builder(ZONES, Runnable::run).build(),
          ZonesApi.builder(ZONES, Runnable::run).build());

  /** Names as they come out of a decoded path: anything at all. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> pieces =
        Arbitraries.oneOf(
            Arbitraries.of(
                "web",
                ".marathon.mesos",
                ".mesos",
                ".",
                "..",
                ".*",
                "*",
                "_tcp",
                "\\",
                "\\065",
                "%00",
                "\u0000",
                "\r\n",
                "ü",
                "\ud83d\ude00",
                "\ud83d",
                "<script>",
                "x".repeat(64),
                "y.".repeat(130),
                "z".repeat(8000)),
            Arbitraries.strings().ofMaxLength(5));
    return pieces.list().ofMaxSize(5).map(list -> String.join("", list));
  }

  @Provide
  Arbitrary<String> paths() {
    Arbitrary<String> resources =
        Arbitraries.of("hosts/", "services/", "zones/", "names/", "", "version", "axfr/");
    Arbitrary<String> ends = Arbitraries.of("", "/ports", "/", "/a");
    return Combinators.combine(resources, texts(), ends)
        .as((resource, text, end) -> "/v1/" + resource + text + end);
  }

  @Property
  void anyPathGetsAnAnswerThatRepeatsNothingOfIt(@ForAll("paths") String path) {
    for (HttpHandler api : APIS) {
      HttpResponse response = Asked.get(api, path);

      assertThat(response.status()).isIn(200, 404, 501);
      assertThat(response.body().toUtf8()).doesNotContain("script", "\u0000");
      assertThat(response.headers().values()).noneMatch(value -> value.contains("\n"));
    }
  }

  @Property
  void anyNameIsExplained(@ForAll("texts") String name) {
    HttpResponse response =
        Asked.of(
            APIS.get(2),
            "GET",
            "/v1/explain",
            Map.of("name", List.of(name), "format", List.of("text")));

    assertThat(response.status()).isIn(200, 400);
    assertThat(response.body().toUtf8().chars())
        .noneMatch(c -> c != '\n' && Character.isISOControl(c));
  }
}
