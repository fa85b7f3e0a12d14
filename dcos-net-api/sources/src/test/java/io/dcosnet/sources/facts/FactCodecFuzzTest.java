// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;

/** Every input is either read or refused with a place; nothing else comes out. */
class FactCodecFuzzTest {

  @FuzzTest
  void everyChangeIsReadOrRefused(byte[] input) {
    try {
      Bytes again = FactCodec.encode(FactCodec.decodeChange(Bytes.copyOf(input)));

      assertThat(FactCodec.encode(FactCodec.decodeChange(again))).isEqualTo(again);
    } catch (DecodeException e) {
      assertThat(e.offset()).isBetween(0, input.length);
    }
  }
}
