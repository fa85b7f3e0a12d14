// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.wire.QueryReader.Verdict;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryReaderTest {

  /** Header of a query with one question and one additional record. */
  private static final String HEADER = "1234 0100 0001 0000 0000 0001";

  private static final String QUESTION = "03 777777 05 6d65736f73 00 0001 0001";
  private static final String OPT = "00 0029 04d0 00 00 8000 0000";

  private final QueryReader reader = new QueryReader();

  @Test
  void readsTheQuestionAndTheOptRecord() {
    assertThat(read(HEADER + QUESTION + OPT)).isEqualTo(Verdict.OK);

    assertThat(reader.id()).isEqualTo(0x1234);
    assertThat(reader.opcode()).isZero();
    assertThat(reader.recursionDesired()).isTrue();
    assertThat(reader.type()).isEqualTo(1);
    assertThat(reader.questionClass()).isEqualTo(1);
    assertThat(reader.nameLength()).isEqualTo(11);
    assertThat(reader.hasEdns()).isTrue();
    assertThat(reader.payloadOctets()).isEqualTo(1232);
    assertThat(reader.dnssecOk()).isTrue();
    assertThat(reader.hasTrailingOctets()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // names of questions
        "1234 0000 0001 0000 0000 0000 | 03 7777",
        "1234 0000 0001 0000 0000 0000 | c000 0001 0001",
        "1234 0000 0001 0000 0000 0000 | c00c 0001 0001",
        "1234 0000 0001 0000 0000 0000 | 41 777777 00 0001 0001",
        "1234 0000 0001 0000 0000 0000 | 81 777777 00 0001 0001",
        "1234 0000 0001 0000 0000 0000 | 03 777777 00 0001 00",
        "1234 0000 0001 0000 0000 0000 |",
        // number of questions
        "1234 0000 0000 0000 0000 0000 |",
        "1234 0000 0002 0000 0000 0000 | 00 0001 0001 00 0001 0001",
        "1234 0000 ffff 0000 0000 0000 | 00 0001 0001",
        // records
        "1234 0000 0001 0001 0000 0000 | 00 0001 0001",
        "1234 0000 0001 0000 0000 ffff | 00 0001 0001 00 0001 0001 00000000 0000",
        "1234 0000 0001 0001 0000 0000 | 00 0001 0001 00 0001 0001 00000000 0004 7f00",
        "1234 0000 0001 0001 0000 0000 | 00 0001 0001 c011 0001 0001 00000000 0000",
        "1234 0000 0001 0001 0000 0000 | 00 0001 0001 c0",
        // OPT records
        "1234 0000 0001 0000 0000 0001 | 00 0001 0001 01 61 00 0029 04d0 00 00 0000 0000",
        "1234 0000 0001 0000 0000 0001 | 00 0001 0001 c00c 0029 04d0 00 00 0000 0000",
        "1234 0000 0001 0001 0000 0000 | 00 0001 0001 00 0029 04d0 00 00 0000 0000",
        "1234 0000 0001 0000 0000 0001 | 00 0001 0001 00 0029 04d0 00 00 0000 0003 000a00",
        "1234 0000 0001 0000 0000 0001 | 00 0001 0001 00 0029 04d0 00 00 0000 0004 000a0001",
        // no question and no cookie
        "1234 0000 0000 0000 0000 0001 | 00 0029 04d0 00 00 0000 0000",
        // answers in a query without a question
        "1234 0000 0000 0000 0000 0001 | 01 61 00 0029 04d0 00 00 0000 000c 000a0008"
            + " 0102030405060708",
      })
  void rejectsWhatBreaksTheRules(String header, @Nullable String rest) {
    assertThat(read(header + (rest == null ? "" : rest))).isEqualTo(Verdict.MALFORMED);
    assertThat(reader.hasQuestion()).isFalse();
    assertThat(reader.id()).isEqualTo(0x1234);
  }

  @Test
  void rejectsTwoOptRecordsButKnowsThatTheClientSpeaksEdns() {
    assertThat(read("1234 0000 0001 0000 0000 0002" + QUESTION + OPT + OPT))
        .isEqualTo(Verdict.MALFORMED);
    assertThat(reader.hasEdns()).isTrue();
  }

  @Test
  void readsTheOptRecordOfOtherOperationsToo() {
    assertThat(read("1234 2000 0001 0000 0000 0001" + QUESTION + OPT))
        .isEqualTo(Verdict.NOT_IMPLEMENTED);
    assertThat(reader.opcode()).isEqualTo(4);
    assertThat(reader.hasQuestion()).isTrue();
    assertThat(reader.hasEdns()).isTrue();
    assertThat(read("1234 2000 0001 0000 0000 0000 03")).isEqualTo(Verdict.NOT_IMPLEMENTED);
    assertThat(reader.hasQuestion()).isFalse();
  }

  @Test
  void stepsOverOtherRecords() {
    String soa = "c00c 0006 0001 00000000 0002 0000";
    String key = "c010 00fa 00ff 00000000 0000";

    assertThat(read("1234 0000 0001 0000 0001 0002" + QUESTION + soa + key + OPT))
        .isEqualTo(Verdict.OK);
    assertThat(reader.hasEdns()).isTrue();
  }

  @Test
  void acceptsOctetsBehindTheMessageAndSaysSo() {
    assertThat(read("1234 0000 0001 0000 0000 0000" + QUESTION + "ff")).isEqualTo(Verdict.OK);
    assertThat(reader.hasTrailingOctets()).isTrue();
  }

  @Test
  void forgetsTheMessageBefore() {
    read(HEADER + QUESTION + OPT);

    assertThat(read("0001 0000 0001 0000 0000 0000" + QUESTION)).isEqualTo(Verdict.OK);
    assertThat(reader.hasEdns()).isFalse();
    assertThat(reader.dnssecOk()).isFalse();
  }

  @Test
  void dropsResponsesAndStumps() {
    assertThat(read("1234 8100 0001 0000 0000 0000" + QUESTION)).isEqualTo(Verdict.RESPONSE);
    assertThat(read("1234 0100 0001 0000 0000 00")).isEqualTo(Verdict.SHORT);
  }

  @Test
  void takesNamesOf255OctetsAndNoMore() {
    String label = "\77" + "x".repeat(63);
    byte[] longest = question(label.repeat(3) + "\75" + "x".repeat(61) + "\0");
    byte[] tooLong = question(label.repeat(3) + "\76" + "x".repeat(62) + "\0");

    assertThat(reader.read(longest, 0, longest.length)).isEqualTo(Verdict.OK);
    assertThat(reader.nameLength()).isEqualTo(255);
    assertThat(reader.read(tooLong, 0, tooLong.length)).isEqualTo(Verdict.MALFORMED);
  }

  private static byte[] question(String name) {
    byte[] header = HexFormat.of().parseHex("123400000001000000000000");
    byte[] message = Arrays.copyOf(header, header.length + name.length() + 4);
    System.arraycopy(name.getBytes(ISO_8859_1), 0, message, header.length, name.length());
    message[message.length - 3] = 1;
    message[message.length - 1] = 1;
    return message;
  }

  private Verdict read(String hex) {
    byte[] message = HexFormat.of().parseHex(hex.replace(" ", ""));
    return reader.read(message, 0, message.length);
  }
}
