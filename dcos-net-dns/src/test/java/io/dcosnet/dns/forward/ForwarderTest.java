// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static io.dcosnet.dns.forward.Forwarding.NAME;
import static io.dcosnet.dns.forward.Forwarding.QUERY;
import static io.dcosnet.dns.forward.ScriptedUpstreams.answer;
import static io.dcosnet.dns.forward.ScriptedUpstreams.failure;
import static io.dcosnet.dns.forward.ScriptedUpstreams.giver;
import static io.dcosnet.dns.forward.ScriptedUpstreams.rcode;
import static io.dcosnet.dns.forward.ScriptedUpstreams.server;
import static io.dcosnet.dns.forward.ScriptedUpstreams.truncated;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.Forwarding.Timed;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwarderTest {

  private static final String REQUESTS = "dcosnet.dns.forward.requests";

  private final Forwarding forwarding = new Forwarding();
  private final VirtualTime time = forwarding.time;
  private final ScriptedUpstreams servers = forwarding.servers;
  private final RecordingMetrics metrics = forwarding.metrics;

  @Test
  void threeMastersOfWhichTwoAreDeadAndOneIsSlowAnswerWhenTheSlowOneDoes() {
    servers.always(server(3), answer(1700));
    Forwarder forwarder = forwarding.forwarder(Policy.ALL, 3);

    Timed timed = forwarding.ask(forwarder, QUERY);

    assertThat(giver(timed.answer())).isEqualTo(3);
    assertThat(timed.took()).isEqualTo(Duration.ofMillis(1700));
    assertThat(time.pending()).isZero();
    assertThat(servers.open()).isZero();
  }

  @Test
  void allAsksFiveAtOnceAndTheFirstUsableAnswerWins() {
    IntStream.rangeClosed(1, 7).forEach(n -> servers.always(server(n), answer(10 * n)));
    Forwarder forwarder = forwarding.forwarder(Policy.ALL, 7);

    Timed timed = forwarding.ask(forwarder, QUERY);

    assertThat(servers.asked()).hasSize(5);
    assertThat(servers.asked()).allSatisfy(each -> assertThat(each.at()).isZero());
    assertThat(giver(timed.answer()))
        .isEqualTo(servers.order().stream().mapToInt(ForwarderTest::number).min().orElse(0));
    assertThat(servers.cancelled()).isEqualTo(4);
  }

  @Test
  void dualAsksTheTwoThatFailedLeastOfLate() {
    servers.always(server(1), failure(1, Kind.CLOSED));
    servers.always(server(2), answer(5)).always(server(3), answer(5));
    Forwarder forwarder = forwarding.forwarder(Policy.DUAL, 3, builder -> builder.maxFails(1000));
    for (int i = 0; i < 10; i++) {
      forwarding.ask(forwarder, QUERY);
    }
    servers.forget();

    forwarding.ask(forwarder, QUERY);

    assertThat(servers.order()).containsExactlyInAnyOrder(server(2), server(3));
  }

  @Test
  void aServerThatFailedOnceIsAskedAgainLater() {
    servers.steps(server(1), failure(1, Kind.UNREACHABLE), answer(1), answer(1), answer(1));
    servers.always(server(2), answer(5)).always(server(3), answer(5));
    Forwarder forwarder = forwarding.forwarder(Policy.DUAL, 3);
    for (int i = 0; i < 10 && servers.asked(server(1)) == 0; i++) {
      forwarding.ask(forwarder, QUERY);
    }

    time.advance(Duration.ofMinutes(2));
    for (int i = 0; i < 20; i++) {
      forwarding.ask(forwarder, QUERY);
    }

    assertThat(servers.asked(server(1))).isGreaterThan(1);
  }

  @Test
  void aUsableAnswerBeatsAnEarlierServfail() {
    servers.always(server(1), rcode(1, Rcode.SERVFAIL)).always(server(2), answer(300));
    Forwarder forwarder = forwarding.forwarder(Policy.DUAL, 2);

    Timed timed = forwarding.ask(forwarder, QUERY);

    assertThat(giver(timed.answer())).isEqualTo(2);
    assertThat(timed.took()).isEqualTo(Duration.ofMillis(300));
  }

  @ParameterizedTest
  @ValueSource(ints = {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.NOTIMP, Rcode.FORMERR, 9})
  void aFailureCodeLeadsToTheNextServer(int code) {
    servers.always(server(1), rcode(2, code)).always(server(2), answer(2));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);

    assertThat(giver(forwarding.ask(forwarder, QUERY).answer())).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"TIMEOUT"},
      mode = EnumSource.Mode.EXCLUDE)
  void aFailureOfTheWayLeadsToTheNextServerAtOnce(Kind kind) {
    servers.always(server(1), failure(2, kind)).always(server(2), answer(2));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);

    Timed timed = forwarding.ask(forwarder, QUERY);

    assertThat(giver(timed.answer())).isEqualTo(2);
    assertThat(timed.took()).isLessThanOrEqualTo(Duration.ofMillis(6));
  }

  @ParameterizedTest
  @ValueSource(ints = {Rcode.NOERROR, Rcode.NXDOMAIN, Rcode.YXDOMAIN})
  void whatTheNameComesToIsFinal(int code) {
    servers.always(server(1), rcode(2, code)).always(server(2), answer(2));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);

    assertThat(forwarding.ask(forwarder, QUERY).answer().rcode()).isEqualTo(code);
    assertThat(servers.order()).containsExactly(server(1));
  }

  @Test
  void silenceLeadsToTheNextServerAfterTheTimeoutOfAnUnknownServer() {
    servers.always(server(2), answer(10));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);

    assertThat(forwarding.ask(forwarder, QUERY).took()).isEqualTo(Duration.ofMillis(410));
  }

  @Test
  void theTimeoutFollowsTheTimeThatAServerTakes() {
    servers.script(server(1), question -> question.at().toMillis() < 60_000 ? answer(300) : null);
    servers.always(server(2), answer(10));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);
    for (int i = 0; i < 50; i++) {
      forwarding.ask(forwarder, QUERY);
    }
    time.advance(Duration.ofSeconds(60).minusNanos(time.nanos()));

    // 300 ms without any deviation left, and the other server's 10 ms.
    assertThat(forwarding.ask(forwarder, QUERY).took())
        .isBetween(Duration.ofMillis(310), Duration.ofMillis(320));
  }

  @Test
  void nobodyIsGivenLessThanTheShortestTimeout() {
    servers.script(server(1), question -> question.at().toMillis() < 60_000 ? answer(1) : null);
    servers.always(server(2), answer(10));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);
    for (int i = 0; i < 50; i++) {
      forwarding.ask(forwarder, QUERY);
    }
    time.advance(Duration.ofSeconds(60).minusNanos(time.nanos()));

    assertThat(forwarding.ask(forwarder, QUERY).took()).isEqualTo(Duration.ofMillis(210));
  }

  @Test
  void withNobodyThereTheClientHearsItBeforeItGivesUp() {
    Forwarder forwarder = forwarding.forwarder(Policy.DUAL, 2);

    Timed timed = forwarding.ask(forwarder, QUERY);

    assertThat(timed.took()).isEqualTo(Forwarder.DEFAULT_BUDGET);
    assertThat(timed.answer().rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(timed.answer().extendedError()).isEqualTo(ExtendedError.NETWORK_ERROR);
    assertThat(timed.answer().extendedText()).isEqualTo("servers for .: 2 timeout");
    assertThat(servers.asked()).hasSizeBetween(4, ForwardedQuery.MAX_ATTEMPTS);
    assertThat(time.pending()).isZero();
    assertThat(servers.open()).isZero();
  }

  @Test
  void aClientWithLessPatienceHearsItEarlier() {
    Forwarder forwarder = forwarding.forwarder(Policy.DUAL, 2);

    Timed timed = forwarding.ask(forwarder, patient(Duration.ofMillis(900)));

    assertThat(timed.took()).isEqualTo(Duration.ofMillis(900));
    assertThat(servers.asked())
        .allSatisfy(each -> assertThat(each.limit()).isLessThanOrEqualTo(Duration.ofMillis(900)));
  }

  @Test
  void aLostDatagramIsSentAgainToTheOnlyServer() {
    servers.script(server(1), question -> servers.asked(server(1)) == 1 ? null : answer(5));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 1);

    Timed timed = forwarding.ask(forwarder, QUERY);

    assertThat(timed.took()).isEqualTo(Duration.ofMillis(405));
    assertThat(metrics.count("dcosnet.dns.forward.retries", "zone", ".", "reason", "again"))
        .isEqualTo(1);
  }

  @Test
  void allFailuresTogetherAreToldAtOnce() {
    servers.always(server(1), rcode(3, Rcode.SERVFAIL));
    servers.always(server(2), failure(3, Kind.UNREACHABLE));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);

    Timed timed = forwarding.ask(forwarder, QUERY);

    assertThat(timed.took()).isEqualTo(Duration.ofMillis(6));
    assertThat(timed.answer().extendedError()).isEqualTo(ExtendedError.NO_REACHABLE_AUTHORITY);
    assertThat(timed.answer().extendedText()).isEqualTo("servers for .: 1 servfail, 1 unreachable");
    assertThat(metrics.count(REQUESTS, "zone", ".", "result", "failed")).isEqualTo(1);
  }

  @Test
  void whatAServerSaysOfTheNameIsPassedOn() {
    servers.always(server(1), rcode(3, Rcode.SERVFAIL).because(ExtendedError.INVALID_DATA));
    servers.always(server(2), rcode(3, Rcode.REFUSED).because(ExtendedError.BLOCKED));

    assertThat(errorOf(1)).isEqualTo(ExtendedError.INVALID_DATA);
    assertThat(errorOf(2)).isEqualTo(ExtendedError.BLOCKED);
  }

  @Test
  void whatAServerSaysOfUsIsNotPassedOn() {
    servers.always(server(1), rcode(3, Rcode.REFUSED).because(ExtendedError.NOT_AUTHORITATIVE));
    servers.always(server(2), rcode(3, Rcode.REFUSED).because(ExtendedError.PROHIBITED));

    assertThat(errorOf(1)).isEqualTo(ExtendedError.NO_REACHABLE_AUTHORITY);
    assertThat(errorOf(2)).isEqualTo(ExtendedError.NO_REACHABLE_AUTHORITY);
  }

  /** Of a failure, when the servers up to this one are asked. */
  private int errorOf(int server) {
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, server);
    return forwarding.ask(forwarder, QUERY).answer().extendedError();
  }

  @Test
  void whatDoesNotFitADatagramIsAskedOverTcp() {
    servers.script(
        server(1), question -> question.carrier() == Carrier.UDP ? truncated(10) : answer(20));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);

    Timed timed = forwarding.ask(forwarder, QUERY);

    assertThat(giver(timed.answer())).isEqualTo(1);
    assertThat(timed.took()).isEqualTo(Duration.ofMillis(30));
  }

  @Test
  void aServerThatTruncatesButHasNoTcpIsPassedOver() {
    servers.script(
        server(1),
        question ->
            question.carrier() == Carrier.UDP ? truncated(10) : failure(1, Kind.UNREACHABLE));
    servers.always(server(2), answer(5));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);

    assertThat(giver(forwarding.ask(forwarder, QUERY).answer())).isEqualTo(2);
  }

  @Test
  void aFloodOfForgeriesLeadsToTcp() {
    servers.script(
        server(1),
        question -> question.carrier() == Carrier.UDP ? failure(10, Kind.SPOOFED) : answer(20));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 1);

    assertThat(giver(forwarding.ask(forwarder, QUERY).answer())).isEqualTo(1);
    assertThat(servers.asked().get(1).carrier()).isEqualTo(Carrier.TCP);
  }

  @ParameterizedTest
  @ValueSource(ints = {Rcode.FORMERR, Rcode.NOTIMP, Rcode.BADVERS})
  void aServerThatDoesNotKnowEdnsIsAskedOnceWithout(int code) {
    servers.script(server(1), question -> question.edns() ? rcode(2, code) : answer(2));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);

    assertThat(giver(forwarding.ask(forwarder, QUERY).answer())).isEqualTo(1);
    assertThat(servers.asked()).hasSize(2);
  }

  @Test
  void withoutEdnsIsTriedOnlyOnce() {
    servers.always(server(1), rcode(2, Rcode.FORMERR));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 1);

    assertThat(forwarding.ask(forwarder, QUERY).answer().rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(servers.asked()).hasSize(2);
  }

  @Test
  void fastestHedgesAfterTwiceTheTimeOfTheServer() {
    servers.script(server(1), question -> question.at().isZero() ? answer(30) : null);
    servers.always(server(2), answer(100));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);
    forwarding.ask(forwarder, QUERY);
    forwarder.update(Forwarding.table(Policy.FASTEST, 2));
    servers.script(server(2), question -> answer(100));
    forwarding.ask(forwarder, QUERY); // the unknown one is tried first, and is slower
    servers.forget();
    Duration start = Duration.ofNanos(time.nanos());

    Timed timed = forwarding.ask(forwarder, QUERY);

    assertThat(servers.order().subList(0, 2)).containsExactly(server(1), server(2));
    assertThat(servers.asked().get(1).at().minus(start)).isEqualTo(Duration.ofMillis(60));
    assertThat(timed.took()).isEqualTo(Duration.ofMillis(160));
  }

  @Test
  void aHedgeIsCountedAndNotSentWhenTheFirstIsInTime() {
    servers.always(server(1), answer(15)).always(server(2), answer(15));
    Forwarder forwarder = forwarding.forwarder(Policy.DUAL_HEDGED, 2);

    forwarding.ask(forwarder, QUERY);

    assertThat(servers.asked()).hasSize(1);
    assertThat(metrics.count("dcosnet.dns.forward.hedges", "zone", ".")).isZero();
  }

  @Test
  void roundRobinTakesTurns() {
    IntStream.rangeClosed(1, 3).forEach(n -> servers.always(server(n), answer(1)));
    Forwarder forwarder = forwarding.forwarder(Policy.ROUND_ROBIN, 3);

    for (int i = 0; i < 4; i++) {
      forwarding.ask(forwarder, QUERY);
    }

    assertThat(servers.order()).containsExactly(server(1), server(2), server(3), server(1));
  }

  @Test
  void randomAsksEachOfThem() {
    IntStream.rangeClosed(1, 3).forEach(n -> servers.always(server(n), answer(1)));
    Forwarder forwarder = forwarding.forwarder(Policy.RANDOM, 3);

    for (int i = 0; i < 50; i++) {
      forwarding.ask(forwarder, QUERY);
    }

    assertThat(servers.order()).contains(server(1), server(2), server(3)).hasSize(50);
  }

  private static Query patient(Duration timeLeft) {
    return new Query(NAME, 1, true, false, false, false, null, Protocol.UDP, timeLeft);
  }

  private static int number(Upstream upstream) {
    return upstream.address().address().toBytes()[3];
  }
}
