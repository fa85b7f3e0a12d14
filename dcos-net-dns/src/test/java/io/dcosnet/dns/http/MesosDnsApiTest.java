// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.dns.records.MesosDnsConfigFile;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MesosDnsApiTest {

  private final Cluster cluster = Cluster.withWeb();
  private final MesosDnsApi api = MesosDnsApi.builder(cluster.zone, Runnable::run).build();

  @Test
  void tellsItsVersion() {
    assertThat(Asked.body(api, "/v1/version"))
        .isEqualTo(
            """
            {
             "Service": "Mesos-DNS",
             "URL": "https://github.com/mesosphere/mesos-dns",
             "Version": "v0.9.1"
            }""");
    assertThat(Asked.get(api, "/v1/version").headers())
        .containsEntry("content-type", "application/json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web.marathon.mesos",
        "web.marathon.mesos.",
        "WEB.Marathon.mesos",
        "web.*.marathon.*.mesos"
      })
  void givesTheAddressesOfAHost(String host) {
    cluster.publisher.put(Cluster.web("web.2", Cluster.NODE_6).build());

    assertThat(Asked.body(api, "/v1/hosts/" + host))
        .isEqualTo(
            """
            [
             {
              "host": "web.marathon.mesos.",
              "ip": "192.0.2.1"
             },
             {
              "host": "web.marathon.mesos.",
              "ip": "2001:db8::6"
             }
            ]""");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no.marathon.mesos", "example.org", ".", ".*", "a..b", "_web._tcp.mesos"})
  void answersForAHostThatItDoesNotKnowWithOneEmptyObject(String host) {
    assertThat(Asked.body(api, "/v1/hosts/" + host))
        .isEqualTo(
            """
            [
             {
              "host": "",
              "ip": ""
             }
            ]""");
  }

  @Test
  void givesServicesWithThePortAsText() {
    assertThat(Asked.body(api, "/v1/services/_web._tcp.marathon.mesos"))
        .matches(
            """
            \\[
             \\{
              "service": "_web._tcp.marathon.mesos",
              "host": "web-[a-z0-9]{5}-s1.marathon.slave.mesos.",
              "ip": "192.0.2.1",
              "port": "31000"
             }
            ]""");
  }

  @Test
  void answersForAServiceThatItDoesNotKnowWithOneEmptyObject() {
    assertThat(Asked.body(api, "/v1/services/web.marathon.mesos"))
        .isEqualTo(
            """
            [
             {
              "service": "",
              "host": "",
              "ip": "",
              "port": ""
             }
            ]""");
  }

  @Test
  void hasNoPortsOfHosts() {
    HttpResponse response = Asked.get(api, "/v1/hosts/web.marathon.mesos/ports");

    assertThat(response.status()).isEqualTo(501);
    assertThat(response.body().toUtf8()).isEqualTo("To be implemented...");
  }

  @Test
  void listsRecordsByTask() {
    cluster.publisher.put(Cluster.web("web.2", Cluster.NODE).build());
    cluster.publisher.put(Framework.named("F2", "idle"));

    String json = Asked.body(api, "/v1/enumerate");

    assertThat(json)
        .contains("\"tasks\": [],\n   \"name\": \"idle\"")
        .containsOnlyOnce("\"name\": \"web.marathon.mesos.\"")
        .contains("\"host\": \"web-", ".marathon.slave.mesos.:31000\"");
    assertThat(json.indexOf("\"id\": \"web.1\""))
        .isLessThan(json.indexOf("\"web.marathon.mesos.\""));
    assertThat(json.indexOf("\"web.marathon.mesos.\""))
        .isLessThan(json.indexOf("\"id\": \"web.2\""));
  }

  @Test
  void listsNoFrameworksAsNull() {
    Cluster empty = Cluster.silent();
    empty.publisher.put(Masters.NONE.awaiting(Set.of()));
    empty.publisher.put(Cluster.NODE);

    assertThat(Asked.body(MesosDnsApi.builder(empty.zone, Runnable::run).build(), "/v1/enumerate"))
        .isEqualTo("{\n \"frameworks\": null\n}");
  }

  @Test
  void showsItsConfigurationWithoutSecrets() {
    MesosDnsApi configured =
        MesosDnsApi.builder(cluster.zone, Runnable::run)
            .settings(
                MesosDnsConfigFile.read(
                        """
                        {"zk": "zk://joe:sesame@192.0.2.9:2181/mesos", "masters": ["192.0.2.9:5050"],
                         "MesosAuthentication": "basic",
                         "MesosCredentials": {"principal": "me", "secret": "hush"},
                         "resolvers": ["192.0.2.53", "192.0.2.54:5353"],
                         "zoneResolvers": {"weave": ["192.0.2.55:53"]}}
                        """)
                    .settings())
            .build();

    assertThat(Asked.body(configured, "/v1/config"))
        .contains(
            "\"RefreshSeconds\": 60",
            "\"HttpPort\": 8123",
            "\"DnsOn\": true",
            "\"SOASerial\": " + Objects.requireNonNull(cluster.zone.snapshot()).serial(),
            "\"SOAMname\": \"ns1.mesos.\"",
            "\"Masters\": [\n  \"192.0.2.9:5050\"\n ]",
            "\"Resolvers\": [\n  \"192.0.2.53\",\n  \"192.0.2.54:5353\"\n ]",
            "\"weave\": [\n   \"192.0.2.55\"\n  ]",
            "\"IPSources\": [\n  \"netinfo\",\n  \"mesos\",\n  \"host\"\n ]",
            "\"principal\": \"me\"",
            "\"Zk\": \"zk://********@192.0.2.9:2181/mesos\"")
        .doesNotContain("hush", "sesame");
  }

  @Test
  void listsNothingWhereEnumerationIsOff() {
    MesosDnsApi off =
        MesosDnsApi.builder(cluster.zone, Runnable::run)
            .settings(MesosDnsConfigFile.read("{\"EnumerationOn\": false}").settings())
            .build();

    assertThat(Asked.get(off, "/v1/axfr").status()).isEqualTo(404);
    assertThat(Asked.get(off, "/v1/enumerate").status()).isEqualTo(404);
    assertThat(Asked.of(off, "POST", "/v1/axfr", Map.of()).status()).isEqualTo(404);
    assertThat(Asked.get(off, "/v1/version").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1",
        "/v1/",
        "/v2/version",
        "/v1/version/",
        "/v1/hosts",
        "/v1/hosts/",
        "/v1/hosts//ports",
        "/v1/hosts/a/b",
        "/v1/services/a/ports",
        "/v1/Version",
        "/x/v1/version"
      })
  void knowsNoOtherPath(String path) {
    HttpResponse response = Asked.get(api, path);

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.body().toUtf8()).isEqualTo("not found\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/version",
        "/v1/config",
        "/v1/hosts/a",
        "/v1/hosts/a/ports",
        "/v1/services/a",
        "/v1/axfr",
        "/v1/enumerate"
      })
  void isReadOnly(String path) {
    HttpResponse response = Asked.of(api, "POST", path, Map.of());

    assertThat(response.status()).isEqualTo(405);
    assertThat(response.headers()).containsEntry("allow", "GET");
    assertThat(Asked.of(api, "DELETE", "/v1/other", Map.of()).status()).isEqualTo(404);
  }

  @Test
  void canStandBehindAPrefix() {
    MesosDnsApi moved =
        MesosDnsApi.builder(cluster.zone, Runnable::run).prefix("/mesos_dns").build();

    assertThat(Asked.get(moved, "/mesos_dns/v1/version").status()).isEqualTo(200);
    assertThat(Asked.get(moved, "/v1/version").status()).isEqualTo(404);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MesosDnsApi.builder(cluster.zone, Runnable::run).prefix("dns/"))
        .withMessageContaining("prefix: \"dns/\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/hosts/a.mesos", "/v1/services/a.mesos", "/v1/axfr", "/v1/enumerate"})
  void deniesNothingBeforeItKnowsAnything(String path) {
    MesosDnsApi early = MesosDnsApi.builder(Cluster.silent().zone, Runnable::run).build();

    assertThat(Asked.get(early, path).status()).isEqualTo(503);
    assertThat(Asked.get(early, "/v1/version").status()).isEqualTo(200);
  }

  @Test
  void deniesNothingWhileNamesMayBeMissing() {
    cluster.publisher.put(Masters.NONE.awaiting(Set.of("a-S7")));

    assertThat(Asked.get(api, "/v1/hosts/no.marathon.mesos").status()).isEqualTo(503);
    assertThat(Asked.get(api, "/v1/services/_no._tcp.marathon.mesos").status()).isEqualTo(503);
    assertThat(Asked.get(api, "/v1/hosts/web.marathon.mesos").status()).isEqualTo(200);
  }

  @Test
  void makesALargeAnswerOnceForAllWhoAskMeanwhile() {
    Queue<Runnable> work = new ArrayDeque<>();
    MesosDnsApi busy = MesosDnsApi.builder(cluster.zone, work::add).build();

    List<CompletableFuture<HttpResponse>> waiting =
        List.of(transfer(busy), transfer(busy), transfer(busy));

    assertThat(waiting).noneMatch(CompletableFuture::isDone);
    assertThat(work).hasSize(1);
    Objects.requireNonNull(work.poll()).run();
    assertThat(waiting).allMatch(one -> one.join().status() == 200);
    assertThat(transfer(busy)).isDone();
    cluster.publisher.put(Cluster.web("web.2", Cluster.NODE_6).build());
    CompletableFuture<HttpResponse> newer = transfer(busy);
    assertThat(newer).isNotDone();
    Objects.requireNonNull(work.poll()).run();
    assertThat(newer.join().body().toUtf8()).contains("2001:db8::6");
  }

  @Test
  void saysThatThereIsTooMuchToDo() {
    boolean[] full = {true};
    MesosDnsApi busy =
        MesosDnsApi.builder(
                cluster.zone,
                task -> {
                  if (full[0]) {
                    throw new RejectedExecutionException("full");
                  }
                  task.run();
                })
            .build();

    assertThat(transfer(busy).join().status()).isEqualTo(503);
    full[0] = false;
    assertThat(transfer(busy).join().status()).isEqualTo(200);
  }

  private static CompletableFuture<HttpResponse> transfer(MesosDnsApi api) {
    return api.handle(HttpRequest.get("/v1/axfr")).toCompletableFuture();
  }
}
