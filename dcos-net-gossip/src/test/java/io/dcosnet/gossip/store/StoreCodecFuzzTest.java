// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import java.util.function.Function;

/** Whatever comes is read or refused, and what is read is written in the same octets again. */
class StoreCodecFuzzTest {

  /** Octets of heap that one of input may come to, and what little comes for nothing. */
  private static final long GROWTH = 64;

  private static final long BEGIN = 1 << 20;

  @FuzzTest
  void everyDeltaIsReadOrRefused(byte[] input) {
    check(input, StoreCodec::decodeDelta, StoreCodec::encode);
  }

  @FuzzTest
  void everyKeyIsReadOrRefused(byte[] input) {
    check(input, StoreCodec::decodeKeyState, StoreCodec::encode);
  }

  @FuzzTest
  void everyClockIsReadOrRefused(byte[] input) {
    check(input, StoreCodec::decodeClock, StoreCodec::encode);
  }

  @FuzzTest
  void everyListOfDotsIsReadOrRefused(byte[] input) {
    check(input, StoreCodec::decodeDots, StoreCodec::encode);
  }

  /** Once before it counts: what classes it takes, and an agent that looks at them, is loaded. */
  private static void load(Bytes octets, Function<Bytes, ?> decode) {
    try {
      assertThat(decode.apply(octets)).isNotNull();
    } catch (DecodeException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  static <T> void check(byte[] input, Function<Bytes, T> decode, Function<T, Bytes> encode) {
    Bytes octets = Bytes.copyOf(input);
    load(octets, decode);
    long before = Allocated.octets();
    long made;
    try {
      T read = decode.apply(octets);
      made = Allocated.octets() - before;
      assertThat(encode.apply(read)).isEqualTo(octets);
      assertThat(decode.apply(octets)).isEqualTo(read);
    } catch (DecodeException e) {
      made = Allocated.octets() - before;
      assertThat(e.offset()).isBetween(0, input.length);
      assertThat(e.getMessage()).isNotBlank();
    }
    assertThat(made).isLessThan(BEGIN + GROWTH * input.length);
  }
}
