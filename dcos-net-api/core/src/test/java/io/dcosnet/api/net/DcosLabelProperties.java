// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DcosLabelProperties {

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> odd = Arbitraries.strings().ofMaxLength(200);
    Arbitrary<String> dashed =
        Arbitraries.strings().withChars("ab-_./X9 ü").ofMinLength(50).ofMaxLength(90);
    return Arbitraries.oneOf(odd, dashed);
  }

  @Property
  void isAlwaysALabelOrEmpty(@ForAll("texts") String text) {
    assertThat(DcosLabel.of(text)).matches("([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?");
  }

  @Property
  void changesNothingTheSecondTime(@ForAll("texts") String text) {
    String once = DcosLabel.of(text);
    assertThat(DcosLabel.of(once)).isEqualTo(once);
  }

  @Property
  void keepsTheLettersAndDigitsInOrder(@ForAll("texts") String text) {
    String kept = text.replaceAll("[^a-zA-Z0-9]", "");
    String ofLabel = DcosLabel.of(text).replace("-", "");
    assertThat(kept.chars().map(DcosLabelProperties::lower).toArray())
        .startsWith(ofLabel.chars().toArray());
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }
}
