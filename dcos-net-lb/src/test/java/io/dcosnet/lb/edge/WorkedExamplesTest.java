// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static io.dcosnet.lb.edge.TestEdge.app;
import static io.dcosnet.lb.edge.TestEdge.web;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.App;
import io.dcosnet.api.net.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small sets of apps, each about one thing that an edge does. */
class WorkedExamplesTest {

  /** crypt of "secret". */
  private static final String HASH =
      "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IN"
          + "D4WQhG.";

  private static final App WEB =
      app(
          """
          {"id": "/web", "networks": [{"mode": "container/bridge"}],
           "labels": {"HAPROXY_GROUP": "external", "HAPROXY_0_VHOST": "web.example.org"},
           "container": {"portMappings": [{"containerPort": 80, "servicePort": 10001}]},
           "tasks": [{"id": "web.1", "host": "192.0.2.2", "ports": [31001]},
                     {"id": "web.2", "host": "192.0.2.3", "ports": [31001]}]}
          """);

  private static final String BOTH = "200 192.0.2.2:31001 192.0.2.3:31001";

  @Test
  void servesAVirtualHostOnEachEntry() {
    TestEdge edge = TestEdge.of(WEB);

    assertThat(edge.http("web.example.org", "/")).isEqualTo(BOTH);
    assertThat(edge.http("WEB.example.org", "/")).isEqualTo(BOTH);
    assertThat(edge.http("web.example.org:8080", "/")).isEqualTo("503");
    assertThat(edge.http("", "/")).isEqualTo("503");
    assertThat(edge.https("web.example.org", "/")).isEqualTo(BOTH);
    assertThat(edge.service(10001)).isEqualTo(BOTH);
    assertThat(edge.appId("/web")).isEqualTo(BOTH);
    assertThat(edge.appId("/WEB")).isEqualTo(BOTH);
    assertThat(edge.appId("web")).isEqualTo("503");
    assertThat(edge.told()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/, 14, 14",
    "/api, 11, 11",
    "/apix, 11, 14",
    "/api/v2/x, 11, 12",
    "/api/v2/admin/1, 15, 15",
    "/api/v2/adminx, 15, 12",
    "/API, 14, 14"
  })
  void asksRulesByWeightAndIdOrByTheLongestPrefix(String path, int inOrder, int byLongest) {
    App[] apps = {
      web("/shop/api", 10011, "192.0.2.2:31011", "0_VHOST", "shop.example.org", "0_PATH", "/api"),
      web(
          "/shop/apiv2",
          10012,
          "192.0.2.2:31012",
          "0_VHOST",
          "shop.example.org",
          "0_PATH",
          "/api/v2"),
      web("/shop/main", 10014, "192.0.2.2:31014", "0_VHOST", "shop.example.org"),
      web(
          "/weighted",
          10015,
          "192.0.2.2:31015",
          "0_VHOST",
          "shop.example.org",
          "0_PATH",
          "/api/v2/admin",
          "0_BACKEND_WEIGHT",
          "9"),
    };
    EdgeOptions.Builder longest =
        EdgeOptions.forGroups("external").precedence(EdgeOptions.Precedence.LONGEST_PREFIX);

    assertThat(TestEdge.of(apps).http("shop.example.org", path))
        .isEqualTo("200 192.0.2.2:310" + inOrder);
    assertThat(TestEdge.of(longest, apps).http("shop.example.org", path))
        .isEqualTo("200 192.0.2.2:310" + byLongest);
  }

  @Test
  void servesThePortsOfItsGroups() {
    TestEdge edge =
        TestEdge.of(
            app(
                """
                {"id": "/split", "networks": [{"mode": "container/bridge"}],
                 "labels": {"HAPROXY_GROUP": "internal", "HAPROXY_0_GROUP": "other, external",
                            "HAPROXY_0_VHOST": "x0", "HAPROXY_1_VHOST": "x1"},
                 "container": {"portMappings": [{"containerPort": 80, "servicePort": 10012},
                   {"containerPort": 81, "servicePort": 10013}]},
                 "tasks": [{"id": "s.1", "host": "192.0.2.2", "ports": [31001, 31002]}]}
                """));

    assertThat(edge.http("x0", "/")).isEqualTo("200 192.0.2.2:31001");
    assertThat(edge.service(10012)).isEqualTo("200 192.0.2.2:31001");
    assertThat(edge.http("x1", "/")).isEqualTo("503");
    assertThat(edge.service(10013)).isEqualTo("REFUSED");
  }

  @Test
  void servesAllGroupsAndNoneUnderAStar() {
    App none =
        app(
            """
        {"id": "/none", "portDefinitions": [{"port": 10040}],
         "tasks": [{"id": "n.1", "host": "192.0.2.2", "ports": [31040]}]}
        """);

    assertThat(TestEdge.of(none).service(10040)).isEqualTo("REFUSED");
    assertThat(TestEdge.of(EdgeOptions.forGroups("*"), none).service(10040))
        .isEqualTo("200 192.0.2.2:31040");
  }

  @Test
  void reachesATaskWithAnAddressOfItsOwnThere() {
    TestEdge edge =
        TestEdge.of(
            app(
                """
                {"id": "/ip", "networks": [{"mode": "container", "name": "dcos"}],
                 "labels": {"HAPROXY_GROUP": "external"},
                 "container": {"portMappings": [{"containerPort": 8080, "servicePort": 10010}]},
                 "tasks": [{"id": "ip.1", "host": "192.0.2.9", "ports": [],
                            "ipAddresses": [{"ipAddress": "198.51.100.5"}]}]}
                """));

    assertThat(edge.service(10010)).isEqualTo("200 198.51.100.5:8080");
  }

  @Test
  void keepsTasksThatMayBeCutOffButNoneThatStartOrEnd() {
    TestEdge edge =
        TestEdge.of(
            app(
                """
                {"id": "/states", "networks": [{"mode": "container/bridge"}],
                 "labels": {"HAPROXY_GROUP": "external"},
                 "container": {"portMappings": [{"containerPort": 80, "servicePort": 10030}]},
                 "tasks": [
                   {"id": "a", "host": "192.0.2.2", "ports": [31001], "state": "TASK_STAGING"},
                   {"id": "b", "host": "192.0.2.2", "ports": [31002], "state": "TASK_UNREACHABLE"},
                   {"id": "c", "host": "192.0.2.2", "ports": [31003], "state": "TASK_RUNNING"},
                   {"id": "d", "host": "192.0.2.2", "ports": [31004], "state": "TASK_KILLING"},
                   {"id": "e", "host": "192.0.2.2", "ports": [31005], "state": "TASK_LOST"},
                   {"id": "f", "host": "192.0.2.2", "ports": [31006]},
                   {"id": "g", "host": "", "ports": [31007]},
                   {"id": "h", "host": "192.0.2.2", "ports": [31002]}]}
                """));

    assertThat(edge.service(10030))
        .isEqualTo("200 192.0.2.2:31002 192.0.2.2:31003 192.0.2.2:31005 192.0.2.2:31006");
  }

  @Test
  void remembersTheHealthOfATaskThatSaysNothing() {
    String healthy =
        """
        {"id": "/checked", "networks": [{"mode": "container/bridge"}],
         "labels": {"HAPROXY_GROUP": "external"}, "healthChecks": [{"protocol": "COMMAND"}],
         "container": {"portMappings": [{"containerPort": 80, "servicePort": 10031}]},
         "tasks": [
           {"id": "a", "host": "192.0.2.2", "ports": [31001],
            "healthCheckResults": [{"alive": false}]},
           {"id": "b", "host": "192.0.2.2", "ports": [31002],
            "healthCheckResults": [{"alive": false}, {"alive": true}]},
           {"id": "c", "host": "192.0.2.2", "ports": [31003],
            "healthCheckResults": [{"alive": true}]}]}
        """;
    App before = app(healthy);
    App after =
        app(
            healthy.replace(
                "[31003],\n    \"healthCheckResults\": [{\"alive\": true}]", "[31003]"));

    assertThat(after).isNotEqualTo(before);
    assertThat(TestEdge.of(after).service(10031)).isEqualTo("200 192.0.2.2:31002");
    assertThat(TestEdge.of(before).then(after).service(10031))
        .isEqualTo("200 192.0.2.2:31002 192.0.2.2:31003");
    assertThat(
            TestEdge.of(EdgeOptions.forGroups("external").respectHealth(false), after)
                .service(10031))
        .isEqualTo("200 192.0.2.2:31001 192.0.2.2:31002 192.0.2.2:31003");
  }

  @Test
  void listensWhereTheLabelSays() {
    TestEdge edge = TestEdge.of(web("/moved", 10021, "192.0.2.2:31021", "0_PORT", "10777"));

    assertThat(edge.service(10777)).isEqualTo("200 192.0.2.2:31021");
    assertThat(edge.service(10021)).isEqualTo("REFUSED");
  }

  @Test
  void asksForCredentialsOnVirtualHostsOrOnAllEntries() {
    App closed =
        web(
            "/closed",
            10007,
            "192.0.2.2:31007",
            "0_VHOST",
            "a.example.org",
            "0_AUTH",
            "staff:ann:" + HASH);
    EdgeRequest plain = EdgeRequest.http("a.example.org", "/");
    EdgeRequest service = EdgeRequest.service(10007, "edge", "/");
    TestEdge edge = TestEdge.of(closed);
    TestEdge everywhere =
        TestEdge.of(EdgeOptions.forGroups("external").protectAllEntries(true), closed);

    assertThat(edge.answer(plain)).isEqualTo("401");
    assertThat(edge.https("a.example.org", "/")).isEqualTo("401");
    assertThat(edge.answer(basic(plain, "ann:secret"))).isEqualTo("200 192.0.2.2:31007");
    assertThat(edge.answer(basic(plain, "ann:wrong"))).isEqualTo("401");
    assertThat(edge.answer(basic(plain, "bob:secret"))).isEqualTo("401");
    assertThat(edge.answer(plain.with("Authorization", "Basic ***"))).isEqualTo("401");
    assertThat(edge.answer(service)).isEqualTo("200 192.0.2.2:31007");
    assertThat(edge.told()).containsExactly("/closed HAPROXY_0_AUTH EDGE_AUTH_BYPASS");
    assertThat(everywhere.answer(service)).isEqualTo("401");
    assertThat(everywhere.appId("/closed")).isEqualTo("401");
    assertThat(everywhere.answer(basic(service, "ann:secret"))).isEqualTo("200 192.0.2.2:31007");
    assertThat(everywhere.told()).isEmpty();
  }

  @Test
  void sendsPlainRequestsToHttpsBeforeAnythingIsRouted() {
    TestEdge edge =
        TestEdge.of(
            web(
                "/r",
                10008,
                "192.0.2.2:31008",
                "0_VHOST",
                "r.example.org",
                "0_REDIRECT_TO_HTTPS",
                "true"),
            web(
                "/s",
                10009,
                "192.0.2.2:31009",
                "0_VHOST",
                "r.example.org",
                "0_PATH",
                "/p",
                "0_BACKEND_WEIGHT",
                "9"));

    assertThat(edge.http("r.example.org", "/p?q=1")).isEqualTo("301 https://r.example.org/p?q=1");
    assertThat(edge.https("r.example.org", "/p?q=1")).isEqualTo("200 192.0.2.2:31009");
    assertThat(edge.https("r.example.org", "/")).isEqualTo("200 192.0.2.2:31008");
  }

  @Test
  void keepsAClientWithTheServerOfItsCookie() {
    App sticky =
        app(
            """
            {"id": "/sticky", "networks": [{"mode": "container/bridge"}],
             "labels": {"HAPROXY_GROUP": "external", "HAPROXY_0_STICKY": "Yes",
                        "HAPROXY_0_MODE": "http"},
             "container": {"portMappings": [{"containerPort": 80, "servicePort": 10032}]},
             "tasks": [{"id": "a", "host": "192.0.2.2", "ports": [31001]},
                       {"id": "b", "host": "node-3.example.org", "ports": [31001]}]}
            """);
    EdgeModel model =
        EdgeModel.of(
            List.of(sticky),
            EdgeOptions.forGroups("external").build(),
            host -> List.of(IpAddress.parse("192.0.2.3")),
            null);
    TestEdge edge = new TestEdge(model);
    EdgeServer second = model.services().get(0).servers().get(1);
    EdgeRequest request = EdgeRequest.service(10032, "edge", "/");

    assertThat(second.name()).isEqualTo("node-3_example_org_192_0_2_3_31001");
    assertThat(second.cookie()).matches("[0-9a-f]{10}");
    assertThat(edge.answer(request.with("Cookie", "a=b; mesosphere_server_id=" + second.cookie())))
        .isEqualTo("200 192.0.2.3:31001");
    assertThat(edge.answer(request.with("Cookie", "mesosphere_server_id=0123456789")))
        .isEqualTo("200 192.0.2.2:31001 192.0.2.3:31001");
  }

  @Test
  void sendsTheRootOfTheOneVirtualHostToAPath() {
    String redir = "0_HTTP_BACKEND_REDIR";
    TestEdge edge =
        TestEdge.of(
            web("/one", 10041, "192.0.2.2:31041", "0_VHOST", "o.example.org", redir, "/in"),
            web(
                "/two",
                10042,
                "192.0.2.2:31042",
                "0_VHOST",
                "a.example.org,b.example.org",
                redir,
                "/in"));

    assertThat(edge.http("o.example.org", "/?a")).isEqualTo("301 /in");
    assertThat(edge.https("o.example.org", "/")).isEqualTo("301 /in");
    assertThat(edge.http("o.example.org", "/x")).isEqualTo("200 192.0.2.2:31041");
    assertThat(edge.service(10041)).isEqualTo("200 192.0.2.2:31041");
    assertThat(edge.http("a.example.org", "/")).isEqualTo("200 192.0.2.2:31042");
    assertThat(edge.told()).containsExactly("/two HAPROXY_0_HTTP_BACKEND_REDIR EDGE_LABEL_INVALID");
  }

  @Test
  void letsInTheClientsThatAreListed() {
    String list = "198.51.100.0/24 203.0.113.7";
    TestEdge edge =
        TestEdge.of(
            web(
                "/h",
                10033,
                "192.0.2.2:31033",
                "0_BACKEND_NETWORK_ALLOWED_ACL",
                list,
                "0_MODE",
                "http"),
            web("/t", 10034, "192.0.2.2:31034", "0_BACKEND_NETWORK_ALLOWED_ACL", list));
    EdgeRequest http = EdgeRequest.service(10033, "edge", "/");
    EdgeRequest tcp = EdgeRequest.service(10034, "edge", "/");

    assertThat(edge.answer(http.from(IpAddress.parse("203.0.113.7"))))
        .isEqualTo("200 192.0.2.2:31033");
    assertThat(edge.answer(http.from(IpAddress.parse("203.0.113.8")))).isEqualTo("403");
    assertThat(edge.answer(tcp.from(IpAddress.parse("198.51.100.99"))))
        .isEqualTo("200 192.0.2.2:31034");
    assertThat(edge.answer(tcp.from(IpAddress.parse("203.0.113.8")))).isEqualTo("CLOSED");
  }

  @Test
  void goesOnWhereOneAppHasALabelThatCannotBeRead() {
    TestEdge edge =
        TestEdge.of(
            WEB,
            web("/bad", 10035, "192.0.2.2:31035", "0_PORT", "abc"),
            web("/new", 10036, "192.0.2.2:31036", "0_VHOST", "new.example.org"));

    assertThat(edge.http("web.example.org", "/")).isEqualTo(BOTH);
    assertThat(edge.http("new.example.org", "/")).isEqualTo("200 192.0.2.2:31036");
    assertThat(edge.service(10035)).isEqualTo("200 192.0.2.2:31035");
    assertThat(edge.told()).containsExactly("/bad HAPROXY_0_PORT EDGE_LABEL_INVALID");
  }

  @Test
  void takesNoLineThatIsHiddenInALabel() {
    TestEdge edge =
        TestEdge.of(
            web("/sly", 10037, "192.0.2.2:31037", "0_BALANCE", "roundrobin\n  http-request deny"));

    assertThat(edge.service(10037)).isEqualTo("200 192.0.2.2:31037");
    assertThat(edge.model().services().get(0).labels().balance().text()).isEqualTo("roundrobin");
    assertThat(edge.told()).containsExactly("/sly HAPROXY_0_BALANCE EDGE_LABEL_CONTROL_CHARACTER");
  }

  private static EdgeRequest basic(EdgeRequest request, String credentials) {
    String encoded =
        Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    return request.with("authorization", "Basic " + encoded);
  }
}
