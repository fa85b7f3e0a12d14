// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacAddressTest {

  @Test
  void readsEitherCaseAndWritesLower() {
    assertThat(MacAddress.parse("70:B3:D5:80:00:01")).hasToString("70:b3:d5:80:00:01");
    assertThat(MacAddress.parse("70:b3:d5:80:00:01").bits()).isEqualTo(0x70b3d5800001L);
    assertThat(new MacAddress(0)).hasToString("00:00:00:00:00:00");
  }

  @Property
  void readsWhatItWrites(@ForAll @LongRange(min = 0, max = 0xffff_ffff_ffffL) long bits) {
    assertThat(MacAddress.parse(new MacAddress(bits).toString())).isEqualTo(new MacAddress(bits));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "70:b3:d5:80:00",
        "70:b3:d5:80:00:01:02",
        "70-b3-d5-80-00-01",
        "70b3d5800001",
        "70:b3:d5:80:00:0g",
        "7:b3:d5:80:00:01",
        "70:b3:d5:80:00:01 "
      })
  void refusesOtherText(String text) {
    assertThatThrownBy(() -> MacAddress.parse(text)).isInstanceOf(DecodeException.class);
  }

  @Test
  void refusesMoreThan48Bits() {
    assertThatThrownBy(() -> new MacAddress(1L << 48)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MacAddress(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void knowsGroupAddresses() {
    assertThat(MacAddress.parse("01:00:5e:00:00:fb").isMulticast()).isTrue();
    assertThat(MacAddress.parse("ff:ff:ff:ff:ff:ff").isMulticast()).isTrue();
    assertThat(MacAddress.parse("fe:ff:ff:ff:ff:ff").isMulticast()).isFalse();
  }
}
