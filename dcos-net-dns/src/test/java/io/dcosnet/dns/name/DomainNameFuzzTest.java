// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.name;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.dcosnet.api.DecodeException;

/** Text is a name or refused with a place; names survive the way to text and back. */
class DomainNameFuzzTest {

  @FuzzTest
  void everyTextIsANameOrRefused(FuzzedDataProvider data) {
    String text = data.consumeRemainingAsString();
    DomainName name;
    try {
      name = DomainName.parse(text);
    } catch (DecodeException e) {
      assertThat(e.offset()).isBetween(0, text.length());
      return;
    }
    byte[] wire = name.toWire();

    assertThat(wire.length).isBetween(1, 255);
    assertThat(DomainName.parse(name.toString())).isEqualTo(name);
    assertThat(DomainName.ofWire(wire, 0, wire.length)).isEqualTo(name);
  }
}
