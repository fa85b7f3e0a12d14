// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** What lies encoded in the cache against the records that it was made of, as dnsjava reads it. */
class EncodedAnswerProperties {

  private static final List<String> NAMES =
      List.of(
          "www.example.org",
          "example.org",
          "org",
          "ns.example.org",
          "a.www.example.org",
          "cdn.example.net",
          "Mixed.Case.Example.Net",
          "x".repeat(63) + "." + "y".repeat(63) + ".example.net",
          ".");

  private record Given(DomainName name, int type, Answer answer) {}

  @Provide
  Arbitrary<Given> answers() {
    Arbitrary<DomainName> asked =
        Arbitraries.of("www.example.org", "org", "x", ".", "WWW.Example.Org")
            .map(DomainName::parse);
    Arbitrary<Integer> types =
        Arbitraries.of(
            RecordType.A, RecordType.MX, RecordType.SRV, RecordType.NS, RecordType.TXT, 65280);
    return Combinators.combine(
            asked, types, links(), Arbitraries.integers().between(0, 40), records(), records())
        .as(EncodedAnswerProperties::given);
  }

  private static Arbitrary<List<DomainName>> links() {
    return Arbitraries.of("end.example.net", "two.www.example.org", "three.example.com")
        .map(DomainName::parse)
        .list()
        .ofMaxSize(3)
        .uniqueElements();
  }

  private static Arbitrary<List<ZoneRecord>> records() {
    return Combinators.combine(
            Arbitraries.of(NAMES).map(DomainName::parse),
            Arbitraries.of(
                RecordType.A, RecordType.NS, RecordType.SOA, RecordType.SRV, RecordType.RRSIG),
            Arbitraries.integers().between(0, 9))
        .as((owner, type, number) -> record(owner, type, number))
        .list()
        .ofMaxSize(6)
        .uniqueElements();
  }

  private static Given given(
      DomainName asked,
      int type,
      List<DomainName> links,
      int wanted,
      List<ZoneRecord> authority,
      List<ZoneRecord> additional) {
    List<ZoneRecord> answer = new ArrayList<>();
    DomainName owner = asked;
    for (DomainName link : links) {
      answer.add(Caching.cname(owner, 300, link));
      owner = link;
    }
    for (int i = 0; i < wanted; i++) {
      answer.add(record(owner, type, i));
    }
    return new Given(
        asked,
        type,
        new Answer(
            Rcode.NOERROR,
            answer,
            bySets(authority),
            bySets(additional),
            false,
            false,
            ExtendedError.NONE,
            ""));
  }

  private static List<ZoneRecord> bySets(List<ZoneRecord> records) {
    return records.stream().sorted(Comparator.comparing(EncodedAnswerProperties::set)).toList();
  }

  private static String set(ZoneRecord one) {
    return one.owner().toString().toLowerCase(Locale.ROOT) + " " + one.type();
  }

  private static ZoneRecord record(DomainName owner, int type, int number) {
    DomainName target = DomainName.parse(NAMES.get(number % NAMES.size()));
    byte[] data =
        switch (type) {
          case RecordType.A -> Rdata.address(IpAddress.parse("192.0.2." + number));
          case RecordType.NS -> Rdata.name(DomainName.parse("n" + number + ".ns.example.org"));
          case RecordType.SRV -> Rdata.srv(number, 1, 80, target);
          case RecordType.MX -> text(type, number + " " + target);
          case RecordType.TXT -> text(type, "\"number " + number + "\"");
          case RecordType.SOA -> text(type, target + " admin.example.org. " + number + " 2 3 4 5");
          case RecordType.RRSIG ->
              text(type, "A 8 3 60 20260101000000 20250101000000 1 example.org. AAA" + number);
          default -> new byte[] {1, 2, (byte) number};
        };
    return ZoneRecord.of(owner, type, 300, data);
  }

  private static byte[] text(int type, String text) {
    return Rdata.ofText(type, text, DomainName.ROOT);
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void aResponseHasTheRecordsOfTheAnswer(
      @ForAll("answers") Given given, @ForAll @IntRange(max = 400) int age, @ForAll long seed) {
    EncodedAnswer encoded = AnswerEncoder.encode(given.name(), given.type(), given.answer());
    Response response = new Response(given.name(), given.type(), ResponseWriter.MAX_OCTETS);

    response
        .writer(seed)
        .behindQuestion(encoded, given.name().wireLength(), age, CachedWriter.COUNT_DOWN);

    response.finish();
    assertThat(response.records(Section.ANSWER))
        .containsExactlyInAnyOrderElementsOf(texts(given.answer().answer(), age));
    assertThat(response.records(Section.AUTHORITY))
        .isEqualTo(texts(given.answer().authority(), age));
    assertThat(response.records(Section.ADDITIONAL))
        .isEqualTo(texts(given.answer().additional(), age));
    assertThat(response.isTruncated()).isFalse();
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void theRecordsMadeOfItAreThoseThatItWasMadeOf(@ForAll("answers") Given given) {
    EncodedAnswer encoded = AnswerEncoder.encode(given.name(), given.type(), given.answer());

    Answer decoded = CachedRecords.decode(encoded, given.name(), 0, CachedWriter.COUNT_DOWN);

    Answer from = given.answer();
    assertThat(texts(decoded.answer(), 0))
        .containsExactlyInAnyOrderElementsOf(texts(from.answer(), 0));
    assertThat(texts(decoded.authority(), 0)).isEqualTo(texts(from.authority(), 0));
    assertThat(texts(decoded.additional(), 0)).isEqualTo(texts(from.additional(), 0));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void whatDoesNotFitIsLeftOutBySetsAndSaidWhereItMatters(
      @ForAll("answers") Given given,
      @ForAll @IntRange(min = 300, max = 2500) int limit,
      @ForAll long seed) {
    EncodedAnswer encoded = AnswerEncoder.encode(given.name(), given.type(), given.answer());
    Response response = new Response(given.name(), given.type(), limit);

    response
        .writer(seed)
        .behindQuestion(encoded, given.name().wireLength(), 0, CachedWriter.COUNT_DOWN);

    assertThat(response.finish()).isLessThanOrEqualTo(limit);
    checkLeftOut(given, response, encoded.wanted() == 0);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void behindAChainItHasTheSameRecordsOfTheNameThatTheChainLedTo(
      @ForAll("answers") Given given,
      @ForAll @IntRange(min = 400, max = 6000) int limit,
      @ForAll long seed) {
    EncodedAnswer encoded = AnswerEncoder.encode(given.name(), given.type(), given.answer());
    DomainName alias = DomainName.parse("alias.mesos");
    Response response = new Response(alias, given.type(), limit);
    int target = response.addCname(given.name());

    response
        .writer(seed)
        .behindChain(
            encoded,
            response.octets(),
            target,
            given.name().wireLength(),
            0,
            CachedWriter.COUNT_DOWN);

    assertThat(response.finish()).isLessThanOrEqualTo(limit);
    assertThat(response.records(Section.ANSWER).remove(0)).startsWith("alias.mesos. 60 CNAME");
    checkLeftOut(given, response, encoded.wanted() == 0);
  }

  private static void checkLeftOut(Given given, Response response, boolean denial) {
    List<String> answers = response.records(Section.ANSWER);
    List<String> authorities = response.records(Section.AUTHORITY);
    List<String> additionals = response.records(Section.ADDITIONAL);
    List<String> allAnswers = texts(given.answer().answer(), 0);
    List<String> allAuthorities = texts(given.answer().authority(), 0);
    List<String> allAdditionals = texts(given.answer().additional(), 0);
    assertThat(allAnswers).containsAll(answers);
    assertThat(answers).doesNotHaveDuplicates();
    assertThat(authorities).isEqualTo(allAuthorities.subList(0, authorities.size()));
    assertThat(additionals).isEqualTo(allAdditionals.subList(0, additionals.size()));
    boolean whole = answers.size() == allAnswers.size();
    boolean denied = !denial || authorities.size() == allAuthorities.size();
    assertThat(response.isTruncated()).isEqualTo(!(whole && denied));
    if (!whole || authorities.size() < allAuthorities.size()) {
      assertThat(additionals).isEmpty();
    }
    assertEndsWithASet(given.answer().authority(), authorities.size());
    assertEndsWithASet(given.answer().additional(), additionals.size());
  }

  private static void assertEndsWithASet(List<ZoneRecord> records, int kept) {
    if (kept > 0 && kept < records.size()) {
      assertThat(set(records.get(kept))).isNotEqualTo(set(records.get(kept - 1)));
    }
  }

  private static List<String> texts(List<ZoneRecord> records, int age) {
    return records.stream()
        .map(
            one ->
                Record.newRecord(
                    name(one.owner()),
                    one.type(),
                    DClass.IN,
                    Math.max(0, one.ttlSeconds() - age),
                    one.data()))
        .map(EncodedAnswerProperties::text)
        .toList();
  }

  private static Name name(DomainName name) {
    try {
      return new Name(name.toWire());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Letters of names may have become those of the same name before. */
  private static String text(Record one) {
    return (one.getName()
            + " "
            + one.getTTL()
            + " "
            + RecordType.name(one.getType())
            + " "
            + one.rdataToString())
        .toLowerCase(Locale.ROOT)
        .replace(" cname ", " CNAME ");
  }

  /** A response under way, and what dnsjava makes of it. */
  private static final class Response {

    private final QueryReader query = new QueryReader();
    private final ResponseWriter writer = new ResponseWriter();
    private List<List<String>> sections = List.of();
    private boolean truncated;

    Response(DomainName name, int type, int limit) {
      byte[] message = Message.newQuery(Record.newRecord(name(name), type, DClass.IN)).toWire();
      query.read(message, 0, message.length);
      writer.begin(query, limit, Rcode.NOERROR, ExtendedError.NONE);
    }

    CachedWriter writer(long seed) {
      return new CachedWriter(writer, new SplittableRandom(seed));
    }

    byte[] octets() {
      return writer.octets();
    }

    int addCname(DomainName target) {
      RecordSet set = RecordSet.of(RecordType.CNAME, 60, target.toWire());
      int at = writer.position();
      assertThat(writer.add(ResponseWriter.Section.ANSWER, 12, set, 0)).isTrue();
      return at + ResponseWriter.SHORTEST_RECORD_OCTETS;
    }

    int finish() {
      int length = writer.finish();
      try {
        Message message = new Message(Arrays.copyOf(writer.octets(), length));
        truncated = message.getHeader().getFlag(Flags.TC);
        sections =
            Stream.of(Section.QUESTION, Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL)
                .map(
                    section ->
                        (List<String>)
                            new ArrayList<>(
                                message.getSection(section).stream()
                                    .map(EncodedAnswerProperties::text)
                                    .toList()))
                .toList();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      return length;
    }

    List<String> records(int section) {
      return sections.get(section);
    }

    boolean isTruncated() {
      return truncated;
    }
  }
}
