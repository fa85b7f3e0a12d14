// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RawNameTest {

  @Test
  void writesLabelsBehindTheirLengths() {
    assertThat(RawName.of("ab.c.").octets()).containsExactly(2, 'a', 'b', 1, 'c', 0);
    assertThat(RawName.of("ab.c").octets()).containsExactly(2, 'a', 'b', 1, 'c', 0);
    assertThat(RawName.of(".")).isEqualTo(RawName.ROOT);
    assertThat(RawName.of("\\001\\255.x.").octets()).containsExactly(2, 1, -1, 1, 'x', 0);
    assertThat(RawName.of("\\001\\255.x.")).hasToString("\\001\\255.x.");
  }

  @Test
  void fillsNamesUpToAnyLength() {
    RawName origin = RawName.of("conf.test.");
    for (int length = origin.length() + 2; length <= 300; length++) {
      assertThat(origin.filledUpTo(length).length()).isEqualTo(length);
    }
  }

  @Test
  void tellsTheSameNameFromTheSameOctets() {
    RawName name = RawName.of("www.example.org.");
    RawName mixed = name.withMixedCase();

    assertThat(mixed).isNotEqualTo(name);
    assertThat(mixed.isSameAs(name)).isTrue();
    assertThat(mixed.isSameAs(RawName.of("ww.example.org."))).isFalse();
  }

  @Test
  void refusesLabelsThatNoOctetCanTell() {
    assertThatThrownBy(() -> RawName.ROOT.below("x".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label: 64 octets (expected: 1-63)");
  }
}
