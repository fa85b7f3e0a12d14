// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.dns.zonefile.MasterFile;
import io.dcosnet.testkit.dns.ZoneUnderTest;
import io.dcosnet.testkit.dns.raw.Codes;
import io.dcosnet.testkit.dns.raw.RawMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Whatever comes, the response is silence, or a message that a strict reader reads. */
class ResponderFuzzTest {

  private static final ZoneUnderTest ZONE = ZoneUnderTest.standard("conf.test.");

  private final Sender sender = new Sender();
  private final Responder udp = responder(Protocol.UDP);
  private final Responder tcp = responder(Protocol.TCP);

  private static Responder responder(Protocol protocol) {
    byte[] text = ZONE.masterFile().getBytes(StandardCharsets.UTF_8);
    try {
      Zone zone =
          Zone.of(
              MasterFile.of(DomainName.parse("conf.test"))
                  .read(new ByteArrayInputStream(text))
                  .onto(null));
      return new Responder(
          Responder.Parts.authoritative(
              ZoneTable.of(List.of(zone)),
              Aliases.NONE,
              new SplittableRandom(1),
              new DnsMetrics(MetricsSink.none())),
          protocol);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @FuzzTest
  void everyResponseCanBeRead(byte[] input) {
    check(input, udp, 1232);
    check(input, tcp, 65_535);
  }

  private void check(byte[] input, Responder responder, int limit) {
    int length = responder.answer(input, 0, input.length, sender);
    boolean silent = input.length < 12 || (input[2] & 0x80) != 0;
    assertThat(length == Responder.SILENCE).isEqualTo(silent);
    if (silent) {
      return;
    }
    assertThat(length).isBetween(12, limit);
    RawMessage response = RawMessage.parse(Arrays.copyOf(responder.octets(), length));
    assertThat(response.id()).isEqualTo((input[0] & 0xff) << 8 | (input[1] & 0xff));
    assertThat(response.has(Codes.QR)).isTrue();
    assertThat(response.opcode()).isEqualTo(input[2] >>> 3 & 15);
    assertThat(response.optCount()).isLessThanOrEqualTo(1);
    if (response.hasQuestion()) {
      byte[] question = response.questionOctets();
      assertThat(Arrays.copyOfRange(input, 12, 12 + question.length)).isEqualTo(question);
    }
  }
}
