// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.generic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dcosnet.api.DecodeException;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.Request;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GenericFamilyTest {

  private static final GenericFamily IPVS = new GenericFamily("IPVS", 35, 1, Map.of());

  @Test
  void asksForAFamilyByItsName() {
    Message asked = GenericFamily.get("IPVS").message(1);

    assertThat(asked.type()).isEqualTo(16);
    assertThat(GenericFamily.command(asked)).isEqualTo(3);
    assertThat(asked.attributes(4).get(2).text()).isEqualTo("IPVS");
  }

  @Test
  void speaksToAFamilyByItsNumber() {
    Request request =
        IPVS.request("add", "service", 1, Message.CREATE, w -> w.nested(1, in -> in.u16(1, 2)));

    Message message = request.message(1);

    assertThat(message.type()).isEqualTo(35);
    assertThat(message.payload()).startsWith(1, 1, 0, 0);
    assertThat(message.attributes(4).nested(1).get(1).u16()).isEqualTo(2);
  }

  @Test
  void readsWhatTheKernelTells() {
    Request told =
        IPVS.request(
            "tell",
            "family",
            1,
            0,
            w ->
                w.text(2, "nlctrl")
                    .u16(1, 16)
                    .u32(3, 2)
                    .nested(7, groups -> groups.nested(1, g -> g.text(1, "notify").u32(2, 16))));

    assertThat(GenericFamily.read(told.message(1)))
        .isEqualTo(new GenericFamily("nlctrl", 16, 2, Map.of("notify", 16)));
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> GenericFamily.read(new Message(16, 0, 1, 0, new byte[4])));
  }
}
