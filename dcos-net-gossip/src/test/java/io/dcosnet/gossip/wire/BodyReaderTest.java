// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.wire.BodyProperties.Taken;
import io.dcosnet.gossip.wire.BodyReader.Fault;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyReaderTest {

  private static final String NODE = "00112233445546778899aabbccddeeff";
  private static final String EPOCH = "019876543210";
  private static final String ADDRESS = "04c00002011f0e";
  private static final String NEXT = "570001" + "01";

  private static Taken read(String hex) {
    return Taken.of(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private static String message(int type, String payload) {
    String hex = payload.replace(" ", "");
    return "%02x%04x%s".formatted(type, hex.length() / 2, hex);
  }

  /** The message alone is refused; what follows is taken. */
  private static void assertMalformed(int type, String payload) {
    Taken taken = read(message(type, payload) + NEXT);

    assertThat(taken.messages).as(payload).containsExactly(new Message.KeepAlive(true));
    assertThat(taken.faults).as(payload).containsExactly(Fault.MALFORMED);
  }

  private static String alive(String name, String addresses, String meta, String protocol) {
    return NODE + EPOCH + "00" + name + addresses + meta + protocol;
  }

  @Test
  void takesTheAliveThatTheNextTestsSpoil() {
    assertThat(read(message(0x10, alive("0161", "01" + ADDRESS, "00", "010101"))).messages)
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "00, no name",
    "0120, a blank",
    "0141e4, not ASCII",
    "0221c3, not UTF-8",
    "02c3a9, a letter of another alphabet",
    "8101, 129 octets that are not there"
  })
  void refusesANameOutsideItsAlphabet(String name, String why) {
    assertMalformed(0x10, alive(name, "01" + ADDRESS, "00", "010101"));
  }

  @Test
  void refusesANameOf129Octets() {
    assertMalformed(0x10, alive("8101" + "61".repeat(129), "01" + ADDRESS, "00", "010101"));
  }

  @ParameterizedTest
  @CsvSource({
    "00, none",
    "01 04e00000011f0e, multicast",
    "01 04000000001f0e, any",
    "01 04c00002010000, port 0",
    "01 05c00002011f0e, no family",
    "01 06ff0200000000000000000000000000011f0e, multicast",
    "01 06000000000000000000000000000000001f0e, any",
    "05 04c00002011f0e04c00002011f0e04c00002011f0e04c00002011f0e04c00002011f0e, five",
    "02 04c00002011f0e, fewer than it says"
  })
  void refusesAddressesAtWhichNoHostCanBe(String addresses, String why) {
    assertMalformed(0x10, alive("0161", addresses, "00", "010101"));
  }

  @Test
  void refusesTooMuchMetadata() {
    String most = "8004" + "00".repeat(512);
    String more = "8104" + "00".repeat(513);

    assertThat(read(message(0x10, alive("0161", "01" + ADDRESS, most, "010101"))).faults).isEmpty();
    assertMalformed(0x10, alive("0161", "01" + ADDRESS, more, "010101"));
  }

  @ParameterizedTest
  @CsvSource({"000101", "020101", "010203", "0101"})
  void refusesARangeOfVersionsThatIsNone(String protocol) {
    assertMalformed(0x10, alive("0161", "01" + ADDRESS, "00", protocol));
  }

  @ParameterizedTest
  @CsvSource({
    "8000, not the shortest form",
    "ff00, not the shortest form",
    "80808080808080808001, 64 bits",
    "ffffffffffffffffff01, 64 bits",
    "80, no end"
  })
  void refusesANumberThatIsNotInItsShortestForm(String incarnation, String why) {
    assertMalformed(0x13, NODE + EPOCH + incarnation);
  }

  @Test
  void takesTheLargestNumber() {
    assertThat(read(message(0x13, NODE + EPOCH + "ffffffffffffffff7f")).messages)
        .containsExactly(new Fact.Left(SampleMessages.ONE, SampleMessages.EPOCH, Long.MAX_VALUE));
  }

  @Test
  void refusesOctetsBehindTheLastField() {
    assertMalformed(0x04, "0000000100");
    assertMalformed(0x55, "00");
    assertMalformed(0x10, alive("0161", "01" + ADDRESS, "00", "01010100"));
  }

  @Test
  void refusesNumbersWithoutAMeaning() {
    assertMalformed(0x11, NODE + EPOCH + "00" + NODE + "00");
    assertMalformed(0x12, NODE + EPOCH + "00" + NODE + "04");
    assertMalformed(0x57, "02");
    assertMalformed(0x02, "0000000100000000" + "02" + "00" + "00".repeat(16));
    assertMalformed(0x02, "0000000100000000" + "00" + "41" + "00".repeat(16));
    assertMalformed(0x54, "0000000000000001" + EPOCH + "00" + "04");
    assertMalformed(0x52, "04" + "00" + "00" + alive("0161", "01" + ADDRESS, "00", "010101"));
    assertMalformed(0x53, "00000000000001");
  }

  @Test
  void refusesEventsBeyondTheirLimits() {
    String head = NODE + EPOCH + "01";
    String topic = "40" + "61".repeat(64);
    String payload = "8008" + "00".repeat(1024);

    assertThat(read(message(0x30, head + topic + payload)).faults).isEmpty();
    assertMalformed(0x30, head + "41" + "61".repeat(65) + "00");
    assertMalformed(0x30, head + topic + "8108" + "00".repeat(1025));
    assertMalformed(0x30, head + "02c328" + "00");
    assertMalformed(0x30, head + "03eda080" + "00"); // half of a pair of UTF-16
    assertMalformed(0x30, head + "02c0af" + "00"); // not the shortest form
  }

  @Test
  void refusesAPingRequestToAnAddressAtWhichNoHostCanBe() {
    assertMalformed(0x03, "00000001" + NODE + "04efffffff1f0e");
    assertMalformed(0x03, "00000001" + NODE + "04c00002010000");
  }

  @Test
  void skipsATypeThatItDoesNotKnow() {
    for (int type : new int[] {0x00, 0x06, 0x0f, 0x14, 0x1f, 0x34, 0x41, 0x58, 0xff}) {
      Taken taken = read(message(type, "0102030405") + NEXT);

      assertThat(taken.messages).hasSize(1);
      assertThat(taken.faults).containsExactly(Fault.UNKNOWN);
    }
  }

  @Test
  void losesTheRestBehindALengthThatPointsBeyondTheBody() {
    Taken taken = read(NEXT + "040005" + "00000001" + "");

    assertThat(taken.messages).hasSize(1);
    assertThat(taken.faults).containsExactly(Fault.BROKEN);
    assertThat(read(NEXT + "0400").faults).containsExactly(Fault.BROKEN);
  }

  @Test
  void putsTheTwoPartsOfLongMailTogether() {
    String mail = NODE + EPOCH + "01" + NODE + "0161";

    Taken taken = read(message(0x33, "0102") + message(0x31, mail + "03"));

    assertThat(taken.faults).isEmpty();
    assertThat(((Message.Mail) taken.messages.get(0)).payload())
        .isEqualTo(Bytes.copyOf(new byte[] {1, 2, 3}));
  }

  @Test
  void refusesABeginningWithoutItsMail() {
    String head = message(0x33, "0102");
    String mail = message(0x31, NODE + EPOCH + "01" + NODE + "0161" + "03");

    assertThat(read(head).faults).containsExactly(Fault.MALFORMED);
    assertThat(read(head + NEXT).faults).containsExactly(Fault.MALFORMED);
    assertThat(read(head + NEXT).messages).hasSize(1);
    assertThat(read(head + head + mail).faults).containsExactly(Fault.MALFORMED);
    // The beginning belongs to the mail that is refused, not to the next one.
    Taken taken = read(head + message(0x31, NODE) + mail);
    assertThat(taken.faults).containsExactly(Fault.MALFORMED);
    assertThat(((Message.Mail) taken.messages.get(0)).payload().size()).isEqualTo(1);
  }

  @Test
  void refusesMailBeyondItsLimit() {
    String mail = NODE + EPOCH + "01" + NODE + "0161";
    String half = message(0x33, "00".repeat(32768));

    assertThat(read(half + message(0x31, mail + "00".repeat(32768))).faults).isEmpty();
    assertThat(read(half + message(0x31, mail + "00".repeat(32769))).faults)
        .containsExactly(Fault.MALFORMED);
  }

  @Test
  void writesAsManyEntriesAsAMessageTakes() {
    Message.SyncEntries most =
        new Message.SyncEntries(
            Collections.nCopies(
                Message.SyncEntries.MAX_ENTRIES,
                new Message.SyncEntries.Entry(-1, (1L << 48) - 1, Long.MAX_VALUE, State.LEFT)));
    Message.SyncFetch ids =
        new Message.SyncFetch(Collections.nCopies(Message.SyncFetch.MAX_IDS, -1L));

    assertThat(Taken.of(BodyProperties.bodyOf(List.of(most, ids))).messages)
        .containsExactly(most, ids);
  }

  @Test
  void refusesToWriteWhatIsBeyondTheLimits() {
    BodyWriter writer = new BodyWriter(2 * BodyWriter.LARGEST_MESSAGE);
    HostPort address = HostPort.parse("192.0.2.1:1");

    assertRefused(writer, new Message.Event(SampleMessages.ONE, 1, 1, "a".repeat(65), Bytes.EMPTY));
    assertRefused(writer, new Message.RingHello(SampleMessages.ONE, 1L << 48));
    assertRefused(writer, new Fact.Left(SampleMessages.ONE, 1, -1));
    assertRefused(writer, new Message.KeyRingState(Bytes.copyOf(new byte[0x10000])));
    assertThatThrownBy(
            () ->
                new Message.SyncAnswer(
                    Message.SyncAnswer.Outcome.TRY_OTHERS,
                    SampleMessages.ALIVE,
                    Collections.nCopies(17, address),
                    ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("17");
    assertThat(writer.length()).isZero();
  }

  private static void assertRefused(BodyWriter writer, Message message) {
    assertThatThrownBy(() -> writer.add(message)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesTheLargestMailInTheCapacityForOneMessage() {
    BodyWriter writer = new BodyWriter(BodyWriter.LARGEST_MESSAGE);
    Bytes largest = Bytes.copyOf(new byte[Message.MAX_MAIL_OCTETS]);

    assertThat(
            writer.add(
                new Message.Mail(
                    SampleMessages.ONE,
                    1,
                    Long.MAX_VALUE,
                    SampleMessages.TWO,
                    "t".repeat(64),
                    largest)))
        .isTrue();
  }

  @Test
  void givesTheSameObjectForTheSameOctets() {
    KnownFacts known = new KnownFacts(16);
    byte[] body = BodyProperties.bodyOf(List.of(SampleMessages.ALIVE));

    Message first = Taken.of(body, known).messages.get(0);

    assertThat(Taken.of(body, known).messages.get(0)).isSameAs(first);
    body[body.length - 1]++; // the version that it speaks at present: 3
    assertThat(Taken.of(body, known).messages.get(0)).isNotEqualTo(first);
  }
}
