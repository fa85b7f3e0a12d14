// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import static io.dcosnet.dns.cache.Caching.NAME;
import static io.dcosnet.dns.cache.Caching.ZONE;
import static io.dcosnet.dns.cache.Caching.addresses;
import static io.dcosnet.dns.cache.Caching.answer;
import static io.dcosnet.dns.cache.Caching.nxdomain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {

  private final Caching caching = new Caching();
  private final CacheContents contents = caching.cache.contents();

  private boolean keep(DomainName name, int type, Answer answer) {
    return caching.cache.keep(Query.of(name, type), answer);
  }

  private long secondsLeft() {
    return contents.list(DomainName.ROOT, 1).get(0).secondsLeft();
  }

  @Test
  void keepsNothingThatHoldsForNoTime() {
    assertThat(keep(NAME, RecordType.A, addresses(0, 1))).isFalse();
  }

  @Test
  void takesATtlThatIsNoneForZero() {
    assertThat(keep(NAME, RecordType.A, addresses(-1, 1))).isFalse();
  }

  @Test
  void keepsNothingLongerThanAllowed() {
    assertThat(keep(NAME, RecordType.A, addresses(86_400, 1))).isTrue();

    assertThat(secondsLeft()).isEqualTo(3600);
    assertThat(contents.list(DomainName.ROOT, 1).get(0).records())
        .containsExactly("www.example.org. 3600 IN A 192.0.2.1");
  }

  @Test
  void keepsShortAnswersForTheFloorWhereThereIsOne() {
    caching.cache.update(
        CacheConfig.DEFAULTS.withTimes(
            CacheTimes.DEFAULTS.withTtl(Duration.ofSeconds(20), Duration.ofHours(1))));

    assertThat(keep(NAME, RecordType.A, addresses(0, 1))).isTrue();

    assertThat(secondsLeft()).isEqualTo(20);
  }

  @Test
  void aDenialHoldsForTheLesserOfTtlAndMinimum() {
    assertThat(keep(NAME, RecordType.A, nxdomain(300, 100))).isTrue();
    assertThat(secondsLeft()).isEqualTo(100);

    assertThat(keep(NAME, RecordType.A, nxdomain(50, 100))).isTrue();
    assertThat(secondsLeft()).isEqualTo(50);

    assertThat(keep(NAME, RecordType.A, nxdomain(86_400, 86_400))).isTrue();
    assertThat(secondsLeft()).isEqualTo(1800);
  }

  @Test
  void keepsNoDenialThatNobodyWhoMayDenySigns() {
    DomainName beside = DomainName.parse("sub.www.example.org");

    assertThat(keep(NAME, RecordType.A, answer(Rcode.NXDOMAIN, List.of(), List.of()))).isFalse();
    assertThat(
            keep(
                NAME,
                RecordType.A,
                answer(Rcode.NXDOMAIN, List.of(), List.of(Caching.soa(beside, 300, 300)))))
        .isFalse();
  }

  @Test
  void keepsNoReferral() {
    ZoneRecord server =
        ZoneRecord.of(ZONE, RecordType.NS, 300, Rdata.name(DomainName.parse("ns.example.org")));

    assertThat(keep(NAME, RecordType.A, answer(Rcode.NOERROR, List.of(), List.of(server))))
        .isFalse();
  }

  @Test
  void keepsNoAnswersToQuestionsThatAskForNoRecords() {
    for (int type : new int[] {0, RecordType.ANY, RecordType.AXFR, RecordType.IXFR, 41, 250}) {
      assertThat(keep(NAME, type, addresses(60, 1))).isFalse();
    }
  }

  @Test
  void keepsOnlyWhatBelongsToTheQuestion() {
    DomainName bank = DomainName.parse("bank.example.com");
    Answer poisoned =
        new Answer(
            Rcode.NOERROR,
            List.of(Caching.a(NAME, 60, 1), Caching.a(bank, 60, 66)),
            List.of(Caching.soa(bank, 60, 60)),
            List.of(),
            true,
            false,
            ExtendedError.NONE,
            "");

    assertThat(keep(NAME, RecordType.A, poisoned)).isTrue();

    assertThat(contents.list(DomainName.ROOT, 10)).hasSize(1);
    assertThat(contents.list(DomainName.ROOT, 1).get(0).records())
        .containsExactly("www.example.org. 60 IN A 192.0.2.1");
  }

  @Test
  void believesNobodyAboutNamesOfOurOwnZones() {
    DomainName ours = DomainName.parse("mesos");

    assertThat(
            keep(
                NAME,
                RecordType.A,
                answer(
                    Rcode.NOERROR,
                    List.of(Caching.cname(NAME, 60, ours), Caching.a(ours, 60, 66)),
                    List.of())))
        .isFalse();
  }

  @Test
  void keepsNoDataThatIsNotOfTheFormOfItsType() {
    ZoneRecord broken = ZoneRecord.of(NAME, RecordType.CNAME, 60, new byte[] {9, 'x'});

    assertThat(keep(NAME, RecordType.CNAME, answer(Rcode.NOERROR, List.of(broken), List.of())))
        .isFalse();
  }

  @Test
  void aChainThatDoesNotEndIsNoAnswer() {
    DomainName other = DomainName.parse("other.example.org");

    assertThat(
            keep(
                NAME,
                RecordType.A,
                answer(
                    Rcode.NOERROR,
                    List.of(Caching.cname(NAME, 60, other), Caching.cname(other, 60, NAME)),
                    List.of())))
        .isFalse();
  }

  @Test
  void aNameThatLeadsToNothingExistsItself() {
    DomainName nothing = DomainName.parse("nothing.example.org");
    Answer denied =
        answer(
            Rcode.NXDOMAIN,
            List.of(Caching.cname(NAME, 60, nothing)),
            List.of(Caching.soa(ZONE, 300, 300)));

    assertThat(keep(NAME, RecordType.A, denied)).isTrue();

    assertThat(secondsLeft()).isEqualTo(60);
    assertThat(caching.code(RecordType.A)).isEqualTo(Rcode.NXDOMAIN);
    assertThat(caching.code(RecordType.CNAME)).isNegative();
  }

  @Test
  void staysWithinItsMemory() {
    CacheSize small = new CacheSize(1 << 20, 100_000, 25, 65_535);
    Caching bounded = new Caching(CacheConfig.DEFAULTS.withSize(small));
    for (int i = 0; i < 20_000; i++) {
      DomainName name = DomainName.parse("h" + i + ".example.org");
      bounded.cache.keep(
          Query.of(name, RecordType.A),
          answer(Rcode.NOERROR, List.of(Caching.a(name, 60, 1)), List.of()));
    }

    assertThat(bounded.cache.contents().bytes()).isBetween(500_000L, 1L << 20);
    assertThat(bounded.recording.gauge("dcosnet.dns.cache.bytes", "kind", "positive"))
        .isEqualTo(bounded.cache.contents().bytes());
    assertThat(bounded.recording.count("dcosnet.dns.cache.evictions", "kind", "positive"))
        .isEqualTo(20_000 - bounded.cache.contents().positiveEntries());
  }

  @Test
  void staysWithinItsNumberOfEntries() {
    CacheSize small = new CacheSize(32 << 20, 1000, 25, 65_535);
    Caching bounded = new Caching(CacheConfig.DEFAULTS.withSize(small));
    for (int i = 0; i < 5000; i++) {
      DomainName name = DomainName.parse("h" + i + ".example.org");
      bounded.cache.keep(
          Query.of(name, RecordType.A),
          answer(Rcode.NOERROR, List.of(Caching.a(name, 60, 1)), List.of()));
    }

    assertThat(bounded.cache.contents().positiveEntries()).isBetween(500L, 750L);
  }

  @Test
  void aFloodOfInventedNamesPushesOutNoAnswers() {
    CacheSize small = new CacheSize(1 << 20, 100_000, 25, 65_535);
    Caching bounded = new Caching(CacheConfig.DEFAULTS.withSize(small));
    bounded.put(RecordType.A, addresses(60, 1));
    for (int i = 0; i < 20_000; i++) {
      bounded.cache.keep(
          Query.of(DomainName.parse("x" + i + ".example.org"), RecordType.A), nxdomain(300, 300));
    }

    assertThat(bounded.code(RecordType.A)).isEqualTo(Rcode.NOERROR);
    assertThat(bounded.recording.gauge("dcosnet.dns.cache.bytes", "kind", "negative"))
        .isBetween(100_000L, 1L << 18);
  }

  @Test
  void aSmallerSizeTakesEffectAtOnce() {
    for (int i = 0; i < 5000; i++) {
      DomainName name = DomainName.parse("h" + i + ".example.org");
      keep(name, RecordType.A, answer(Rcode.NOERROR, List.of(Caching.a(name, 60, 1)), List.of()));
    }

    caching.cache.update(
        CacheConfig.DEFAULTS.withSize(new CacheSize(1 << 20, 100_000, 25, 65_535)));

    assertThat(contents.bytes()).isLessThanOrEqualTo(1 << 20);
  }

  @Test
  void keepsNoAnswerThatIsTooLarge() {
    CacheSize size = new CacheSize(1 << 20, 100, 25, 512);
    Caching bounded = new Caching(CacheConfig.DEFAULTS.withSize(size));
    List<ZoneRecord> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(Caching.a(NAME, 60, i));
    }

    bounded.put(RecordType.A, answer(Rcode.NOERROR, many, List.of()));

    assertThat(bounded.cache.contents().positiveEntries()).isZero();
    assertThat(bounded.recording.count("dcosnet.dns.cache.drops", "reason", "size")).isEqualTo(1);
  }

  @Test
  void throwsAwayANameOrAllBelowIt() {
    for (String name : List.of("example.org", "www.example.org", "a.www.example.org", "org")) {
      DomainName owner = DomainName.parse(name);
      keep(owner, RecordType.A, answer(Rcode.NOERROR, List.of(Caching.a(owner, 60, 1)), List.of()));
    }

    assertThat(contents.flushName(NAME)).isEqualTo(1);
    assertThat(contents.list(DomainName.ROOT, 10))
        .extracting(entry -> entry.name().toString())
        .containsExactly("org.", "example.org.", "a.www.example.org.");
    assertThat(contents.list(ZONE, 1))
        .extracting(entry -> entry.name().toString())
        .containsExactly("example.org.");
    assertThat(contents.flushBelow(ZONE)).isEqualTo(2);
    assertThat(contents.flush()).isEqualTo(1);
    assertThat(contents.bytes()).isZero();
  }

  @Test
  void sizesAndTimesAreChecked() {
    assertThatThrownBy(() -> new CacheSize(1, 100, 25, 512))
        .hasMessageContaining("cache size: 1 bytes");
    assertThatThrownBy(
            () -> CacheTimes.DEFAULTS.withTtl(Duration.ofSeconds(61), Duration.ofHours(1)))
        .hasMessageContaining("cache minTtl: PT1M1S (expected: 0-60 s)");
    assertThatThrownBy(() -> StaleAnswers.DEFAULTS.withClientWait(Duration.ofSeconds(6)))
        .hasMessageContaining("clientWait");
    assertThatThrownBy(() -> CacheConfig.DEFAULTS.withLimits(0, 1))
        .hasMessageContaining("expected: 1 or more");
  }

  @Test
  void forgetsFailuresAloneAndThatThereWereSome() {
    DomainName dead = DomainName.parse("dead.example.org");
    Answer failure = Answer.failure(Rcode.SERVFAIL, ExtendedError.NETWORK_ERROR, "");
    keep(NAME, RecordType.A, addresses(300, 1));
    keep(DomainName.parse("no.example.org"), RecordType.A, nxdomain(300, 100));
    for (int i = 0; i < 5; i++) {
      keep(dead, RecordType.A, failure);
    }

    assertThat(contents.flushFailures()).isEqualTo(1);

    assertThat(contents.positiveEntries()).isEqualTo(1);
    assertThat(contents.negativeEntries()).isEqualTo(1);
    keep(dead, RecordType.A, failure);
    assertThat(contents.list(dead, 1).get(0).secondsLeft()).isEqualTo(5);
  }
}
