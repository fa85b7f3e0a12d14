// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.KillContract;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.vip.VipTable;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Processes that are killed while they change the table of nftables. */
@Tag("kernel")
@ExtendWith(InOwnNetwork.class)
class NftKillIT extends KillContract {

  @BeforeAll
  static void needsRoot() {
    Here.needsRoot();
  }

  @Override
  protected PathSubject newSubject() {
    return new NftPathIT.Nft(true, true);
  }

  @Override
  protected List<String> kind() {
    return List.of("nftables", "-");
  }

  @Override
  protected void assertKernelHolds(VipTable table) {
    HeldByNftables.assertHolds(table);
  }
}
