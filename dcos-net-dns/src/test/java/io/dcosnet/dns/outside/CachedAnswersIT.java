// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.dns.cache.CacheConfig;
import io.dcosnet.dns.cache.StaleAnswers;
import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Visit;
import io.dcosnet.testkit.dns.raw.Codes;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawDns.Section;
import io.dcosnet.testkit.dns.raw.RawMessage;
import io.dcosnet.testkit.dns.raw.RawName;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is kept of the answers of others, as clients see it; the clock leaps over the waits. */
class CachedAnswersIT {

  private static final String NAME = "www.example.org";
  private static final String MISSING = "none.example.org";
  private static final int DO = 0x8000;

  /** At once, so that no test waits for a timer. */
  private static final CacheConfig CACHE =
      CacheConfig.DEFAULTS.withStale(StaleAnswers.DEFAULTS.withClientWait(Duration.ZERO));

  private final ScriptedUpstream upstream = ScriptedUpstream.start(this::answer);
  private AskedServer asked;
  private volatile int rcode = Codes.NOERROR;
  private volatile int lastOctet = 1;

  @BeforeEach
  void start() {
    asked =
        AskedServer.start(
                builder -> builder.forward(AskedServer.routes(Policy.DUAL, upstream)).cache(CACHE))
            .with(upstream);
  }

  @AfterEach
  void close() throws Exception {
    asked.close();
  }

  /** As a server that has checked signatures, of one zone with one name in it. */
  private void answer(Visit visit) throws IOException {
    RawMessage query = RawMessage.parse(visit.octets());
    RawDns response =
        RawDns.response(query).flags(Codes.RA | Codes.AD | (query.flags() & Codes.CD));
    if (rcode != Codes.NOERROR) {
      visit.send(response.rcode(rcode).octets());
    } else if (visit.isFor(NAME) && query.questionType() == Codes.TYPE_A) {
      byte[] address = {(byte) 192, 0, 2, (byte) lastOctet};
      visit.send(response.answer(query.questionName(), Codes.TYPE_A, 60, address).octets());
    } else {
      byte[] soa = RawDns.hex("00 00 00000001 00000e10 00000e10 00000e10 0000001e");
      RawName zone = RawName.of("example.org");
      response.record(Section.AUTHORITY, zone.octets(), Codes.TYPE_SOA, 1, 300, soa);
      visit.send(response.rcode(visit.isFor(NAME) ? 0 : Codes.NXDOMAIN).octets());
    }
  }

  private long visits(String name) {
    return AskedServer.visits(upstream, name);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TLS")
  void theSecondQueryAsksNobodyAndItsTtlCountsDown(Way way) throws Exception {
    RawMessage first = asked.ask(way, NAME);
    asked.leap(Duration.ofSeconds(20));
    RawMessage second = asked.ask(way, NAME);

    assertThat(first.answers().get(0).ttl()).isBetween(59L, 60L);
    assertThat(second.answers().get(0).ttl()).isBetween(30L, 40L);
    assertThat(AskedServer.data(second)).containsExactly("192.0.2.1");
    assertThat(second.has(Codes.RA)).isTrue();
    assertThat(second.has(Codes.AA)).isFalse();
    assertThat(visits(NAME)).isEqualTo(1);
  }

  @Test
  void asksAgainWhenTheTimeIsOver() throws Exception {
    asked.ask(Way.EDNS_UDP, NAME);
    asked.leap(Duration.ofDays(2)); // longer than old answers are of any use
    lastOctet = 2;

    assertThat(AskedServer.data(asked.ask(Way.EDNS_UDP, NAME))).containsExactly("192.0.2.2");
    assertThat(visits(NAME)).isEqualTo(2);
  }

  @Test
  void keepsThatANameDoesNotExistAndThatATypeDoesNot() throws Exception {
    for (int i = 0; i < 2; i++) {
      RawMessage nothing = asked.ask(Way.EDNS_UDP, MISSING);
      RawMessage noSuchType =
          asked.ask(Way.EDNS_UDP, AskedServer.query(Way.EDNS_UDP, NAME, Codes.TYPE_MX));

      assertThat(nothing.rcode()).isEqualTo(Codes.NXDOMAIN);
      assertThat(noSuchType.rcode()).isEqualTo(Codes.NOERROR);
      assertThat(nothing.authorities()).hasSize(1);
      assertThat(nothing.authorities().get(0).ttl()).isBetween(5L, 30L); // the SOA's minimum
      assertThat(noSuchType.authorities()).hasSize(1);
      asked.leap(Duration.ofSeconds(10));
    }
    assertThat(visits(MISSING)).isEqualTo(1);
    assertThat(visits(NAME)).isEqualTo(1);
    asked.leap(Duration.ofDays(2));
    asked.ask(Way.EDNS_UDP, MISSING);
    assertThat(visits(MISSING)).isEqualTo(2);
  }

  @Test
  void givesAnOldAnswerWhenTheServerIsDead() throws Exception {
    asked.ask(Way.EDNS_UDP, NAME);
    upstream.close();
    asked.leap(Duration.ofHours(1));

    RawMessage old = asked.ask(Way.EDNS_UDP, NAME);

    assertThat(AskedServer.data(old)).containsExactly("192.0.2.1");
    assertThat(old.answers().get(0).ttl()).isEqualTo(30);
    assertThat(AskedServer.extendedError(old)).isEqualTo(3);
    assertThat(AskedServer.data(asked.ask(Way.PLAIN_UDP, NAME))).containsExactly("192.0.2.1");
  }

  @Test
  void givesANewAnswerAsSoonAsTheServerHasOne() throws Exception {
    asked.ask(Way.EDNS_UDP, NAME);
    rcode = Codes.SERVFAIL;
    asked.leap(Duration.ofHours(1));
    assertThat(AskedServer.extendedError(asked.ask(Way.EDNS_UDP, NAME))).isEqualTo(3);
    await().until(() -> asked.metrics().gauge("dcosnet.dns.cache.flights") == 0);

    rcode = Codes.NOERROR;
    lastOctet = 2;
    asked.leap(StaleAnswers.DEFAULTS.recheck());
    await()
        .untilAsserted(
            () ->
                assertThat(AskedServer.data(asked.ask(Way.EDNS_UDP, NAME)))
                    .containsExactly("192.0.2.2"));
  }

  @Test
  void remembersForAWhileThatAServerFailed() throws Exception {
    rcode = Codes.SERVFAIL;
    RawMessage first = asked.ask(Way.EDNS_UDP, NAME);
    long visits = visits(NAME);
    RawMessage second = asked.ask(Way.EDNS_UDP, NAME);

    assertThat(first.rcode()).isEqualTo(Codes.SERVFAIL);
    assertThat(AskedServer.extendedError(first)).isEqualTo(22);
    assertThat(second.rcode()).isEqualTo(Codes.SERVFAIL);
    assertThat(AskedServer.extendedError(second)).isEqualTo(13);
    assertThat(visits(NAME)).isEqualTo(visits);
    rcode = Codes.NOERROR;
    asked.leap(Duration.ofSeconds(6));
    assertThat(AskedServer.data(asked.ask(Way.EDNS_UDP, NAME))).containsExactly("192.0.2.1");
  }

  @Test
  void withoutRecursionOnlyWhatIsKnownIsTold() throws Exception {
    RawDns quiet = RawDns.query(RawName.of(NAME), Codes.TYPE_A);

    RawMessage unknown = asked.ask(Way.PLAIN_UDP, quiet);
    assertThat(unknown.rcode()).isEqualTo(Codes.REFUSED);
    assertThat(visits(NAME)).isZero();

    asked.ask(Way.PLAIN_UDP, NAME);
    assertThat(AskedServer.data(asked.ask(Way.PLAIN_UDP, quiet))).containsExactly("192.0.2.1");
    assertThat(visits(NAME)).isEqualTo(1);
  }

  @Test
  void queriesThatWantOtherChecksAreOtherQuestions() throws Exception {
    asked.ask(Way.EDNS_UDP, NAME);
    assertThat(asked.ask(Way.EDNS_UDP, checking(0, DO)).has(Codes.AD)).isTrue();
    assertThat(asked.ask(Way.EDNS_UDP, checking(Codes.CD, DO)).has(Codes.CD)).isTrue();
    asked.ask(Way.EDNS_UDP, checking(Codes.CD, 0));
    assertThat(visits(NAME)).isEqualTo(4);

    // And whether the client wants to know of AD makes none.
    assertThat(asked.ask(Way.EDNS_UDP, NAME).has(Codes.AD)).isFalse();
    assertThat(asked.ask(Way.EDNS_UDP, checking(Codes.AD, 0)).has(Codes.AD)).isTrue();
    assertThat(asked.ask(Way.EDNS_UDP, checking(0, DO)).has(Codes.AD)).isTrue();
    assertThat(visits(NAME)).isEqualTo(4);
  }

  private static RawDns checking(int flags, int ednsFlags) {
    return RawDns.query(RawName.of(NAME), Codes.TYPE_A)
        .flags(Codes.RD | flags)
        .opt(1232, 0, ednsFlags);
  }
}
