// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import static io.dcosnet.dns.cache.Caching.NAME;
import static io.dcosnet.dns.cache.Caching.ZONE;
import static io.dcosnet.dns.cache.Caching.addresses;
import static io.dcosnet.dns.cache.Caching.answer;
import static io.dcosnet.dns.cache.Caching.nodata;
import static io.dcosnet.dns.cache.Caching.nxdomain;
import static io.dcosnet.dns.cache.Caching.query;
import static io.dcosnet.dns.cache.Caching.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.answer.Elsewhere;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

class CacheViewTest {

  private final Caching caching = new Caching();

  @Test
  void leavesWhatItDoesNotKnowToOthers() {
    assertThat(caching.code(RecordType.A)).isEqualTo(Elsewhere.LATER);
  }

  @Test
  void asksNobodyForClientsThatDoNotWantIt() {
    Message query = Caching.without(query("www.example.org", RecordType.A), Flags.RD);

    assertThat(caching.code(query)).isEqualTo(Elsewhere.NOBODY);
    caching.put(RecordType.A, addresses(60, 1));
    assertThat(caching.code(query)).isEqualTo(Rcode.NOERROR);
  }

  @Test
  void countsTtlsDown() {
    caching.put(RecordType.A, addresses(60, 1));
    caching.pass(25);

    Message response = caching.ask(RecordType.A);

    assertThat(texts(response, Section.ANSWER)).containsExactly("www.example.org. 35 A 192.0.2.1");
    assertThat(caching.recording.count("dcosnet.dns.cache.hits", "kind", "positive")).isEqualTo(1);
  }

  @Test
  void keepsTheLettersOfTheQuestion() {
    caching.put(RecordType.A, addresses(60, 1));

    Message response = caching.ask(query("wWw.eXample.ORG", RecordType.A));

    assertThat(texts(response, Section.ANSWER)).containsExactly("wWw.eXample.ORG. 60 A 192.0.2.1");
  }

  @Test
  void keepsTheAliasBeforeItsAddressesWhereAllRecordsAreOfOneLength() {
    DomainName target = DomainName.parse("x.example.org"); // in the CNAME it takes 4 octets too
    caching.put(
        RecordType.A,
        answer(
            Rcode.NOERROR,
            List.of(
                Caching.cname(NAME, 60, target),
                Caching.a(target, 60, 1),
                Caching.a(target, 60, 2)),
            List.of()));

    for (int i = 0; i < 20; i++) {
      List<String> given = texts(caching.ask(RecordType.A), Section.ANSWER);

      assertThat(given.get(0)).isEqualTo("www.example.org. 60 CNAME x.example.org.");
      assertThat(given.subList(1, 3))
          .containsExactlyInAnyOrder(
              "x.example.org. 60 A 192.0.2.1", "x.example.org. 60 A 192.0.2.2");
    }
  }

  @Test
  void givesNothingWhoseTimeIsOver() {
    caching.put(RecordType.A, addresses(60, 1));
    assertThat(caching.code(RecordType.A)).isEqualTo(Rcode.NOERROR);

    caching.pass(60);

    assertThat(caching.code(RecordType.A)).isEqualTo(Elsewhere.LATER);
  }

  @Test
  void seesAtOnceWhatWasReplacedOrFlushed() {
    caching.put(RecordType.A, addresses(60, 1));
    assertThat(caching.code(RecordType.A)).isEqualTo(Rcode.NOERROR);

    caching.put(RecordType.A, addresses(60, 2));

    assertThat(texts(caching.ask(RecordType.A), Section.ANSWER))
        .containsExactly("www.example.org. 60 A 192.0.2.2");
    assertThat(caching.cache.contents().flush()).isEqualTo(1);
    assertThat(caching.code(RecordType.A)).isEqualTo(Elsewhere.LATER);
  }

  @Test
  void aNameThatDoesNotExistDoesNotExistForAnyType() {
    caching.put(RecordType.A, nxdomain(300, 100));
    caching.pass(10);

    Message response = caching.ask(RecordType.AAAA);

    assertThat(response.getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(texts(response, Section.AUTHORITY))
        .containsExactly(
            "example.org. 90 SOA ns.example.org. admin.example.org. 1 3600 600 86400 100");
  }

  @Test
  void aNameThatIsFoundExistsAgainForAllTypes() {
    caching.put(RecordType.A, nxdomain(300, 300));
    assertThat(caching.code(RecordType.AAAA)).isEqualTo(Rcode.NXDOMAIN);

    caching.put(RecordType.A, addresses(60, 1));

    assertThat(caching.code(RecordType.AAAA)).isEqualTo(Elsewhere.LATER);
  }

  @Test
  void aMissingTypeSaysNothingOfOthers() {
    caching.put(RecordType.AAAA, nodata(300, 300));

    assertThat(caching.code(RecordType.AAAA)).isEqualTo(Rcode.NOERROR);
    assertThat(caching.code(RecordType.A)).isEqualTo(Elsewhere.LATER);
  }

  @Test
  void turnsTheRecordsButNotTheChainBeforeThem() {
    DomainName end = DomainName.parse("end.example.net");
    caching.put(
        RecordType.A,
        answer(
            Rcode.NOERROR,
            List.of(
                Caching.a(end, 60, 1),
                Caching.a(end, 70, 2),
                Caching.a(end, 80, 3),
                Caching.cname(NAME, 90, end)),
            List.of()));
    Set<String> seconds = new HashSet<>();

    for (int i = 0; i < 50; i++) {
      List<String> records = texts(caching.ask(RecordType.A), Section.ANSWER);
      assertThat(records.get(0)).isEqualTo("www.example.org. 90 CNAME end.example.net.");
      assertThat(records.subList(1, 4))
          .containsExactlyInAnyOrder(
              "end.example.net. 60 A 192.0.2.1",
              "end.example.net. 60 A 192.0.2.2",
              "end.example.net. 60 A 192.0.2.3");
      seconds.add(records.get(1));
    }

    assertThat(seconds).hasSize(3);
  }

  @Test
  void keepsAnswersForSignaturesApart() {
    caching.put(RecordType.A, addresses(60, 1));

    assertThat(caching.code(Caching.dnssecQuery("www.example.org", RecordType.A)))
        .isEqualTo(Elsewhere.LATER);
  }

  @Test
  void saysThatDataWasCheckedToThoseWhoAskForIt() {
    Answer checked =
        new Answer(
            Rcode.NOERROR,
            List.of(Caching.a(NAME, 60, 1)),
            List.of(),
            List.of(),
            false,
            true,
            ExtendedError.NONE,
            "");
    caching.put(RecordType.A, checked);

    Message plain = caching.ask(RecordType.A);
    Message asked = caching.ask(Caching.withAd(query("www.example.org", RecordType.A)));

    assertThat(plain.getHeader().getFlag(Flags.AD)).isFalse();
    assertThat(asked.getHeader().getFlag(Flags.AD)).isTrue();
  }

  @Test
  void remembersFailuresForAWhile() {
    caching.put(RecordType.A, Answer.failure(Rcode.SERVFAIL, ExtendedError.NETWORK_ERROR, "dead"));

    Message response = caching.ask(RecordType.A);
    caching.pass(5);

    assertThat(response.getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(Caching.extendedError(response)).isEqualTo(ExtendedError.CACHED_ERROR);
    assertThat(caching.code(RecordType.A)).isEqualTo(Elsewhere.LATER);
  }

  @Test
  void aNameThatDoesNotExistOvertakesFailuresForAllTypes() {
    caching.put(RecordType.A, Answer.failure(Rcode.SERVFAIL, ExtendedError.NETWORK_ERROR, ""));
    assertThat(caching.code(RecordType.A)).isEqualTo(Rcode.SERVFAIL);

    caching.put(RecordType.AAAA, nxdomain(300, 1));
    assertThat(caching.code(RecordType.A)).isEqualTo(Rcode.NXDOMAIN);
    caching.pass(1);

    assertThat(caching.code(RecordType.A)).as("worth asking again").isEqualTo(Elsewhere.LATER);
  }

  @Test
  void givesAnOldAnswerWhileOthersFail() {
    caching.put(RecordType.A, addresses(60, 1));
    caching.pass(100);
    caching.put(RecordType.A, Answer.failure(Rcode.SERVFAIL, ExtendedError.NETWORK_ERROR, ""));

    Message response = caching.ask(RecordType.A);
    caching.pass(30);

    assertThat(texts(response, Section.ANSWER)).containsExactly("www.example.org. 30 A 192.0.2.1");
    assertThat(Caching.extendedError(response)).isEqualTo(ExtendedError.STALE_ANSWER);
    assertThat(caching.code(RecordType.A)).isEqualTo(Elsewhere.LATER);
  }

  @Test
  void renewsWhatIsAskedForOftenShortlyBeforeItsEnd() {
    caching.put(RecordType.A, addresses(100, 1));
    caching.ask(RecordType.A);
    caching.ask(RecordType.A);
    caching.pass(89);
    caching.ask(RecordType.A);
    assertThat(caching.refreshes).isEmpty();

    caching.pass(1);
    caching.ask(RecordType.A);
    caching.ask(RecordType.A);

    assertThat(caching.refreshes).hasSize(1);
    assertThat(caching.refreshes.get(0).name()).isEqualTo(NAME);
  }

  @Test
  void doesNotRenewWhatIsAskedForOnce() {
    caching.put(RecordType.A, addresses(100, 1));
    caching.pass(95);

    caching.ask(RecordType.A);

    assertThat(caching.refreshes).isEmpty();
  }

  @Test
  void findsItsWayAmongManyNames() {
    int names = 3000; // several times more than the table has places in the beginning
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < names; i++) {
        DomainName name = DomainName.parse("h" + i + ".example.org");
        if (round == 0) {
          var unused =
              caching.cache.put(
                  Query.of(name, RecordType.A),
                  answer(Rcode.NOERROR, List.of(Caching.a(name, 60, i % 250)), List.of()));
        } else {
          assertThat(
                  texts(caching.ask(query("H" + i + ".example.org", RecordType.A)), Section.ANSWER))
              .containsExactly("H" + i + ".example.org. 60 A 192.0.2." + i % 250);
        }
      }
    }
  }

  @Test
  void dropsWhatMayBeLeftOutBeforeItSaysThatSomethingIsMissing() {
    DomainName server = DomainName.parse("ns.example.org");
    Answer full =
        new Answer(
            Rcode.NOERROR,
            List.of(Caching.a(NAME, 60, 1)),
            List.of(ZoneRecord.of(ZONE, RecordType.NS, 60, Rdata.name(server))),
            List.of(Caching.a(server, 60, 9)),
            false,
            false,
            ExtendedError.NONE,
            "");
    caching.put(RecordType.A, full);
    int whole = caching.octets(query("www.example.org", RecordType.A), 512).length;

    Message withoutAddress = caching.ask(query("www.example.org", RecordType.A), whole - 1);
    Message withoutServer = caching.ask(query("www.example.org", RecordType.A), whole - 17);

    assertThat(texts(withoutAddress, Section.AUTHORITY)).hasSize(1);
    assertThat(texts(withoutAddress, Section.ADDITIONAL)).isEmpty();
    assertThat(withoutAddress.getHeader().getFlag(Flags.TC)).isFalse();
    assertThat(texts(withoutServer, Section.ANSWER)).hasSize(1);
    assertThat(texts(withoutServer, Section.AUTHORITY)).isEmpty();
    assertThat(withoutServer.getHeader().getFlag(Flags.TC)).isFalse();
  }
}
