// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.dns.forward.Exchange.Call;
import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.Reply;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Script;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Visit;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;

/** Cookies between us and servers that have them, forget them, or never gave one. */
class CookieIT {

  private static final String ADDRESS = "192.0.2.1";
  private static final String FORGED = "203.0.113.66";
  private static final byte[] THEIRS = HexFormat.of().parseHex("00112233445566778899aabbccddeeff");
  private static final byte[] NEWER = HexFormat.of().parseHex("ffeeddccbbaa9988");
  private static final int BADCOOKIE = 23;

  private final ExchangeBench bench = new ExchangeBench(2);

  @AfterEach
  void close() {
    bench.close();
  }

  private Reply ask(ScriptedUpstream server) {
    return bench.ask(server.upstream(), "www.example.org.", Carrier.UDP);
  }

  private static byte[] cookieOf(Visit visit) {
    OPTRecord opt = visit.query().getOPT();
    if (opt == null || opt.getOptions(10).isEmpty()) {
      return new byte[0];
    }
    byte[] wire = opt.getOptions(10).get(0).toWire();
    return Arrays.copyOfRange(wire, 4, wire.length);
  }

  /** Answers with our cookie, or what it is said to be, and one of the server's. */
  private static Script answering(int rcode, String address, byte[] ours, byte[] theirs) {
    return visit -> {
      byte[] first = ours.length == 0 ? Arrays.copyOf(cookieOf(visit), 8) : ours;
      byte[] both = Arrays.copyOf(first, 8 + theirs.length);
      System.arraycopy(theirs, 0, both, 8, theirs.length);
      Message response = rcode == 0 ? visit.address(address) : visit.response(rcode & 15);
      response.addRecord(
          new OPTRecord(
              1232, rcode >> 4, 0, 0, List.<EDNSOption>of(new GenericEDNSOption(10, both))),
          Section.ADDITIONAL);
      visit.send(response);
    };
  }

  private static Script answering(byte[] theirs) {
    return answering(0, ADDRESS, new byte[0], theirs);
  }

  @Test
  void sendsTheCookieOfTheServerBack() {
    try (ScriptedUpstream server = ScriptedUpstream.start(answering(THEIRS))) {
      ask(server);
      ask(server);

      byte[] first = cookieOf(server.visits().get(0));
      byte[] second = cookieOf(server.visits().get(1));
      assertThat(first).hasSize(8);
      assertThat(second).startsWith(first).endsWith(THEIRS).hasSize(24);
    }
  }

  @Test
  void hasAnotherCookieForEachServer() {
    try (ScriptedUpstream one = ScriptedUpstream.start(answering(THEIRS));
        ScriptedUpstream other = ScriptedUpstream.start(answering(THEIRS))) {
      ask(one);
      ask(other);

      assertThat(cookieOf(one.visits().get(0))).isNotEqualTo(cookieOf(other.visits().get(0)));
    }
  }

  @Test
  void dropsAnAnswerWithACookieThatIsNotOurs() {
    Script forging = answering(0, FORGED, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, THEIRS);
    try (ScriptedUpstream server =
        ScriptedUpstream.start(Scripts.both(forging, answering(THEIRS)))) {
      assertThat(ask(server).answer().answer().toString()).contains(ADDRESS);
      assertThat(bench.mismatches("cookie")).isEqualTo(1);
    }
  }

  @Test
  void dropsAnswersWithoutACookieUntilTheServerSeemsToHaveNoneAnyMore() {
    bench.useVirtualTime();
    try (ScriptedUpstream server =
        ScriptedUpstream.start(Scripts.first(1, answering(THEIRS), Scripts.answering(ADDRESS)))) {
      ask(server);

      for (int i = 1; i <= 2; i++) {
        int dropped = i;
        Call call = bench.start(server.upstream(), "www.example.org.", Carrier.UDP, true);
        await().until(() -> bench.mismatches("cookie") == dropped);
        assertThat(bench.kindOf(call, Duration.ofMillis(100))).isEqualTo(Kind.TIMEOUT);
      }
      assertThat(ask(server).answer().answer()).hasSize(1);
      assertThat(cookieOf(server.visits().get(3))).hasSize(24);
      ask(server);
      assertThat(cookieOf(server.visits().get(4))).hasSize(8);
    }
  }

  @Test
  void asksAgainWithTheNewCookieWhenTheOldOneIsRefused() {
    Script refusing = answering(BADCOOKIE, ADDRESS, new byte[0], NEWER);
    try (ScriptedUpstream server =
        ScriptedUpstream.start(Scripts.first(1, refusing, answering(NEWER)))) {
      assertThat(ask(server).answer().answer()).hasSize(1);

      assertThat(cookieOf(server.visits().get(1))).endsWith(NEWER).hasSize(16);
    }
  }

  @Test
  void givesUpWhenEveryCookieIsRefused() {
    Script refusing = answering(BADCOOKIE, ADDRESS, new byte[0], NEWER);
    try (ScriptedUpstream server = ScriptedUpstream.start(refusing)) {
      assertThat(ask(server).answer().rcode()).isEqualTo(BADCOOKIE);
      assertThat(server.visits()).hasSize(2);
    }
  }

  @Test
  void sendsNoneWhereThatIsNotWanted() {
    bench.restart(ExchangeConfig.builder().cookies(false).build());
    try (ScriptedUpstream server = ScriptedUpstream.start(answering(THEIRS))) {
      ask(server);

      assertThat(cookieOf(server.visits().get(0))).isEmpty();
    }
  }
}
