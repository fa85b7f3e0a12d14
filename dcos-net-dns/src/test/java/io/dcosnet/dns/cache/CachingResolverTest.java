// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import static io.dcosnet.dns.cache.Caching.NAME;
import static io.dcosnet.dns.cache.Caching.addresses;
import static io.dcosnet.dns.cache.Caching.nxdomain;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CachingResolverTest {

  private static final Answer SERVFAIL =
      Answer.failure(Rcode.SERVFAIL, ExtendedError.NETWORK_ERROR, "nobody there");

  private final Caching caching = new Caching();
  private final List<CompletableFuture<Answer>> asked = new ArrayList<>();
  private final List<Query> queries = new ArrayList<>();
  private final CachingResolver resolver = resolver(caching);

  private CachingResolver resolver(Caching of) {
    return new CachingResolver(
        of.cache,
        query -> {
          queries.add(query);
          CompletableFuture<Answer> answer = new CompletableFuture<>();
          asked.add(answer);
          return answer;
        },
        of.time,
        of.metrics);
  }

  private CompletableFuture<Answer> resolve() {
    return resolver.resolve(Query.of(NAME, RecordType.A)).toCompletableFuture();
  }

  private static List<String> texts(CompletableFuture<Answer> answer) {
    return answer.join().answer().stream().map(ZoneRecord::toString).toList();
  }

  @Test
  void asksOthersOnceForEqualQuestions() {
    CompletableFuture<Answer> one = resolve();
    CompletableFuture<Answer> two =
        resolver
            .resolve(Query.of(DomainName.parse("WWW.example.org"), RecordType.A))
            .toCompletableFuture();

    asked.get(0).complete(addresses(60, 1));

    assertThat(asked).hasSize(1);
    assertThat(texts(one)).containsExactly("www.example.org. 60 IN A 192.0.2.1");
    assertThat(texts(two)).containsExactly("WWW.example.org. 60 IN A 192.0.2.1");
    assertThat(caching.recording.count("dcosnet.dns.cache.coalesced")).isEqualTo(1);
  }

  @Test
  void asksAllThatClientsMayWantToKnow() {
    var unused = resolve();

    assertThat(queries.get(0).authenticData()).isTrue();
    assertThat(queries.get(0).recursionDesired()).isTrue();
  }

  @Test
  void givesWhatItKeepsAndThenAsksAgain() {
    var unused = resolve();
    asked.get(0).complete(addresses(60, 1));
    caching.pass(59);

    assertThat(texts(resolve())).containsExactly("www.example.org. 1 IN A 192.0.2.1");
    caching.pass(1);
    var again = resolve();

    assertThat(again).isNotDone();
    assertThat(asked).hasSize(2);
  }

  @Test
  void thatTooManyWaitSaysNothingOfTheName() {
    CompletableFuture<Answer> first = resolve();
    asked.get(0).complete(Answer.OVERLOADED);
    assertThat(first.join()).isEqualTo(Answer.OVERLOADED);

    CompletableFuture<Answer> again = resolve();

    assertThat(again).isNotDone();
    assertThat(asked).hasSize(2);
  }

  @Test
  void aClientOverTcpIsToldThatTooManyWait() {
    CompletableFuture<Answer> overUdp = resolve();
    Query query =
        new Query(NAME, RecordType.A, true, false, false, false, null, Protocol.TCP, null);
    CompletableFuture<Answer> overTcp = resolver.resolve(query).toCompletableFuture();

    asked.get(0).complete(Answer.DROP);

    assertThat(overUdp.join()).isSameAs(Answer.DROP);
    assertThat(overTcp.join()).isEqualTo(Answer.OVERLOADED);
  }

  @Test
  void givesAnOldAnswerWhenAClientHasWaitedLongEnough() {
    caching.put(RecordType.A, addresses(60, 1));
    caching.pass(61);
    CompletableFuture<Answer> answer = resolve();
    caching.time.advance(Duration.ofMillis(1799));
    assertThat(answer).isNotDone();

    caching.time.advance(Duration.ofMillis(1));

    assertThat(texts(answer)).containsExactly("www.example.org. 30 IN A 192.0.2.1");
    assertThat(answer.join().extendedError()).isEqualTo(ExtendedError.STALE_ANSWER);
    asked.get(0).complete(addresses(60, 2));
    assertThat(texts(resolve())).containsExactly("www.example.org. 60 IN A 192.0.2.2");
  }

  @Test
  void aClientThatLeavesSoonerGetsTheOldAnswerSooner() {
    caching.put(RecordType.A, addresses(60, 1));
    caching.pass(61);
    Query hasty =
        new Query(
            NAME,
            RecordType.A,
            true,
            false,
            false,
            false,
            null,
            Protocol.UDP,
            Duration.ofSeconds(1));
    CompletableFuture<Answer> answer = resolver.resolve(hasty).toCompletableFuture();

    caching.time.advance(Duration.ofMillis(900));

    assertThat(answer).isCompleted();
  }

  @Test
  void givesAnOldAnswerAtOnceWhereThatIsWanted() {
    Caching eager =
        new Caching(
            CacheConfig.DEFAULTS.withStale(StaleAnswers.DEFAULTS.withClientWait(Duration.ZERO)));
    eager.put(RecordType.A, addresses(60, 1));
    eager.pass(61);

    CompletableFuture<Answer> answer =
        resolver(eager).resolve(Query.of(NAME, RecordType.A)).toCompletableFuture();

    assertThat(texts(answer)).containsExactly("www.example.org. 30 IN A 192.0.2.1");
    assertThat(asked).hasSize(1);
  }

  @Test
  void doesNotAskForAWhileAfterOthersFailed() {
    caching.put(RecordType.A, addresses(60, 1));
    caching.pass(61);
    CompletableFuture<Answer> first = resolve();
    asked.get(0).complete(SERVFAIL);
    assertThat(texts(first)).containsExactly("www.example.org. 30 IN A 192.0.2.1");

    caching.pass(29);
    assertThat(resolve()).isCompleted();
    assertThat(asked).hasSize(1);
    caching.pass(1);
    var unused = resolve();

    assertThat(asked).hasSize(2);
    assertThat(caching.recording.count("dcosnet.dns.cache.stale")).isEqualTo(2);
  }

  @Test
  void anOldDenialSaysSo() {
    caching.put(RecordType.A, nxdomain(60, 60));
    caching.pass(61);
    CompletableFuture<Answer> answer = resolve();

    asked.get(0).complete(SERVFAIL);

    assertThat(answer.join().rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(answer.join().extendedError()).isEqualTo(ExtendedError.STALE_NXDOMAIN);
  }

  @Test
  void anOldDenialDoesNotHideWhatWasFoundLater() {
    caching.put(RecordType.AAAA, nxdomain(60, 60));
    caching.pass(61);
    caching.put(RecordType.A, addresses(60, 1));
    caching.pass(61);
    CompletableFuture<Answer> answer = resolve();

    asked.get(0).complete(SERVFAIL);

    assertThat(texts(answer)).containsExactly("www.example.org. 30 IN A 192.0.2.1");
  }

  @Test
  void givesNothingThatIsOlderThanAllowed() {
    caching.put(RecordType.A, addresses(60, 1));
    caching.time.advance(Duration.ofDays(1).plusSeconds(60));
    CompletableFuture<Answer> answer = resolve();

    asked.get(0).complete(SERVFAIL);

    assertThat(answer.join()).isEqualTo(SERVFAIL);
  }

  @Test
  void failuresAreRememberedLongerEachTime() {
    List<Long> pauses = new ArrayList<>();
    for (int round = 0; round < 8; round++) {
      CompletableFuture<Answer> answer = resolve();
      asked.get(asked.size() - 1).complete(SERVFAIL);
      assertThat(answer).isCompletedWithValue(SERVFAIL);
      long pause = 0;
      while (resolve().isDone()) {
        caching.pass(1);
        pause++;
      }
      asked.remove(asked.size() - 1).complete(Answer.DROP); // that only tried
      pauses.add(pause);
    }

    assertThat(pauses).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L);
  }

  @Test
  void aRememberedFailureSaysSo() {
    var unused = resolve();
    asked.get(0).complete(SERVFAIL);

    Answer remembered = resolve().join();

    assertThat(remembered.extendedError()).isEqualTo(ExtendedError.CACHED_ERROR);
    assertThat(remembered.extendedText()).isEqualTo("nobody there");
  }

  @Test
  void aFaultOfWhoIsAskedIsAFailure() {
    CachingResolver broken =
        new CachingResolver(
            caching.cache,
            query -> {
              throw new IllegalStateException("broken on purpose");
            },
            caching.time,
            caching.metrics);

    Answer answer = broken.resolve(Query.of(NAME, RecordType.A)).toCompletableFuture().join();

    assertThat(answer.rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  void whoeverIsAskedAndNeverAnswersBlocksNobodyForEver() {
    CompletableFuture<Answer> answer = resolve();

    caching.pass(10);

    assertThat(answer.join().rcode()).isEqualTo(Rcode.SERVFAIL);
    caching.pass(5);
    var unused = resolve();
    assertThat(asked).hasSize(2);
  }

  @Test
  void whoeverComesWithLittleTimeIsNotKeptWaiting() {
    var first = resolve();
    Query hasty =
        new Query(
            NAME,
            RecordType.A,
            true,
            false,
            false,
            false,
            null,
            Protocol.UDP,
            Duration.ofSeconds(1));
    CompletableFuture<Answer> second = resolver.resolve(hasty).toCompletableFuture();

    caching.pass(1);

    assertThat(second.join().rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(first).isNotDone();
  }

  @Test
  void questionsUnderWayAreBounded() {
    Caching small = new Caching(CacheConfig.DEFAULTS.withLimits(2, 2));
    CachingResolver bounded = resolver(small);
    for (String name : List.of("a.example.org", "b.example.org")) {
      var unused = bounded.resolve(Query.of(DomainName.parse(name), RecordType.A));
    }

    Answer third = bounded.resolve(Query.of(NAME, RecordType.A)).toCompletableFuture().join();

    assertThat(third).isSameAs(Answer.DROP);
    assertThat(small.recording.count("dcosnet.dns.cache.drops", "reason", "questions"))
        .isEqualTo(1);
    assertThat(small.recording.gauge("dcosnet.dns.cache.flights")).isEqualTo(2);
  }

  @Test
  void clientsThatWaitAreBounded() {
    Caching small = new Caching(CacheConfig.DEFAULTS.withLimits(2, 2));
    CachingResolver bounded = resolver(small);
    List<CompletableFuture<Answer>> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(bounded.resolve(Query.of(NAME, RecordType.A)).toCompletableFuture());
    }

    asked.get(0).complete(addresses(60, 1));

    assertThat(waiting.get(2).join()).isSameAs(Answer.DROP);
    assertThat(texts(waiting.get(1))).hasSize(1);
  }

  @Test
  void answersOfBeforeAFlushAreNotKept() {
    CompletableFuture<Answer> answer = resolve();
    caching.cache.contents().flush();

    asked.get(0).complete(addresses(60, 1));

    assertThat(texts(answer)).hasSize(1);
    assertThat(caching.cache.contents().positiveEntries()).isZero();
  }

  @Test
  void renewsAnAnswerBehindTheBackOfItsClients() {
    CachingResolver renewing = resolver(caching);
    caching.put(RecordType.A, addresses(100, 1));
    for (int i = 0; i < 2; i++) {
      var unused = renewing.resolve(Query.of(NAME, RecordType.A));
    }
    caching.pass(95);

    CompletableFuture<Answer> answer =
        renewing.resolve(Query.of(NAME, RecordType.A)).toCompletableFuture();
    caching.time.runReady();
    asked.get(0).complete(addresses(100, 2));

    assertThat(texts(answer)).containsExactly("www.example.org. 5 IN A 192.0.2.1");
    assertThat(texts(resolve())).containsExactly("www.example.org. 100 IN A 192.0.2.2");
    assertThat(caching.recording.count("dcosnet.dns.cache.prefetches")).isEqualTo(1);
  }

  @Test
  void leavesNoTimersBehind() {
    for (int i = 0; i < 10; i++) {
      var unused = resolve();
    }
    asked.get(0).complete(addresses(1, 1));
    caching.pass(2);
    for (int i = 0; i < 10; i++) {
      var unused = resolve();
    }
    asked.get(1).complete(addresses(60, 1));

    assertThat(caching.time.pending()).isZero();
  }

  @Test
  void thousandEqualQuestionsOfManyThreadsAskOthersOnce() throws InterruptedException {
    AtomicInteger upstream = new AtomicInteger();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    CachingResolver shared =
        new CachingResolver(
            caching.cache,
            query -> {
              upstream.incrementAndGet();
              return answer;
            },
            caching.time,
            caching.metrics);
    int threads = 4;
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    CountDownLatch half = new CountDownLatch(500);
    ExecutorService clients = Executors.newFixedThreadPool(threads);
    for (int i = 0; i < 1000; i++) {
      CompletableFuture<Answer> mine = new CompletableFuture<>();
      answers.add(mine);
      clients.execute(
          () -> {
            var unused =
                shared
                    .resolve(Query.of(NAME, RecordType.A))
                    .whenComplete((given, failure) -> mine.complete(given));
            half.countDown();
          });
    }

    assertThat(half.await(10, TimeUnit.SECONDS)).isTrue();
    answer.complete(addresses(60, 1)); // while the other half is on its way
    clients.shutdown();
    assertThat(clients.awaitTermination(10, TimeUnit.SECONDS)).isTrue();

    assertThat(upstream).hasValue(1);
    assertThat(answers).allSatisfy(given -> assertThat(texts(given)).hasSize(1));
  }
}
