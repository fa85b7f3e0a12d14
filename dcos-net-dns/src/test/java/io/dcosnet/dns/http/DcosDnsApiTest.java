// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.name;
import static io.dcosnet.dns.zone.Zones.services;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.dns.explain.Explainer;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DcosDnsApiTest {

  private final DcosDnsApi api = over(dcos(), Zone.of(Zones.empty("empty.thisdcos.directory")));

  private static Zone dcos() {
    ZoneSnapshot.Edit edit = Zones.empty("dcos.thisdcos.directory").edit();
    edit.put(name("web.dcos.thisdcos.directory"), addresses("192.0.2.1", "192.0.2.2"));
    edit.put(name("web.dcos.thisdcos.directory"), addresses("2001:db8::1"));
    edit.put(
        name("_web._tcp.dcos.thisdcos.directory"),
        services("80 Web.dcos.thisdcos.directory", "81 www.example.org"));
    edit.put(
        name("alias.dcos.thisdcos.directory"),
        RecordSet.of(RecordType.CNAME, 5, Rdata.name(name("web.dcos.thisdcos.directory"))));
    return Zone.of(edit.commit(101));
  }

  private static DcosDnsApi over(Zone... zones) {
    return DcosDnsApi.builder(Explainer.of(List.of(zones)), Runnable::run).build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/version | {'Service':'dcos-dns','Version':'0.0.1'}",
        "/v1/hosts/WEB.dcos.thisdcos.directory. |"
            + " [{'host':'web.dcos.thisdcos.directory','ip':'192.0.2.1'},"
            + "{'host':'web.dcos.thisdcos.directory','ip':'192.0.2.2'}]",
        "/v1/hosts/alias.dcos.thisdcos.directory |"
            + " [{'host':'web.dcos.thisdcos.directory','ip':'192.0.2.1'},"
            + "{'host':'web.dcos.thisdcos.directory','ip':'192.0.2.2'}]",
        "/v1/hosts/no.dcos.thisdcos.directory | []",
        "/v1/hosts/www.example.org | []",
        "/v1/hosts/a..b | []",
        "/v1/services/_web._tcp.dcos.thisdcos.directory |"
            + " [{'host':'web.dcos.thisdcos.directory','ip':'192.0.2.1','port':80,"
            + "'service':'_web._tcp.dcos.thisdcos.directory'},"
            + "{'host':'www.example.org','port':81,'service':'_web._tcp.dcos.thisdcos.directory'}]",
        "/v1/services/web.dcos.thisdcos.directory | []"
      })
  void answersAsDcosNet(String path, String json) {
    HttpResponse response = Asked.get(api, path);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body().toUtf8()).isEqualTo(json.replace('\'', '"'));
    assertThat(response.headers()).containsEntry("content-type", "application/json");
  }

  @Test
  void listsRecordsOneALine() {
    String body = Asked.body(api, "/v1/records");

    assertThat(body).startsWith("[{").endsWith("}]");
    assertThat(body.substring(1, body.length() - 1).split(",\n", -1))
        .containsExactlyInAnyOrder(
            "{\"host\":\"192.0.2.1\",\"name\":\"web.dcos.thisdcos.directory\",\"rtype\":\"A\"}",
            "{\"host\":\"192.0.2.2\",\"name\":\"web.dcos.thisdcos.directory\",\"rtype\":\"A\"}",
            "{\"host\":\"2001:db8::1\",\"name\":\"web.dcos.thisdcos.directory\",\"rtype\":\"AAAA\"}",
            "{\"host\":\"web.dcos.thisdcos.directory:80\","
                + "\"name\":\"_web._tcp.dcos.thisdcos.directory\",\"rtype\":\"SRV\"}",
            "{\"host\":\"www.example.org:81\","
                + "\"name\":\"_web._tcp.dcos.thisdcos.directory\",\"rtype\":\"SRV\"}");
  }

  @Test
  void listsNothingWhereThereIsNothing() {
    assertThat(Asked.body(over(Zone.of(Zones.empty("mesos"))), "/v1/records")).isEqualTo("[]");
    assertThat(Asked.body(over(Cluster.silent().zone), "/v1/records")).isEqualTo("[]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/config", "/v1/enumerate"})
  void hasNotWhatDcosNetHasNot(String path) {
    assertThat(Asked.get(api, path).status()).isEqualTo(501);
  }

  @Test
  void knowsNoOtherPathAndIsReadOnly() {
    assertThat(Asked.get(api, "/v1/axfr").status()).isEqualTo(404);
    assertThat(Asked.get(api, "/v1/hosts/a/ports").status()).isEqualTo(404);
    assertThat(Asked.of(api, "PUT", "/v1/records", Map.of()).status()).isEqualTo(405);
    assertThat(Asked.of(api, "PUT", "/v1/metrics", Map.of()).status()).isEqualTo(404);
  }

  @Test
  void deniesNothingBeforeItKnowsAnything() {
    DcosDnsApi early = over(Cluster.silent().zone);

    assertThat(Asked.get(early, "/v1/hosts/a.mesos").status()).isEqualTo(503);
    assertThat(Asked.get(early, "/v1/services/a.mesos").status()).isEqualTo(503);
    assertThat(Asked.get(early, "/v1/hosts/a.example.org").status()).isEqualTo(200);
  }
}
