// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.lb.vip.AddressRange;
import org.junit.jupiter.api.Test;

class VipPlaceTest {

  @Test
  void isTheRangeThatWasChosen() {
    Cidr chosen = Cidr.parse("127.65.0.0/16");

    assertThat(VipPlace.of(chosen, false, AddressRange.of("127.9.0.0", "127.9.0.9")).standIns())
        .isEqualTo(chosen);
  }

  @Test
  void isTheVipsThemselvesWhereTheSystemDeliversThem() {
    assertThat(VipPlace.of(null, false, AddressRange.of("127.9.0.0", "127.9.0.9")).standIns())
        .isNull();
  }

  @Test
  void isLoopbackWhereNobodyHasTheAddressesOfVips() {
    VipPlace place = VipPlace.of(null, false, AddressRange.of("203.0.113.0", "203.0.113.99"));

    assertThat(place.standIns()).isEqualTo(VipPlace.FALLBACK);
    assertThat(place.why()).contains("does not deliver 203.0.113.1 to this node");
  }
}
