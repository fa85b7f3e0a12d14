// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.wire.QueryReader.Verdict;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class QueryReaderProperties {

  private final QueryReader reader = new QueryReader();

  /** Headers with small counts, so that the octets behind them are really read. */
  @Provide
  Arbitrary<byte[]> messages() {
    Arbitrary<byte[]> header =
        Arbitraries.of(0, 1, 2, 255)
            .list()
            .ofSize(4)
            .map(
                counts -> {
                  byte[] octets = new byte[12];
                  for (int i = 0; i < 4; i++) {
                    octets[5 + 2 * i] = (byte) (int) counts.get(i);
                  }
                  return octets;
                });
    Arbitrary<byte[]> rest =
        Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.of((byte) 0, (byte) 1, (byte) 3, (byte) 41)),
                Tuple.of(1, Arbitraries.of((byte) 0xc0, (byte) 0x40, (byte) 63)),
                Tuple.of(1, Arbitraries.bytes()))
            .array(byte[].class)
            .ofMaxSize(300);
    return Combinators.combine(header, rest).as(QueryReaderProperties::join);
  }

  @Property
  void readsAnythingWithoutFailing(@ForAll byte[] octets) {
    check(octets);
  }

  @Property
  void readsAnythingThatLooksLikeAMessageWithoutFailing(@ForAll("messages") byte[] octets) {
    check(octets);
  }

  /** The message stands at the end of its array, so that a step too far would show. */
  private void check(byte[] message) {
    byte[] around = join(new byte[5], message);

    Verdict verdict = reader.read(around, 5, message.length);

    if (message.length < QueryReader.HEADER_OCTETS) {
      assertThat(verdict).isEqualTo(Verdict.SHORT);
    }
    if (verdict == Verdict.OK) {
      assertThat(reader.hasQuestion()).isTrue();
      assertThat(reader.nameLength()).isBetween(1, 255);
      assertThat(reader.nameLength() + 16).isLessThanOrEqualTo(message.length);
    }
    assertThat(reader.payloadOctets()).isBetween(512, 65535);
  }

  private static byte[] join(byte[] one, byte[] two) {
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    return both;
  }
}
