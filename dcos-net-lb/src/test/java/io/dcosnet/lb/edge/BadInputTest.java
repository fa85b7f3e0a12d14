// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static io.dcosnet.lb.edge.TestEdge.app;
import static io.dcosnet.lb.edge.TestEdge.on;
import static io.dcosnet.lb.edge.TestEdge.web;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.App;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.edge.EdgeOptions.PortRange;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of labels that cannot be followed: told, and no other app notices. */
class BadInputTest {

  private static final App GOOD =
      web("/good", 10001, "192.0.2.2:31001", "0_VHOST", "good.example.org");

  private static final String SERVED = "200 192.0.2.2:31001";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0_PORT | x1 | EDGE_LABEL_INVALID",
        "0_BACKEND_WEIGHT | heavy | EDGE_LABEL_INVALID",
        "0_BACKEND_HEALTHCHECK_PORT_INDEX | one | EDGE_LABEL_INVALID",
        "0_AUTH | realm:user | EDGE_AUTH_INVALID",
        "0_AUTH | a:b:c:d | EDGE_AUTH_INVALID",
        "0_AUTH | a\"b:user:hash | EDGE_AUTH_INVALID",
        "0_HTTP_BACKEND_PROXYPASS_PATH | ext | EDGE_LABEL_INVALID",
        "0_HTTP_BACKEND_REVPROXY_PATH | e t | EDGE_LABEL_INVALID",
        "0_HTTP_BACKEND_REDIR | javascript:x | EDGE_LABEL_INVALID",
        "0_BACKEND_HEAD | backend x | EDGE_TEMPLATE_REFUSED",
        "0_VHOST | bad host.example.org | EDGE_VHOST_INVALID",
        "0_PATH | api | EDGE_PATH_INVALID",
        "DEPLOYMENT_GROUP | '' | EDGE_DEPLOYMENT_INVALID",
      })
  void leavesTheLabelAwayAndServesTheApp(String label, String value, String code) {
    TestEdge edge = TestEdge.of(GOOD, web("/bad", 10002, "192.0.2.2:31002", label, value));

    assertThat(edge.http("good.example.org", "/")).isEqualTo(SERVED);
    assertThat(edge.service(10002)).isEqualTo("200 192.0.2.2:31002");
    assertThat(edge.told()).contains("/bad HAPROXY_" + label + " " + code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MODE | smtp",
        "BALANCE | fair",
        "BALANCE | url_param a b c",
        "PORT | 0",
        "PORT | -1",
        "PORT | 65536",
        "BIND_ADDR | here",
        "BIND_ADDR | unix@/tmp/x",
        "BIND_ADDR | 203.0.113.9",
        "BIND_OPTIONS | user root",
        "BIND_OPTIONS | ssl",
        "BIND_OPTIONS | ssl crt /etc/none.pem",
        "BIND_OPTIONS | verify required",
        "SSL_CERT | none.pem",
        "SSL_CERT | /etc/none.pem",
        "BACKEND_NETWORK_ALLOWED_ACL | everybody",
        "BACKEND_NETWORK_ALLOWED_ACL | 10.0.0.0/33",
      })
  void leavesOutThePortOrKeepsItAsItWas(String label, String value) {
    EdgeOptions.Builder options =
        EdgeOptions.forGroups("external")
            .files(Set.of("/etc/ssl/web.pem"))
            .addresses(Set.of(IpAddress.LOOPBACK_IPV4));
    App fine = on("/two", List.of(10003, 10004), "192.0.2.2:31003", "1_VHOST", "two.example.org");
    App bad =
        on(
            "/two",
            List.of(10003, 10004),
            "192.0.2.2:31003",
            "1_VHOST",
            "two.example.org",
            "0_" + label,
            value);

    TestEdge fresh = TestEdge.of(options, GOOD, bad);
    TestEdge later = TestEdge.of(options, GOOD, fine).then(GOOD, bad);

    assertThat(fresh.http("good.example.org", "/")).isEqualTo(SERVED);
    assertThat(fresh.service(10003)).isEqualTo("REFUSED");
    assertThat(fresh.http("two.example.org", "/")).isEqualTo("200 192.0.2.2:31004");
    assertThat(fresh.told()).contains("/two HAPROXY_0_" + label + " EDGE_LABEL_REFUSED");
    assertThat(later.service(10003)).isEqualTo("200 192.0.2.2:31003");
    assertThat(later.told()).contains("/two HAPROXY_0 EDGE_LAST_GOOD_KEPT");
  }

  @Test
  void letsNobodyInWhereTheListOfClientsHasAControlCharacter() {
    TestEdge edge =
        TestEdge.of(
            web(
                "/a",
                10005,
                "192.0.2.2:31005",
                "0_BACKEND_NETWORK_ALLOWED_ACL",
                "10.0.0.1\n0.0.0.0/0"));

    assertThat(edge.service(10005)).isEqualTo("REFUSED");
  }

  @Test
  void servesNoAppWithUnreadableCredentialsWhereAllEntriesAreProtected() {
    TestEdge edge =
        TestEdge.of(
            EdgeOptions.forGroups("external").protectAllEntries(true),
            web("/a", 10006, "192.0.2.2:31006", "0_VHOST", "a.example.org", "0_AUTH", "x"));

    assertThat(edge.http("a.example.org", "/")).isEqualTo("503");
    assertThat(edge.told()).containsExactly("/a HAPROXY_0_AUTH EDGE_AUTH_INVALID");
  }

  @Test
  void givesAPortOneOwnerThatKeepsIt() {
    App early = web("/b", 10007, "192.0.2.2:31007", "0_VHOST", "b.example.org", "0_MODE", "http");
    App late = web("/a", 10007, "192.0.2.2:31008", "0_VHOST", "a.example.org");

    TestEdge edge = TestEdge.of(early, late);
    TestEdge later = TestEdge.of(early).then(early, late);

    assertThat(edge.service(10007)).isEqualTo("200 192.0.2.2:31008");
    assertThat(edge.told()).containsExactly("/b EDGE_PORT_CLASH");
    assertThat(later.service(10007)).isEqualTo("200 192.0.2.2:31007");
    assertThat(later.told()).containsExactly("/a EDGE_PORT_CLASH");
    assertThat(later.http("a.example.org", "/")).isEqualTo("200 192.0.2.2:31008");
    assertThat(later.appId("/a")).isEqualTo("200 192.0.2.2:31008");
    assertThat(later.then(late).service(10007)).isEqualTo("200 192.0.2.2:31008");
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 443, 9090, 9091})
  void givesNoAppAPortOfTheEdge(int port) {
    TestEdge edge =
        TestEdge.of(
            web("/a", 10008, "192.0.2.2:31008", "0_PORT", "" + port, "0_VHOST", "a.example.org"));

    assertThat(edge.service(port)).isEqualTo("REFUSED");
    assertThat(edge.http("a.example.org", "/")).isEqualTo("200 192.0.2.2:31008");
    assertThat(edge.told()).containsExactly("/a HAPROXY_0_PORT EDGE_PORT_RESERVED");
  }

  @Test
  void givesNoTwoServicesOneName() {
    App a = web("/a/b", 10009, "192.0.2.2:31009");
    App b = web("/a_b", 10009, "192.0.2.2:31010");
    App c = web("/x", 10011, "192.0.2.2:31011", "0_PORT", "10009");

    TestEdge edge =
        TestEdge.of(a, b, c, on("/y", List.of(10012, 10013), "192.0.2.2:31012", "1_PORT", "10012"));

    assertThat(edge.model().services())
        .extracting(EdgeService::name)
        .doesNotHaveDuplicates()
        .contains("a_b_10009", "x_10009", "y_10012", "y_10012:1");
  }

  @Test
  void keepsTheIndexOfAMappingWithoutAServicePort() {
    TestEdge edge =
        TestEdge.of(
            app(
                """
                {"id": "/gap", "networks": [{"mode": "container/bridge"}],
                 "labels": {"HAPROXY_GROUP": "external", "HAPROXY_1_VHOST": "gap.example.org",
                   "HAPROXY_2_VHOST": "udp.example.org"},
                 "container": {"portMappings": [{"containerPort": 80},
                   {"containerPort": 81, "servicePort": 10014},
                   {"containerPort": 82, "servicePort": 10015, "protocol": "udp"}]},
                 "tasks": [{"id": "g", "host": "192.0.2.2", "ports": [31001, 31002, 31003]}]}
                """));

    assertThat(edge.http("gap.example.org", "/")).isEqualTo("200 192.0.2.2:31002");
    assertThat(edge.service(10015)).isEqualTo("REFUSED");
    assertThat(edge.told()).containsExactly("/gap EDGE_PORT_MISSING", "/gap EDGE_PORT_NOT_TCP");
  }

  @Test
  void servesOnlyTheServicePortOfATcpServiceWithAVirtualHost() {
    TestEdge edge =
        TestEdge.of(
            web("/a", 10016, "192.0.2.2:31016", "0_MODE", "tcp", "0_VHOST", "a.example.org"));

    assertThat(edge.service(10016)).isEqualTo("200 192.0.2.2:31016");
    assertThat(edge.http("a.example.org", "/")).isEqualTo("503");
    assertThat(edge.told()).containsExactly("/a HAPROXY_0_VHOST EDGE_VHOST_NEEDS_HTTP");
  }

  @Test
  void keepsConditionsOfEachPortApart() {
    App both =
        on(
            "/both",
            List.of(10017, 10018),
            "192.0.2.2:31017",
            "0_VHOST",
            "ta.example.org,tb.example.org",
            "1_VHOST",
            "ta.example.org",
            "1_PATH",
            "/p1");
    TestEdge edge = TestEdge.of(both);

    assertThat(edge.http("ta.example.org", "/p1")).isEqualTo("200 192.0.2.2:31018");
    assertThat(edge.http("tb.example.org", "/p1")).isEqualTo("200 192.0.2.2:31017");
  }

  @Test
  void matchesOneLevelOfNamesUnderAStarAfterExactNames() {
    TestEdge edge =
        TestEdge.of(
            web(
                "/a",
                10019,
                "192.0.2.2:31019",
                "0_VHOST",
                "*.example.org",
                "0_BACKEND_WEIGHT",
                "9"),
            web("/b", 10020, "192.0.2.2:31020", "0_VHOST", "b.example.org, ,"));

    assertThat(edge.http("a.example.org", "/")).isEqualTo("200 192.0.2.2:31019");
    assertThat(edge.http("b.example.org", "/")).isEqualTo("200 192.0.2.2:31020");
    assertThat(edge.http("x.a.example.org", "/")).isEqualTo("503");
    assertThat(edge.http("example.org", "/")).isEqualTo("503");
    assertThat(edge.told()).isEmpty();
  }

  @Test
  void takesItemsOfAPathThatArePrefixesAndConvertsNames() {
    TestEdge edge =
        TestEdge.of(
            web(
                "/a",
                10021,
                "192.0.2.2:31021",
                "0_VHOST",
                "münchen.example.org",
                "0_PATH",
                "/x if { always_true }"));

    assertThat(edge.http("xn--mnchen-3ya.example.org", "/x")).isEqualTo("200 192.0.2.2:31021");
    assertThat(edge.http("xn--mnchen-3ya.example.org", "/if")).isEqualTo("503");
    assertThat(edge.told()).containsOnly("/a HAPROXY_0_PATH EDGE_PATH_INVALID");
  }

  @Test
  void leavesOutATaskOnANodeThatNobodyKnows() {
    App lost =
        app(
            """
            {"id": "/lost", "networks": [{"mode": "container/bridge"}],
             "labels": {"HAPROXY_GROUP": "external"},
             "container": {"portMappings": [{"containerPort": 80, "servicePort": 10022}]},
             "tasks": [{"id": "l.1", "host": "node-9.example.org", "ports": [31001]},
                       {"id": "l.2", "host": "192.0.2.2", "ports": [31002]}]}
            """);
    TestEdge edge = TestEdge.of(lost);

    assertThat(edge.service(10022)).isEqualTo("200 192.0.2.2:31002");
    assertThat(edge.told()).containsExactly("/lost EDGE_HOST_UNRESOLVED");
  }

  @Test
  void refusesValuesThatAreTooLong() {
    TestEdge edge =
        TestEdge.of(GOOD, web("/long", 10023, "192.0.2.2:31023", "0_VHOST", "a".repeat(5000)));

    assertThat(edge.service(10023)).isEqualTo("200 192.0.2.2:31023");
    assertThat(edge.told()).containsExactly("/long HAPROXY_0_VHOST EDGE_LABEL_TOO_LONG");
  }

  @Test
  void refusesHostsAndPrefixesThatTogetherMakeTooManyRules() {
    String hosts = IntStream.range(0, 100).mapToObj(i -> "h" + i).collect(Collectors.joining(","));
    String paths = IntStream.range(0, 50).mapToObj(i -> "/" + i).collect(Collectors.joining(" "));
    TestEdge edge =
        TestEdge.of(
            GOOD, web("/many", 10025, "192.0.2.2:31025", "0_VHOST", hosts, "0_PATH", paths));

    assertThat(edge.service(10001)).isEqualTo(SERVED);
    assertThat(edge.service(10025)).isEqualTo("REFUSED");
    assertThat(edge.told()).containsExactly("/many HAPROXY_0_PATH EDGE_LABEL_REFUSED");
  }

  @Test
  void countsAnAppThatIsListedTwiceOnce() {
    TestEdge edge = TestEdge.of(GOOD, web("/good", 10024, "192.0.2.2:31024"));

    assertThat(edge.service(10001)).isEqualTo(SERVED);
    assertThat(edge.service(10024)).isEqualTo("REFUSED");
    assertThat(edge.told()).containsExactly("/good EDGE_APP_TWICE");
  }

  @Test
  void handsOutPortsAndTellsWhenNoneIsLeft() {
    String addressed =
        """
        {"id": "%s", "ipAddress": {"networkName": "dcos", "discovery": {"ports":
           [{"number": 8080}]}}, "labels": {"HAPROXY_GROUP": "external"},
         "tasks": [{"id": "%s", "host": "192.0.2.9", "ipAddresses": [{"ipAddress": "%s"}]}]}
        """;
    App one = app(addressed.formatted("/one", "o", "198.51.100.1"));
    App two = app(addressed.formatted("/two", "t", "198.51.100.2"));
    EdgeOptions.Builder narrow =
        EdgeOptions.forGroups("external").autoPorts(new PortRange(10050, 10050));

    assertThat(TestEdge.of(narrow, two, one).service(10050)).isEqualTo("200 198.51.100.1:8080");
    assertThat(TestEdge.of(narrow, two, one).told())
        .containsExactly("/two EDGE_PORTS_EXHAUSTED", "/two EDGE_PORT_MISSING");
    assertThat(TestEdge.of(EdgeOptions.forGroups("external"), two, one).model().services())
        .extracting(EdgeService::port)
        .containsExactly(10072, 10063);
  }
}
