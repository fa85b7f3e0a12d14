// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import static io.dcosnet.gossip.secure.Seals.node;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** Whatever comes is taken or has a fault; who lacks the key gets nothing in. */
class SealFuzzTest {

  private static final int PIECES = 3;

  @FuzzTest
  void everyDatagramIsTakenOrHasAFault(byte[] input) {
    DatagramSeal plain = node(2).keys(null).seal();
    DatagramSeal sealed = node(2).seal();

    if (Seals.open(plain, input, 0) == null) {
      assertThat(plain.bodyLength()).isEqualTo(input.length - Header.OCTETS - 4);
    }
    assertThat(Seals.open(sealed, input, 0)).isNotNull();
  }

  /** What is changed in a datagram that was in order is noticed. */
  @FuzzTest
  void everyChangeOfADatagramIsNoticed(byte[] change) {
    byte[] datagram = Seals.datagram(node(1).seal(), "hello");
    byte[] bent = Arrays.copyOf(datagram, Math.max(datagram.length, change.length));
    boolean same = bent.length == datagram.length;
    for (int i = 0; i < change.length; i++) {
      bent[i] ^= change[i];
      same &= change[i] == 0;
    }

    assertThat(Seals.open(node(2).seal(), bent, 0) == null).isEqualTo(same);
  }

  @FuzzTest
  void everyStreamIsTakenOrHasAFault(byte[] input) {
    Talk whole = Talk.accepting(node(2).keys(null));
    Talk pieces = Talk.accepting(node(2).keys(null));
    Talk sealed = Talk.accepting(node(2));

    SealFault fault = whole.take(input);
    SealFault inPieces = null;
    for (int at = 0; at < input.length; at += PIECES) {
      inPieces = pieces.seal.accept(input, at, Math.min(PIECES, input.length - at), pieces);
    }
    sealed.take(input);

    assertThat(inPieces).isEqualTo(fault);
    assertThat(pieces.frames).isEqualTo(whole.frames);
    assertThat(sealed.proven).isEmpty();
    whole.setup.close();
    pieces.setup.close();
    sealed.setup.close();
  }

  /** What a member that has the key may send: frames that follow the rules only so far. */
  @FuzzTest
  void everyDeflatedContentEndsWithinItsLimits(byte[] input) {
    try (FrameCompression compression = new FrameCompression()) {
      int length = compression.inflate(input, 0, input.length);

      assertThat(length)
          .isBetween(
              FrameCompression.TOO_MUCH,
              Math.min(FrameCompression.MAX_INFLATED, input.length * FrameCompression.MAX_RATIO));
    }
  }
}
