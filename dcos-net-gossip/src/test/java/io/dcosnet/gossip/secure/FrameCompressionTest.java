// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class FrameCompressionTest {

  private final FrameCompression compression = new FrameCompression();

  @Test
  void aBombIsStoppedByItsRatio() {
    byte[] bomb = deflated(new byte[1_000_000]);

    assertThat(compression.inflate(bomb, 0, bomb.length)).isEqualTo(FrameCompression.TOO_MUCH);
    assertThat(compression.inflated().length).isLessThan(300_000);
  }

  @Test
  void contentBeyondTheLimitIsStoppedThere() {
    byte[] repeated = new byte[FrameCompression.MAX_INFLATED + 1];
    byte[] noise = new byte[60_000];
    new Random(1).nextBytes(noise);
    System.arraycopy(noise, 0, repeated, 0, noise.length);
    byte[] tooLong = deflated(repeated);
    byte[] longest = deflated(Arrays.copyOf(repeated, FrameCompression.MAX_INFLATED));

    assertThat(compression.inflate(tooLong, 0, tooLong.length))
        .isEqualTo(FrameCompression.TOO_MUCH);
    assertThat(compression.inflate(longest, 0, longest.length))
        .isEqualTo(FrameCompression.MAX_INFLATED);
  }

  @Test
  void contentThatFillsTheRoomExactlyIsTaken() {
    for (int length : new int[] {8191, 8192, 8193, 16_384}) {
      byte[] content = new byte[length];
      new Random(length).nextBytes(content);
      Arrays.fill(content, 1000, length, (byte) 7);
      byte[] packed = deflated(content);

      assertThat(compression.inflate(packed, 0, packed.length)).isEqualTo(length);
      assertThat(Arrays.copyOf(compression.inflated(), length)).isEqualTo(content);
    }
  }

  @Test
  void cutAndForeignDataAreNoData() {
    byte[] noise = new byte[2000];
    new Random(1).nextBytes(noise);
    byte[] packed = deflated(noise);
    byte[] longer = Arrays.copyOf(packed, packed.length + 1);

    assertThat(compression.inflate(packed, 0, packed.length - 1))
        .isEqualTo(FrameCompression.NO_DATA);
    assertThat(compression.inflate(longer, 0, longer.length)).isEqualTo(FrameCompression.NO_DATA);
    assertThat(compression.inflate(new byte[] {-1, -1, -1}, 0, 3))
        .isEqualTo(FrameCompression.NO_DATA);
    assertThat(compression.inflate(noise, 0, 0)).isEqualTo(FrameCompression.NO_DATA);
  }

  private static byte[] deflated(byte[] content) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(content);
    deflater.finish();
    byte[] out = new byte[content.length + 100];
    int length = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, length);
  }
}
