// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.linux.nft.NftFamily;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FilterRulesTest {

  @Test
  void masqueradesWhatLeavesTheOverlays() {
    List<Cidr> spaces = List.of(Cidr.parse("9.0.0.0/8"), Cidr.parse("198.51.100.7/32"));

    assertThat(FilterRules.normalised(FilterRules.table(NftFamily.IP, spaces)))
        .isEqualTo(
            "table ip dcosnet_overlay { set overlay_subnets { type ipv4_addr flags interval"
                + " elements = { 9.0.0.0/8, 198.51.100.7 } }"
                + " set no_masq { type ipv4_addr flags interval"
                + " elements = { 9.0.0.0/8, 127.0.0.0/8, 198.51.100.7 } }"
                + " chain postrouting { type nat hook postrouting priority srcnat; policy accept;"
                + " ip saddr @overlay_subnets ip daddr != @no_masq masquerade } }");
  }

  @Test
  void letsBothFamiliesPassWhereAChainIsForBoth() {
    Set<Cidr> spaces = Set.of(Plans.SPACE, Plans.SPACE6);

    assertThat(FilterRules.passes(NftFamily.IP, spaces))
        .containsExactly(
            entry(
                "dcosnet_overlay from 198.51.100.0/24", "ip saddr 198.51.100.0/24 counter accept"),
            entry("dcosnet_overlay to 198.51.100.0/24", "ip daddr 198.51.100.0/24 counter accept"));
    assertThat(FilterRules.passes(NftFamily.IP6, spaces)).hasSize(2);
    assertThat(FilterRules.passes(NftFamily.INET, spaces)).hasSize(4);
  }
}
