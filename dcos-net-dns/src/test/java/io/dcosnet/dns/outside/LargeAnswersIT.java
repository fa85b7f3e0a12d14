// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Script;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Visit;
import io.dcosnet.dns.transport.upstream.Scripts;
import io.dcosnet.testkit.dns.raw.Codes;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawMessage;
import java.io.IOException;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers that do not fit a datagram, or no message at all. */
class LargeAnswersIT {

  private static final String NAME = "www.example.org";
  private static final int LARGEST = 65_535;

  /** 1500 times this is more than a message holds. */
  private static final String LONG_NAME =
      "a".repeat(63) + "." + "b".repeat(63) + "." + "c".repeat(63) + ".example.org";

  private static AskedServer forwardingTo(Script script) {
    ScriptedUpstream upstream = ScriptedUpstream.start(script);
    return AskedServer.forwarding(Policy.DUAL, upstream).with(upstream);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TLS")
  void eachClientGetsWhatFitsAndTheRestOverTcp(Way way) throws Exception {
    try (AskedServer asked = forwardingTo(Scripts.overUdp(Scripts.truncated(), Scripts.huge()))) {
      RawMessage response = asked.ask(way, NAME);

      assertThat(response.rcode()).isEqualTo(Codes.NOERROR);
      assertThat(response.has(Codes.TC)).isEqualTo(way.isUdp());
      assertThat(asked.ask(Way.PLAIN_TCP, NAME).answers()).hasSize(4000);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TLS")
  void datagramsLargerThanWeAskForLoseNothing(Way way) throws Exception {
    Script large = visit -> visit.send(message(visit, 250, LargeAnswersIT::address));
    try (AskedServer asked = forwardingTo(large)) {
      RawMessage response = asked.ask(way, NAME);

      assertThat(response.has(Codes.TC)).isEqualTo(way.isUdp());
      assertThat(asked.ask(Way.EDNS_TCP, NAME).answers()).hasSize(250);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TLS")
  void whatNoMessageHoldsIsNotSentInPart(Way way) throws Exception {
    // Pointers make them small on the way to us; for our clients they must be written out.
    Script swelling =
        Scripts.overUdp(
            Scripts.truncated(), visit -> visit.send(message(visit, 1500, LargeAnswersIT::service)));
    try (AskedServer asked = forwardingTo(swelling)) {
      RawMessage response = asked.ask(way, AskedServer.query(way, LONG_NAME, Codes.TYPE_SRV));

      assertThat(response.has(Codes.TC) || response.rcode() == Codes.SERVFAIL).isTrue();
    }
  }

  private static byte[] message(Visit visit, int records, IntFunction<byte[]> data)
      throws IOException {
    RawMessage query = RawMessage.parse(visit.octets());
    RawDns response = RawDns.response(query).flags(Codes.RA);
    for (int i = 0; i < records; i++) {
      response.record(
          RawDns.Section.ANSWER,
          new byte[] {(byte) 0xc0, 12},
          query.questionType(),
          Codes.CLASS_IN,
          60,
          data.apply(i));
    }
    byte[] octets = response.octets();
    assertThat(octets.length).isLessThanOrEqualTo(LARGEST);
    return octets;
  }

  private static byte[] address(int number) {
    return new byte[] {(byte) 198, 18, (byte) (number >>> 8), (byte) number};
  }

  /** At port {@code number} of the host that was asked about. */
  private static byte[] service(int number) {
    return new byte[] {0, 0, 0, 0, (byte) (number >>> 8), (byte) number, (byte) 0xc0, 12};
  }
}
