// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.DecodeException;
import io.dcosnet.dns.wire.QueryReader.Verdict;
import io.dcosnet.testkit.dns.raw.RawMessage;
import java.util.Arrays;

/** Nothing is thrown, and what is called good is what a strict reader reads too. */
class QueryReaderFuzzTest {

  private final QueryReader reader = new QueryReader();

  @FuzzTest
  void everyMessageIsReadOrRefused(byte[] input) {
    byte[] around = Arrays.copyOf(new byte[3], input.length + 3);
    System.arraycopy(input, 0, around, 3, input.length);

    Verdict verdict = reader.read(around, 3, input.length);

    assertThat(verdict == Verdict.SHORT).isEqualTo(input.length < QueryReader.HEADER_OCTETS);
    if (verdict == Verdict.OK && !reader.hasTrailingOctets()) {
      compare(input);
    }
  }

  private void compare(byte[] input) {
    RawMessage message;
    try {
      message = RawMessage.parse(input);
    } catch (DecodeException e) {
      // The only liberty of ours: owners of records that nobody asks for are not followed.
      assertThat(e.getMessage()).containsAnyOf("type 00 or 11", "what stands before", "255 octets");
      assertThat(input[7] | input[9] | input[11] | input[6] | input[8] | input[10]).isNotZero();
      return;
    }
    assertThat(reader.id()).isEqualTo(message.id());
    assertThat(reader.opcode()).isEqualTo(message.opcode());
    assertThat(reader.nameLength()).isEqualTo(message.questionName().length());
    assertThat(reader.type()).isEqualTo(message.questionType());
    assertThat(reader.questionClass()).isEqualTo(message.questionClass());
    assertThat(reader.hasEdns()).isEqualTo(message.optCount() == 1);
  }
}
