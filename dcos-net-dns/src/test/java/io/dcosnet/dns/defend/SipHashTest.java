// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipHashTest {

  /** Of the reference: the key 00 01 … 0f over the first octets of 00 01 02 …. */
  @ParameterizedTest
  @CsvSource({
    "0, 310e0edd47db6f72",
    "1, fd67dc93c539f874",
    "2, 5a4fa9d909806c0d",
    "7, 37d1018bf50002ab",
    "8, 6224939a79f5f593",
    "9, b0e4a90bdf82009e",
    "15, e545be4961ca29a1",
    "16, db9bc2577fcc2a3f",
    "32, ce7cf2722f512771",
    "63, 724506eb4c328a95"
  })
  void agreesWithTheReference(int length, String expected) {
    byte[] input = new byte[64];
    for (int i = 0; i < input.length; i++) {
      input[i] = (byte) i;
    }
    Arrays.fill(input, length, input.length, (byte) 0);
    ByteBuffer words = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    SipHash hash = new SipHash();

    hash.begin(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
    for (int i = 0; i < length / 8; i++) {
      hash.word(words.getLong());
    }
    long found = hash.end(words.getLong(), length);

    assertThat(HexFormat.of().toHexDigits(Long.reverseBytes(found))).isEqualTo(expected);
  }
}
