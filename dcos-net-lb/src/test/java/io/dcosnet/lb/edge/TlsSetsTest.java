// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static io.dcosnet.lb.edge.TestEdge.web;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.App;
import org.junit.jupiter.api.Test;

/** Over TLS the Host header decides, among the names that the handshake was for. */
class TlsSetsTest {

  private static final App OPEN =
      web("/open", 10001, "192.0.2.2:31001", "0_VHOST", "open.example.org");
  private static final App CLOSED =
      web(
          "/closed",
          10002,
          "192.0.2.2:31002",
          "0_VHOST",
          "closed.example.org",
          "0_SSL_CERT",
          "/etc/ssl/closed.pem",
          "0_BIND_OPTIONS",
          "verify required ca-file /etc/ssl/ca.pem");

  private static final EdgeRequest FOR_CLOSED = EdgeRequest.https("closed.example.org", "/");

  @Test
  void routesByHostWhateverTheNameInTheHandshakeIs() {
    TestEdge edge = TestEdge.of(OPEN, CLOSED);

    assertThat(edge.answer(FOR_CLOSED.withSni("open.example.org")))
        .isEqualTo("200 192.0.2.2:31002");
    assertThat(edge.answer(FOR_CLOSED.withSni(null))).isEqualTo("200 192.0.2.2:31002");
    assertThat(edge.https("open.example.org:8443", "/")).isEqualTo("200 192.0.2.2:31001");
  }

  @Test
  void refusesAHostThatAsksForMoreThanTheHandshakeGave() {
    TestEdge edge = TestEdge.of(EdgeOptions.forGroups("external").tlsByVhost(true), OPEN, CLOSED);

    assertThat(edge.answer(FOR_CLOSED)).isEqualTo("200 192.0.2.2:31002");
    assertThat(edge.answer(FOR_CLOSED.withSni("open.example.org"))).isEqualTo("421");
    assertThat(edge.answer(FOR_CLOSED.withSni(null))).isEqualTo("421");
    assertThat(
            edge.answer(EdgeRequest.https("open.example.org", "/").withSni("Closed.example.org")))
        .isEqualTo("421");
    assertThat(edge.answer(EdgeRequest.https("open.example.org", "/").withSni(null)))
        .isEqualTo("200 192.0.2.2:31001");
  }
}
