// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static io.dcosnet.lb.edge.TestEdge.web;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Marathon-LB's {@code --haproxy-map}. */
class MapModeTest {

  private static final EdgeOptions.Builder MAPS = EdgeOptions.forGroups("external").maps(true);

  @Test
  void cutsThePortOfPlainVirtualHostsOnly() {
    TestEdge edge =
        TestEdge.of(
            MAPS,
            web("/a", 10001, "192.0.2.2:31001", "0_VHOST", "a.example.org"),
            web("/b", 10002, "192.0.2.2:31002", "0_VHOST", "b.example.org", "0_PATH", "/b"));

    assertThat(edge.http("a.example.org:8080", "/")).isEqualTo("200 192.0.2.2:31001");
    assertThat(edge.http("a.example.org", "/")).isEqualTo("200 192.0.2.2:31001");
    assertThat(edge.http("b.example.org:8080", "/b")).isEqualTo("503");
  }

  @Test
  void asksPlainVirtualHostsAfterAllOtherRules() {
    TestEdge edge =
        TestEdge.of(
            MAPS,
            web(
                "/a",
                10001,
                "192.0.2.2:31001",
                "0_VHOST",
                "x.example.org",
                "0_BACKEND_WEIGHT",
                "9"),
            web("/b", 10002, "192.0.2.2:31002", "0_VHOST", "x.example.org", "0_PATH", "/b"));

    assertThat(edge.http("x.example.org", "/b")).isEqualTo("200 192.0.2.2:31002");
    assertThat(edge.http("x.example.org", "/")).isEqualTo("200 192.0.2.2:31001");
  }
}
