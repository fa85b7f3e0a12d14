// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static io.dcosnet.dns.answer.Asking.ednsQuery;
import static io.dcosnet.dns.answer.Asking.extendedError;
import static io.dcosnet.dns.answer.Asking.hasFlag;
import static io.dcosnet.dns.answer.Asking.isTruncated;
import static io.dcosnet.dns.answer.Asking.query;
import static io.dcosnet.dns.answer.Asking.texts;
import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.cname;
import static io.dcosnet.dns.zone.Zones.name;
import static io.dcosnet.dns.zone.Zones.names;
import static io.dcosnet.dns.zone.Zones.services;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZonePublisher;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.dns.zone.Zones;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** CNAME and DNAME records (RFC 1034 §3.6.2, RFC 6604, RFC 6672). */
class ChainedAnswerTest {

  private static final int DNAME = Type.DNAME;
  private static final String SOA = " 30 SOA ns1.one. root.ns1.one. 101 60 600 86400 30";

  private final Asking asking =
      new Asking(
          zone(
              "one",
              edit -> {
                edit.put(name("a.one"), cname("b.one"));
                edit.put(name("b.one"), cname("c.two"));
                edit.put(name("gone.one"), cname("gone.two"));
                edit.put(name("none.one"), cname("host.one"));
                edit.put(name("out.one"), cname("www.example.org"));
                edit.put(name("late.one"), cname("x.late"));
                edit.put(name("self.one"), cname("self.one"));
                edit.put(name("ring1.one"), cname("ring2.one"));
                edit.put(name("ring2.one"), cname("ring1.one"));
                edit.put(name("srv.one"), cname("_s._tcp.one"));
                edit.put(name("_s._tcp.one"), services("80 host.one"));
                edit.put(name("host.one"), addresses("192.0.2.1"));
                for (int i = 0; i < 20; i++) {
                  edit.put(name("n" + i + ".one"), cname("n" + (i + 1) + ".one"));
                }
                edit.put(name("n20.one"), addresses("192.0.2.20"));
                edit.put(name("many.one"), cname("all.one"));
                edit.put(name("all.one"), addresses(many(200)));
                edit.put(name("moved.one"), names(DNAME, "new.two"));
                edit.put(name("under.moved.one"), addresses("192.0.2.66"));
                edit.put(name("out-moved.one"), names(DNAME, "example.org"));
                edit.put(name("long.one"), names(DNAME, "x".repeat(63) + "." + "y".repeat(63)));
                edit.put(name("ping.one"), names(DNAME, "pong.one"));
                edit.put(name("pong.one"), names(DNAME, "ping.one"));
                edit.put(name("twice.one"), names(DNAME, "back.one"));
                edit.put(name("x.back.one"), cname("y.twice.one"));
                edit.put(name("y.back.one"), addresses("192.0.2.7"));
              }),
          zone(
              "two",
              edit -> {
                edit.put(name("c.two"), addresses("192.0.2.2", "192.0.2.3"));
                edit.put(name("web.new.two"), addresses("192.0.2.4"));
              }),
          waiting("late"));

  private static String[] many(int count) {
    return IntStream.range(0, count).mapToObj(i -> "198.51.100." + i).toArray(String[]::new);
  }

  private static Zone zone(String origin, Consumer<ZoneSnapshot.Edit> records) {
    ZoneSnapshot.Edit edit = Zones.empty(origin).edit();
    records.accept(edit);
    return Zone.of(edit.commit(0));
  }

  private static Zone waiting(String origin) {
    return Zones.published(origin, new ZonePublisher());
  }

  @Test
  void givesTheChainInOrderAndThenTheRecords() {
    Message answer = asking.udp(query("A.one", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(hasFlag(answer, Flags.AA)).isTrue();
    assertThat(texts(answer, Section.ANSWER)).hasSize(4);
    assertThat(texts(answer, Section.ANSWER).subList(0, 2))
        .containsExactly("A.one. 60 CNAME b.one.", "b.one. 60 CNAME c.two.");
    assertThat(texts(answer, Section.ANSWER).subList(2, 4))
        .containsExactlyInAnyOrder("c.two. 60 A 192.0.2.2", "c.two. 60 A 192.0.2.3");
    assertThat(texts(answer, Section.AUTHORITY)).isEmpty();
  }

  @Test
  void givesTheRecordItselfToWhoAsksForIt() {
    assertThat(texts(asking.udp(query("a.one", Type.CNAME)), Section.ANSWER))
        .containsExactly("a.one. 60 CNAME b.one.");
    assertThat(texts(asking.udp(query("a.one", Type.ANY)), Section.ANSWER))
        .containsExactly("a.one. 60 CNAME b.one.");
    assertThat(texts(asking.tcp(query("a.one", Type.ANY)), Section.ANSWER))
        .containsExactly("a.one. 60 CNAME b.one.");
  }

  @Test
  void deniesTheNameAtTheEndOfTheChain() {
    Message answer = asking.udp(query("gone.one", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(texts(answer, Section.ANSWER)).containsExactly("gone.one. 60 CNAME gone.two.");
    assertThat(texts(answer, Section.AUTHORITY))
        .containsExactly("two. 30 SOA ns1.two. root.ns1.two. 101 60 600 86400 30");
  }

  @Test
  void saysThatTheEndOfTheChainHasNothingOfTheType() {
    Message answer = asking.udp(query("none.one", Type.AAAA));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(texts(answer, Section.ANSWER)).containsExactly("none.one. 60 CNAME host.one.");
    assertThat(texts(answer, Section.AUTHORITY)).containsExactly("one." + SOA);
  }

  @Test
  void leavesTheRestToTheClientWhenTheChainLeavesTheZones() {
    Message answer = asking.udp(query("out.one", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(hasFlag(answer, Flags.AA)).isTrue();
    assertThat(texts(answer, Section.ANSWER)).containsExactly("out.one. 60 CNAME www.example.org.");
    assertThat(texts(answer, Section.AUTHORITY)).isEmpty();
  }

  @Test
  void failsWhenTheChainEndsInAZoneThatKnowsNothingYet() {
    Message answer = asking.udp(ednsQuery("late.one", Type.A, 1232));

    assertThat(answer.getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(extendedError(answer)).isEqualTo("14");
    assertThat(texts(answer, Section.ANSWER)).containsExactly("late.one. 60 CNAME x.late.");
  }

  @ParameterizedTest
  @CsvSource({"self.one, 1", "ring1.one, 2", "x.ping.one, 4"})
  void failsWithTheChainSoFarWhenItDoesNotEnd(String asked, int links) {
    Message answer = asking.udp(ednsQuery(asked, Type.A, 1232));

    assertThat(answer.getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(extendedError(answer)).startsWith("0 chain of ");
    assertThat(texts(answer, Section.ANSWER)).hasSize(links).doesNotHaveDuplicates();
    assertThat(texts(answer, Section.AUTHORITY)).isEmpty();
  }

  @Test
  void followsSixteenLinksAndNoMore() {
    Message sixteen = asking.udp(ednsQuery("n4.one", Type.A, 1232));
    Message seventeen = asking.udp(ednsQuery("n3.one", Type.A, 1232));

    assertThat(sixteen.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(texts(sixteen, Section.ANSWER)).hasSize(17).endsWith("n20.one. 60 A 192.0.2.20");
    assertThat(seventeen.getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(extendedError(seventeen)).isEqualTo("0 chain of more than 16 CNAME records");
    assertThat(texts(seventeen, Section.ANSWER)).hasSize(16);
  }

  @Test
  void leavesTheReasonOutForClientsWithoutEdns() {
    Message answer = asking.udp(query("self.one", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(answer.getOPT()).isNull();
  }

  @Test
  void addsAddressesOfServicesAtTheEndOfAChain() {
    Message answer = asking.udp(query("srv.one", Type.SRV));

    assertThat(texts(answer, Section.ANSWER))
        .containsExactly("srv.one. 60 CNAME _s._tcp.one.", "_s._tcp.one. 60 SRV 0 1 80 host.one.");
    assertThat(texts(answer, Section.ADDITIONAL)).containsExactly("host.one. 60 A 192.0.2.1");
  }

  @Test
  void keepsTheChainWhenTheRecordsDoNotFit() {
    Message answer = asking.udp(query("many.one", Type.A));

    assertThat(isTruncated(answer)).isTrue();
    assertThat(texts(answer, Section.ANSWER)).hasSizeGreaterThan(10);
    assertThat(texts(answer, Section.ANSWER).get(0)).isEqualTo("many.one. 60 CNAME all.one.");
    assertThat(asking.tcp(query("many.one", Type.A)).getSection(Section.ANSWER)).hasSize(201);
  }

  @Test
  void movesNamesBelowADname() {
    Message answer = asking.udp(query("Web.moved.one", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(hasFlag(answer, Flags.AA)).isTrue();
    assertThat(texts(answer, Section.ANSWER))
        .containsExactly(
            "moved.one. 60 DNAME new.two.",
            "Web.moved.one. 60 CNAME Web.new.two.",
            "Web.new.two. 60 A 192.0.2.4");
  }

  @Test
  void hidesWhatStandsBelowADname() {
    Message answer = asking.udp(query("under.moved.one", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(texts(answer, Section.ANSWER))
        .containsExactly(
            "moved.one. 60 DNAME new.two.", "under.moved.one. 60 CNAME under.new.two.");
  }

  @Test
  void answersForTheOwnerOfADnameItself() {
    assertThat(texts(asking.udp(query("moved.one", Type.DNAME)), Section.ANSWER))
        .containsExactly("moved.one. 60 DNAME new.two.");
    assertThat(texts(asking.udp(query("moved.one", Type.A)), Section.AUTHORITY))
        .containsExactly("one." + SOA);
  }

  @ParameterizedTest
  @CsvSource({"CNAME", "ANY"})
  void stopsAtTheMadeCnameWhenItIsAsked(String type) {
    assertThat(texts(asking.udp(query("web.moved.one", Type.value(type))), Section.ANSWER))
        .containsExactly("moved.one. 60 DNAME new.two.", "web.moved.one. 60 CNAME web.new.two.");
  }

  @Test
  void movesNamesOutOfTheZones() {
    Message answer = asking.udp(query("www.out-moved.one", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
    assertThat(texts(answer, Section.ANSWER))
        .containsExactly(
            "out-moved.one. 60 DNAME example.org.", "www.out-moved.one. 60 CNAME www.example.org.");
  }

  @Test
  void saysWhenTheNewNameIsTooLong() {
    String label = "z".repeat(63);

    Message answer = asking.udp(query(label + "." + label + ".long.one", Type.A));

    assertThat(answer.getRcode()).isEqualTo(Rcode.YXDOMAIN);
    assertThat(texts(answer, Section.ANSWER)).hasSize(1);
    assertThat(asking.metrics.count("dcosnet.dns.responses", "proto", "udp", "rcode", "YXDOMAIN"))
        .isOne();
  }

  @Test
  void goesThroughOneDnameTwiceAndWritesItOnce() {
    Message answer = asking.udp(query("x.twice.one", Type.A));

    assertThat(texts(answer, Section.ANSWER))
        .containsExactly(
            "twice.one. 60 DNAME back.one.",
            "x.twice.one. 60 CNAME x.back.one.",
            "x.back.one. 60 CNAME y.twice.one.",
            "y.twice.one. 60 CNAME y.back.one.",
            "y.back.one. 60 A 192.0.2.7");
  }

  @Test
  void movesTheWholeZoneWithADnameAtItsApex() {
    RecordSet moved = names(DNAME, "two");
    Asking apex =
        new Asking(
            zone("old", edit -> edit.put(name("old"), moved)),
            zone("two", edit -> edit.put(name("c.two"), addresses("192.0.2.2"))));

    assertThat(texts(apex.udp(query("c.old", Type.A)), Section.ANSWER))
        .containsExactly("old. 60 DNAME two.", "c.old. 60 CNAME c.two.", "c.two. 60 A 192.0.2.2");
    assertThat(texts(apex.udp(query("old", Type.SOA)), Section.ANSWER)).hasSize(1);
  }
}
