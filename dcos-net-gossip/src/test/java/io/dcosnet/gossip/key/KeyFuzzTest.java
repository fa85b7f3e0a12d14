// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import java.nio.charset.StandardCharsets;

/** Every input is either read or refused with a place; what is read has one form. */
class KeyFuzzTest {

  @FuzzTest
  void everyStateOfARingIsReadOrRefused(byte[] input) {
    try {
      Bytes octets = Bytes.copyOf(input);
      assertThat(RingCodec.encode(RingCodec.decode(octets))).isEqualTo(octets);
    } catch (DecodeException e) {
      assertThat(e.offset()).isBetween(0, input.length);
    }
  }

  @FuzzTest
  void everyTextOfAKeyIsReadOrRefused(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      assertThat(GossipKey.parse(GossipKey.parse(text).text())).isEqualTo(GossipKey.parse(text));
    } catch (DecodeException e) {
      assertThat(e.offset()).isBetween(0, text.length());
    }
    try {
      assertThat(KeyPresence.parse(text)).hasToString(text);
    } catch (DecodeException e) {
      assertThat(e.offset()).isBetween(0, text.length());
    }
  }
}
