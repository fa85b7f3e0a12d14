// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class DnsConformanceCliTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return DnsConformanceCli.run(
        List.of(arguments),
        new PrintStream(out, true, UTF_8),
        new PrintStream(errors, true, UTF_8));
  }

  @Test
  void printsTheZoneToLoad() {
    assertThat(run("--print-zone", "--zone", "other.example.")).isZero();
    assertThat(out.toString(UTF_8))
        .startsWith("$ORIGIN other.example.\n")
        .contains("www A 192.0.2.1");
  }

  @Test
  void failsForAServerThatBreaksTheProtocol() throws IOException {
    try (ScriptedServer server =
        ScriptedServer.start(asked -> asked.reply(RawDns.message().id(0x4d2a).flags(0x8005)))) {
      int status = run(server.address().toString(), "--timeout", "20", "--failed");

      assertThat(status).isEqualTo(1);
      assertThat(out.toString(UTF_8))
          .contains("FAILED  MUST   UDP answer/addresses", "expected: all A records", "MUST)")
          .doesNotContain("PASSED");
    }
  }

  @Test
  void explainsItselfWhenItIsAskedWrongly() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("127.0.0.1:53", "--name", "nothing=x.")).isEqualTo(2);
    assertThat(run("127.0.0.1")).isEqualTo(2);
    assertThat(run("127.0.0.1:53", "--timeout")).isEqualTo(2);
    assertThat(errors.toString(UTF_8))
        .contains("usage:", "expected: one of [ADDRESSES", "--timeout: nothing");
  }
}
