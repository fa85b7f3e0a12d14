// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.wire.ResponseReader.Verdict;
import io.dcosnet.dns.zone.RecordType;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResponseReaderTest {

  private static final DomainName NAME = DomainName.parse("www.example.org.");
  private static final byte[] ASKED = QueryWriter.question(NAME, RecordType.A);
  private static final String QUESTION = "03777777076578616d706c65036f7267000001 0001";
  private static final String ADDRESS = "c00c 0001 0001 0000003c 0004 c0000201";

  private final ResponseReader reader = new ResponseReader();

  private Verdict read(String hex) {
    byte[] message = HexFormat.of().parseHex(hex.replace(" ", ""));
    return reader.read(message, message.length, ASKED, true, NAME);
  }

  private static String header(String flags, int answers, int authorities, int additionals) {
    return "1267 %s 0001 %04x %04x %04x ".formatted(flags, answers, authorities, additionals);
  }

  @Test
  void readsAnAddress() {
    assertThat(read(header("8580", 1, 0, 0) + QUESTION + ADDRESS)).isEqualTo(Verdict.OK);

    assertThat(reader.answer()).hasToString("[www.example.org. 60 IN A 192.0.2.1]");
    assertThat(reader.answer().get(0).owner()).isSameAs(NAME);
    assertThat(reader.authoritative()).isTrue();
    assertThat(reader.rcode()).isZero();
    assertThat(reader.hasEdns()).isFalse();
  }

  @Test
  void ignoresWhatIsNoResponseToAQuery() {
    assertThat(read("1267 8180 0001")).isEqualTo(Verdict.NO_RESPONSE);
    assertThat(read(header("0100", 0, 0, 0) + QUESTION)).isEqualTo(Verdict.NO_RESPONSE);
    assertThat(read(header("a800", 0, 0, 0) + QUESTION)).isEqualTo(Verdict.NO_RESPONSE);
  }

  @Test
  void tellsAnotherQuestionFromOtherLetters() {
    String other = QUESTION.replace("0377", "0378");
    String otherType = QUESTION.replace("0001 0001", "001c 0001");
    String otherLetters = QUESTION.replace("0377", "0357");

    assertThat(read(header("8180", 1, 0, 0) + other + ADDRESS)).isEqualTo(Verdict.OTHER_QUESTION);
    assertThat(read(header("8180", 0, 0, 0) + otherType)).isEqualTo(Verdict.OTHER_QUESTION);
    assertThat(read(header("8180", 0, 0, 0) + otherLetters)).isEqualTo(Verdict.OTHER_LETTERS);
  }

  @Test
  void takesOtherLettersWhereTheyDoNotMatterAndGivesThoseOfTheClient() {
    String otherLetters = QUESTION.replace("0377", "0357");
    String alias = "c00c 0005 0001 0000003c 0006 036e7331 c010";
    byte[] message =
        HexFormat.of().parseHex((header("8180", 1, 0, 0) + otherLetters + alias).replace(" ", ""));
    DomainName client = DomainName.parse("wWw.eXample.org.");

    Verdict verdict = reader.read(message, message.length, ASKED, false, client);

    assertThat(verdict).isEqualTo(Verdict.OK);
    assertThat(reader.answer()).hasToString("[wWw.eXample.org. 60 IN CNAME ns1.eXample.org.]");
  }

  @Test
  void takesARefusalThatRepeatsNoQuestion() {
    assertThat(read("1267 8181 0000 0000 0000 0000")).isEqualTo(Verdict.OK);
    assertThat(reader.rcode()).isEqualTo(Rcode.FORMERR);
    assertThat(reader.hasQuestion()).isFalse();
    assertThat(read("1267 8180 0000 0000 0000 0000")).isEqualTo(Verdict.OTHER_QUESTION);
    assertThat(read("1267 8183 0000 0000 0000 0000")).isEqualTo(Verdict.OTHER_QUESTION);
  }

  @Test
  void readsTheOptRecord() {
    String text = HexFormat.of().formatHex("gone".getBytes(UTF_8));
    String options =
        "000f 0006 0016" + text + "000b 0002 0064 000a 0010 01020304050607081112131415161718";
    String opt = "00 0029 04d0 01 00 8000 0024" + options;

    assertThat(read(header("8182", 0, 0, 1) + QUESTION + opt)).isEqualTo(Verdict.OK);

    assertThat(reader.hasEdns()).isTrue();
    assertThat(reader.rcode()).isEqualTo(16 + 2);
    assertThat(reader.extendedError()).isEqualTo(ExtendedError.NO_REACHABLE_AUTHORITY);
    assertThat(reader.extendedText()).isEqualTo("gone");
    assertThat(reader.keepaliveTenths()).isEqualTo(100);
    assertThat(reader.cookie()).hasSize(16).startsWith(1, 2, 3);
    assertThat(reader.additional()).isEmpty();
  }

  @Test
  void refusesTwoOptRecordsAndOneInTheWrongPlace() {
    String opt = "00 0029 04d0 00000000 0000";

    assertThat(read(header("8180", 0, 0, 2) + QUESTION + opt + opt)).isEqualTo(Verdict.MALFORMED);
    assertThat(read(header("8180", 0, 1, 0) + QUESTION + opt)).isEqualTo(Verdict.MALFORMED);
    assertThat(reader.fault()).isEqualTo("OPT record");
  }

  @Test
  void countsATtlWithTheTopBitAsZero() {
    String old = ADDRESS.replace("0000003c", "80000000");

    assertThat(read(header("8180", 1, 0, 0) + QUESTION + old)).isEqualTo(Verdict.OK);
    assertThat(reader.answer().get(0).ttlSeconds()).isZero();
  }

  @Test
  void leavesOtherClassesOut() {
    String chaos = ADDRESS.replace("0001 0001", "0001 0003");

    assertThat(read(header("8180", 2, 0, 0) + QUESTION + chaos + ADDRESS)).isEqualTo(Verdict.OK);
    assertThat(reader.answer()).hasSize(1);
  }

  @Test
  void usesNothingOfATruncatedResponse() {
    assertThat(read(header("8380", 9, 0, 0) + QUESTION + "c00c 00")).isEqualTo(Verdict.OK);
    assertThat(reader.truncated()).isTrue();
    assertThat(reader.answer()).isEmpty();
  }

  @Test
  void refusesPointersThatDoNotLeadBack() {
    String toItself = "c021" + ADDRESS.substring(4);
    String intoHeader = "c000" + ADDRESS.substring(4);

    assertThat(read(header("8180", 1, 0, 0) + QUESTION + toItself)).isEqualTo(Verdict.MALFORMED);
    assertThat(reader.fault()).isEqualTo("owner");
    assertThat(read(header("8180", 1, 0, 0) + QUESTION + intoHeader)).isEqualTo(Verdict.MALFORMED);
  }

  @Test
  void refusesDataThatIsNotOfItsType() {
    String five = "c00c 0001 0001 0000003c 0005 c000020100";
    String nameAndMore = "c00c 0005 0001 0000003c 0003 c00c00";

    assertThat(read(header("8180", 1, 0, 0) + QUESTION + five)).isEqualTo(Verdict.MALFORMED);
    assertThat(reader.fault()).isEqualTo("data of A");
    assertThat(read(header("8180", 1, 0, 0) + QUESTION + nameAndMore)).isEqualTo(Verdict.MALFORMED);
  }

  @Test
  void refusesMoreRecordsThanItWouldKeep() {
    assertThat(read(header("8180", 5000, 0, 0) + QUESTION + ADDRESS.repeat(5000)))
        .isEqualTo(Verdict.MALFORMED);
    assertThat(reader.fault()).isEqualTo("too many records");
  }

  @Test
  void writesTheQueryThatItReads() {
    QueryWriter writer = new QueryWriter();
    writer
        .begin(0x1234, ASKED, true, false, true)
        .edns(true)
        .cookie("12345678".getBytes(ISO_8859_1))
        .keepalive()
        .pad();
    QueryReader query = new QueryReader();

    QueryReader.Verdict verdict = query.read(writer.octets(), 0, writer.length());

    assertThat(verdict).isEqualTo(QueryReader.Verdict.OK);
    assertThat(query.id()).isEqualTo(0x1234);
    assertThat(query.recursionDesired()).isTrue();
    assertThat(query.checkingDisabled()).isTrue();
    assertThat(query.dnssecOk()).isTrue();
    assertThat(query.payloadOctets()).isEqualTo(1232);
    assertThat(query.hasTrailingOctets()).isFalse();
    assertThat(writer.length()).isEqualTo(128);
  }

  @Test
  void mixesTheLettersOfANameAndNothingElse() {
    byte[] question = QueryWriter.question(DomainName.parse("aAzZ-09." + "x".repeat(63)), 257);
    byte[] mixed = question.clone();

    QueryWriter.mixLetters(mixed, new Random(1));

    assertThat(mixed).isNotEqualTo(question);
    assertThat(new String(mixed, ISO_8859_1))
        .isEqualToIgnoringCase(new String(question, ISO_8859_1));
    assertThat(new String(mixed, ISO_8859_1)).contains("X").contains("x").startsWith("\7");
  }
}
