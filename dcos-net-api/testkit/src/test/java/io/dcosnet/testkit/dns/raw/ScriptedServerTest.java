// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns.raw;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScriptedServerTest {

  private static final byte[] QUERY =
      RawDns.query(RawName.of("www.example.org."), Codes.TYPE_A).octets();

  @Test
  void saysOverUdpWhatTheScriptSays() throws IOException {
    try (ScriptedServer server =
            ScriptedServer.start(asked -> asked.reply(RawDns.response(asked.message()).rcode(3)));
        UdpLine line = UdpLine.to(server.address())) {
      line.send(QUERY);

      assertThat(RawMessage.parse(requireNonNull(line.receive(10_000))).rcode())
          .isEqualTo(Codes.NXDOMAIN);
      assertThat(server.askedOverUdp()).isEqualTo(1);
    }
  }

  @Test
  void saysOverTcpWhatTheScriptSaysNowAndLater() throws IOException {
    try (ScriptedServer server =
            ScriptedServer.start(
                asked -> {
                  asked.reply(new byte[] {1});
                  asked.replyAfter(Duration.ofMillis(1), new byte[] {2});
                });
        TcpLine line = TcpLine.to(server.address(), 10_000)) {
      line.send(QUERY);

      assertThat(new byte[][] {line.receive(), line.receive()})
          .isDeepEqualTo(new byte[][] {{1}, {2}});
      assertThat(server.askedOverTcp()).isEqualTo(1);
    }
  }

  @Test
  void saysAtItsEndThatTheScriptHasFailed() throws IOException {
    ScriptedServer server =
        ScriptedServer.start(
            asked -> {
              asked.reply(asked.octets());
              throw new IllegalStateException("thrown on purpose");
            });
    try (TcpLine line = TcpLine.to(server.address(), 10_000)) {
      line.send(QUERY);
      line.send(QUERY);
      assertThat(line.receive()).isEqualTo(QUERY);
      assertThat(line.receive()).isEqualTo(QUERY);
    }

    assertThatThrownBy(server::close).hasMessageContaining("thrown on purpose");
  }

  @Test
  void endsConnectionsWhenTheScriptSaysSo() throws IOException {
    try (ScriptedServer server = ScriptedServer.start(ScriptedServer.Asked::hangUp);
        TcpLine line = TcpLine.to(server.address(), 10_000)) {
      line.send(QUERY);

      assertThat(line.receive()).isNull();
    }
  }
}
