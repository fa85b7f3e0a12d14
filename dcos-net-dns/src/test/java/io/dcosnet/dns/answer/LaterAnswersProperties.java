// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneRecord;
import io.dcosnet.dns.zone.Zones;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

class LaterAnswersProperties {

  private static final List<String> NAMES =
      List.of(
          "a.example.org",
          "b.example.org",
          "x.a.example.org",
          "example.org",
          "other.example.net",
          "y".repeat(63) + "." + "z".repeat(63) + ".example.net",
          "web.mesos");

  /** What a set holds: its owner, type, and how many records. */
  record Wanted(String owner, int type, int count) {}

  record Case(List<Wanted> answer, List<Wanted> authority, int type, int size, Protocol protocol) {}

  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<Integer> types =
        Arbitraries.of(
            RecordType.A, RecordType.AAAA, RecordType.TXT, RecordType.SRV, RecordType.MX, 65280);
    Arbitrary<List<Wanted>> sets =
        Combinators.combine(
                Arbitraries.of(NAMES),
                types,
                Arbitraries.frequencyOf(
                    net.jqwik.api.Tuple.of(6, Arbitraries.integers().between(1, 4)),
                    net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(30, 90))))
            .as(Wanted::new)
            .list()
            .ofMaxSize(6);
    return Combinators.combine(
            sets,
            sets,
            types,
            Arbitraries.of(0, 512, 700, 1232, 4096),
            Arbitraries.of(Protocol.values()))
        .as(Case::new);
  }

  private static List<ZoneRecord> records(List<Wanted> sets) {
    List<ZoneRecord> records = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Wanted set : sets) {
      if (!seen.add(set.owner() + " " + set.type())) {
        continue; // a set of each owner and type, so that TTLs agree
      }
      for (int i = 0; i < set.count(); i++) {
        records.add(
            ZoneRecord.of(
                DomainName.parse(set.owner()), set.type(), 60 + set.type(), data(set.type(), i)));
      }
    }
    return records;
  }

  private static byte[] data(int type, int number) {
    String text =
        switch (type) {
          case RecordType.A -> "192.0.2." + number;
          case RecordType.AAAA -> "2001:db8::" + number;
          case RecordType.TXT -> "\"text " + number + "\"";
          case RecordType.SRV -> "0 1 " + number + " host.example.org.";
          case RecordType.MX -> number + " mail.example.org.";
          default -> "\\# 2 00" + "%02x".formatted(number);
        };
    return Rdata.ofText(type, text, DomainName.ROOT);
  }

  private static List<String> texts(List<ZoneRecord> records) {
    return records.stream()
        .filter(record -> !record.owner().isUnder(DomainName.parse("mesos")))
        .map(
            record -> {
              Record read;
              try {
                read =
                    Record.newRecord(
                        new org.xbill.DNS.Name(record.owner().toWire()),
                        record.type(),
                        1,
                        record.ttlSeconds(),
                        record.data());
              } catch (java.io.IOException e) {
                throw new AssertionError(e);
              }
              return read.toString();
            })
        .toList();
  }

  private static List<String> texts(Message message, int section) {
    return message.getSection(section).stream()
        .filter(record -> record.getType() != RecordType.OPT)
        .map(Record::toString)
        .toList();
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void dnsjavaReadsWhatOthersTold(@ForAll("cases") Case one) {
    Answer told =
        new Answer(
            0,
            records(one.answer()),
            records(one.authority()),
            List.of(),
            false,
            false,
            ExtendedError.NONE,
            "");
    AskingOthers asking =
        new AskingOthers(
            HandlerChain.EMPTY,
            query -> CompletableFuture.completedFuture(told),
            Zone.of(Zones.empty("mesos")));
    Message query =
        one.size() == 0
            ? Asking.query("a.example.org", one.type())
            : Asking.ednsQuery("a.example.org", one.type(), one.size());

    byte[] octets = asking.ask(query.toWire(), one.protocol()).join();

    int limit = one.protocol() == Protocol.TCP ? 65535 : Math.min(1232, Math.max(512, one.size()));
    assertThat(octets.length).isLessThanOrEqualTo(limit);
    Message response = Asking.parse(octets);
    assertThat(response.getHeader().getID()).isEqualTo(query.getHeader().getID());
    assertThat(response.getOPT() == null).isEqualTo(one.size() == 0);
    List<String> expected = texts(told.answer());
    List<String> answer = texts(response, Section.ANSWER);
    if (Asking.isTruncated(response)) {
      assertThat(expected).containsAll(answer);
      assertThat(one.protocol()).isEqualTo(Protocol.UDP);
    } else {
      assertThat(answer).containsExactlyInAnyOrderElementsOf(expected);
      // Of a complete answer only those who check signatures need more.
      boolean more = answer.isEmpty() || one.size() > 0;
      if (!more) {
        assertThat(texts(response, Section.AUTHORITY)).isEmpty();
      } else if (one.protocol() == Protocol.TCP) {
        assertThat(texts(response, Section.AUTHORITY))
            .containsExactlyInAnyOrderElementsOf(texts(told.authority()));
      }
    }
  }
}
