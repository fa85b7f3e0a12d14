// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static io.dcosnet.lb.edge.TestEdge.web;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.App;
import io.dcosnet.lb.edge.EdgeOptions.Precedence;
import org.junit.jupiter.api.Test;

class ShadowsTest {

  private static final App API =
      web("/shop/api", 10001, "192.0.2.2:31001", "0_VHOST", "s.example.org", "0_PATH", "/api");
  private static final App API_V2 =
      web(
          "/shop/v2",
          10002,
          "192.0.2.2:31002",
          "0_VHOST",
          "s.example.org,t.example.org",
          "0_PATH",
          "/api/v2");

  @Test
  void listsRoutesThatNoRequestReaches() {
    assertThat(TestEdge.of(API, API_V2).model().shadows())
        .containsExactly(new Shadow("/shop/v2", 0, "s.example.org/api/v2", "/shop/api"));
    assertThat(TestEdge.of(API, API_V2).told())
        .containsExactly("/shop/v2 HAPROXY_0_VHOST EDGE_VHOST_SHADOWED");
  }

  @Test
  void hidesNothingLongerBehindSomethingShorterWhereTheLongestCounts() {
    EdgeOptions.Builder longest =
        EdgeOptions.forGroups("external").precedence(Precedence.LONGEST_PREFIX);

    assertThat(TestEdge.of(longest, API, API_V2).model().shadows()).isEmpty();
  }

  @Test
  void doesNotCallARouteHiddenThatCaseTellsApart() {
    App folded =
        web("/z", 10003, "192.0.2.2:31003", "0_VHOST", "s.example.org", "0_PATH", "-i /API");

    assertThat(TestEdge.of(API, folded).model().shadows()).isEmpty();
  }

  @Test
  void countsARouteThatIsServedOverTlsOnly() {
    App redirect =
        web("/a", 10004, "192.0.2.2:31004", "0_VHOST", "s.example.org", "0_REDIRECT_TO_HTTPS", "y");
    App other = web("/b", 10005, "192.0.2.2:31005", "0_VHOST", "s.example.org");

    assertThat(TestEdge.of(redirect, other).model().shadows())
        .containsExactly(new Shadow("/b", 0, "s.example.org/", "/a"));
  }

  @Test
  void checksAnAppBeforeItIsDeployed() {
    EdgeModel model = TestEdge.of(API_V2).model();
    App.Builder coming = App.named("/aaa");
    App like = web("/aaa", 10002, "192.0.2.2:1", "0_VHOST", "t.example.org", "0_BALANCE", "fairly");
    like.labels().forEach(coming::label);
    like.networks().forEach(coming::network);
    like.ports().forEach(coming::port);

    assertThat(TestEdge.told(model.check(coming.build())))
        .containsExactly("/aaa HAPROXY_0_BALANCE EDGE_LABEL_REFUSED");
    assertThat(TestEdge.told(model.check(coming.label("HAPROXY_0_BALANCE", "leastconn").build())))
        .containsExactly("/aaa EDGE_PORT_CLASH");
    assertThat(
            TestEdge.told(
                model.check(
                    coming.label("HAPROXY_0_PATH", "/a").label("HAPROXY_0_PORT", "10009").build())))
        .containsExactly("/shop/v2 HAPROXY_0_VHOST EDGE_VHOST_SHADOWED");
  }
}
