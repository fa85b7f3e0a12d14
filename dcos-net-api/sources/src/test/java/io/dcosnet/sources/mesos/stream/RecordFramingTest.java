// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dcosnet.sources.mesos.stream.FramingException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordFramingTest {

  private static final String BEAT = "20\n{\"type\":\"HEARTBEAT\"}";

  private final List<String> records = new ArrayList<>();
  private final RecordFraming framing = new RecordFraming(1000);

  private void feed(String text) {
    feed(text.getBytes(UTF_8), 0, Integer.MAX_VALUE);
  }

  private void feed(byte[] bytes, int from, int to) {
    int end = Math.min(to, bytes.length);
    framing.feed(
        ByteBuffer.wrap(bytes, from, end - from), record -> records.add(new String(record, UTF_8)));
  }

  private FramingException fault(String text) {
    return catchThrowableOfType(FramingException.class, () -> feed(text));
  }

  @Test
  void findsRecordsThatFollowEachOther() {
    feed(BEAT + "2\n{}" + BEAT);

    assertThat(records)
        .containsExactly("{\"type\":\"HEARTBEAT\"}", "{}", "{\"type\":\"HEARTBEAT\"}");
    framing.end();
  }

  @Test
  void deliversARecordThatComesInPieces() {
    feed("2");
    feed("0\n{\"type\":\"HEAR");
    assertThat(records).isEmpty();

    feed("TBEAT\"}1");

    assertThat(records).containsExactly("{\"type\":\"HEARTBEAT\"}");
  }

  @Test
  void countsBytesAndNotCharacters() {
    feed("8\n\"✗…\"2\n{}");

    assertThat(records).containsExactly("\"✗…\"", "{}");
  }

  @Test
  void skipsEmptyLinesBeforeALength() {
    feed("\n\n" + BEAT + "\n\n2\n{}");

    assertThat(records).hasSize(2);
  }

  @Test
  void deliversEmptyRecordsAndLengthsWithLeadingZeros() {
    feed("0\n00000000000000000002\n{}");

    assertThat(records).containsExactly("", "{}");
  }

  @Test
  void keepsRecordsApartWhateverTheirSize() {
    RecordFraming large = new RecordFraming(1_000_000);
    byte[] body = "x".repeat(300_000).getBytes(UTF_8);
    List<byte[]> found = new ArrayList<>();

    large.feed(ByteBuffer.wrap("300000\n".getBytes(UTF_8)), found::add);
    for (int from = 0; from < body.length; from += 7_001) {
      int length = Math.min(7_001, body.length - from);
      large.feed(ByteBuffer.wrap(body, from, length), found::add);
    }

    assertThat(found).singleElement().isEqualTo(body);
  }

  @Test
  void refusesWhatIsNoLength() {
    feed(BEAT);
    FramingException fault = fault("{\"type\"");

    assertThat(fault.reason()).isEqualTo(Reason.NOT_A_LENGTH);
    assertThat(fault.offset()).isEqualTo(23);
    assertThat(fault).hasMessage("'{' in a length (expected: digits, then LF) at byte 23");
  }

  @Test
  void refusesSignsSpacesAndCarriageReturns() {
    assertThat(fault("-2\n{}").reason()).isEqualTo(Reason.NOT_A_LENGTH);
    assertThat(new RecordFramingTest().fault(" 2\n{}").offset()).isZero();
    assertThat(new RecordFramingTest().fault("2\r\n{}")).hasMessageStartingWith("byte 0x0d in");
  }

  @Test
  void refusesLengthsWithoutEnd() {
    FramingException fault = fault("0".repeat(21));

    assertThat(fault.reason()).isEqualTo(Reason.LENGTH_TOO_LONG);
    assertThat(fault.offset()).isEqualTo(20);
  }

  @Test
  void refusesRecordsOverTheBoundBeforeTheyArrive() {
    assertThat(fault("1001\n").reason()).isEqualTo(Reason.RECORD_TOO_LARGE);
    assertThat(new RecordFramingTest().fault("99999999999999999999\n"))
        .hasMessage("a record of more than 1000 bytes at byte 21");
  }

  @Test
  void takesRecordsUpToTheBound() {
    feed("1000\n" + "x".repeat(1000));

    assertThat(records).singleElement().asString().hasSize(1000);
  }

  @Test
  void tellsAStreamThatEndsInTheMiddle() {
    feed("5\n{}");

    FramingException fault = catchThrowableOfType(FramingException.class, framing::end);
    assertThat(fault.reason()).isEqualTo(Reason.CUT_OFF);
    assertThat(fault.offset()).isEqualTo(4);
  }
}
