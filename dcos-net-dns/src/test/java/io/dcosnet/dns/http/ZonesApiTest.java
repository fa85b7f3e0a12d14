// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.dns.explain.Explainer;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.Zones;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZonesApiTest {

  private final Cluster cluster = Cluster.withWeb();
  private final ZonesApi api = over(cluster.zone, Zone.of(Zones.empty("example.org")));

  private static ZonesApi over(Zone... zones) {
    return ZonesApi.builder(Explainer.of(List.of(zones)), Runnable::run).build();
  }

  @Test
  void listsZones() {
    cluster.time.advance(Duration.ofSeconds(3));
    long serial = Objects.requireNonNull(cluster.zone.snapshot()).serial();

    assertThat(Asked.body(api, "/v1/zones"))
        .contains(
            """
             {
              "origin": "example.org.",
              "state": "ready",
              "serial": 100,
              "ageSeconds": null,
              "names": 0,
              "records": 0
             },
             {
              "origin": "mesos.",
              "state": "ready",
              "serial": %d,
              "ageSeconds": 3,
            """
                .formatted(serial));
    assertThat(Asked.body(over(Cluster.silent().zone), "/v1/zones"))
        .contains("\"state\": \"waiting\"");
  }

  @Test
  void writesAZoneAsAMasterFile() {
    HttpResponse response = Asked.get(api, "/v1/zones/mesos");

    assertThat(response.headers()).containsEntry("content-type", "text/dns; charset=us-ascii");
    assertThat(response.body().toUtf8())
        .startsWith("mesos.\t60\tIN\tSOA\tns1.mesos. root.ns1.mesos. ")
        .contains("\nmesos.\t60\tIN\tNS\tns1.mesos.\n")
        .contains("\nweb.marathon.mesos.\t60\tIN\tA\t192.0.2.1\n");
    assertThat(Asked.body(api, "/v1/zones/EXAMPLE.org.")).startsWith("example.org.\t");
    assertThat(Asked.get(over(Cluster.silent().zone), "/v1/zones/mesos").status()).isEqualTo(503);
  }

  @Test
  void takesAnotherWriter() {
    ZonesApi other =
        ZonesApi.builder(Explainer.of(List.of(cluster.zone)), Runnable::run)
            .writer(zone -> "zone of " + zone.origin())
            .prefix("/dns")
            .build();

    assertThat(Asked.body(other, "/dns/v1/zones/mesos")).isEqualTo("zone of mesos.");
  }

  @Test
  void givesTheRecordsOfANameOrSaysThatItDoesNotExist() {
    assertThat(Asked.body(api, "/v1/names/web.marathon.mesos"))
        .isEqualTo(
            """
            [
             {
              "name": "web.marathon.mesos.",
              "ttl": 60,
              "type": "A",
              "data": "192.0.2.1"
             }
            ]""");
    assertThat(Asked.body(api, "/v1/names/marathon.mesos")).isEqualTo("[]");
    assertThat(Asked.get(api, "/v1/names/no.mesos").status()).isEqualTo(404);
    assertThat(Asked.get(api, "/v1/names/a..b").status()).isEqualTo(404);
    assertThat(Asked.get(api, "/v1/names/example.com").status()).isEqualTo(404);
    assertThat(Asked.get(over(Cluster.silent().zone), "/v1/names/a.mesos").status()).isEqualTo(503);
  }

  @Test
  void tellsCollisionsAndWhatWasLeftOut() {
    cluster.publisher.put(Cluster.web("x.1", Cluster.NODE).name("w_b").build());
    cluster.publisher.put(Cluster.web("x.2", Cluster.NODE).name("w-b").build());
    cluster.publisher.put(Cluster.web("x.3", Cluster.NODE).name("%%").build());

    assertThat(Asked.body(api, "/v1/collisions"))
        .contains("\"zone\": \"mesos.\"", "\"name\": \"w-b.marathon.mesos.\"", "task \\\"w_b\\\"");
    assertThat(Asked.body(api, "/v1/refused"))
        .contains("\"subject\": \"x.3\"", "\"code\": \"EMPTY_LABEL\"");
  }

  @Test
  void explainsAName() {
    HttpResponse data = explain(Map.of("name", List.of("web.marathon.mesos")));
    HttpResponse text =
        explain(
            Map.of(
                "name", List.of("wbe.marathon.mesos"),
                "type", List.of("aaaa"),
                "client", List.of("192.0.2.9"),
                "format", List.of("text")));

    assertThat(data.status()).isEqualTo(200);
    assertThat(data.body().toUtf8())
        .contains("\"rcode\": \"NOERROR\"", "\"type\": \"A\"", "\"data\": \"192.0.2.1\"");
    assertThat(text.headers()).containsEntry("content-type", "text/plain; charset=utf-8");
    assertThat(text.body().toUtf8())
        .startsWith("wbe.marathon.mesos. AAAA for 192.0.2.9\n")
        .contains("did you mean  web.marathon.mesos.\n");
  }

  @Test
  void saysWhatIsWrongWithAQuestionWithoutRepeatingIt() {
    assertThat(explain(Map.of()).status()).isEqualTo(400);
    HttpResponse type = explain(Map.of("name", List.of("a"), "type", List.of("<script>")));
    HttpResponse client = explain(Map.of("name", List.of("a"), "client", List.of("<script>")));

    assertThat(type.status()).isEqualTo(400);
    assertThat(client.status()).isEqualTo(400);
    assertThat(type.body().toUtf8() + client.body().toUtf8()).doesNotContain("script");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/zones/other", "/v1/zones/", "/v1/zones/a..b", "/v1/x", "/v1/names"})
  void knowsNoOtherPath(String path) {
    assertThat(Asked.get(api, path).status()).isEqualTo(404);
  }

  @Test
  void isReadOnly() {
    assertThat(Asked.of(api, "DELETE", "/v1/zones/mesos", Map.of()).status()).isEqualTo(405);
    assertThat(Asked.of(api, "POST", "/v1/explain", Map.of()).status()).isEqualTo(405);
  }

  @Test
  void saysThatThereIsTooMuchToDo() {
    ZonesApi busy =
        ZonesApi.builder(
                Explainer.of(List.of(cluster.zone)),
                task -> {
                  throw new RejectedExecutionException("full");
                })
            .build();

    assertThat(Asked.get(busy, "/v1/refused").status()).isEqualTo(503);
    assertThat(Asked.get(busy, "/v1/zones/mesos").status()).isEqualTo(503);
  }

  private HttpResponse explain(Map<String, List<String>> query) {
    return Asked.of(api, "GET", "/v1/explain", query);
  }
}
