// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class VipTextProperties {

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> near =
        Arbitraries.strings().withChars("ab/.-_:[]0123456789fX ü").ofMaxLength(30);
    return Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(40), near, near.map(t -> t + ":80"));
  }

  @Property
  void readsAnyTextWithoutAnException(@ForAll("texts") String text) {
    VipText read = VipText.read(text, "marathon", VipRules.defaults());
    if (read instanceof VipText.Accepted vip) {
      assertThat(vip.port()).isBetween(1, 65535);
      assertThat((vip.name() == null) != (vip.address() == null)).isTrue();
      if (vip.name() != null) {
        assertThat(vip.name()).matches("([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+marathon");
      }
    } else {
      VipText.Refused no = (VipText.Refused) read;
      assertThat(no.code()).startsWith("VIP_");
      assertThat(no.detail()).isNotBlank();
    }
  }

  @Property
  void readsItsOwnCanonicalFormAsTheSame(@ForAll("texts") String text) {
    if (VipText.read(text, "m", VipRules.defaults()) instanceof VipText.Accepted vip) {
      String name = vip.name();
      String host =
          name == null ? String.valueOf(vip.address()) : "/" + name.substring(0, name.length() - 2);
      assertThat(VipText.read(host + ":" + vip.port(), "m", VipRules.defaults()))
          .isEqualTo(new VipText.Accepted(name, vip.address(), vip.port(), null));
    }
  }
}
