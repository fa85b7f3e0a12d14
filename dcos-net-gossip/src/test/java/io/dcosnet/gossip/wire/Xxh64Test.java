// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Xxh64Test {

  @Test
  void givesTheKnownValues() {
    assertThat(Xxh64.hash(new byte[0], 0)).isEqualTo(0xEF46DB3751D8E999L);
    assertThat(Xxh64.hash("abc".getBytes(US_ASCII), 0)).isEqualTo(0x44BC2CF5AD770999L);
    assertThat(Xxh64.hash("a".getBytes(US_ASCII), 0)).isEqualTo(0xD24EC4F1A98C6E5BL);
  }

  /** 39 octets: a stripe of 32, then four, then three single ones. */
  @Test
  void givesTheKnownValueOfALongText() {
    byte[] text = "Nobody inspects the spammish repetition".getBytes(US_ASCII);

    assertThat(Xxh64.hash(text, 0)).isEqualTo(0xFBCEA83C8A378BF1L);
  }

  @Test
  void givesTheSameForAPartOfAnArray() {
    byte[] text = "Nobody inspects the spammish repetition".getBytes(US_ASCII);
    byte[] around = new byte[text.length + 7];
    System.arraycopy(text, 0, around, 3, text.length);

    assertThat(Xxh64.hash(around, 3, text.length, 5)).isEqualTo(Xxh64.hash(text, 5));
  }
}
