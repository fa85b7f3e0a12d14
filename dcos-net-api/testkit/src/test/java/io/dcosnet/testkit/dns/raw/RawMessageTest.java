// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns.raw;

import static io.dcosnet.testkit.dns.raw.Codes.TYPE_A;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_CNAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import io.dcosnet.testkit.dns.raw.RawDns.Section;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RawMessageTest {

  private static final RawName NAME = RawName.of("www.example.org.");

  @Test
  void readsWhatWasWritten() {
    byte[] octets =
        RawDns.query(NAME, TYPE_A)
            .id(0xfedc)
            .flags(Codes.RD | Codes.CD)
            .opt(1400, 0, 0x8000, RawDns.option(10, (byte) 7), RawDns.option(12))
            .octets();

    RawMessage message = RawMessage.parse(octets);

    assertThat(message.id()).isEqualTo(0xfedc);
    assertThat(message.has(Codes.RD)).isTrue();
    assertThat(message.has(Codes.QR)).isFalse();
    assertThat(message.questionName()).isEqualTo(NAME);
    assertThat(message.questionType()).isEqualTo(TYPE_A);
    assertThat(message.optCount()).isEqualTo(1);
    assertThat(Objects.requireNonNull(message.opt()).recordClass()).isEqualTo(1400);
    assertThat(message.option(10)).containsExactly(7);
    assertThat(message.option(12)).isEmpty();
    assertThat(message.option(3)).isNull();
  }

  @Test
  void followsPointersThatPointBack() {
    RawMessage message =
        RawMessage.parse(
            RawDns.query(NAME, TYPE_A)
                .record(Section.ANSWER, RawDns.hex("c00c"), TYPE_CNAME, 1, 60, RawDns.hex("c010"))
                .octets());

    RawRecord record = message.answers().get(0);
    assertThat(record.owner()).isEqualTo(NAME);
    assertThat(record.nameInData(0)).isEqualTo(RawName.of("example.org."));
    assertThat(record.isCompressedInData(0)).isTrue();
  }

  @Test
  void addsTheUpperBitsOfTheResponseCode() {
    RawMessage message = RawMessage.parse(RawDns.message().rcode(7).opt(1232, 0x0100, 0).octets());

    assertThat(message.rcode()).isEqualTo(23);
  }

  @Test
  void refusesWhatAWriterGotWrong() {
    refuses(new byte[11], "a header of 12 octets");
    refuses(RawDns.query(NAME, TYPE_A).raw("00").octets(), "no octets behind the last record");
    refuses(RawDns.query(NAME, TYPE_A).count(Section.ANSWER, 1).octets(), "a label");
    refuses(RawDns.message().question(RawDns.hex("c00c"), 1, 1).octets(), "what stands before");
    refuses(RawDns.message().question(RawDns.hex("c00e00"), 1, 1).octets(), "what stands before");
    refuses(RawDns.message().question(RawDns.hex("4161"), 1, 1).octets(), "type 00 or 11");
    refuses(RawDns.message().question(RawDns.hex("3f61"), 1, 1).octets(), "a whole label");
    refuses(RawDns.query(NAME.filledUpTo(256), 1).octets(), "at most 255 octets");
    refuses(
        RawDns.message().raw("00 0001 0001 00000000 0004 00").count(Section.ANSWER, 1).octets(),
        "data of the length");
  }

  private static void refuses(byte[] octets, String expected) {
    assertThatThrownBy(() -> RawMessage.parse(octets))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining(expected);
  }
}
