// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.vip.VipTable;

/** What the kernel holds of this path. */
public final class HeldByNftables {

  private HeldByNftables() {}

  /** Fails when that is anything else than a table wants. */
  public static void assertHolds(VipTable table) {
    Services services = new Services(new Followed());
    try (Kernel kernel = Kernel.open()) {
      services.ownAddresses(kernel.ownAddresses());
      Difference unused = services.learn(table, 0);
      assertThat(kernel.contents()).isEqualTo(services.contents());
      assertThat(kernel.structure().chains())
          .containsAll(services.chains().stream().map(Chain::name).toList());
    }
  }
}
