// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import static io.dcosnet.lb.vip.VipTasks.AGENT;
import static io.dcosnet.lb.vip.VipTasks.onHost;
import static io.dcosnet.lb.vip.VipTasks.port;
import static io.dcosnet.lb.vip.VipTasks.ports;
import static io.dcosnet.lb.vip.VipTasks.running;
import static io.dcosnet.lb.vip.VipTasks.task;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VipsApiTest {

  private final ApiRig rig = new ApiRig();
  private final VipsApi api = rig.vipsApi();

  @Test
  void listsNothingAsAnEmptyArray() {
    assertThat(body("/v1/vips?format=dcos")).isEqualTo("[]\n");
    assertThat(body("/v1/vips")).isEqualTo("[]\n");
  }

  @Test
  void listsAsDcosNetDoes() {
    rig.run("web", 31001, "/web:80", "198.51.100.7:5000");
    rig.run("six", 31002, "2001:db8::5:53");
    rig.tasks.put(
        task("six2")
            .discovery(ports(port(53, "udp", null, "2001:db8::5:53")))
            .status(running(null, "2001:db8::9"))
            .build());
    rig.settle();
    HttpResponse answer = rig.get(api, "/v1/vips?format=dcos");
    assertThat(answer.headers()).containsEntry("content-type", "application/json");
    assertThat(answer.body().toUtf8().lines())
        .containsExactly(
            "[{\"vip\":\"198.51.100.7:5000\",\"protocol\":\"tcp\","
                + "\"backend\":[{\"ip\":\"10.0.0.243\",\"port\":31001}]},",
            "{\"vip\":\"2001:db8::5:53\",\"protocol\":\"udp\","
                + "\"backend\":[{\"ip\":\"2001:db8::9\",\"port\":53}]},",
            "{\"vip\":\"web.marathon.l4lb.thisdcos.directory:80\",\"protocol\":\"tcp\","
                + "\"backend\":[{\"ip\":\"10.0.0.243\",\"port\":31001}]}]");
  }

  @Test
  void tellsMoreInOurForm() {
    rig.run("web", 31001, "/nginx:80");
    assertThat(body("/v1/vips"))
        .isEqualTo(
            "[{\"vip\":\"nginx.marathon.l4lb.thisdcos.directory:80\",\"protocol\":\"tcp\","
                + "\"name\":\"nginx.marathon\",\"port\":80,\"address\":\"11.127.55.81\","
                + "\"address6\":null,\"policy\":\"p2c\",\"check\":\"none\",\"dataPath\":\"serving\",\"effective\":1,"
                + "\"panic\":false,\"listeners\":[{\"address\":\"11.127.55.81:80\","
                + "\"clientsUse\":\"11.127.55.81:80\",\"state\":\"serving\",\"reason\":\"\"}],"
                + "\"backend\":[{\"ip\":\"10.0.0.243\",\"port\":31001,\"weight\":1,"
                + "\"effective\":1,\"state\":\"up\",\"reachable\":true,\"node\":\"10.0.0.243\","
                + "\"zone\":\"\",\"since\":\""
                + since()
                + "\",\"health\":\"healthy\",\"ejectedUntil\":null,"
                + "\"connections\":null}]}]\n");
  }

  private String since() {
    Matcher found = Pattern.compile("\"since\":\"([^\"]+)\"").matcher(body("/v1/vips"));
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  @Test
  void listsWhatGetsNothingNewToo() {
    rig.tasks.put(onHost("a", AGENT, 31001, "/web:80"));
    rig.tasks.put(
        task("sick")
            .discovery(ports(port(31002, "tcp", null, "/web:80")))
            .status(running(false, "10.0.0.243"))
            .build());
    rig.settle();
    assertThat(body("/v1/vips?format=dcos")).contains("31001").contains("31002");
    assertThat(body("/v1/vips"))
        .contains("\"effective\":1,\"panic\"")
        .containsPattern("31002,\"weight\":[01],\"effective\":0,\"state\":\"d");
  }

  @Test
  void givesOneByNameAddressOrWhatANameHas() {
    rig.run("web", 31001, "/nginx:80", "198.51.100.7:5000");
    for (String one :
        List.of(
            "nginx.marathon:80/tcp",
            "NGINX.marathon:80/tcp",
            "nginx.marathon.l4lb.thisdcos.directory:80/tcp",
            "nginx.marathon.l4lb.thisdcos.directory.:80/tcp",
            "11.127.55.81:80/tcp")) {
      assertThat(body("/v1/vips/" + one)).startsWith("{\"vip\":\"nginx.marathon.");
    }
    assertThat(body("/v1/vips/nginx.marathon:80")).startsWith("[{\"vip\":\"nginx.marathon.");
    assertThat(body("/v1/vips/198.51.100.7:5000/tcp")).startsWith("{\"vip\":\"198.51.100.7:5000\"");
  }

  @Test
  void givesBothProtocolsOfOneName() {
    rig.tasks.put(
        task("dns")
            .discovery(
                ports(port(31001, "tcp", null, "/dns:53"), port(31001, "udp", null, "/dns:53")))
            .status(running(null, "10.0.0.243"))
            .build());
    rig.settle();
    assertThat(body("/v1/vips/dns.marathon:53"))
        .contains("\"protocol\":\"tcp\"")
        .contains("\"protocol\":\"udp\"");
    assertThat(body("/v1/vips/dns.marathon:53/udp")).doesNotContain("\"protocol\":\"tcp\"");
  }

  @Test
  void saysThatThereIsNoSuchVip() {
    HttpResponse answer = rig.get(api, "/v1/vips/web.marathon:80");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body().toUtf8()).isEqualTo("vip: no such VIP\n");
    rig.run("web", 31001, "/web:80");
    assertThat(rig.get(api, "/v1/vips/web.marathon:80/udp").status()).isEqualTo(404);
    assertThat(rig.get(api, "/v1/vips/web.marathon:81").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web.marathon",
        "web.marathon:0",
        "web.marathon:65536",
        "web.marathon:80/sctp",
        "web.marathon:80/",
        "web.marathon:80/tcp/more",
        ":80",
        "...:80",
        "web.marathon:99999999999"
      })
  void saysWhatAVipLooksLike(String text) {
    HttpResponse answer = rig.get(api, "/v1/vips/" + text);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().toUtf8()).startsWith("vip: (expected: name:port");
  }

  @Test
  void refusesWhatItCannotDo() {
    assertThat(rig.get(api, "/v1/vips?format=xml").status()).isEqualTo(400);
    for (String limit : List.of("0", "-1", "x", "10001", "99999999")) {
      assertThat(rig.get(api, "/v1/vips?limit=" + limit).body().toUtf8())
          .isEqualTo("limit: (expected: 1-10000)\n");
    }
    assertThat(rig.get(api, "/v1/vips?after=web").status()).isEqualTo(400);
    assertThat(rig.get(api, "/v1/vips?after=web.marathon:80").status()).isEqualTo(400);
    assertThat(rig.get(api, "/v1/vipsy").status()).isEqualTo(404);
    assertThat(rig.get(api, "/v1/vips/").status()).isEqualTo(404);
    HttpResponse put = rig.ask(api, "PUT", "/v1/vips");
    assertThat(put.status()).isEqualTo(405);
    assertThat(put.headers()).containsEntry("allow", "GET, HEAD");
  }

  @Test
  void answers304UntilSomethingChanges() {
    Task web = rig.run("web", 31001, "/web:80");
    for (String path : List.of("/v1/vips", "/v1/vips?format=dcos", "/v1/vips/web.marathon:80")) {
      HttpResponse first = rig.get(api, path);
      String tag = first.headers().get("etag");
      assertThat(tag).isNotNull();
      HttpResponse second = rig.get(api, path, "if-none-match", "\"other\", " + tag);
      assertThat(second.status()).isEqualTo(304);
      assertThat(second.body().size()).isZero();
      assertThat(second.headers()).containsEntry("etag", tag);
      rig.run("more" + path.length(), 32000 + path.length(), "/web:80");
      assertThat(rig.get(api, path, "if-none-match", tag).status()).isEqualTo(200);
    }
    assertThat(rig.get(api, "/v1/vips", "if-none-match", "*").status()).isEqualTo(304);
    rig.tasks.remove(web.key());
  }

  @Test
  void tagsTheOldFormByWhatItSays() {
    Task web = rig.run("web", 31001, "/web:80");
    String tag = requireNonNull(rig.get(api, "/v1/vips?format=dcos").headers().get("etag"));
    rig.run("more", 31002, "/web:80");
    rig.tasks.remove(task("more").build().key());
    rig.time.advance(Duration.ofMinutes(1));
    HttpResponse again =
        rig.get(api, "/v1/vips?format=dcos", "if-none-match", tag.replace("\"", ""));
    assertThat(again.status()).isEqualTo(304);
    assertThat(web).isNotNull();
  }

  @Test
  void givesLongListsInParts() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      rig.tasks.put(onHost("t" + i, AGENT, 31000 + i, "/web" + (10 + i) + ":80"));
      all.add("web" + (10 + i) + ".marathon.l4lb.thisdcos.directory:80");
    }
    rig.settle();
    List<String> seen = new ArrayList<>();
    String next = "/v1/vips?limit=10&format=dcos";
    int parts = 0;
    while (next != null) {
      HttpResponse part = rig.get(api, next);
      Matcher name = Pattern.compile("\"vip\":\"([^\"]+)\"").matcher(part.body().toUtf8());
      while (name.find()) {
        seen.add(name.group(1));
      }
      parts++;
      String link = part.headers().get("link");
      next = link == null ? null : decoded(link);
    }
    assertThat(parts).isEqualTo(3);
    assertThat(seen).containsExactlyElementsOf(all);
  }

  private static String decoded(String link) {
    Matcher url = Pattern.compile("<(.+)>; rel=\"next\"").matcher(link);
    assertThat(url.matches()).isTrue();
    return URLDecoder.decode(url.group(1), StandardCharsets.UTF_8);
  }

  @Test
  void goesOnBehindAVipThatHasGone() {
    rig.run("a", 31001, "/a:80");
    rig.run("c", 31003, "/c:80");
    assertThat(body("/v1/vips?after=b.marathon:80/tcp"))
        .contains("c.marathon")
        .doesNotContain("a.marathon");
  }

  @Test
  void makesOneListForAllWhoAsk() {
    rig.run("web", 31001, "/web:80");
    HttpResponse one = rig.get(api, "/v1/vips?format=dcos");
    HttpResponse two = rig.get(api, "/v1/vips?format=dcos");
    assertThat(two.body()).isSameAs(one.body());
  }

  @Test
  void countsConnectionsWhereTheDataPathDoes() {
    ScriptedPath path = new ScriptedPath();
    path.active(HostPort.parse("10.0.0.243:31001"), 7);
    ApiRig counted = new ApiRig(path);
    counted.run("a", 31001, "/web:80");
    counted.run("b", 31002, "/web:80");
    assertThat(counted.get(counted.vipsApi(), "/v1/vips").body().toUtf8())
        .containsPattern("31001,[^}]*\"connections\":7}")
        .containsPattern("31002,[^}]*\"connections\":0}");
  }

  @Test
  void showsWhoIsEjectedAndUntilWhen() {
    ScriptedPath path = new ScriptedPath();
    ApiRig troubled = new ApiRig(path);
    for (int i = 1; i <= 3; i++) {
      troubled.run("t" + i, 31000 + i, "/web:80");
    }
    Frontend web = troubled.vips.table().services().keySet().iterator().next();
    path.refuse(web, HostPort.parse("10.0.0.243:31002"), 5);
    troubled.settle();
    assertThat(troubled.get(troubled.vipsApi(), "/v1/vips").body().toUtf8())
        .containsPattern(
            "31002,\"weight\":1,\"effective\":0,[^}]*\"health\":\"ejected\","
                + "\"ejectedUntil\":\"2026-01-01T00:00:[0-9.]+Z\"")
        .containsPattern("31001,\"weight\":1,\"effective\":1,[^}]*\"ejectedUntil\":null");
    HttpResponse why =
        troubled.get(
            new ExplainVipApi(troubled.vips.inspect(), troubled.time, ""),
            "/v1/explain/vip/web.marathon:80?format=text");
    assertThat(why.body().toUtf8())
        .contains("10.0.0.243:31002 up weight 1 → 0 by health (ejected for ")
        .contains("  try      10.0.0.243:31002 fails from here: ejected for ")
        .contains("9 connections, 7 open, 100 bytes to back ends, 200 to clients");
  }

  private String body(String path) {
    HttpResponse answer = rig.get(api, path);
    assertThat(answer.status()).isEqualTo(200);
    return answer.body().toUtf8();
  }
}
